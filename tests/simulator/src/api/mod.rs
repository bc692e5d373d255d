//! The same by HTTP, as JSON under `/simulator`.
//!
//! | | |
//! |---|---|
//! | `GET /simulator/trades` | all trades |
//! | `POST /simulator/trades/{trade_no}/{act}` | `pay`, `close`, `finish`, `refund`, `ship`, `confirm`, `time-out`; the body of a refund is `{"amount": "0.01"}`, of a payment `{"channel": "CMB"}`, `{"mode": "escrow"}` or nothing |
//! | `GET /simulator/batches` | all batches of refunds and payouts |
//! | `POST /simulator/batches/{batch_no}/{act}` | `approve` (types the password), `reject` |
//! | `POST /simulator/app` | takes an order string of `alipay.trade.app.pay`, as Alipay's app does |
//! | `GET /simulator/trades/{trade_no}/result` | what that app tells the shop's app when it is paid |
//! | `POST /simulator/scan` | `{"qr_code": "…"}` of `alipay.trade.precreate` |
//! | `POST /simulator/messages` | sends a message of the message service: `{"app_id": "…", "notify_url": "…", "msg_method": "…", "biz_content": {…}}` |
//! | `POST /simulator/certificates/{app_id}/{act}` | `announce` (the next certificate of Alipay's, as PEM), `roll_over` (goes over to it), `renew` (another for the same key) |
//! | `GET /simulator/calls` | the methods of the OpenAPI generation that were called |
//! | `GET /simulator/deliveries`, `GET /simulator/questions` | the logs |
//! | `GET`, `POST`, `DELETE /simulator/mischief` | list, switch on (a `Wish`), reset |
//! | `PUT /simulator/arrival` | `{"arrival": "return_first"}` |

mod application;
mod json;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use self::json::{batch, behaviour, delivery, question, trade};
use crate::{
    actions, banks, batch_page,
    goods::Parcel,
    mischief::{Arrival, Wish},
    openapi,
    shared::Shared,
    trades::TradeError,
};

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/trades", get(trades))
        .route("/trades/{trade_no}/{act}", post(act))
        .route("/app", post(app))
        .route("/trades/{trade_no}/result", get(result))
        .route("/scan", post(scan))
        .route("/batches", get(batches))
        .route("/batches/{batch_no}/{act}", post(end_batch))
        .route("/messages", post(application::message))
        .route("/certificates/{app_id}/{act}", post(application::certificate))
        .route("/calls", get(application::calls))
        .route("/deliveries", get(deliveries))
        .route("/questions", get(questions))
        .route("/mischief", get(mischief).post(switch).delete(reset))
        .route("/arrival", put(arrange))
}

async fn trades(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.trades.all().iter().map(trade).collect())
}

async fn app(State(shared): State<Arc<Shared>>, order_string: String) -> Response {
    match openapi::open_order_string(&shared, order_string.trim()) {
        Ok(opened) => Json(trade(&opened)).into_response(),
        Err((sub_code, advice)) => {
            let body = json!({ "error": advice, "sub_code": sub_code });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

async fn result(State(shared): State<Arc<Shared>>, Path(trade_no): Path<String>) -> Response {
    let found = shared.trades.by_number(&trade_no);
    match found.and_then(|found| openapi::app_result(&shared, &found)) {
        Some(result) => Json(json!({ "resultStatus": "9000", "result": result, "memo": "" })).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "no paid trade of an app has this number"),
    }
}

#[derive(Deserialize)]
struct Code {
    qr_code: String,
}

async fn scan(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let opened = read::<Code>(&body)
        .and_then(|code| openapi::open_code(&shared, code.qr_code.rsplit('/').next().unwrap_or_default()));
    match opened {
        Ok(opened) => Json(trade(&opened)).into_response(),
        Err(advice) => refuse(StatusCode::BAD_REQUEST, &advice),
    }
}

async fn batches(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.batches.all().iter().map(batch).collect())
}

async fn end_batch(
    State(shared): State<Arc<Shared>>,
    Path((batch_no, act)): Path<(String, String)>,
) -> Response {
    let Some(found) = shared.batches.by_number(&batch_no) else {
        return refuse(StatusCode::NOT_FOUND, "there is no such batch");
    };
    let done = match act.as_str() {
        "approve" => batch_page::carry_out(&shared, &found.id),
        "reject" => actions::give_up_batch(&shared, &found.id),
        _ => return refuse(StatusCode::NOT_FOUND, "act: approve or reject"),
    };
    match done {
        Some(done) => Json(batch(&done)).into_response(),
        None => refuse(StatusCode::CONFLICT, "the batch is over"),
    }
}

async fn deliveries(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.deliveries.lines().iter().map(delivery).collect())
}

async fn questions(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.questions.lines().iter().map(question).collect())
}

async fn mischief(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({
        "active": shared.board.active().iter().map(behaviour).collect::<Value>(),
        "arrival": shared.board.arrival().name(),
    }))
}

async fn switch(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let wish = read::<Wish>(&body).and_then(|wish| wish.behaviour());
    match wish.and_then(|behaviour| shared.board.switch(behaviour)) {
        Ok(()) => mischief(State(shared)).await.into_response(),
        Err(advice) => refuse(StatusCode::BAD_REQUEST, &advice),
    }
}

async fn reset(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.board.reset();
    mischief(State(shared)).await
}

#[derive(Deserialize)]
struct Arrangement {
    arrival: String,
}

async fn arrange(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let arrival = read::<Arrangement>(&body).and_then(|wish| {
        Arrival::from_name(&wish.arrival)
            .ok_or_else(|| "arrival: notify_first, return_first, both".to_owned())
    });
    match arrival {
        Ok(arrival) => {
            shared.board.arrange(arrival);
            mischief(State(shared)).await.into_response()
        }
        Err(advice) => refuse(StatusCode::BAD_REQUEST, &advice),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    amount: String,
    channel: Option<String>,
    /// `escrow`, for a dual trade.
    mode: Option<String>,
}

async fn act(
    State(shared): State<Arc<Shared>>,
    Path((trade_no, act)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let details = if body.is_empty() { Ok(Details::default()) } else { read::<Details>(&body) };
    let details = match details {
        Ok(details) => details,
        Err(advice) => return refuse(StatusCode::BAD_REQUEST, &advice),
    };
    let done = match act.as_str() {
        "confirm" => actions::confirm(&shared, &trade_no).map(|done| trade(&done)),
        "close" => actions::close(&shared, &trade_no).map(|done| trade(&done)),
        "time-out" => actions::time_out(&shared, &trade_no).map(|done| trade(&done)),
        "finish" => actions::finish(&shared, &trade_no).map(|done| trade(&done)),
        "pay" => {
            let channel = details.channel.as_deref().unwrap_or("balance");
            if channel != "balance" && !banks::is_known(channel) {
                return refuse(StatusCode::BAD_REQUEST, "channel: balance, or the code of a bank");
            }
            let held = details.mode.as_deref() == Some("escrow");
            let order = actions::Order { held, ..actions::Order::by(channel) };
            actions::pay(&shared, &trade_no, order).await.map(|(done, address)| {
                let mut value = trade(&done);
                if let Some(object) = value.as_object_mut() {
                    object.insert("return_to".to_owned(), json!(address));
                }
                value
            })
        }
        "refund" => match details.amount.parse() {
            Ok(amount) => actions::refund(&shared, &trade_no, amount).map(|done| trade(&done)),
            Err(_) => Err(TradeError::Amount),
        },
        "ship" => actions::ship(&shared, &trade_no, Parcel::default()).map(|done| trade(&done)),
        _ => {
            return refuse(
                StatusCode::NOT_FOUND,
                "act: close, confirm, finish, pay, refund, ship or time-out",
            );
        }
    };
    match done {
        Ok(value) => Json(value).into_response(),
        Err(TradeError::Unknown) => refuse(StatusCode::NOT_FOUND, &TradeError::Unknown.to_string()),
        Err(error) => refuse(StatusCode::CONFLICT, &error.to_string()),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("not the JSON that is taken here: {error}"))
}

fn refuse(status: StatusCode, advice: &str) -> Response {
    (status, Json(json!({ "error": advice }))).into_response()
}
