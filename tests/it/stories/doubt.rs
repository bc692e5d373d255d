//! While the gateway cannot be asked: settled at once and confirmed later where the shop wants it, and nobody waits for a
//! gateway that does not answer. Classic only; the other generation asks nobody about a notification.

use alipay_simulator::{Mischief, Outage, SimulatedGateway};
use alipay_sqlx_store::{NewOrder, SqlStore};
use alipay_tower::{
    Alipay, Endpoints, OutagePolicy,
    gateway::{BreakerOptions, BreakerState, CircuitBreaker, GatewayOptions, ReqwestGateway},
    protocol::{OrderState, OutTradeNo},
};
use tempfile::TempDir;

use super::stories;
use crate::{
    capture,
    shops::{Options, Shop, database_url, price},
    wire::{Message, exchange, post},
};

stories! { classic: confirmed_later, denied_later, the_breaker_opens_and_closes }

fn trusting() -> Options {
    Options { outage_policy: OutagePolicy::AcceptThenConfirm, asks: true, ..Options::default() }
}

async fn confirmed_later<S: Shop>() {
    let shop = S::start(trusting()).await;
    let order = shop.order("T1").await;
    shop.simulator.behave(Mischief::Outage(Outage::Unavailable));
    shop.simulator.behave(Mischief::QueryOutage(Outage::Unavailable));
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.simulator.quiet().await;
    assert!(shop.record(&order).await.is_unconfirmed());
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), 1, "{deliveries:#?}");
    assert_eq!(deliveries[0].answer, "success");
    shop.simulator.reset();
    let confirmed = async || !shop.record(&order).await.is_unconfirmed();
    crate::until("the gateway has confirmed the trade", confirmed).await;
    assert!(shop.history(&order).await.contains(&"confirmed".to_owned()));
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Somebody has the key, and used the hour. The settlement is taken back, and the order can be paid.
async fn denied_later<S: Shop>() {
    let shop = S::start(trusting()).await;
    let other = shop.order("T0").await;
    let genuine = capture::notice(&shop, &other).await;
    let order = shop.order("T1").await;
    shop.simulator.behave(Mischief::Outage(Outage::Unavailable));
    shop.simulator.behave(Mischief::QueryOutage(Outage::Unavailable));
    let stolen =
        genuine.with("out_trade_no", order.as_str()).with("trade_no", "2024010122001004010299999999");
    let answer = shop.notify(stolen.body(shop.alipay())).await;
    assert_eq!((answer.status, answer.text()), (200, "success"));
    assert!(shop.record(&order).await.is_unconfirmed());
    shop.simulator.reset();
    let denied = async || shop.state(&order).await == OrderState::Pending;
    crate::until("the gateway has denied the trade", denied).await;
    assert!(shop.history(&order).await.contains(&"denied".to_owned()));
    shop.buy(&order).await;
    shop.paid(&order).await;
    let paid = OrderState::Paid(shop.simulator.trade("T1").unwrap().trade_no().parse().unwrap());
    assert_eq!(shop.state(&order).await, paid);
    shop.stop().await;
}

async fn the_breaker_opens_and_closes<S: Shop>() {
    let (simulator, folder) = (SimulatedGateway::start().await.unwrap(), TempDir::new().unwrap());
    let store = SqlStore::connect(&database_url(folder.path())).await.unwrap();
    let order = OutTradeNo::new("T1").unwrap();
    store.create_order(NewOrder::new(order.clone(), price(), "一只茶壶")).await.unwrap();
    let client = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
    let breaker = CircuitBreaker::new(client, &BreakerOptions::default());
    let endpoints = Endpoints::new("http://127.0.0.1/alipay/notify", "http://127.0.0.1/alipay/return");
    let desk = Alipay::new(simulator.merchant(), breaker.clone(), store.clone(), endpoints.unwrap());
    let bare = S::bare(desk.clone()).await;
    let (body, _) = capture::caught(&simulator, &desk, &order).await;
    let body = Message::read(&body).body(desk.merchant());
    simulator.behave(Mischief::Outage(Outage::Unavailable));
    for _ in 0..5 {
        assert_eq!(breaker.state(), BreakerState::Closed);
        let answer = exchange(bare.address, post(shop::NOTIFY_PATH, &body)).await;
        assert_eq!((answer.status, answer.text()), (503, "fail"));
    }
    assert_ne!(breaker.state(), BreakerState::Closed, "{}", S::NAME);
    let journal = store.journal_entries(10).await.unwrap();
    assert!(journal.iter().all(|line| line.outcome() == "gateway_unreachable"), "{journal:#?}");
    simulator.reset();
    let settled = async || exchange(bare.address, post(shop::NOTIFY_PATH, &body)).await.text() == "success";
    crate::until("the circuit is closed again", settled).await;
    assert_eq!(breaker.state(), BreakerState::Closed);
    store.close().await;
}
