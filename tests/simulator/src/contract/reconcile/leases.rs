//! The right to sweep alone.

use std::{sync::Arc, time::Duration};

use alipay_tower::{Order, store::ReconcileStore};
use tokio::time::sleep;

use crate::contract::payments::CROWD;

const LONG: Duration = Duration::from_secs(3_600);
const SHORT: Duration = Duration::from_millis(300);

async fn lease<S: ReconcileStore>(store: &Arc<S>, name: &str, holder: &str, time: Duration) -> bool {
    match store.lease(name, holder, time).await {
        Ok(mine) => mine,
        Err(error) => panic!("lease must not fail here: {error}"),
    }
}

pub(super) async fn one_holder<S: ReconcileStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let store = Arc::new(make(Vec::new()).await);
    let tasks: Vec<_> = (0..CROWD)
        .map(|index| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { lease(&store, "crowd", &format!("holder {index}"), LONG).await })
        })
        .collect();
    let mut holders = 0;
    for task in tasks {
        holders += usize::from(task.await.unwrap_or_else(|error| panic!("lease panicked: {error}")));
    }
    assert_eq!(holders, 1, "of {CROWD} holders {holders} have the one lease");

    assert!(lease(&store, "sweep", "one", LONG).await, "a lease that nobody has is given");
    assert!(!lease(&store, "sweep", "two", LONG).await, "a lease that another has is not");
    assert!(lease(&store, "other", "two", LONG).await, "a lease of another name is another lease");
    assert!(lease(&store, "sweep", "one", SHORT).await, "its holder may change how long it runs");
    let mut waited = Duration::ZERO;
    while !lease(&store, "sweep", "two", LONG).await {
        sleep(SHORT / 10).await;
        waited += SHORT / 10;
    }
    assert!(waited >= SHORT / 3, "the lease was given away after {waited:?}, before its end");
    assert!(
        !lease(&store, "sweep", "one", LONG).await,
        "whose lease has ended has none, when another has it"
    );
    assert!(lease(&store, "sweep", "two", LONG).await, "its holder prolongs it");
}
