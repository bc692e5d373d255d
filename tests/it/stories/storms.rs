//! The same news, many times at once.

use std::sync::Arc;

use alipay_simulator::{Mischief, Outcome};
use alipay_tower::protocol::OrderState;

use super::stories;
use crate::{
    capture,
    shops::{Options, Shop},
};

stories! { two_hundred_copies, storms_over_many_orders, many_orders_at_once }

async fn two_hundred_copies<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.simulator.behave(Mischief::Duplicate(200).once());
    shop.buy(&order).await;
    shop.simulator.quiet().await;
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), 200);
    for delivery in deliveries {
        assert_eq!(
            (delivery.outcome, delivery.answer.as_str()),
            (Outcome::Acknowledged, "success"),
            "{delivery:?}"
        );
    }
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.store.refused_hits().await.unwrap().total(), 0);
    shop.stop().await;
}

async fn storms_over_many_orders<S: Shop>() {
    let shop = Arc::new(S::start(Options::default()).await);
    shop.simulator.behave(Mischief::Duplicate(40).times(5));
    let mut buyers = tokio::task::JoinSet::new();
    for number in 0..5 {
        let (shop, order) = (Arc::clone(&shop), shop.order(&format!("T{number}")).await);
        buyers.spawn(async move {
            shop.buy(&order).await;
            order
        });
    }
    let orders = buyers.join_all().await;
    shop.simulator.quiet().await;
    for order in &orders {
        shop.assert_settled_once(order).await;
    }
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), 200);
    let refused = deliveries.iter().filter(|delivery| delivery.outcome != Outcome::Acknowledged);
    assert_eq!(refused.collect::<Vec<_>>().len(), 0, "{deliveries:#?}");
    Arc::into_inner(shop).expect("all is done").stop().await;
}

/// A hundred buyers at the same moment, each delivered twice by hand.
async fn many_orders_at_once<S: Shop>() {
    let shop = Arc::new(S::start(Options::default()).await);
    let mut bodies = Vec::new();
    for number in 0..50 {
        let order = shop.order(&format!("T{number}")).await;
        let body = capture::notice(&shop, &order).await.body(shop.alipay());
        bodies.push((order, body));
    }
    let mut tasks = tokio::task::JoinSet::new();
    for (_, body) in bodies.iter().chain(&bodies) {
        let (shop, body) = (Arc::clone(&shop), body.clone());
        tasks.spawn(async move { shop.notify(body).await.text().to_owned() });
    }
    assert!(tasks.join_all().await.iter().all(|word| word == "success"));
    for (order, _) in &bodies {
        assert!(matches!(shop.state(order).await, OrderState::Paid(_)));
        shop.assert_settled_once(order).await;
    }
    Arc::into_inner(shop).expect("all is done").stop().await;
}
