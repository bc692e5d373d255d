//! `alipay.trade.cancel`: undo, whatever happened.

use super::{read, trade_call, whole};
use crate::protocol::{
    Merchant, Timestamp,
    openapi::{
        Answer, AnswerError,
        request::macros::{builder, setters},
    },
};

builder! {
    /// Undoes a trade whose outcome is unknown (`alipay.trade.cancel`): an unpaid one is closed, a paid one refunded. For
    /// payments at a till; a payment that is known is refunded by [`RefundTrade`](super::RefundTrade).
    CancelTrade
}

trade_call!(CancelTrade => CancelTradeAnswer, "alipay.trade.cancel");

setters! {
    /// Both numbers of the trade, when both are known.
    CancelTrade: out_trade_no, trade_no,
}

impl CancelTrade {
    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when it is no clear word about this trade.
    pub fn read(&self, body: &[u8], merchant: &Merchant) -> Result<CancelTradeAnswer, AnswerError> {
        let answer = read(&self.request, body, merchant)?;
        let action = match answer.field("action") {
            None => None,
            Some("close") => Some(CancelAction::Close),
            Some("refund") => Some(CancelAction::Refund),
            Some(_) => return Err(AnswerError::Field("action")),
        };
        Ok(CancelTradeAnswer { action, answer })
    }
}

/// What undoing a trade came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CancelAction {
    /// The unpaid trade was closed.
    Close,
    /// The paid trade was refunded.
    Refund,
}

/// What undoing a trade came to.
#[derive(Clone, Debug)]
pub struct CancelTradeAnswer {
    action: Option<CancelAction>,
    answer: Answer,
}

whole!(CancelTradeAnswer);

impl CancelTradeAnswer {
    /// What was done; `None` when no trade was found, or nothing could be done.
    #[must_use]
    pub const fn action(&self) -> Option<CancelAction> {
        self.action
    }

    /// Whether the call is to be repeated (`retry_flag` = `Y`); anything but a clear no counts as yes.
    #[must_use]
    pub fn is_to_be_repeated(&self) -> bool {
        self.answer.field("retry_flag") != Some("N")
    }

    /// `gmt_refund_pay`: when the money moved back.
    #[must_use]
    pub fn refunded_at(&self) -> Option<Timestamp> {
        self.answer.time("gmt_refund_pay")
    }
}
