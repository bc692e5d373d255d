//! The simulator's own page: trades, deliveries, and the switches of mischief, all by plain forms.

use std::sync::Arc;

use alipay_tower::protocol::TradeStatus;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::Deserialize;

use crate::{
    account::Account,
    actions,
    batches::Batch,
    delivery::{Delivery, Question},
    filled::Filled,
    goods::Parcel,
    mischief::{Arrival, Behaviour, Mischief, NAMES, Wish},
    pages,
    settings::Settings,
    shared::Shared,
    trade::Trade,
    trades::TradeError,
};

/// How many lines of each log the page shows, newest first.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Dashboard<'a> {
    gateway: &'a str,
    partners: Vec<&'a str>,
    settings: Settings,
    trades: Vec<Trade>,
    batches: Vec<Batch>,
    drops_all: bool,
    deliveries: Vec<Delivery>,
    questions: Vec<Question>,
    active: Vec<Behaviour>,
    arrival: Arrival,
    arrivals: [(&'static str, &'static str); 3],
    switches: &'static [(&'static str, &'static str)],
}

const ARRIVALS: [(&str, &str); 3] = [
    ("notify_first", "先通知，后返回 · notify first"),
    ("return_first", "先返回，后通知 · return first"),
    ("both", "同时 · both at once"),
];

/// GET of the page.
pub(crate) async fn page(State(shared): State<Arc<Shared>>) -> Response {
    pages::render(&Dashboard {
        gateway: shared.gateway.as_str(),
        partners: shared.accounts.iter().map(Account::id).collect(),
        settings: shared.settings,
        trades: newest(shared.trades.all()),
        batches: newest(shared.batches.all()),
        drops_all: shared.board.active().contains(&Mischief::Drop.into()),
        deliveries: newest(shared.deliveries.lines()),
        questions: newest(shared.questions.lines()),
        active: shared.board.active(),
        arrival: shared.board.arrival(),
        arrivals: ARRIVALS,
        switches: &NAMES,
    })
}

/// POST of a switch.
pub(crate) async fn switch(State(shared): State<Arc<Shared>>, Filled(wish): Filled<Wish>) -> Response {
    match wish.behaviour().and_then(|behaviour| shared.board.switch(behaviour)) {
        Ok(()) => home(),
        Err(advice) => pages::message(StatusCode::BAD_REQUEST, "捣乱 Mischief", &advice),
    }
}

/// POST: all switches off.
pub(crate) async fn reset(State(shared): State<Arc<Shared>>) -> Response {
    shared.board.reset();
    home()
}

/// The order of notification and return.
#[derive(Deserialize)]
pub(crate) struct Arrangement {
    arrival: String,
}

/// POST: which comes first.
pub(crate) async fn arrange(
    State(shared): State<Arc<Shared>>,
    Filled(arrangement): Filled<Arrangement>,
) -> Response {
    let Some(arrival) = Arrival::from_name(&arrangement.arrival) else {
        let text = "one of notify_first, return_first, both";
        return pages::message(StatusCode::BAD_REQUEST, "顺序 Arrival", text);
    };
    shared.board.arrange(arrival);
    home()
}

/// What the operator does to a trade.
#[derive(Deserialize)]
pub(crate) struct Act {
    act: String,
    amount: Option<String>,
}

/// POST: one move of a trade.
pub(crate) async fn act(
    State(shared): State<Arc<Shared>>,
    Path(trade_no): Path<String>,
    Filled(act): Filled<Act>,
) -> Response {
    let done = match act.act.as_str() {
        "close" => actions::close(&shared, &trade_no),
        "confirm" => actions::confirm(&shared, &trade_no),
        "finish" => actions::finish(&shared, &trade_no),
        "ship" => actions::ship(&shared, &trade_no, Parcel::default()),
        "refund" => match act.amount.as_deref().unwrap_or_default().parse() {
            Ok(amount) => actions::refund(&shared, &trade_no, amount),
            Err(_) => Err(TradeError::Amount),
        },
        _ => Err(TradeError::Unknown),
    };
    match done {
        Ok(_) => home(),
        Err(error) => pages::message(StatusCode::CONFLICT, "交易 Trade", &error.to_string()),
    }
}

fn home() -> Response {
    Redirect::to("/").into_response()
}

fn newest<T>(mut lines: Vec<T>) -> Vec<T> {
    lines.reverse();
    lines.truncate(SHOWN);
    lines
}

/// Whether money can go back.
fn refundable(trade: &Trade) -> bool {
    match trade.status() {
        TradeStatus::TradeSuccess | TradeStatus::WaitBuyerConfirmGoods | TradeStatus::WaitSellerSendGoods => {
            true
        }
        TradeStatus::TradeFinished => trade.product().is_forex() && trade.left().fen() > 0,
        _ => false,
    }
}

/// Whether a status stands.
fn is(trade: &Trade, status: &str) -> bool {
    trade.status().as_str() == status
}
