//! `gateway.do` of the classic gateway: one address, one service for each value of `service`. Requests of the OpenAPI
//! generation go on to a room of their own.

mod anti_phishing;
mod arguments;
mod batch_trans_notify;
mod channels;
mod close_trade;
mod common;
mod deadline;
mod direct_pay;
mod escrow;
mod fee;
mod forex;
mod forex_refund;
mod notify_verify;
mod parties;
mod query_timestamp;
mod refund_fastpay;
mod send_goods;
mod single_trade_query;

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use http::Method;

pub(crate) use self::deadline::relative;
use crate::{
    access::Raw, actions, openapi, pages, product::Product, refusal::Refusal, shared::Shared, wire::Thread,
    xml,
};

/// Services that Alipay has and this gateway does not act out.
const WITHOUT_CONTRACT: [&str; 4] =
    ["batch_trans_notify_no_pwd", "bptb_user_confirm", "btn_status_query", "refund_fastpay_query"];

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
    if openapi::is_meant(query.as_bytes(), body) {
        return openapi::respond(query.as_bytes(), body, &shared, &thread).await;
    }
    let raw = match Raw::read(query.as_bytes(), body) {
        Ok(raw) => raw,
        Err(refusal) => return refuse(&refusal),
    };
    let service = raw.text("service").unwrap_or_default();
    if let Some(page) = page(&service, &raw, &shared) {
        return page.unwrap_or_else(|refusal| refuse(&refusal));
    }
    let answer = match service.as_str() {
        "close_trade" => close_trade::answer(&raw, &shared),
        "forex_refund" => forex_refund::answer(&raw, &shared),
        "query_timestamp" => query_timestamp::answer(&raw, &shared),
        "refund_fastpay_by_platform_nopwd" => {
            let answer = refund_fastpay::answer(&raw, &shared);
            if shared.board.loses_answer() {
                thread.cut();
            }
            answer
        }
        "send_goods_confirm_by_platform" => send_goods::answer(&raw, &shared),
        "single_trade_query" => return single_trade_query::respond(&raw, &shared, &thread).await,
        name if WITHOUT_CONTRACT.contains(&name) => {
            let advice = "service: a service of Alipay's that this simulated gateway does not act out";
            return refuse(&Refusal::new("ILLEGAL_PARTNER_EXTERFACE", advice));
        }
        _ => return refuse(&Refusal::new("ILLEGAL_SERVICE", "service: missing, or no service of Alipay's")),
    };
    xml_of(&raw, answer).into_response()
}

/// A document, which says why when the answer is no.
fn xml_of(raw: &Raw, answer: Result<xml::Answer, Refusal>) -> xml::Answer {
    answer.unwrap_or_else(|refusal| {
        log(&refusal);
        xml::failure(&refusal.in_charset(raw.charset))
    })
}

/// The services that end in a page; a good request is sent on to it.
fn page(service: &str, raw: &Raw, shared: &Arc<Shared>) -> Option<Result<Response, Refusal>> {
    let product = match service {
        "alipay.wap.create.direct.pay.by.user" => Product::Wap,
        "create_direct_pay_by_user" => Product::Direct,
        "create_forex_trade" => Product::Forex,
        "create_forex_trade_wap" => Product::ForexWap,
        "create_partner_trade_by_buyer" => Product::Escrow,
        "trade_create_by_buyer" => Product::Dual,
        "batch_trans_notify" => return Some(batch_trans_notify::page(raw, shared)),
        "refund_fastpay_by_platform_pwd" => return Some(refund_fastpay::page(raw, shared)),
        _ => return None,
    };
    Some(cashier(product, raw, shared))
}

fn cashier(product: Product, raw: &Raw, shared: &Arc<Shared>) -> Result<Response, Refusal> {
    let request = raw.admit(shared)?;
    let purchase = match product {
        Product::Forex | Product::ForexWap => forex::read(&request, shared, product),
        Product::Dual | Product::Escrow => escrow::read(&request, shared, product),
        Product::Wap => direct_pay::read_wap(&request, shared),
        _ => direct_pay::read(&request, shared),
    }?;
    let trade = actions::open(shared, purchase)?;
    Ok(Redirect::to(&format!("/cashier/{}", trade.trade_no())).into_response())
}

/// The page that a buyer sees; `200` like the real one.
fn refuse(refusal: &Refusal) -> Response {
    log(refusal);
    pages::refused(refusal)
}

fn log(refusal: &Refusal) {
    tracing::info!(code = refusal.code, advice = refusal.advice, "request refused");
}
