//! `alipay.trade.close`: no payment any more.

use super::{numbers, read, trade_answer, trade_call};
use crate::protocol::{
    Merchant, OutTradeNo, TradeNo,
    openapi::{
        Answer, AnswerError,
        request::macros::{builder, setters},
    },
};

builder! {
    /// Closes a trade that waits for payment, so that it cannot be paid any more (`alipay.trade.close`).
    ///
    /// While there is [no trade](crate::protocol::openapi::Refusal::is_trade_not_exist) there is nothing to close, and the
    /// buyer may still come; [`CancelTrade`](super::CancelTrade) closes what comes later too.
    CloseTrade
}

trade_call!(CloseTrade => CloseTradeAnswer, "alipay.trade.close");

setters! {
    /// What else it may say.
    CloseTrade: extend_params, notify_url, operator_id, out_trade_no, trade_no,
}

impl CloseTrade {
    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when it is no clear word that the trade is closed.
    pub fn read(&self, body: &[u8], merchant: &Merchant) -> Result<CloseTradeAnswer, AnswerError> {
        let answer = read(&self.request, body, merchant)?;
        let (out_trade_no, trade_no) = numbers(&answer)?;
        Ok(CloseTradeAnswer { out_trade_no, trade_no, answer })
    }
}

/// The trade is closed.
#[derive(Clone, Debug)]
pub struct CloseTradeAnswer {
    out_trade_no: OutTradeNo,
    trade_no: TradeNo,
    answer: Answer,
}

trade_answer!(CloseTradeAnswer);
