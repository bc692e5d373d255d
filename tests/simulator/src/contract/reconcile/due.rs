//! Which orders are to be asked about, and when.

use std::{collections::BTreeSet, sync::Arc, time::SystemTime};

use alipay_tower::{
    Order,
    protocol::{OrderState, Timestamp},
    store::{ReconcileStore, Settlement},
};

use crate::contract::payments::{id, order, payment, told, unconfirmed};

/// A moment so many seconds from now.
fn from_now(seconds: i64) -> Timestamp {
    let now = Timestamp::from(SystemTime::now()).unix_seconds();
    Timestamp::from_unix_seconds(now.saturating_add(seconds))
}

/// The numbers of the orders that are due.
async fn due<S: ReconcileStore>(
    store: &Arc<S>,
    now: Timestamp,
    created_before: Timestamp,
    limit: u32,
) -> BTreeSet<String> {
    let orders = match store.due(now, created_before, limit).await {
        Ok(orders) => orders,
        Err(error) => panic!("due must not fail here: {error}"),
    };
    let numbers: BTreeSet<_> = orders.iter().map(|order| order.out_trade_no().to_string()).collect();
    assert_eq!(numbers.len(), orders.len(), "due must give no order twice");
    numbers
}

fn numbers(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(ToString::to_string).collect()
}

pub(super) async fn listed<S: ReconcileStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let open = ["OPEN1", "OPEN2", "OPEN3"];
    let mut orders: Vec<Order> =
        open.iter().chain(&["PAID", "DOUBTED"]).map(|number| order(number)).collect();
    orders.push(order("CLOSED").with_state(OrderState::Closed));
    let store = Arc::new(make(orders).await);
    let (now, soon, past) = (from_now(0), from_now(600), from_now(-86_400));
    let paid = told(store.settle(&payment(&order("PAID"), "20240101000001")).await);
    let doubted = told(store.settle(&unconfirmed(&order("DOUBTED"), "20240101000002")).await);
    assert_eq!([&paid, &doubted], [&Settlement::Settled; 2], "first payments settle their orders");

    let all = numbers(&["DOUBTED", "OPEN1", "OPEN2", "OPEN3"]);
    assert_eq!(due(&store, now, soon, 100).await, all, "due gives the pending and the unconfirmed orders");
    let young = due(&store, now, past, 100).await;
    assert_eq!(young, numbers(&["DOUBTED"]), "due waits for young pending orders, not for unconfirmed ones");
    for limit in 0..=4 {
        let found = due(&store, now, soon, limit).await;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        assert_eq!(found.len(), most, "due must give as many as there are, and at most {limit}");
    }
}

pub(super) async fn postponed<S: ReconcileStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let store = Arc::new(make(vec![order("LATER"), order("NOW"), order("PAID")]).await);
    let (now, soon) = (from_now(0), from_now(600));
    let later = from_now(3_600);
    for attempt in 1..=3 {
        let until = Timestamp::from_unix_seconds(later.unix_seconds() + attempt);
        let done = store.postpone(&id("LATER"), until).await;
        assert!(done.is_ok(), "postpone must not fail here: {done:?}");
        let counted = store.attempts(&id("LATER")).await;
        let expected = u32::try_from(attempt).unwrap_or(u32::MAX);
        assert!(
            matches!(&counted, Ok(count) if *count == expected),
            "{attempt} postponed, counted {counted:?}"
        );
        let due_now = due(&store, now, soon, 100).await;
        assert!(!due_now.contains("LATER"), "an order that is postponed is not due before its time");
        assert!(due_now.contains("NOW"), "to postpone an order must not move another");
        let before = Timestamp::from_unix_seconds(until.unix_seconds() - 1);
        assert!(!due(&store, before, soon, 100).await.contains("LATER"), "a second too early");
        assert!(due(&store, until, soon, 100).await.contains("LATER"), "it is due when its time has come");
    }
    assert!(
        matches!(store.attempts(&id("NOW")).await, Ok(0)),
        "an order that was never postponed counts none"
    );
    assert!(store.postpone(&id("NOBODYS"), later).await.is_ok(), "to postpone an unknown order does nothing");

    let settled = told(store.settle(&payment(&order("LATER"), "20240101000001")).await);
    assert_eq!(settled, Settlement::Settled, "a payment need not wait for the next look");
    let far = from_now(86_400);
    assert!(!due(&store, far, far, 100).await.contains("LATER"), "a settled order is never due");
}
