//! Something is out of order for a while, and the retry ladder heals it.

use alipay_simulator::{Lie, Mischief, Outage, Outcome};
use alipay_tower::protocol::OrderState;

use super::stories;
use crate::shops::{Fault, Options, Shop};

stories! {
    the_database_is_out_for_a_while,
    the_order_commits_late;
    // The gateway is asked about each notification in the classic generation only.
    classic: the_gateway_is_out_for_a_while, the_gateway_lies_for_a_while,
}

/// The answers to one notification, attempt by attempt.
fn answers(deliveries: &[alipay_simulator::Delivery]) -> Vec<(Option<u16>, String)> {
    deliveries.iter().map(|delivery| (delivery.status, delivery.answer.clone())).collect()
}

async fn the_gateway_is_out_for_a_while<S: Shop>() {
    let shop = S::start(Options::default()).await;
    for outage in [Outage::Unavailable, Outage::Refused] {
        let order = shop.order(&format!("T{outage:?}")).await;
        let before = shop.simulator.deliveries().len();
        shop.simulator.behave(Mischief::Outage(outage).times(3));
        shop.buy(&order).await;
        shop.assert_settled_once(&order).await;
        shop.simulator.quiet().await;
        let fail = (Some(503), "fail".to_owned());
        let deliveries = &shop.simulator.deliveries()[before..];
        assert_eq!(
            answers(deliveries),
            [fail.clone(), fail.clone(), fail, (Some(200), "success".to_owned())]
        );
        assert_eq!(deliveries.last().unwrap().outcome, Outcome::Acknowledged);
    }
    assert_eq!(shop.count("gateway_unreachable").await, 6);
    shop.stop().await;
}

async fn the_gateway_lies_for_a_while<S: Shop>() {
    let shop = S::start(Options::default()).await;
    for (lie, outcome, status) in
        [(Lie::False, "gateway_denied", 403), (Lie::Garbage, "gateway_unreachable", 503)]
    {
        let order = shop.order(&format!("T{lie:?}")).await;
        let before = shop.simulator.deliveries().len();
        shop.simulator.behave(Mischief::Lie(lie).times(2));
        shop.buy(&order).await;
        shop.assert_settled_once(&order).await;
        shop.simulator.quiet().await;
        let fail = (Some(status), "fail".to_owned());
        let deliveries = &shop.simulator.deliveries()[before..];
        assert_eq!(answers(deliveries), [fail.clone(), fail, (Some(200), "success".to_owned())]);
        assert_eq!(shop.count(outcome).await, 2);
    }
    shop.stop().await;
}

async fn the_database_is_out_for_a_while<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.faults.switch(Fault::Fails);
    shop.buy(&order).await;
    crate::until("the gateway tried twice", async || shop.simulator.deliveries().len() >= 2).await;
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    shop.faults.switch(Fault::None);
    shop.assert_settled_once(&order).await;
    shop.simulator.quiet().await;
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries[..2].iter().all(|delivery| delivery.status == Some(503) && delivery.answer == "fail"));
    assert!(shop.count("store_failed").await >= 2);
    shop.stop().await;
}

/// The notification overtakes the commit of the order that it is about.
async fn the_order_commits_late<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = alipay_tower::protocol::OutTradeNo::new("T1").unwrap();
    shop.buy(&order).await;
    crate::until("the gateway tried", async || !shop.simulator.deliveries().is_empty()).await;
    assert_eq!(shop.simulator.deliveries()[0].status, Some(404));
    shop.order("T1").await;
    shop.assert_settled_once(&order).await;
    assert!(shop.count("unknown_order").await >= 1);
    shop.stop().await;
}
