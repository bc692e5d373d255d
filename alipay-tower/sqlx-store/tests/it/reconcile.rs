use std::time::Duration;

use alipay_sqlx_store::{OutboxKind, OutboxMessage, SqlStore};
use alipay_tower::{
    OrderStore,
    protocol::OrderState,
    store::{ReconcileStore, Settlement},
};

use crate::support::{File, id, new_order, order, payment, unconfirmed, words};

async fn doubted() -> SqlStore {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    store.create_order(new_order("T1")).await.unwrap();
    assert_eq!(store.settle(&unconfirmed(&order("T1"), "1111")).await.unwrap(), Settlement::Settled);
    store
}

fn keys(messages: &[OutboxMessage]) -> Vec<&str> {
    messages.iter().map(OutboxMessage::idempotency_key).collect()
}

#[tokio::test]
async fn an_unconfirmed_settlement_says_so_everywhere() {
    let store = doubted().await;
    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert!(record.is_unconfirmed());
    let receipt = store.outbox(1).await.unwrap().remove(0);
    assert!(
        receipt.payload().ends_with(r#""contact":"buyer@example.com","unconfirmed":true}"#),
        "{}",
        receipt.payload()
    );
    assert_eq!(store.events(&id("T1"), 1).await.unwrap()[0].detail(), Some("unconfirmed"));

    store.confirm(&id("T1"), record.trade_no().unwrap()).await.unwrap();
    store.confirm(&id("T1"), record.trade_no().unwrap()).await.unwrap();
    assert!(!store.order(&id("T1")).await.unwrap().unwrap().is_unconfirmed());
    assert_eq!(words(&store, "T1").await, ["created", "settled", "confirmed"]);
}

#[tokio::test]
async fn a_denial_withdraws_the_receipt_and_tells_a_person() {
    let store = doubted().await;
    let trade_no = "1111".parse().unwrap();
    for round in 1..=2 {
        store.deny(&id("T1"), &trade_no).await.unwrap();
        store.deny(&id("T1"), &trade_no).await.unwrap();
        let record = store.order(&id("T1")).await.unwrap().unwrap();
        assert_eq!(record.order(), &order("T1"));
        assert!(record.paid_at().is_none() && record.trade_no().is_none());
        let denied = store.claim_outbox(10, Duration::ZERO).await.unwrap();
        assert_eq!(keys(&denied), [format!("settlement_denied:T1:{round}")], "the receipt does not leave");
        assert_eq!(denied[0].kind(), &OutboxKind::SettlementDenied);
        store.outbox_done(denied[0].id(), "told").await.unwrap();
        assert_eq!(store.settle(&unconfirmed(&order("T1"), "1111")).await.unwrap(), Settlement::Settled);
    }
    let all = store.outbox(10).await.unwrap();
    let expected =
        ["receipt:T1:2", "settlement_denied:T1:2", "receipt:T1:1", "settlement_denied:T1:1", "receipt:T1"];
    assert_eq!(keys(&all), expected, "each settlement has a receipt of its own");
    assert_eq!(all[4].note(), Some("withdrawn: the gateway denies the trade"));
    let expected = ["created", "settled", "denied", "settled", "denied", "settled"];
    assert_eq!(words(&store, "T1").await, expected);
}

#[tokio::test]
async fn a_second_payment_that_pays_after_a_denial_need_not_go_back() {
    let store = doubted().await;
    let second = payment(&order("T1"), "2222");
    assert!(matches!(store.settle(&second).await.unwrap(), Settlement::PaidTwice { .. }));
    assert_eq!(store.extra_payments(10).await.unwrap().len(), 1);
    store.deny(&id("T1"), &"1111".parse().unwrap()).await.unwrap();
    assert_eq!(store.settle(&second).await.unwrap(), Settlement::Settled);
    assert!(store.extra_payments(10).await.unwrap().is_empty());
    let state = store.find(&id("T1")).await.unwrap().unwrap().state().clone();
    assert_eq!(state, OrderState::Paid(second.trade_no().clone()));
}

#[tokio::test]
async fn what_was_checked_is_noted() {
    let file = File::new();
    let stores = [file.open().await, file.open().await];
    stores[0].create_order(new_order("T1")).await.unwrap();
    let until = "2034-01-01 10:00:00".parse().unwrap();
    stores[0].postpone(&id("T1"), until).await.unwrap();
    let record = stores[1].order(&id("T1")).await.unwrap().unwrap();
    assert_eq!((record.checks(), record.next_check_at()), (1, Some(until)));
    assert_eq!(stores[1].attempts(&id("T1")).await.unwrap(), 1);
    assert_eq!(stores[0].settle(&payment(&order("T1"), "1111")).await.unwrap(), Settlement::Settled);
    let record = stores[1].order(&id("T1")).await.unwrap().unwrap();
    assert_eq!((record.checks(), record.next_check_at()), (0, None));
}

#[tokio::test]
async fn a_lease_is_one_for_all_processes_and_can_be_given_up() {
    let file = File::new();
    let stores = [file.open().await, file.open().await];
    let hour = Duration::from_secs(3_600);
    assert!(stores[0].lease("sweep", "one", hour).await.unwrap());
    assert!(!stores[1].lease("sweep", "two", hour).await.unwrap());
    assert!(stores[0].lease("sweep", "one", Duration::ZERO).await.unwrap());
    assert!(stores[1].lease("sweep", "two", Duration::MAX).await.unwrap());
    assert!(!stores[0].lease("sweep", "one", hour).await.unwrap());
}
