//! A night in which the shop is closed and everything that Alipay says is lost: in the morning the shop asks, and the books say
//! what came to pass.

use std::sync::Arc;

use alipay_simulator::SimulatedGateway;
use alipay_sqlx_store::NewOrder;
use alipay_tower::protocol::{Currency, ForexAmount, ForexPayment, OrderState, OutTradeNo, TradeState};
use tempfile::TempDir;

use super::{escrow, receipts, stories};
use crate::shops::{Options, Running, Shop, price};

stories! {
    paid_and_paid_back;
    classic: escrow_at_each_stage, across_the_border, everything_at_once,
}

fn asking() -> Options {
    Options { asks: true, ..Options::default() }
}

/// A shop that asks, and never hears anything.
async fn evening<S: Shop>() -> Running {
    let shop = S::start(asking()).await;
    shop.simulator.drop_all();
    shop
}

/// The next morning.
async fn open<S: Shop>(beside: (Arc<SimulatedGateway>, Arc<TempDir>)) -> Running {
    S::start(Options { beside: Some(beside), ..asking() }).await
}

/// Three orders that are sold by escrow, with their trades.
async fn escrow_orders(shop: &Running) -> Vec<(OutTradeNo, String)> {
    let mut all = Vec::new();
    for number in ["E0", "E1", "E2"] {
        let order = shop.escrow_order(number).await;
        let trade = escrow::open(shop, &order).await;
        all.push((order, trade));
    }
    all
}

/// The first is paid, the second shipped too, the third has arrived.
async fn escrow_goes_on(simulator: &SimulatedGateway, escrow: &[(OutTradeNo, String)]) {
    for (_, trade) in escrow {
        simulator.pay(trade, "balance").await.unwrap();
    }
    for (_, trade) in &escrow[1..] {
        simulator.ship(trade).unwrap();
    }
    simulator.confirm_receipt(&escrow[2].1).unwrap();
}

async fn assert_stages(shop: &Running, escrow: &[(OutTradeNo, String)]) {
    for ((order, _), state) in
        escrow.iter().zip([TradeState::Held, TradeState::Shipped, TradeState::Finished])
    {
        shop.assert_settled_once(order).await;
        assert_eq!(shop.record(order).await.progress().state(), state, "{}: {order}", shop.name);
    }
}

/// An order with a price in dollars, and its trade.
async fn abroad(shop: &Running, number: &str) -> (OutTradeNo, String) {
    let (order, usd) = (OutTradeNo::new(number).unwrap(), Currency::new("USD").unwrap());
    let new = NewOrder::new(order.clone(), price(), "a teapot").with_contact("buyer@example.com");
    shop.store.create_order(new.with_currency(usd)).await.unwrap();
    let request = ForexPayment::new(order.clone(), "a teapot", ForexAmount::new(usd, price()));
    let page = reqwest::get(shop.desk().checkout(&request).unwrap().url()).await.unwrap();
    let page = page.text().await.unwrap();
    let trade = shop.simulator.trade(number).unwrap_or_else(|| panic!("the gateway refuses: {page}"));
    (order, trade.trade_no().to_owned())
}

async fn assert_only_asked(shop: &Running) {
    let journal = shop.journal().await;
    assert!(journal.iter().all(|line| line.channel() == "query"), "{}: {journal:#?}", shop.name);
}

async fn escrow_at_each_stage<S: Shop>() {
    let shop = evening::<S>().await;
    let escrow = escrow_orders(&shop).await;
    let beside = shop.stop().await;
    escrow_goes_on(&beside.0, &escrow).await;
    let shop = open::<S>(beside).await;
    assert_stages(&shop, &escrow).await;
    assert_only_asked(&shop).await;
    // What is settled is not asked about again; the operator may, and hears the rest.
    let (held, trade) = &escrow[0];
    shop.simulator.ship(trade).unwrap();
    shop.simulator.confirm_receipt(trade).unwrap();
    assert_eq!(shop.press(held, "query", &[]).await.0, 200);
    assert_eq!(shop.record(held).await.progress().state(), TradeState::Finished);
    shop.assert_settled_once(held).await;
    shop.stop().await;
}

async fn across_the_border<S: Shop>() {
    let shop = evening::<S>().await;
    let (order, trade) = abroad(&shop, "F1").await;
    let (unpaid, _) = abroad(&shop, "F2").await;
    let beside = shop.stop().await;
    beside.0.pay(&trade, "balance").await.unwrap();
    let shop = open::<S>(beside).await;
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.record(&order).await.currency().as_str(), "USD");
    assert_eq!(shop.state(&unpaid).await, OrderState::Pending);
    assert_only_asked(&shop).await;
    shop.stop().await;
}

async fn everything_at_once<S: Shop>() {
    let shop = evening::<S>().await;
    let escrow = escrow_orders(&shop).await;
    let mut trades = vec![abroad(&shop, "F1").await, abroad(&shop, "F2").await];
    for number in 0..8 {
        let order = shop.order(&format!("T{number}")).await;
        let trade = shop.open_trade(&order).await.trade_no().to_owned();
        trades.push((order, trade));
    }
    let beside = shop.stop().await;
    escrow_goes_on(&beside.0, &escrow).await;
    for (_, trade) in &trades {
        beside.0.pay(trade, "balance").await.unwrap();
    }
    let shop = open::<S>(beside).await;
    assert_stages(&shop, &escrow).await;
    for (order, _) in &trades {
        shop.assert_settled_once(order).await;
    }
    assert_eq!(shop.count("settled").await, escrow.len() + trades.len());
    assert_only_asked(&shop).await;
    receipts::all_sent(&shop).await;
    assert_eq!(receipts::letters(&shop).len(), escrow.len() + trades.len());
    shop.stop().await;
}

/// The first that the shop hears of the payment is that it went back: the books hold both, and no goods leave.
async fn paid_and_paid_back<S: Shop>() {
    let shop = evening::<S>().await;
    let order = shop.order("T1").await;
    let trade = shop.open_trade(&order).await.trade_no().to_owned();
    let beside = shop.stop().await;
    beside.0.pay(&trade, "balance").await.unwrap();
    beside.0.refund(&trade, price()).unwrap();
    let shop = open::<S>(beside).await;
    shop.paid(&order).await;
    let record = shop.record(&order).await;
    assert_eq!((record.progress().state(), record.refunded()), (TradeState::Refunded, price()));
    receipts::all_sent(&shop).await;
    let outbox = shop.store.outbox(10).await.unwrap();
    let kinds: Vec<&str> = outbox.iter().map(|message| message.kind().as_str()).collect();
    assert_eq!(kinds, ["settled_refunded"], "{}", shop.name);
    let [letter] = receipts::letters(&shop).try_into().expect("one letter");
    let letter = std::fs::read_to_string(letter).unwrap();
    assert!(!letter.contains("buyer@example.com"), "no receipt: {letter}");
    let history = shop.history(&order).await;
    let mut told = history.iter();
    for kind in ["created", "settled", "trade_closed"] {
        assert!(told.any(|own| own == kind), "{kind} has its place in {history:?}");
    }
    let (status, page) = super::visit(&format!("{}/orders/{order}", shop.url())).await;
    assert!(status == 200 && page.contains("data-state=\"refunded\""), "{page}");
    shop.stop().await;
}
