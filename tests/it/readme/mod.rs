//! The programs of the README: they are the very files of this folder, and they are paid.

use std::{net::SocketAddr, sync::Arc};

use alipay_simulator::SimulatedGateway;
use alipay_tower::{
    Alipay, Endpoints, Order, OrderStore,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::OutTradeNo,
    store::MemoryStore,
};

#[expect(dead_code, reason = "its `main` listens on a fixed port")]
mod on_axum;
mod on_rocket;

const PAGE: &str = include_str!("../../../README.md");
const ORDER: &str = "T20240101000001";

/// What stands between the first line of such a file and its tests.
fn program(file: &str) -> &str {
    let (_, rest) = file.split_once("\n\n").unwrap();
    rest.split("\n#[cfg(test)]").next().unwrap()
}

#[test]
fn the_page_shows_what_compiles() {
    let blocks: Vec<&str> =
        PAGE.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [pages, start, rocket] = blocks.as_slice() else { panic!("three blocks, or three more tests") };
    assert_eq!(program(include_str!("on_axum.rs")), format!("{pages}\n{start}"));
    assert_eq!(program(include_str!("on_rocket.rs")), *rocket);
}

/// The simulated gateway, and the desk of a shop at this address with the order of the page in its books.
async fn stage(shop: SocketAddr) -> (SimulatedGateway, Alipay, Arc<MemoryStore>) {
    let simulator = SimulatedGateway::start().await.unwrap();
    let store = Arc::new(MemoryStore::new());
    store.insert(Order::new(OutTradeNo::new(ORDER).unwrap(), "10.50".parse().unwrap()));
    let at = |path: &str| format!("http://{shop}/alipay/{path}");
    let endpoints = Endpoints::new(&at("notify"), &at("return")).unwrap();
    let gateway = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
    let alipay = Alipay::new(simulator.merchant(), gateway, store.clone(), endpoints);
    (simulator, alipay, store)
}

/// A buyer at that shop, from the link to the page that thanks.
async fn buy(shop: SocketAddr, simulator: &SimulatedGateway, store: &MemoryStore) {
    let page = async |url: &str| reqwest::get(url).await.unwrap().text().await.unwrap();
    let early = page(&format!("http://{shop}/alipay/return")).await;
    assert_eq!(early, "We are waiting for Alipay's confirmation.");
    page(&format!("http://{shop}/buy")).await;
    let trade = simulator.trade(ORDER).expect("the browser was led to the cashier");
    let back = simulator.pay(trade.trade_no(), "balance").await.unwrap().unwrap();
    simulator.quiet().await;
    let order = store.find(&OutTradeNo::new(ORDER).unwrap()).await.unwrap().unwrap();
    assert_eq!(order.settled_by().map(|trade| trade.as_str()), Some(trade.trade_no()));
    assert_eq!(page(&back).await, format!("Order {ORDER} is paid: 10.50 CNY"));
}
