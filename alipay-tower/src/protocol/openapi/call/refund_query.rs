//! `alipay.trade.fastpay.refund.query`: what became of a refund.

use super::{RULES, call, read, trade, whole};
use crate::protocol::{
    Merchant, Money, OutTradeNo, RefundStatus, Timestamp, TradeNo,
    openapi::{
        Answer, AnswerError, FundBill,
        request::{
            Limits, Request,
            macros::{builder, setters},
        },
    },
};

builder! {
    /// Asks what became of a refund (`alipay.trade.fastpay.refund.query`). Ten seconds should pass before an answer that
    /// knows of none is believed.
    QueryRefund
}

const LIMITS: Limits = Limits { required: &["out_request_no"], rules: RULES, together: trade };

call!(QueryRefund => QueryRefundAnswer, LIMITS);

setters! {
    /// What else may be asked.
    QueryRefund: org_pid, query_options,
}

impl QueryRefund {
    /// The refund with this `out_request_no`, of the trade with the shop's order number. A refund that had no number of its
    /// own has the order number's.
    pub fn by_out_trade_no(number: &OutTradeNo, out_request_no: impl Into<String>) -> Self {
        Self::of("out_trade_no", number.as_str(), out_request_no.into())
    }

    /// The refund with this `out_request_no`, of the trade with Alipay's number.
    pub fn by_trade_no(number: &TradeNo, out_request_no: impl Into<String>) -> Self {
        Self::of("trade_no", number.as_str(), out_request_no.into())
    }

    fn of(name: &'static str, number: &str, out_request_no: String) -> Self {
        let request = Request::of("alipay.trade.fastpay.refund.query").with(name, number);
        Self { request: request.with("out_request_no", out_request_no) }
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when it is no clear word about this refund.
    pub fn read(&self, body: &[u8], merchant: &Merchant) -> Result<QueryRefundAnswer, AnswerError> {
        let answer = read(&self.request, body, merchant)?;
        answer.is_about("out_request_no", Some(self.request.text("out_request_no")))?;
        Ok(QueryRefundAnswer { answer })
    }
}

/// What became of a refund.
#[derive(Clone, Debug)]
pub struct QueryRefundAnswer {
    answer: Answer,
}

whole!(QueryRefundAnswer);

impl QueryRefundAnswer {
    /// Whether the refund succeeded (`refund_status` = `REFUND_SUCCESS`). An answer without that says only that Alipay
    /// knows of no success: not received, failed, or not done yet.
    #[must_use]
    pub fn is_refunded(&self) -> bool {
        self.answer.field("refund_status").map(RefundStatus::from) == Some(RefundStatus::RefundSuccess)
    }

    /// `refund_amount` of this refund.
    #[must_use]
    pub fn refund_amount(&self) -> Option<Money> {
        self.answer.money("refund_amount")
    }

    /// `total_amount` of the trade.
    #[must_use]
    pub fn total_amount(&self) -> Option<Money> {
        self.answer.money("total_amount")
    }

    /// `gmt_refund_pay`: when the money moved, when it was asked for.
    #[must_use]
    pub fn refunded_at(&self) -> Option<Timestamp> {
        self.answer.time("gmt_refund_pay")
    }

    /// `refund_detail_item_list`: where the money went, when it was asked for.
    #[must_use]
    pub fn fund_bills(&self) -> Vec<FundBill> {
        self.answer.json("refund_detail_item_list").map(FundBill::list).unwrap_or_default()
    }

    /// `deposit_back_info.dback_status`: how far a refund to a bank card has come (`S` done, `F` failed, `P` on its way),
    /// when it was asked for.
    #[must_use]
    pub fn deposit_back_status(&self) -> Option<&str> {
        self.answer.json("deposit_back_info")?.text("dback_status")
    }
}
