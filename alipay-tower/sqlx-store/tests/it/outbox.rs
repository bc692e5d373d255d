use std::{collections::BTreeSet, time::Duration};

use alipay_sqlx_store::{SqlStore, SqlStoreError};
use alipay_tower::{OrderStore, store::Settlement};

use crate::support::{File, new_order, order, payment};

const LEASE: Duration = Duration::from_secs(60);

async fn settle(store: &SqlStore, orders: usize) {
    for index in 0..orders {
        let number = format!("T{index}");
        store.create_order(new_order(&number)).await.unwrap();
        assert_eq!(store.settle(&payment(&order(&number), "1111")).await.unwrap(), Settlement::Settled);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_message_is_claimed_by_one_worker() {
    let file = File::new();
    let stores = [file.open().await, file.open().await];
    settle(&stores[0], 40).await;
    let workers: Vec<_> = (0..8)
        .map(|worker| {
            let store = stores[worker % 2].clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    match store.claim_outbox(3, LEASE).await.unwrap() {
                        messages if messages.is_empty() => return mine,
                        messages => mine.extend(messages.iter().map(alipay_sqlx_store::OutboxMessage::id)),
                    }
                }
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    assert_eq!(claimed.len(), 40);
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 40);
}

#[tokio::test]
async fn a_lease_ends_by_time_and_a_sent_message_never_returns() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    settle(&store, 2).await;
    let first = store.claim_outbox(1, Duration::from_secs(1)).await.unwrap();
    assert_eq!((first[0].attempts(), first[0].idempotency_key()), (1, "receipt:T0"));
    let second = store.claim_outbox(5, LEASE).await.unwrap();
    assert_eq!(second.len(), 1, "the other is leased");
    store.outbox_done(second[0].id(), "sent").await.unwrap();

    let mut again = Vec::new();
    while again.is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
        again = store.claim_outbox(5, LEASE).await.unwrap();
    }
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].id(), again[0].attempts()), (first[0].id(), 2));
    store.outbox_done(again[0].id(), "sent").await.unwrap();
    store.outbox_done(again[0].id(), "sent twice").await.unwrap();

    let all = store.outbox(10).await.unwrap();
    assert!(all.iter().all(|message| message.done_at().is_some()));
    assert_eq!(all[1].note(), Some("sent twice"));
    assert!(store.claim_outbox(5, LEASE).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_failed_message_waits_longer_each_time() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    settle(&store, 3).await;
    for (attempt, pause) in [(1, 10), (2, 20), (3, 40)] {
        let claimed = store.claim_outbox(5, Duration::ZERO).await.unwrap();
        assert_eq!(claimed.len(), 4 - attempt, "those that failed are not due");
        assert_eq!(claimed[0].attempts(), u32::try_from(attempt).unwrap());
        store.outbox_failed(claimed[0].id(), &"é".repeat(1_000)).await.unwrap();

        let all = store.outbox(3).await.unwrap();
        let failed = all.iter().find(|message| message.id() == claimed[0].id()).unwrap();
        let waits = (failed.leased_until() - claimed[0].leased_until()).as_secs();
        assert!((pause..pause + 5).contains(&waits), "{waits} seconds after {attempt} attempts");
        assert_eq!(failed.note().unwrap().len(), 1_024);
        assert!(!format!("{failed:?}").contains("buyer@"));
    }
    // A live lease is never cut short: it may be another worker's.
    store.create_order(new_order("LEASED")).await.unwrap();
    assert_eq!(store.settle(&payment(&order("LEASED"), "1111")).await.unwrap(), Settlement::Settled);
    let leased = store.claim_outbox(1, LEASE).await.unwrap().remove(0);
    store.outbox_failed(leased.id(), "no answer").await.unwrap();
    assert_eq!(store.outbox(1).await.unwrap()[0].leased_until(), leased.leased_until());
}

#[tokio::test]
async fn unknown_messages_are_named() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    assert!(matches!(store.outbox_done(7, "").await, Err(SqlStoreError::NoSuchMessage(7))));
    assert!(matches!(store.outbox_failed(7, "").await, Err(SqlStoreError::NoSuchMessage(7))));
}
