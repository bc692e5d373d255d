//! What an answer tells of a payment and of what followed it; and that no move is written without its line.

use alipay_sqlx_store::SqlStore;
use alipay_tower::{
    OrderStore, RejectionKind,
    protocol::{OrderState, Stage},
    store::{ReconcileStore, Settlement},
};
use sqlx::Executor;

use crate::support::{
    File, body, desk, desk_that_asks, event, id, new_order, order, payment, unconfirmed, words,
};

const PAID_AND_REFUNDED: [(&str, &str); 7] = [
    ("gmt_payment", "2024-01-01 10:00:00"),
    ("out_trade_no", "T1"),
    ("refund_fee", "1.00"),
    ("refund_status", "REFUND_SUCCESS"),
    ("total_fee", "10.50"),
    ("trade_no", "1111"),
    ("trade_status", "TRADE_SUCCESS"),
];

#[tokio::test]
async fn an_answer_tells_of_a_payment_and_of_what_followed_it() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    store.create_order(new_order("T1")).await.unwrap();
    let desk = desk_that_asks(&store, &PAID_AND_REFUNDED);
    for _ in 0..2 {
        let receipt = desk.receive_query(&id("T1")).await.unwrap();
        assert!(receipt.is_some());
        let record = store.order(&id("T1")).await.unwrap().unwrap();
        assert!(matches!(record.state(), OrderState::Paid(_)) && !record.is_unconfirmed());
        assert_eq!((record.progress().stage(), record.refunded().fen()), (Stage::Paid, 100));
        assert_eq!(words(&store, "T1").await, ["created", "settled", "refunded"]);
    }
    assert!(store.refunds(&id("T1")).await.unwrap().is_empty(), "an answer names no single refund");
    let first = store.journal_entries(10).await.unwrap().pop().unwrap();
    assert_eq!((first.channel(), first.outcome()), ("query", "settled"));
    assert!(String::from_utf8_lossy(first.raw()).contains("refund_fee=1.00"));
}

#[tokio::test]
async fn an_answer_about_money_that_fits_no_order_is_counted_once() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    store.create_order(new_order("T1")).await.unwrap();
    assert!(store.close_order(&id("T1")).await.unwrap());
    let desk = desk_that_asks(&store, &PAID_AND_REFUNDED);
    let refused = desk.receive_query(&id("T1")).await.unwrap_err();
    assert_eq!(refused.kind(), RejectionKind::OrderClosed);
    assert_eq!(store.refused_hits().await.unwrap().total(), 1);
    assert_eq!(store.journal_entries(10).await.unwrap().len(), 1);
    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert!(matches!(record.state(), OrderState::PaidAfterClose(_)));
    assert_eq!(record.refunded().fen(), 100);
    assert_eq!(words(&store, "T1").await, ["created", "closed", "paid_after_close", "refunded"]);
}

/// A move is in the books with its line of history, or not at all.
#[tokio::test]
async fn no_move_without_its_line() {
    let file = File::new();
    let store = file.open().await;
    for number in ["OPEN", "CLOSED", "DOUBTED", "PAID"] {
        store.create_order(new_order(number)).await.unwrap();
    }
    assert!(store.close_order(&id("CLOSED")).await.unwrap());
    assert_eq!(store.settle(&unconfirmed(&order("DOUBTED"), "1111")).await.unwrap(), Settlement::Settled);
    assert_eq!(store.settle(&payment(&order("PAID"), "2222")).await.unwrap(), Settlement::Settled);
    let before = format!("{:?}", store.orders(10).await.unwrap());
    let messages = store.outbox(10).await.unwrap().len();

    let bad = "CREATE TRIGGER bad BEFORE INSERT ON alipay_order_events BEGIN SELECT RAISE(ABORT, 'no'); END";
    file.stranger().await.execute(bad).await.unwrap();
    let late = body(&order("CLOSED"), "3333", "TRADE_SUCCESS");
    let refused = desk(&store).receive_notify(late.as_bytes()).await.unwrap_err();
    assert_eq!(refused.kind(), RejectionKind::StoreFailed);
    assert!(store.create_order(new_order("NEW")).await.is_err());
    assert!(store.settle(&payment(&order("OPEN"), "4444")).await.is_err());
    assert!(store.close_order(&id("OPEN")).await.is_err());
    assert!(store.deny(&id("DOUBTED"), &"1111".parse().unwrap()).await.is_err());
    assert!(store.confirm(&id("DOUBTED"), &"1111".parse().unwrap()).await.is_err());
    assert!(store.record_refund(&id("PAID"), "R1", "1.00".parse().unwrap()).await.is_err());
    assert!(store.observe(&event(&order("PAID"), "2222", "TRADE_FINISHED")).await.is_err());
    assert_eq!(format!("{:?}", store.orders(10).await.unwrap()), before);
    assert_eq!(store.outbox(10).await.unwrap().len(), messages);
    assert!(store.unmatched_payments(10).await.unwrap().is_empty());
    assert!(store.refunds(&id("PAID")).await.unwrap().is_empty());
}
