//! Calls between servers, one file for each method: the request, and its typed answer.

mod bill;
mod cancel;
mod certificate;
mod close;
mod macros;
mod query;
mod refund;
mod refund_query;
#[cfg(test)]
mod tests;

pub(super) use self::macros::{call, whole};
use self::macros::{trade_answer, trade_call};
pub use self::{
    bill::{BillDownload, BillDownloadAnswer},
    cancel::{CancelAction, CancelTrade, CancelTradeAnswer},
    certificate::{CertificateDownload, CertificateError},
    close::{CloseTrade, CloseTradeAnswer},
    query::{QueryTrade, QueryTradeAnswer},
    refund::{RefundAnswer, RefundGoods, RefundRoyalty, RefundTrade},
    refund_query::{QueryRefund, QueryRefundAnswer},
};
use super::{
    Answer, AnswerError, detail,
    request::{Limit, Limits, Request, Rule, one_of},
};
use crate::protocol::{OutTradeNo, RequestError, TradeNo};

/// What the calls have in common (Alipay, *alipay.trade.query* and others, request parameters).
const RULES: &[&[Rule]] = &[
    detail::RULES,
    &[
        ("alipay_cert_sn", Limit::Code(128)),
        ("bill_date", Limit::Text(15)),
        ("bill_type", Limit::Text(32)),
        ("operator_id", Limit::Text(30)),
        ("out_request_no", Limit::Text(64)),
        ("out_trade_no", Limit::Text(64)),
        ("refund_currency", Limit::Text(8)),
        ("refund_goods_detail.goods_id", Limit::Text(64)),
        ("refund_goods_detail.out_item_id", Limit::Text(64)),
        ("refund_goods_detail.out_sku_id", Limit::Text(64)),
        ("refund_reason", Limit::Text(256)),
        ("refund_royalty_parameters.amount_percentage", Limit::Digits(3)),
        ("refund_royalty_parameters.desc", Limit::Text(1000)),
        ("refund_royalty_parameters.royalty_scene", Limit::Text(256)),
        ("refund_royalty_parameters.royalty_type", Limit::Text(32)),
        ("refund_royalty_parameters.trans_in", Limit::Text(64)),
        ("refund_royalty_parameters.trans_in_name", Limit::Text(64)),
        ("refund_royalty_parameters.trans_in_type", Limit::Text(64)),
        ("refund_royalty_parameters.trans_out", Limit::Text(64)),
        ("smid", Limit::Text(64)),
        ("store_id", Limit::Text(32)),
        ("terminal_id", Limit::Text(32)),
        ("trade_no", Limit::Text(64)),
    ],
];

/// Of a call that needs nothing but a trade.
const TRADE: Limits = Limits { required: &[], rules: RULES, together: trade };

/// A trade is named by one of its two numbers.
fn trade(request: &Request) -> Result<(), RequestError> {
    one_of(request, ["trade_no", "out_trade_no"])
}

/// Verifies an answer and sees to it that it is about the trade that was asked about.
fn read(request: &Request, body: &[u8], merchant: &crate::protocol::Merchant) -> Result<Answer, AnswerError> {
    let answer = Answer::read(body, request.method(), merchant)?;
    for name in ["trade_no", "out_trade_no"] {
        // With both numbers Alipay goes by its own, and the shop's may be another spelling of it.
        let asked = Some(request.text(name)).filter(|number| !number.is_empty());
        answer.is_about(name, asked)?;
    }
    Ok(answer)
}

/// The two numbers of a trade that an answer names.
fn numbers(answer: &Answer) -> Result<(OutTradeNo, TradeNo), AnswerError> {
    Ok((answer.id("out_trade_no", OutTradeNo::new)?, answer.id("trade_no", TradeNo::new)?))
}
