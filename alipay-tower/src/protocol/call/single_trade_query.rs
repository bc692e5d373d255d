//! `single_trade_query`: how one trade stands.

use crate::protocol::{
    Merchant, OutTradeNo, RequestError, SignedRequest, Timestamp, TradeNo,
    request::{
        Parameters,
        limits::{Limits, first_broken},
        request,
    },
};

request! {
    /// The question how one trade stands (`single_trade_query`). Needs a contract of its own.
    ///
    /// A trade exists at Alipay only after the buyer has reached the cashier: before that the answer is
    /// `TRADE_NOT_EXIST`, which does not mean that it never will.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{Md5Key, OutTradeNo, PartnerId, SingleTradeQuery, Timestamp}};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let now: Timestamp = "2024-01-01 10:05:00".parse()?;
    /// let query = SingleTradeQuery::by_out_trade_no(OutTradeNo::new("T20240101000001")?);
    /// let signed = query.sign(&merchant, now)?;
    /// assert_eq!(signed.field("service"), Some("single_trade_query"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    SingleTradeQuery
}

const LIMITS: Limits = Limits { required: &[], rules: &[], together };

fn together(fields: &Parameters) -> Result<(), RequestError> {
    trade_no(fields)
}

/// Alipay's numbers have 16 to 64 characters.
pub(super) fn trade_no(fields: &Parameters) -> Result<(), RequestError> {
    let length = fields.value("trade_no").len();
    first_broken([((1..16).contains(&length), "trade_no", "must be 16 to 64 letters or digits")])
}

impl SingleTradeQuery {
    /// Asks by the shop's order number.
    pub fn by_out_trade_no(out_trade_no: OutTradeNo) -> Self {
        Self { parameters: Parameters::of("single_trade_query").with("out_trade_no", out_trade_no) }
    }

    /// Asks by Alipay's trade number, which is faster.
    pub fn by_trade_no(trade_no: TradeNo) -> Self {
        Self { parameters: Parameters::of("single_trade_query").with("trade_no", trade_no) }
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
