//! Futures that nobody waits for any more: the gateway hung up, the server shut down.

use std::{future::poll_fn, pin::pin, sync::Arc, task::Poll};

use alipay_tower::{Order, OrderStore, VerifiedPayment, store::Settlement};

use super::payments::{CROWD, assert_paid, order, payment, told};

/// Polls settle so many times and drops it; what it said, if it was done by then.
async fn dropped<S: OrderStore>(
    store: &Arc<S>,
    payment: &VerifiedPayment,
    polls: usize,
) -> Option<Settlement> {
    let mut settle = pin!(store.settle(payment));
    for _ in 0..polls {
        let poll = poll_fn(|context| Poll::Ready(settle.as_mut().poll(context))).await;
        if let Poll::Ready(result) = poll {
            return Some(told(result));
        }
        tokio::task::yield_now().await;
    }
    None
}

pub(super) async fn midway<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let numbers: Vec<String> = (0..CROWD).map(|index| format!("ORDER{index}")).collect();
    let store = Arc::new(make(numbers.iter().map(|number| order(number)).collect()).await);
    for (polls, number) in numbers.iter().enumerate() {
        let payment = payment(&order(number), "20240101000001");
        let first = dropped(&store, &payment, polls).await;
        let second = told(store.settle(&payment).await);
        match (&first, &second) {
            (Some(Settlement::Settled), Settlement::AlreadySettled) => {}
            (None, Settlement::Settled | Settlement::AlreadySettled) => {}
            _ => panic!("settle said {first:?}, dropped after {polls} polls, and then {second:?}"),
        }
        let third = told(store.settle(&payment).await);
        assert_eq!(third, Settlement::AlreadySettled, "after a drop and a retry the payment is in the books");
        assert_paid(&store, number, "20240101000001").await;
    }
}

pub(super) async fn aborted<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    for round in 0..8 {
        let number = format!("ROUND{round}");
        let store = Arc::new(make(vec![order(&number)]).await);
        let payment = payment(&order(&number), "20240101000001");
        let tasks: Vec<_> = (0..CROWD)
            .map(|_| {
                let (store, payment) = (Arc::clone(&store), payment.clone());
                tokio::spawn(async move { store.settle(&payment).await })
            })
            .collect();
        tokio::task::yield_now().await;
        tasks.iter().step_by(2).for_each(tokio::task::JoinHandle::abort);
        let mut settled = 0;
        for task in tasks {
            match task.await {
                Ok(result) => settled += usize::from(told(result) == Settlement::Settled),
                Err(error) => assert!(error.is_cancelled(), "settle panicked: {error}"),
            }
        }
        settled += usize::from(told(store.settle(&payment).await) == Settlement::Settled);
        assert!(settled <= 1, "{settled} callers were told Settled while others went away");
        assert_eq!(told(store.settle(&payment).await), Settlement::AlreadySettled, "the retry heals it");
        assert_paid(&store, &number, "20240101000001").await;
    }
}
