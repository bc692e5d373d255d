//! What is about an application of the OpenAPI generation and no trade: messages, certificates, calls.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{read, refuse};
use crate::{actions, shared::Shared};

#[derive(Deserialize)]
struct Wanted {
    app_id: String,
    notify_url: String,
    msg_method: String,
    #[serde(default)]
    biz_content: Value,
}

pub(super) async fn message(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let sent = read::<Wanted>(&body).and_then(|wanted| {
        let content = wanted.biz_content.to_string();
        actions::send_message(&shared, &wanted.app_id, &wanted.notify_url, &wanted.msg_method, &content)
            .map_err(str::to_owned)
    });
    match sent {
        Ok(()) => Json(json!({ "sent": true })).into_response(),
        Err(advice) => refuse(StatusCode::BAD_REQUEST, &advice),
    }
}

pub(super) async fn certificate(
    State(shared): State<Arc<Shared>>,
    Path((app_id, act)): Path<(String, String)>,
) -> Response {
    let Some(account) = shared.account(&app_id) else {
        return refuse(StatusCode::NOT_FOUND, "there is no such application");
    };
    let made = match act.as_str() {
        "announce" => account.announce_certificate(),
        "renew" => account.renew_certificate().map(|made| made.map(|files| files.alipay().to_owned())),
        "roll_over" => {
            account.roll_certificate_over().map(|made| made.map(|files| files.alipay().to_owned()))
        }
        _ => return refuse(StatusCode::NOT_FOUND, "act: announce, renew or roll_over"),
    };
    match made {
        Some(Ok(pem)) => Json(json!({ "alipay_cert": pem })).into_response(),
        Some(Err(error)) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        None => refuse(StatusCode::CONFLICT, "the application is in key mode"),
    }
}

pub(super) async fn calls(State(shared): State<Arc<Shared>>) -> Json<Vec<String>> {
    Json(shared.calls.lines())
}
