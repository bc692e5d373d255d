//! The notification and the buyer's browser, in every order.

use std::time::Duration;

use alipay_simulator::{Arrival, SimulatedGateway};
use alipay_tower::protocol::OrderState;

use super::{comes_back, stories};
use crate::shops::{Options, Shop};

stories! { notify_before_return, return_before_notify, both_at_once, the_buyer_never_comes_back }

async fn notify_before_return<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let back = shop.buy(&order).await;
    assert!(matches!(shop.state(&order).await, OrderState::Paid(_)), "the gateway waits for the answer");
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.count("shown").await, 1);
    shop.stop().await;
}

async fn return_before_notify<S: Shop>() {
    let lead = Duration::from_secs(4);
    let gateway = SimulatedGateway::builder().arrival(Arrival::ReturnFirst).return_lead(lead);
    let shop = S::start(Options { gateway, ..Options::default() }).await;
    let order = shop.order("T1").await;
    let back = shop.buy(&order).await;
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    assert_eq!(comes_back(&back).await, (200, "verified".to_owned()));
    assert_eq!(shop.count("settled").await, 0, "a return moves no money");
    shop.assert_settled_once(&order).await;
    // Reloading asks nobody any more: the books know the trade.
    let questions = shop.simulator.questions().len();
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    assert_eq!(shop.simulator.questions().len(), questions);
    shop.stop().await;
}

async fn both_at_once<S: Shop>() {
    let gateway = SimulatedGateway::builder().arrival(Arrival::Both);
    let shop = S::start(Options { gateway, ..Options::default() }).await;
    for round in 0..10 {
        let order = shop.order(&format!("T{round}")).await;
        let back = shop.buy(&order).await;
        let (one, other) = tokio::join!(comes_back(&back), comes_back(&back));
        for (status, state) in [one, other] {
            assert!(status == 200 && ["settled", "verified"].contains(&state.as_str()), "{status} {state}");
        }
        shop.assert_settled_once(&order).await;
    }
    assert_eq!(shop.store.refused_hits().await.unwrap().total(), 0);
    shop.stop().await;
}

async fn the_buyer_never_comes_back<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let trade = shop.open_trade(&order).await;
    let _lost = shop.simulator.pay(trade.trade_no(), "balance").await.unwrap();
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.count("shown").await, 0);
    shop.stop().await;
}
