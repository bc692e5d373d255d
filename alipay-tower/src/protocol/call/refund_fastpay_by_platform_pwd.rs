//! `refund_fastpay_by_platform_pwd`: a batch of refunds, confirmed with a password.

use super::{
    BatchNo, RefundDetail,
    refunds::{Refunds, broken},
};
use crate::protocol::{
    Merchant, RequestError, SellerId, SignedRequest, Timestamp,
    request::{
        Parameters,
        limits::{Form, Limits, Rule},
        operator_page, request, setters,
    },
};

request! {
    /// A batch of refunds that an operator confirms with a password on Alipay's page
    /// (`refund_fastpay_by_platform_pwd`, 即时到账批量退款有密接口).
    ///
    /// Record the batch before the operator's browser is sent away: the result comes only as a notification
    /// ([`BatchRefund`](crate::protocol::BatchRefund)). It must be signed on the day of its number.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{
    ///     BatchNo, Md5Key, PartnerId, RefundDetail, RefundWithPassword, Timestamp, TradeNo,
    /// }};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let now: Timestamp = "2024-01-03 12:00:00".parse()?;
    /// let trade = TradeNo::new("2024010121001004010200000001")?;
    /// let refund = RefundDetail::new(trade, "0.01".parse()?, "协商退款");
    /// let signed = RefundWithPassword::new(BatchNo::of_day(now, "000001")?, [refund])
    ///     .with_notify_url("https://pay.example.com/alipay/notify")
    ///     .sign(&merchant, now)?;
    /// assert_eq!(signed.field("detail_data"), Some("2024010121001004010200000001^0.01^协商退款"));
    /// assert_eq!(signed.field("refund_date"), Some("2024-01-03 12:00:00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    RefundWithPassword { refunds: Refunds }
}

const RULES: &[Rule] = &[
    ("notify_url", 200, Form::Callback),
    ("seller_email", 100, Form::Text),
    ("seller_user_id", 16, Form::Account),
];

const LIMITS: Limits = Limits { required: &[], rules: &[RULES], together: |_| Ok(()) };

impl RefundWithPassword {
    /// A batch of up to 1000 refunds, each of another trade.
    pub fn new(batch_no: BatchNo, details: impl IntoIterator<Item = RefundDetail>) -> Self {
        let parameters = Parameters::of("refund_fastpay_by_platform_pwd");
        Self { parameters, refunds: Refunds::new(batch_no, details) }
    }

    /// `seller_user_id`: the account that gives the money back. Default: the merchant's seller.
    pub fn with_seller_user_id(self, seller_id: &SellerId) -> Self {
        self.set("seller_user_id", seller_id)
    }

    /// Checks every limit and signs, with this time as `refund_date`; the number must be of its day.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways. Shares and fees cannot be refunded with a password.
    pub fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        if !self.refunds.all_plain() {
            return Err(broken("fees, shares and sub-trades can be refunded only without a password"));
        }
        let parameters = self.parameters.clone();
        let parameters = self.refunds.add_to(parameters, merchant, at)?;
        let sellers = ["seller_user_id", "seller_email"];
        parameters.with_default(&sellers, "seller_user_id", merchant.seller_id()).sign(merchant, &LIMITS)
    }
}

setters! {
    RefundWithPassword:
    [notify_url]
    [text with_seller_email "seller_email" "the same by login e-mail or mobile number, up to 100 characters."]
}

operator_page!(RefundWithPassword, refunds);
