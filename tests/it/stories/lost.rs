//! Notifications that never come: the shop asks by itself, and settles by the same way.

use alipay_tower::{
    protocol::{OrderState, Timestamp},
    reconcile::{ReconcileOptions, Reconciler},
};
use std::time::{Duration, SystemTime};

use super::stories;
use crate::shops::{Options, Running, Shop};

stories! { all_are_lost, lost_with_two_shops, one_sweep_in_each_interval, late_after_it_was_asked }

/// How many orders are lost.
const ORDERS: usize = 20;

async fn all_are_lost<S: Shop>() {
    let shop = S::start(Options { asks: true, ..Options::default() }).await;
    shop.simulator.drop_all();
    let mut orders = Vec::new();
    for number in 0..ORDERS {
        let order = shop.order(&format!("T{number}")).await;
        shop.buy(&order).await;
        orders.push(order);
    }
    // One that was never carried to the cashier, and one that is not paid yet: asking settles neither.
    let (unknown, waiting) = (shop.order("T98").await, shop.order("T99").await);
    shop.open_trade(&waiting).await;
    for order in &orders {
        shop.assert_settled_once(order).await;
    }
    assert_eq!(shop.state(&unknown).await, OrderState::Pending);
    assert_eq!(shop.state(&waiting).await, OrderState::Pending);
    let journal = shop.journal().await;
    assert!(journal.iter().all(|line| line.channel() == "query"), "{journal:#?}");
    super::receipts::all_sent(&shop).await;
    assert_eq!(super::receipts::letters(&shop).len(), ORDERS);
    shop.stop().await;
}

/// Both instances ask, on one database; each order is settled by one of them, once.
async fn lost_with_two_shops<S: Shop>() {
    let one = S::start(Options { asks: true, ..Options::default() }).await;
    let beside = Some((one.simulator.clone(), one.folder.clone()));
    let other = S::start(Options { beside, asks: true, ..Options::default() }).await;
    one.simulator.drop_all();
    let mut orders = Vec::new();
    for number in 0..8 {
        let shop = if number % 2 == 0 { &one } else { &other };
        let order = shop.order(&format!("T{number}")).await;
        shop.buy(&order).await;
        orders.push(order);
    }
    for order in &orders {
        one.assert_settled_once(order).await;
    }
    assert_eq!(one.count("settled").await, orders.len());
    assert_eq!(one.count("already_settled").await, 0, "nobody asks about what is settled");
    other.stop().await;
    one.stop().await;
}

/// A reconciler beside the shop, with a holder of its own.
fn reconciler(shop: &Running) -> Reconciler {
    let options = ReconcileOptions::default().with_older_than(Duration::ZERO);
    Reconciler::new(shop.desk(), shop.store.clone()).with_options(options)
}

fn soon() -> Timestamp {
    Timestamp::from(SystemTime::now() + Duration::from_secs(2))
}

/// The lease lives in the database: whoever has it sweeps, and the other looks again in the next interval.
async fn one_sweep_in_each_interval<S: Shop>() {
    let shop = S::start(Options { asks: true, ..Options::default() }).await;
    let (one, other) = (reconciler(&shop), reconciler(&shop));
    shop.simulator.drop_all();
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    // The shop's own reconciler may have the lease at the moment; its lease ends, and then one of the two has it.
    let mut leased = [0, 0];
    crate::until("one of them has swept", async || {
        let (first, second) = tokio::join!(one.sweep(soon()), other.sweep(soon()));
        first.is_leased() || second.is_leased() || !matches!(shop.state(&order).await, OrderState::Pending)
    })
    .await;
    for _ in 0..5 {
        let (first, second) = tokio::join!(one.sweep(soon()), other.sweep(soon()));
        leased[0] += usize::from(first.is_leased());
        leased[1] += usize::from(second.is_leased());
    }
    assert!(leased.contains(&0), "{}: two held the lease in one interval: {leased:?}", shop.name);
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// The notification comes at last, when the answer to the question has settled the order.
async fn late_after_it_was_asked<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let body = crate::capture::notice(&shop, &order).await.body(shop.alipay());
    assert!(shop.desk().receive_query(&order).await.unwrap().is_some());
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.notify(&body).await.text(), "success");
    assert_eq!(shop.count("already_settled").await, 1);
    // And asking once more settles nothing more.
    assert!(shop.desk().receive_query(&order).await.unwrap().is_some());
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}
