//! `gateway.do` of the OpenAPI generation: one address, one method for each value of `method`.

mod answer;
mod bill;
mod call;
mod cancel;
mod cert;
mod content;
mod failure;
mod order_string;
mod pay;
mod precreate;
mod query;
mod refund;

use std::sync::Arc;

use axum::response::{IntoResponse, Redirect, Response};

use self::{answer::Answer, call::Call, failure::Failure};
pub(crate) use self::{
    bill::{Bill, serve as serve_bill},
    order_string::{app_result, open as open_order_string},
    precreate::{Codes, open as open_code, scan},
};
use crate::{actions, mischief::Mischief, outage, pages, product::Product, shared::Shared, wire::Thread};

/// Whether a request is one of this generation: it names a `method` or an `app_id`, and no `service`.
pub(crate) fn is_meant(query: &[u8], body: Option<&[u8]>) -> bool {
    let pairs = || [Some(query), body].into_iter().flatten().flat_map(|raw| raw.split(|byte| *byte == b'&'));
    let names = |name: &[u8]| pairs().any(|pair| pair.starts_with(name));
    !names(b"service=") && (names(b"method=") || names(b"app_id="))
}

/// Answers a page, or a signed JSON document.
pub(crate) async fn respond(
    query: &[u8],
    body: Option<&[u8]>,
    shared: &Arc<Shared>,
    thread: &Thread,
) -> Response {
    let call = match Call::read(query, body, shared) {
        Ok(call) => call,
        Err((method, failure)) if page_of(&method).is_some() => return page_of_failure(&failure),
        Err((method, failure)) => return answer::unsigned(&method, &failure),
    };
    shared.calls.write(call.method.clone());
    if let Some(product) = page_of(&call.method) {
        let opened = pay::read(&call, product, shared).and_then(|purchase| {
            actions::open(shared, purchase).map_err(|refusal| failure::of_order(refusal.code))
        });
        return match opened {
            Ok(trade) => Redirect::to(&format!("/cashier/{}", trade.trade_no())).into_response(),
            Err(failure) => page_of_failure(&failure),
        };
    }
    if call.method == "alipay.trade.query" {
        let mischief = shared.board.for_query();
        if let Some(Mischief::QueryOutage(outage)) = mischief {
            return outage::act(outage, thread, shared).await;
        }
        let answer = Answer::of(&call, query::answer(&call, shared));
        return answer.lying(mischief.as_ref(), shared).into_response();
    }
    if call.method == "alipay.open.app.alipaycert.download" {
        return cert::answer(&call, shared).into_response();
    }
    let node = match call.method.as_str() {
        "alipay.data.dataservice.bill.downloadurl.query" => bill::answer(&call, shared),
        "alipay.trade.cancel" => cancel::answer(&call, shared),
        "alipay.trade.close" => cancel::close(&call, shared),
        "alipay.trade.fastpay.refund.query" => refund::query(&call, shared),
        "alipay.trade.precreate" => precreate::answer(&call, shared),
        "alipay.trade.refund" => {
            let node = refund::answer(&call, shared);
            if shared.board.loses_answer() {
                thread.cut();
            }
            node
        }
        _ => Err(Failure::invalid("isv.invalid-method", "method: not one that this gateway acts out")),
    };
    Answer::of(&call, node).lying(None, shared).into_response()
}

/// Methods that end in a page.
fn page_of(method: &str) -> Option<Product> {
    match method {
        "alipay.trade.page.pay" => Some(Product::PagePay),
        "alipay.trade.wap.pay" => Some(Product::WapPay),
        _ => None,
    }
}

fn page_of_failure(failure: &Failure) -> Response {
    tracing::info!(code = failure.code, sub_code = failure.sub_code, "request refused");
    pages::failed(failure.sub_code, &failure.sub_msg, failure.presign.as_deref())
}
