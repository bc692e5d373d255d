//! The close of an order and a payment in flight.

use std::sync::Arc;

use alipay_tower::{
    Order,
    protocol::OrderState,
    store::{ReconcileStore, Settlement},
};
use tokio::sync::Barrier;

use crate::contract::payments::{CROWD, assert_paid, found, id, order, payment};

const TRADE: &str = "20240101000001";

/// What one of the crowd was told.
enum Told {
    Close(bool),
    Settle(Option<Settlement>),
}

pub(super) async fn close_or_settle<S: ReconcileStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    for round in 0..16 {
        let number = format!("ROUND{round}");
        let store = Arc::new(make(vec![order(&number)]).await);
        let told = crowd(&store, &number, round).await;
        let settled =
            told.iter().filter(|told| matches!(told, Told::Settle(Some(Settlement::Settled)))).count();
        let closed = told.iter().filter(|told| matches!(told, Told::Close(true))).count();
        assert_eq!(
            settled + closed,
            1,
            "of {CROWD} closes and settlements {closed} were told that they closed and {settled} that they settled"
        );
        if closed == 1 {
            let failed = told.iter().all(|told| matches!(told, Told::Close(_) | Told::Settle(None)));
            assert!(failed, "the order was closed first: every settlement must fail");
            assert_eq!(found(&store, &number).await.state(), &OrderState::Closed, "the close won");
        } else {
            let copies = told.iter().filter(|told| matches!(told, Told::Settle(Some(_)))).count();
            assert_eq!(copies, CROWD / 2, "the order was settled first: every copy must be told so");
            assert_paid(&store, &number, TRADE).await;
            assert!(matches!(store.close(&id(&number)).await, Ok(false)), "a paid order stays paid");
        }
    }
    let store = make(Vec::new()).await;
    assert!(matches!(store.close(&id("NOBODYS")).await, Ok(false)), "an unknown order was not waiting");
}

/// Half of them close, half of them settle, at the same moment; who is started first changes with the round.
async fn crowd<S: ReconcileStore>(store: &Arc<S>, number: &str, round: usize) -> Vec<Told> {
    let start = Arc::new(Barrier::new(CROWD));
    let tasks: Vec<_> = (0..CROWD)
        .map(|index| {
            let (store, start) = (Arc::clone(store), Arc::clone(&start));
            let (id, payment) = (id(number), payment(&order(number), TRADE));
            tokio::spawn(async move {
                start.wait().await;
                match (index + round) % 2 {
                    0 => match store.close(&id).await {
                        Ok(closed) => Told::Close(closed),
                        Err(error) => panic!("close must not fail here: {error}"),
                    },
                    _ => Told::Settle(store.settle(&payment).await.ok()),
                }
            })
        })
        .collect();
    let mut told = Vec::new();
    for task in tasks {
        match task.await {
            Ok(one) => told.push(one),
            Err(error) => panic!("the store panicked: {error}"),
        }
    }
    told
}
