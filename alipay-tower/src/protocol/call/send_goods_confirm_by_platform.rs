//! `send_goods_confirm_by_platform`: the goods are on their way.

use std::net::IpAddr;

use super::single_trade_query::trade_no;
use crate::protocol::{
    LogisticsType, Merchant, RequestError, SignedRequest, Timestamp, TradeNo,
    request::{
        Parameters,
        limits::{Form, Limits, Rule},
        request, setters,
    },
};

request! {
    /// Tells Alipay that the goods of a held trade were shipped (`send_goods_confirm_by_platform`).
    ///
    /// A notification with `WAIT_BUYER_CONFIRM_GOODS` follows within seconds; the money moves when the buyer has confirmed,
    /// or the time for it has passed.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{LogisticsType, Md5Key, PartnerId, SendGoods, Timestamp, TradeNo}};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let now: Timestamp = "2024-01-01 12:00:00".parse()?;
    /// let trade = TradeNo::new("2024010121001004010200000009")?;
    /// let signed = SendGoods::new(trade, "顺丰速运", LogisticsType::Express)
    ///     .with_invoice_no("SF0000000001")
    ///     .sign(&merchant, now)?;
    /// assert_eq!(signed.field("transport_type"), Some("EXPRESS"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    SendGoods
}

// Alipay states no lengths for the two texts; these keep a slip of the pen off the wire.
const RULES: &[Rule] = &[("invoice_no", 64, Form::Text), ("logistics_name", 128, Form::Text)];

const LIMITS: Limits = Limits { required: &["logistics_name"], rules: &[RULES], together: trade_no };

impl SendGoods {
    /// The trade, the carrier's name, and its kind (`transport_type`).
    pub fn new(trade_no: TradeNo, logistics_name: impl Into<String>, transport_type: LogisticsType) -> Self {
        let parameters = Parameters::of("send_goods_confirm_by_platform")
            .with("trade_no", trade_no)
            .with("logistics_name", logistics_name.into())
            .with("transport_type", transport_type);
        Self { parameters }
    }

    /// `create_transport_type` in place of `transport_type`: the kind of carrier that was chosen when the trade was made.
    pub fn with_create_transport_type(mut self, transport_type: LogisticsType) -> Self {
        self.parameters.remove("transport_type");
        self.set("create_transport_type", transport_type)
    }

    /// `seller_ip`: the seller's address, in old contracts. Default: not sent.
    pub fn with_seller_ip(self, ip: IpAddr) -> Self {
        self.set("seller_ip", ip)
    }

    /// Checks every limit and signs. The time is not told.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its limit or does not fit the charset.
    pub fn sign(&self, merchant: &Merchant, _at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.parameters.clone().sign(merchant, &LIMITS)
    }
}

setters! {
    SendGoods:
    [text with_invoice_no "invoice_no" "the number of the waybill, up to 64 characters. Default: none, as for `DIRECT`."]
}
