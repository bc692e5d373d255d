//! Settlements on a signature alone.

use std::sync::Arc;

use alipay_tower::{
    Order,
    protocol::OrderState,
    store::{ReconcileStore, Settlement, StoreError},
};

use crate::contract::payments::{CROWD, assert_paid, found, id, order, payment, told, trade, unconfirmed};

const TRADE: &str = "20240101000001";
const OTHER: &str = "20240101000002";

fn done(result: Result<(), StoreError>) {
    if let Err(error) = result {
        panic!("confirm and deny must not fail here: {error}");
    }
}

/// A store with one order that is settled unconfirmed.
async fn doubted<S: ReconcileStore>(make: &impl AsyncFn(Vec<Order>) -> S, number: &str) -> Arc<S> {
    let store = Arc::new(make(vec![order(number)]).await);
    let settled = told(store.settle(&unconfirmed(&order(number), TRADE)).await);
    assert_eq!(settled, Settlement::Settled, "an unconfirmed payment settles its order");
    assert!(
        found(&store, number).await.is_unconfirmed(),
        "find must say that the order {number} is unconfirmed"
    );
    assert_paid(&store, number, TRADE).await;
    store
}

pub(super) async fn confirmed<S: ReconcileStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let store = doubted(make, "ORDER").await;
    done(store.confirm(&id("ORDER"), &trade(OTHER)).await);
    assert!(found(&store, "ORDER").await.is_unconfirmed(), "another trade's confirmation confirms nothing");
    for _ in 0..2 {
        done(store.confirm(&id("ORDER"), &trade(TRADE)).await);
        let order = found(&store, "ORDER").await;
        assert!(!order.is_unconfirmed(), "a confirmed settlement is no longer unconfirmed");
    }
    done(store.deny(&id("ORDER"), &trade(TRADE)).await);
    assert_paid(&store, "ORDER", TRADE).await;
    done(store.confirm(&id("NOBODYS"), &trade(TRADE)).await);

    // The gateway's own message about it is as good.
    let store = doubted(make, "TOLD").await;
    let again = told(store.settle(&unconfirmed(&order("TOLD"), TRADE)).await);
    assert_eq!(again, Settlement::AlreadySettled, "another unconfirmed copy is no news");
    assert!(found(&store, "TOLD").await.is_unconfirmed(), "an unconfirmed copy confirms nothing");
    let copy = told(store.settle(&payment(&order("TOLD"), TRADE)).await);
    assert_eq!(copy, Settlement::AlreadySettled, "the confirmed copy is the same payment");
    assert!(!found(&store, "TOLD").await.is_unconfirmed(), "a confirmed copy of the payment confirms it");
}

pub(super) async fn denied<S: ReconcileStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    for next in [TRADE, OTHER] {
        let store = doubted(make, "ORDER").await;
        done(store.deny(&id("ORDER"), &trade(OTHER)).await);
        assert_paid(&store, "ORDER", TRADE).await;
        for _ in 0..2 {
            done(store.deny(&id("ORDER"), &trade(TRADE)).await);
            let now = found(&store, "ORDER").await;
            assert_eq!(now, order("ORDER"), "a denied settlement is taken back whole");
        }
        done(store.confirm(&id("ORDER"), &trade(TRADE)).await);
        assert_eq!(found(&store, "ORDER").await, order("ORDER"), "what was denied cannot be confirmed");

        let settled = told(store.settle(&payment(&order("ORDER"), next)).await);
        assert_eq!(settled, Settlement::Settled, "an order whose settlement was denied waits for payment");
        assert_paid(&store, "ORDER", next).await;
        assert!(!found(&store, "ORDER").await.is_unconfirmed(), "a confirmed payment is not unconfirmed");
        done(store.deny(&id("ORDER"), &trade(next)).await);
        assert_paid(&store, "ORDER", next).await;
    }
}

pub(super) async fn at_once<S: ReconcileStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    for _ in 0..8 {
        let store = doubted(make, "ORDER").await;
        let tasks: Vec<_> = (0..CROWD)
            .map(|index| {
                let store = Arc::clone(&store);
                tokio::spawn(async move {
                    match index % 2 {
                        0 => done(store.confirm(&id("ORDER"), &trade(TRADE)).await),
                        _ => done(store.deny(&id("ORDER"), &trade(TRADE)).await),
                    }
                })
            })
            .collect();
        for task in tasks {
            assert!(task.await.is_ok(), "confirm and deny must not panic");
        }
        let end = found(&store, "ORDER").await;
        assert!(!end.is_unconfirmed(), "of confirm and deny one has decided");
        let whole = *end.state() == OrderState::Paid(trade(TRADE)) || end == order("ORDER");
        assert!(whole, "a settlement stands confirmed or is taken back whole: {:?}", end.state());
    }
}
