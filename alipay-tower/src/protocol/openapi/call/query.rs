//! `alipay.trade.query`: what became of a trade.

use super::{numbers, read, trade_answer, trade_call};
use crate::protocol::{
    ConfirmedNotification, Merchant, Money, OutTradeNo, Scheme, Timestamp, TradeNo, TradeStatus,
    openapi::{
        Answer, AnswerError, FundBill,
        request::macros::{builder, setters},
    },
};

builder! {
    /// Asks what became of a trade (`alipay.trade.query`).
    ///
    /// Until the buyer has opened the cashier there is no trade, and the answer is a
    /// [refusal](crate::protocol::openapi::Refusal::is_trade_not_exist).
    QueryTrade
}

trade_call!(QueryTrade => QueryTradeAnswer, "alipay.trade.query");

setters! {
    /// What else may be asked.
    QueryTrade: org_pid, out_trade_no, query_options, trade_no,
}

impl QueryTrade {
    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when it is no clear word about this trade.
    pub fn read(&self, body: &[u8], merchant: &Merchant) -> Result<QueryTradeAnswer, AnswerError> {
        let answer = read(&self.request, body, merchant)?;
        let (out_trade_no, trade_no) = numbers(&answer)?;
        let trade_status = answer.id("trade_status", |text| Ok::<_, ()>(TradeStatus::from(text)))?;
        let total_amount = answer.id("total_amount", str::parse)?;
        Ok(QueryTradeAnswer { out_trade_no, trade_no, trade_status, total_amount, answer })
    }
}

/// What became of a trade.
#[derive(Clone, Debug)]
pub struct QueryTradeAnswer {
    out_trade_no: OutTradeNo,
    trade_no: TradeNo,
    trade_status: TradeStatus,
    total_amount: Money,
    answer: Answer,
}

trade_answer!(QueryTradeAnswer);

impl QueryTradeAnswer {
    /// The answer as a message about the trade, which walks the same way as a notification.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Malformed`] when its fields cannot be those of a message.
    pub fn into_confirmed(self) -> Result<ConfirmedNotification, AnswerError> {
        let fields = self.answer.fields().map_err(|_| AnswerError::Malformed)?;
        Ok(ConfirmedNotification::of_answer(Scheme::OpenApi, self.answer.key(), fields))
    }

    /// Where the trade stands. `TRADE_CLOSED` is said of a trade that nobody paid, and of one that was refunded in full:
    /// [`paid_at`](Self::paid_at) tells them apart.
    #[must_use]
    pub const fn trade_status(&self) -> &TradeStatus {
        &self.trade_status
    }

    /// The order's amount, as it was sent.
    #[must_use]
    pub const fn total_amount(&self) -> Money {
        self.total_amount
    }

    /// `send_pay_date`: when the seller got the money.
    #[must_use]
    pub fn paid_at(&self) -> Option<Timestamp> {
        self.answer.time("send_pay_date")
    }

    /// `buyer_pay_amount`: what the buyer really paid.
    #[must_use]
    pub fn buyer_pay_amount(&self) -> Option<Money> {
        self.answer.money("buyer_pay_amount")
    }

    /// `receipt_amount`: what the seller really got.
    #[must_use]
    pub fn receipt_amount(&self) -> Option<Money> {
        self.answer.money("receipt_amount")
    }

    /// `buyer_user_id`, or `buyer_open_id` for newer merchants. Personal data.
    #[must_use]
    pub fn buyer(&self) -> Option<&str> {
        self.answer.field("buyer_user_id").or_else(|| self.answer.field("buyer_open_id"))
    }

    /// `fund_bill_list`: where the money came from, when it was asked for.
    #[must_use]
    pub fn fund_bills(&self) -> Vec<FundBill> {
        self.answer.json("fund_bill_list").map(FundBill::list).unwrap_or_default()
    }
}
