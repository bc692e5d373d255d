//! `close_trade`: no payment any more.

use std::{fmt, net::IpAddr};

use super::single_trade_query::trade_no;
use crate::protocol::{
    Merchant, OutTradeNo, RequestError, SignedRequest, Timestamp, TradeNo,
    request::{Parameters, limits::Limits, request},
};

request! {
    /// Closes a trade that waits for payment, so that it cannot be paid any more (`close_trade`).
    ///
    /// A trade in any other state is refused (`TRADE_STATUS_NOT_AVAILD`), one that Alipay has not seen yet too
    /// (`TRADE_NOT_EXIST`): the buyer may still come. The parameter for the shop's order number is `out_order_no` here.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{CloseTrade, Md5Key, OutTradeNo, PartnerId, Timestamp, TradeRole}};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let now: Timestamp = "2024-01-01 11:00:00".parse()?;
    /// let close = CloseTrade::by_out_order_no(OutTradeNo::new("T20240101000001")?)
    ///     .with_trade_role(TradeRole::Seller);
    /// let signed = close.sign(&merchant, now)?;
    /// assert_eq!(signed.field("out_order_no"), Some("T20240101000001"));
    /// assert_eq!(signed.field("trade_role"), Some("S"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    CloseTrade
}

const LIMITS: Limits = Limits { required: &[], rules: &[], together: trade_no };

impl CloseTrade {
    /// Names the trade by the shop's order number, which is slower.
    pub fn by_out_order_no(out_order_no: OutTradeNo) -> Self {
        Self { parameters: Parameters::of("close_trade").with("out_order_no", out_order_no) }
    }

    /// Names the trade by Alipay's number.
    pub fn by_trade_no(trade_no: TradeNo) -> Self {
        Self { parameters: Parameters::of("close_trade").with("trade_no", trade_no) }
    }

    /// `trade_role`: on whose behalf. Default: not sent.
    pub fn with_trade_role(self, role: TradeRole) -> Self {
        self.set("trade_role", role)
    }

    /// `ip`: the address of who closes it. Default: not sent.
    pub fn with_ip(self, ip: IpAddr) -> Self {
        self.set("ip", ip)
    }

    /// Checks every limit and signs. The time is not told.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit or does not fit the charset.
    pub fn sign(&self, merchant: &Merchant, _at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.parameters.clone().sign(merchant, &LIMITS)
    }
}

/// `trade_role`: on whose behalf a trade is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TradeRole {
    /// `B`: the buyer.
    Buyer,
    /// `D`: the carrier of a cash-on-delivery trade that took too long.
    Delivery,
    /// `S`: the seller.
    Seller,
}

impl fmt::Display for TradeRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Buyer => "B",
            Self::Delivery => "D",
            Self::Seller => "S",
        })
    }
}
