//! The page where the operator looks at a batch once more and types the payment password.

use std::sync::Arc;

use alipay_tower::Money;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::Deserialize;

use crate::{
    actions,
    batches::{Batch, BatchState, Items},
    filled::Filled,
    pages,
    shared::Shared,
};

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct Password {
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "batch.html")]
struct Page<'a> {
    batch: &'a Batch,
    waiting: bool,
    refunds: bool,
    /// To whom (or from which trade), how much, why.
    lines: Vec<(&'a str, Money, &'a str)>,
}

/// GET of the page.
pub(crate) async fn page(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let Some(batch) = shared.batches.find(&id) else { return unknown() };
    let lines = match &batch.items {
        Items::Payouts(items) => {
            items.iter().map(|item| (item.account.as_str(), item.amount, item.memo.as_str())).collect()
        }
        Items::Refunds(items) => {
            items.iter().map(|item| (item.trade_no.as_str(), item.amount, item.reason.as_str())).collect()
        }
    };
    pages::render(&Page {
        batch: &batch,
        waiting: batch.state == BatchState::Waiting,
        refunds: matches!(batch.items, Items::Refunds(_)),
        lines,
    })
}

/// POST: `confirm` with any password, or `cancel`.
pub(crate) async fn act(
    State(shared): State<Arc<Shared>>,
    Path((id, act)): Path<(String, String)>,
    Filled(form): Filled<Password>,
) -> Response {
    let done = match act.as_str() {
        "cancel" => actions::give_up_batch(&shared, &id),
        "confirm" if form.password.is_empty() => {
            let text = "请输入支付密码（任意）。Type a payment password; any will do here.";
            return pages::message(StatusCode::BAD_REQUEST, "支付密码 Password", text);
        }
        "confirm" => carry_out(&shared, &id),
        _ => return unknown(),
    };
    match (done, shared.batches.find(&id)) {
        (Some(_), _) => Redirect::to(&format!("/batches/{id}")).into_response(),
        (None, Some(_)) => {
            let text = "这个批次已经处理过了。This batch is over.";
            pages::message(StatusCode::CONFLICT, "批次 Batch", text)
        }
        (None, None) => unknown(),
    }
}

/// Whatever the batch is of.
pub(crate) fn carry_out(shared: &Arc<Shared>, id: &str) -> Option<Batch> {
    match shared.batches.find(id)?.items {
        Items::Payouts(_) => actions::pay_out(shared, id),
        Items::Refunds(_) => actions::refund_batch(shared, id),
    }
}

fn unknown() -> Response {
    pages::message(StatusCode::NOT_FOUND, "404", "没有这个批次。There is no such batch.")
}
