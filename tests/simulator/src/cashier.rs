//! The pay page, for buyers with and without scripts.

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
    actions, banks,
    filled::Filled,
    goods::{Carrier, Consignee},
    loopback, pages,
    shared::Shared,
    trade::{Mode, Trade},
    trades::TradeError,
};

/// The longest part of an address that the form takes.
const MAX_TEXT: usize = 256;

#[derive(Template)]
#[template(path = "cashier.html")]
struct Cashier<'a> {
    trade: &'a Trade,
    seller: &'a str,
    banks: &'static [(&'static str, &'static str, &'static str)],
    /// A bank that the request named and that is not among those offered.
    other_bank: Option<&'a str>,
    chosen: &'a str,
    deadline: Option<String>,
    /// Whether the buyer has the choice between escrow and instant payment.
    dual: bool,
    carriers: &'a [Carrier],
    consignee: Consignee,
}

impl Cashier<'_> {
    fn is_chosen(&self, code: &str) -> bool {
        code == self.chosen
    }
}

#[derive(Template)]
#[template(path = "result.html")]
struct Outcome<'a> {
    trade: &'a Trade,
    refunded: bool,
    paid: bool,
    held: bool,
    shipped: bool,
    closed: bool,
    channel: &'a str,
    /// Where the shop waits for who has paid.
    back: Option<String>,
    /// The front page of the shop, when there is nothing better to go back to.
    shop: Option<String>,
}

/// What the buyer chose.
#[derive(Deserialize)]
pub(crate) struct Choice {
    /// Of the button that was pressed; who sends the form without pressing one pays from the balance.
    #[serde(default = "balance")]
    channel: String,
    bank: Option<String>,
    /// `escrow` or `instant`, of a dual trade.
    mode: Option<String>,
    #[serde(default)]
    carrier: usize,
    receive_name: Option<String>,
    receive_address: Option<String>,
    #[serde(default)]
    receive_zip: String,
    #[serde(default)]
    receive_mobile: String,
}

fn balance() -> String {
    "balance".to_owned()
}

impl Choice {
    fn consignee(&self) -> Option<Consignee> {
        let cut = |text: &str| crate::delivery::cut(text, MAX_TEXT);
        let (name, address) = (self.receive_name.as_deref()?, self.receive_address.as_deref()?);
        let consignee = Consignee {
            name: cut(name),
            address: cut(address),
            zip: cut(&self.receive_zip),
            phone: String::new(),
            mobile: cut(&self.receive_mobile),
        };
        (!name.is_empty() && !address.is_empty()).then_some(consignee)
    }
}

/// GET of the cashier: the order, or what became of it.
pub(crate) async fn page(State(shared): State<Arc<Shared>>, Path(trade_no): Path<String>) -> Response {
    let Some(trade) = shared.trades.by_number(&trade_no) else { return unknown() };
    if !trade.is_waiting() {
        return outcome(&shared, &trade);
    }
    let account = shared.account(trade.account());
    let seller = account.and_then(|account| account.shop.seller_email()).unwrap_or(trade.partner().as_str());
    let chosen = trade.purchase.bank.as_deref().unwrap_or_default();
    let offered = banks::OFFERED.iter().any(|(code, ..)| *code == chosen);
    let goods = trade.purchase.goods.as_ref();
    pages::render(&Cashier {
        trade: &trade,
        seller,
        banks: &banks::OFFERED,
        other_bank: (!offered && !chosen.is_empty()).then_some(chosen),
        chosen,
        deadline: trade.purchase.deadline.map(|deadline| deadline.to_string()),
        dual: trade.mode == Mode::Open,
        carriers: goods.map_or(&[], |goods| &goods.carriers),
        consignee: goods.and_then(|goods| goods.consignee.clone()).unwrap_or_default(),
    })
}

/// POST of the buyer's choice: pays, and sends the browser back to the shop.
pub(crate) async fn pay(
    State(shared): State<Arc<Shared>>,
    Path(trade_no): Path<String>,
    Filled(choice): Filled<Choice>,
) -> Response {
    let Some(trade) = shared.trades.by_number(&trade_no) else { return unknown() };
    let offered = trade.purchase.channels;
    let channel = match (choice.channel.as_str(), choice.bank.as_deref()) {
        ("balance", _) if offered.balance => "balance",
        ("bank", Some(bank)) if offered.bank && banks::is_known(bank) => bank,
        _ => {
            let text = "请选择余额或一家银行。Choose the balance, or one of the banks.";
            let back = format!("/cashier/{trade_no}");
            return pages::advice("付款方式 Payment method", text, &back);
        }
    };
    let order = actions::Order {
        channel,
        held: choice.mode.as_deref() == Some("escrow"),
        carrier: choice.carrier,
        consignee: choice.consignee(),
    };
    match actions::pay(&shared, &trade_no, order).await {
        Ok((_, Some(address))) => Redirect::to(&address).into_response(),
        Ok((trade, None)) => outcome(&shared, &trade),
        Err(error) => failed(&shared, &trade_no, &error),
    }
}

/// POST of the buyer who has the goods.
pub(crate) async fn confirm(State(shared): State<Arc<Shared>>, Path(trade_no): Path<String>) -> Response {
    match actions::confirm(&shared, &trade_no) {
        Ok(trade) => outcome(&shared, &trade),
        Err(error) => failed(&shared, &trade_no, &error),
    }
}

/// POST of the buyer who does not want it any more.
pub(crate) async fn cancel(State(shared): State<Arc<Shared>>, Path(trade_no): Path<String>) -> Response {
    match actions::close(&shared, &trade_no) {
        Ok(trade) => outcome(&shared, &trade),
        Err(error) => failed(&shared, &trade_no, &error),
    }
}

/// POST of who does not want to wait for the time that the buyer has.
pub(crate) async fn time_out(State(shared): State<Arc<Shared>>, Path(trade_no): Path<String>) -> Response {
    match actions::time_out(&shared, &trade_no) {
        Ok(trade) => outcome(&shared, &trade),
        Err(error) => failed(&shared, &trade_no, &error),
    }
}

/// A second click, or one that came too late, sees what became of the trade.
fn failed(shared: &Shared, trade_no: &str, error: &TradeError) -> Response {
    match shared.trades.by_number(trade_no) {
        Some(trade) if matches!(error, TradeError::Status(_)) => {
            (StatusCode::CONFLICT, outcome(shared, &trade)).into_response()
        }
        _ => unknown(),
    }
}

fn outcome(shared: &Shared, trade: &Trade) -> Response {
    pages::render(&Outcome {
        trade,
        refunded: trade.paid_at().is_some() && *trade.status() == TradeStatus::TradeClosed,
        paid: trade.status().is_paid() || trade.paid_at().is_some() && !trade.is_escrow(),
        held: trade.status().is_held(),
        shipped: *trade.status() == TradeStatus::WaitBuyerConfirmGoods,
        closed: *trade.status() == TradeStatus::TradeClosed,
        channel: match trade.channel() {
            Some("balance") => "余额 Balance",
            Some(bank) => banks::name(bank),
            None => "",
        },
        back: actions::return_address(shared, trade),
        shop: trade.return_url().and_then(loopback::origin),
    })
}

fn unknown() -> Response {
    pages::message(StatusCode::NOT_FOUND, "TRADE_NOT_EXIST", "没有这笔交易。There is no such trade.")
}
