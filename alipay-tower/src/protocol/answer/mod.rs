//! Calls to the gateway: what is asked, and what its answer says, one file for each service's answer.
//!
//! A [`Call`] is signed, sent by whoever has a network, and reads its own answer. An answer with a signature is verified
//! before anything of it is believed; the echo of the request in it is never read.
//!
//! ```
//! use alipay_tower::{Merchant, protocol::{Call, Md5Key, OutTradeNo, PartnerId, SingleTradeQuery, TradeEvent}};
//!
//! let merchant = Merchant::md5(
//!     PartnerId::new("2088000000000001")?,
//!     Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?,
//! );
//! let query = SingleTradeQuery::by_out_trade_no(OutTradeNo::new("T1")?);
//! let request = Call::sign(&query, &merchant, "2024-01-01 10:05:00".parse()?)?;
//! let (url, form) = request.post();
//! // … sent; this came back:
//! # let sign = merchant.sign_text(b"gmt_payment=2024-01-01 10:00:30&out_trade_no=T1&seller_id=2088000000000001\
//! #     &total_fee=0.01&trade_no=2024010121001004010200000001&trade_status=TRADE_SUCCESS");
//! # let answer = format!("<alipay><is_success>T</is_success><response><trade>\
//! #     <gmt_payment>2024-01-01 10:00:30</gmt_payment><out_trade_no>T1</out_trade_no>\
//! #     <seller_id>2088000000000001</seller_id><total_fee>0.01</total_fee>\
//! #     <trade_no>2024010121001004010200000001</trade_no><trade_status>TRADE_SUCCESS</trade_status>\
//! #     </trade></response><sign>{sign}</sign><sign_type>MD5</sign_type></alipay>");
//! let answer = query.read(answer.as_bytes(), &merchant)?;
//! let trade = answer.trade().expect("the trade exists");
//! assert_eq!(trade.total_fee().map(|fee| fee.fen()), Some(1));
//! // The same chain as a notification from here on.
//! let confirmed = answer.into_confirmed().expect("the trade exists");
//! let TradeEvent::Paid(payment) = confirmed.into_event()? else { panic!("not paid") };
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod close_trade;
mod error;
mod forex_refund;
mod queried_trade;
mod read;
mod refund_fastpay_by_platform_nopwd;
mod send_goods_confirm_by_platform;
mod single_trade_query;

pub use self::{
    close_trade::CloseTradeAnswer, error::AnswerError, forex_refund::ForexRefundAnswer,
    queried_trade::QueriedTrade, refund_fastpay_by_platform_nopwd::RefundAnswer,
    send_goods_confirm_by_platform::SendGoodsAnswer, single_trade_query::TradeQueryAnswer,
};
use super::{Merchant, RequestError, SignedRequest, Timestamp};

/// A server-to-server service of the gateway.
///
/// [`Alipay::call`](crate::Alipay::call) sends it. A shop may implement it for a service that this library does not know,
/// with [`Merchant::sign_fields`] and [`XmlAnswer`](super::XmlAnswer).
pub trait Call {
    /// What the answer says when the call succeeded.
    type Answer;

    /// Checks every limit and signs; `at` is the time of the call, for services that are told it.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit.
    fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError>;

    /// Reads and verifies the answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`]; [`is_outcome_unknown`](AnswerError::is_outcome_unknown) says whether the call may have worked.
    fn read(&self, answer: &[u8], merchant: &Merchant) -> Result<Self::Answer, AnswerError>;
}

#[cfg(test)]
mod tests;
