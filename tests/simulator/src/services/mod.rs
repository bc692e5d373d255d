//! `gateway.do`: one address, one service for each value of `service`.

mod arguments;
mod close_trade;
mod direct_pay;
mod money;
mod notify_verify;
mod query_timestamp;
mod single_trade_query;

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, RawQuery, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::Method;

use crate::{access::Raw, pages, refusal::Refusal, shared::Shared, wire::Thread, xml};

/// Services that Alipay has and this gateway does not act out.
const WITHOUT_CONTRACT: [&str; 12] = [
    "alipay.wap.create.direct.pay.by.user",
    "batch_trans_notify",
    "create_forex_trade",
    "create_forex_trade_wap",
    "create_partner_trade_by_buyer",
    "forex_refund",
    "refund_fastpay_by_platform_nopwd",
    "refund_fastpay_by_platform_pwd",
    "refund_fastpay_query",
    "send_goods_confirm_by_platform",
    "trade_create_by_buyer",
    "btn_status_query",
];

/// GET and POST of `/gateway.do`.
pub(crate) async fn gateway(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(thread): ConnectInfo<Thread>,
    method: Method,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let body = (method == Method::POST).then_some(body.as_ref());
    // The one service without a charset, whose wrong parameters have an answer of their own.
    if let Some(question) = notify_verify::Question::read(query.as_bytes(), body) {
        return question.answer(&shared, &thread).await;
    }
    let raw = match Raw::read(query.as_bytes(), body) {
        Ok(raw) => raw,
        Err(refusal) => return refuse(&refusal),
    };
    let service = raw.text("service").unwrap_or_default();
    let answer = match service.as_str() {
        "close_trade" => close_trade::answer(&raw, &shared),
        "create_direct_pay_by_user" => {
            return direct_pay::answer(&raw, &shared).unwrap_or_else(|refusal| refuse(&refusal));
        }
        "query_timestamp" => query_timestamp::answer(&raw, &shared),
        "single_trade_query" => single_trade_query::answer(&raw, &shared),
        name if WITHOUT_CONTRACT.contains(&name) => {
            let advice = "service: a service of Alipay's that this simulated gateway does not act out";
            return refuse(&Refusal::new("ILLEGAL_PARTNER_EXTERFACE", advice));
        }
        _ => return refuse(&Refusal::new("ILLEGAL_SERVICE", "service: missing, or no service of Alipay's")),
    };
    let answer = answer.unwrap_or_else(|refusal| {
        log(&refusal);
        xml::failure(&refusal.in_charset(raw.charset))
    });
    answer.into_response()
}

/// The page that a buyer sees; `200` like the real one.
fn refuse(refusal: &Refusal) -> Response {
    log(refusal);
    pages::refused(refusal)
}

fn log(refusal: &Refusal) {
    tracing::info!(code = refusal.code, advice = refusal.advice, "request refused");
}
