use alipay_sqlx_store::{OutboxKind, RefundIntent, RefundRequest, RefundStart, SqlStore, SqlStoreError};
use alipay_tower::{Money, OrderStore, protocol::Timestamp, store::Settlement};

use crate::support::{File, answered, batch, id, new_order, order, payment, words};

fn day() -> Timestamp {
    "2024-01-03 12:00:00".parse().unwrap()
}

fn intent(amount: &str) -> RefundIntent {
    RefundIntent::new(id("T1"), amount.parse().unwrap()).with_reason("chipped")
}

/// The order T1 over 10.50 yuan, paid by the trade 1111.
async fn pay(store: &SqlStore) {
    store.create_order(new_order("T1")).await.unwrap();
    assert_eq!(store.settle(&payment(&order("T1"), "1111")).await.unwrap(), Settlement::Settled);
}

async fn paid() -> SqlStore {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    pay(&store).await;
    store
}

async fn begin(store: &SqlStore, intent: RefundIntent) -> RefundStart {
    store.begin_refund(day(), intent).await.unwrap()
}

async fn new(store: &SqlStore, amount: &str) -> RefundRequest {
    match begin(store, intent(amount)).await {
        RefundStart::New(request) => request,
        other => panic!("not new: {other:?}"),
    }
}

async fn again(store: &SqlStore, intent: RefundIntent) -> RefundRequest {
    match begin(store, intent).await {
        RefundStart::Again(request) => request,
        other => panic!("not again: {other:?}"),
    }
}

async fn left(store: &SqlStore) -> u64 {
    match begin(store, intent("99.00")).await {
        RefundStart::TooMuch { left } => left.fen(),
        other => panic!("too much: {other:?}"),
    }
}

async fn alarms(store: &SqlStore) -> Vec<OutboxKind> {
    let outbox = store.outbox(100).await.unwrap();
    outbox
        .iter()
        .rev()
        .map(|message| message.kind().clone())
        .filter(|kind| *kind != OutboxKind::Receipt)
        .collect()
}

#[tokio::test]
async fn an_unfinished_refund_keeps_its_number_and_its_money() {
    let store = paid().await;
    let first = new(&store, "4.00").await;
    assert_eq!((first.batch_no().as_str(), first.trade_no().as_str()), ("20240103001", "1111"));
    assert_eq!((first.amount().fen(), first.reason(), first.is_accepted()), (400, "chipped", false));
    assert!(!first.is_ended() && first.is_of_day(day()));
    for _ in 0..3 {
        assert_eq!(again(&store, intent("4.00")).await.batch_no(), first.batch_no());
    }
    let other = new(&store, "6.00").await;
    assert_eq!(other.batch_no().as_str(), "20240103002");
    assert_eq!(left(&store).await, 50);
    assert!(matches!(begin(&store, intent("0.51")).await, RefundStart::TooMuch { .. }));
    assert_eq!(store.open_refunds(&id("T1")).await.unwrap().len(), 2);
    assert_eq!(store.refund_batch(first.batch_no()).await.unwrap().unwrap().details(), "1111 4.00");

    // Its notification ends it; the same amount is another refund then.
    store.observe(&batch("20240103001", &[("1111", "4.00", "SUCCESS")])).await.unwrap();
    assert_eq!(store.open_refunds(&id("T1")).await.unwrap().len(), 1);
    assert!(store.refund_request(first.batch_no()).await.unwrap().unwrap().is_ended());
    assert_eq!(left(&store).await, 50);
    // One that was not carried out gives its money back.
    store.observe(&batch("20240103002", &[("1111", "6.00", "SELLER_BALANCE_NOT_ENOUGH")])).await.unwrap();
    assert_eq!(left(&store).await, 650);
    assert_eq!(new(&store, "4.00").await.batch_no().as_str(), "20240103003");
    assert!(alarms(&store).await.is_empty());
}

#[tokio::test]
async fn one_press_takes_one_number_however_fast_it_ended() {
    let store = paid().await;
    let press = |amount: &str| intent(amount).with_idempotency_key("press");
    let RefundStart::New(first) = begin(&store, press("4.00")).await else { panic!("not new") };
    let _ = store.record_refund(&id("T1"), first.batch_no().as_str(), first.amount()).await.unwrap();
    let second = again(&store, press("4.00")).await;
    assert!(second.is_ended() && second.batch_no() == first.batch_no());
    assert!(matches!(begin(&store, press("4.01")).await, RefundStart::OtherAmount(_)));
    assert_eq!(left(&store).await, 650);
    // Another press is another refund.
    assert_ne!(new(&store, "4.00").await.batch_no(), first.batch_no());
}

#[tokio::test]
async fn a_refusal_ends_it_only_when_every_sending_was_refused() {
    let store = paid().await;
    let refund = intent("4.00").with_idempotency_key("press");
    let RefundStart::New(request) = begin(&store, refund.clone()).await else { panic!("not new") };
    let number = request.batch_no();
    again(&store, refund.clone()).await;
    assert!(!store.refund_refused(number).await.unwrap(), "the first sending may have worked");
    assert_eq!(left(&store).await, 650);
    assert!(store.refund_refused(number).await.unwrap());
    assert_eq!(left(&store).await, 1050);
    let RefundStart::New(next) = begin(&store, refund).await else { panic!("the press is as good as new") };
    assert_ne!(next.batch_no(), number);

    // What Alipay has is not taken back by a later no.
    assert!(!store.refund_accepted(next.batch_no()).await.unwrap());
    assert!(!store.refund_refused(next.batch_no()).await.unwrap());
    assert!(store.open_refunds(&id("T1")).await.unwrap()[0].is_accepted());
    assert!(store.release_refund(next.batch_no()).await.unwrap());
    assert_eq!(left(&store).await, 1050);
}

#[tokio::test]
async fn a_total_that_explains_everything_ends_what_is_unfinished() {
    let store = paid().await;
    new(&store, "4.00").await;
    new(&store, "1.00").await;
    let told = |total| {
        let back = [
            ("gmt_payment", "2024-01-01 10:00:30"),
            ("refund_fee", total),
            ("refund_status", "REFUND_SUCCESS"),
        ];
        answered(&order("T1"), "1111", "TRADE_SUCCESS", &back).pop().unwrap()
    };
    store.observe(&told("4.00")).await.unwrap();
    assert_eq!(store.open_refunds(&id("T1")).await.unwrap().len(), 2, "it may be another refund");
    store.observe(&told("5.00")).await.unwrap();
    assert!(store.open_refunds(&id("T1")).await.unwrap().is_empty());
    // The notification comes after all, and counts nothing twice.
    store.observe(&batch("20240103001", &[("1111", "4.00", "SUCCESS")])).await.unwrap();
    assert_eq!(store.order(&id("T1")).await.unwrap().unwrap().refunded(), "5.00".parse::<Money>().unwrap());
    assert_eq!(left(&store).await, 550);
}

#[tokio::test]
async fn what_was_not_paid_is_not_begun() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    store.create_order(new_order("T1")).await.unwrap();
    let refused = store.begin_refund(day(), intent("1.00")).await.unwrap_err();
    assert!(matches!(refused, SqlStoreError::NotPaid(found) if found == id("T1")));
    assert!(store.refund_batches(10).await.unwrap().is_empty(), "no number was taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_is_the_first() {
    let file = File::new();
    let stores = [file.open().await, file.open().await];
    pay(&stores[0]).await;
    let tasks: Vec<_> = (0..32)
        .map(|index| {
            let store = stores[index % 2].clone();
            tokio::spawn(async move { begin(&store, intent("10.50")).await })
        })
        .collect();
    let mut news = 0;
    for task in tasks {
        match task.await.unwrap() {
            RefundStart::Again(request) => assert_eq!(request.batch_no().as_str(), "20240103001"),
            RefundStart::New(_) => news += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(news, 1);
}

#[tokio::test]
async fn a_batch_that_is_not_ours_or_differs_is_counted_and_told() {
    let store = paid().await;
    let request = new(&store, "2.00").await;
    for _ in 0..2 {
        store.observe(&batch("20240103777", &[("1111", "1.00", "SUCCESS")])).await.unwrap();
        store.observe(&batch(request.batch_no().as_str(), &[("1111", "3.00", "SUCCESS")])).await.unwrap();
    }
    assert_eq!(alarms(&store).await, [OutboxKind::ForeignBatch, OutboxKind::RefundDiffers]);
    let told = ["created", "settled", "refunded", "foreign_batch", "refunded", "refund_differs"];
    assert_eq!(words(&store, "T1").await, told);
    assert_eq!(store.order(&id("T1")).await.unwrap().unwrap().refunded().fen(), 400, "the money has left");
    // Of a trade that nobody knows there is no order to tell about.
    store.observe(&batch("20240103778", &[("9999", "1.00", "SUCCESS")])).await.unwrap();
    assert_eq!(alarms(&store).await.len(), 2);
}
