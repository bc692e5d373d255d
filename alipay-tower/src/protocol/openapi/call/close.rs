//! `alipay.trade.close`: no payment any more.

use super::{RULES, call, numbers, read, trade, trade_call};
use crate::protocol::{
    Merchant, OutTradeNo, TradeNo,
    openapi::{
        Answer, AnswerError,
        request::{
            Limits,
            macros::{builder, setters},
        },
    },
};

builder! {
    /// Closes a trade that waits for payment, so that it cannot be paid any more (`alipay.trade.close`).
    ///
    /// While there is [no trade](crate::protocol::openapi::Refusal::is_trade_not_exist) there is nothing to close, and the
    /// buyer may still come; [`CancelTrade`](super::CancelTrade) closes what comes later too.
    CloseTrade
}

const LIMITS: Limits = Limits { required: &[], rules: RULES, together: trade };

trade_call!(CloseTrade, "alipay.trade.close");
call!(CloseTrade => CloseTradeAnswer, LIMITS);

setters! {
    /// What else it may say.
    CloseTrade: notify_url, operator_id,
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

impl CloseTradeAnswer {
    /// The shop's order number.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        &self.out_trade_no
    }

    /// Alipay's trade number.
    #[must_use]
    pub const fn trade_no(&self) -> &TradeNo {
        &self.trade_no
    }

    /// The whole answer.
    #[must_use]
    pub const fn answer(&self) -> &Answer {
        &self.answer
    }
}
