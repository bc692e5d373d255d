use alipay_sqlx_store::{OrderEventKind, OutboxKind, RefundEntry, RefundRecord, SqlStore, SqlStoreError};
use alipay_tower::{
    Money, OrderStore,
    protocol::{BatchNo, OutTradeNo, Timestamp, TradeState},
    store::Settlement,
};

use crate::support::{File, batch, id, new_order, order, payment, signed, told, words};

fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

/// A store with the order T1 over 10.50 yuan, paid by the trade 1111.
async fn paid() -> SqlStore {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    settle(&store, "T1", "1111").await;
    store
}

async fn settle(store: &SqlStore, number: &str, trade_no: &str) {
    store.create_order(new_order(number)).await.unwrap();
    let settled = store.settle(&payment(&order(number), trade_no)).await.unwrap();
    assert_eq!(settled, Settlement::Settled);
}

async fn refunded(store: &SqlStore, number: &str) -> u64 {
    store.order(&id(number)).await.unwrap().unwrap().refunded().fen()
}

/// A notice of a refund: its key, and the total so far.
async fn observe(store: &SqlStore, more: &[(&str, &str)]) {
    store.observe(&told(&signed(&order("T1"), "1111", "TRADE_SUCCESS", more))).await.unwrap();
}

/// By how much each refund of the history raised the sum.
async fn growth(store: &SqlStore, id: &OutTradeNo) -> Vec<Option<u64>> {
    let events = store.events(id, 100).await.unwrap();
    let refunds = events.iter().filter(|event| event.kind() == &OrderEventKind::Refunded);
    refunds.map(|event| event.amount().map(Money::fen)).collect()
}

#[tokio::test]
async fn a_total_is_no_addend() {
    let store = paid().await;
    for (key, total) in [("R1", "1.00"), ("R2", "3.50"), ("R1", "1.00"), ("R2", "3.50")] {
        observe(
            &store,
            &[("out_biz_no", key), ("refund_fee", total), ("gmt_refund", "2024-01-02 10:00:00.1")],
        )
        .await;
    }
    assert_eq!(refunded(&store, "T1").await, 350);
    assert_eq!(growth(&store, &id("T1")).await, [Some(100), Some(250)]);
    let refunds = store.refunds(&id("T1")).await.unwrap();
    assert_eq!(refunds.iter().map(RefundRecord::key).collect::<Vec<_>>(), ["R1", "R2"]);
    assert!(refunds.iter().all(|refund| refund.amount().is_none() && refund.is_counted()));
    assert!(store.order(&id("T1")).await.unwrap().unwrap().progress().is_refund_seen());
}

#[tokio::test]
async fn the_shops_own_refund_and_its_notice_are_one() {
    let store = paid().await;
    let record = async |key, amount| store.record_refund(&id("T1"), key, yuan(amount)).await.unwrap();
    assert_eq!(record("R1", "2.00").await, RefundEntry::Recorded);
    assert_eq!(record("R1", "2.00").await, RefundEntry::Known);
    observe(&store, &[("out_biz_no", "R1"), ("refund_fee", "2.00")]).await;
    assert_eq!(refunded(&store, "T1").await, 200);

    // The other way round: the notice first, which names the total only.
    observe(&store, &[("out_biz_no", "R2"), ("refund_fee", "5.00")]).await;
    assert_eq!(record("R2", "3.00").await, RefundEntry::Recorded);
    assert_eq!(record("R2", "3.00").await, RefundEntry::Known);
    assert_eq!(refunded(&store, "T1").await, 500);
    assert_eq!(growth(&store, &id("T1")).await, [Some(200), Some(300)]);
    let amounts: Vec<_> = store.refunds(&id("T1")).await.unwrap().iter().map(RefundRecord::amount).collect();
    assert_eq!(amounts, [Some(yuan("2.00")), Some(yuan("3.00"))]);
}

#[tokio::test]
async fn the_sum_never_exceeds_the_payment() {
    let store = paid().await;
    let record = async |key, amount| store.record_refund(&id("T1"), key, yuan(amount)).await.unwrap();
    assert_eq!(record("R1", "10.00").await, RefundEntry::Recorded);
    for _ in 0..2 {
        let entry = record("R2", "0.51").await;
        assert!(matches!(entry, RefundEntry::Exceeds | RefundEntry::Known), "{entry:?}");
    }
    assert_eq!(record("R3", "0.50").await, RefundEntry::Recorded);
    observe(&store, &[("out_biz_no", "R4"), ("refund_fee", "10.51")]).await;
    assert_eq!(refunded(&store, "T1").await, 1050);

    let uncounted: Vec<_> =
        store.refunds(&id("T1")).await.unwrap().into_iter().filter(|refund| !refund.is_counted()).collect();
    assert_eq!(uncounted.iter().map(RefundRecord::key).collect::<Vec<_>>(), ["R2"]);
    let alarms: Vec<_> = store
        .outbox(10)
        .await
        .unwrap()
        .into_iter()
        .filter(|message| message.kind() == &OutboxKind::RefundExceeds)
        .collect();
    let keys: Vec<_> = alarms.iter().map(alipay_sqlx_store::OutboxMessage::idempotency_key).collect();
    assert_eq!(keys, ["refund_exceeds:1111:R4", "refund_exceeds:1111:R2"]);
    let payload = r#"{"out_trade_no":"T1","trade_no":"1111","amount_fen":51,"key":"R2","subject":"a pot of \"tea\"","contact":"buyer@example.com"}"#;
    assert_eq!(alarms[1].payload(), payload);
    let words = words(&store, "T1").await;
    assert_eq!(words, ["created", "settled", "refunded", "refund_exceeds", "refunded", "refund_exceeds"]);
}

#[tokio::test]
async fn refunds_by_hand_are_told_without_an_amount() {
    let store = paid().await;
    for status in ["WAIT_SELLER_AGREE", "WAIT_SELLER_AGREE", "REFUND_SUCCESS", "REFUND_SUCCESS"] {
        let time = [("gmt_refund", "2024-01-02 10:00:00")];
        let more = if status == "REFUND_SUCCESS" { &time[..] } else { &[] };
        observe(&store, &[&[("refund_status", status)], more].concat()).await;
    }
    assert_eq!(growth(&store, &id("T1")).await, [None]);
    assert_eq!(words(&store, "T1").await, ["created", "settled", "refund_status", "refunded"]);
    let refunds = store.refunds(&id("T1")).await.unwrap();
    assert_eq!((refunds.len(), refunds[0].key(), refunds[0].amount()), (1, "2024-01-02 10:00:00", None));
    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert!(record.progress().is_refund_seen() && record.refunded().fen() == 0);

    // In full: the trade is closed.
    let closed = [("refund_status", "REFUND_SUCCESS"), ("gmt_refund", "2024-01-03 10:00:00")];
    store.observe(&told(&signed(&order("T1"), "1111", "TRADE_CLOSED", &closed))).await.unwrap();
    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert_eq!((record.progress().state(), record.refunded()), (TradeState::Refunded, record.amount()));
}

#[tokio::test]
async fn a_batch_finds_its_orders_by_their_trades() {
    let store = paid().await;
    settle(&store, "T2", "2222").await;
    for day in ["2024-01-03 10:00:00", "2024-01-04 10:00:00"] {
        store.next_batch_no(day.parse().unwrap(), "refund", "kept elsewhere").await.unwrap();
    }
    let items = [
        ("1111", "4.00", "SUCCESS"),
        ("2222", "1.00", "SELLER_BALANCE_NOT_ENOUGH"),
        ("9999", "0.01", "SUCCESS"),
    ];
    for _ in 0..2 {
        store.observe(&batch("20240103001", &items)).await.unwrap();
    }
    // Another batch is another refund, although its amount is the same.
    store.observe(&batch("20240104001", &[("1111", "4.00", "SUCCESS")])).await.unwrap();
    assert_eq!((refunded(&store, "T1").await, refunded(&store, "T2").await), (800, 0));
    assert_eq!(growth(&store, &id("T1")).await, [Some(400), Some(400)]);
    assert_eq!(words(&store, "T2").await, ["created", "settled", "refund_failed"]);
    let failed = store.events(&id("T2"), 1).await.unwrap().remove(0);
    assert_eq!(failed.detail(), Some("20240103001 SELLER_BALANCE_NOT_ENOUGH"));

    // The batch was faster than the payment.
    settle(&store, "T9", "9999").await;
    assert_eq!(refunded(&store, "T9").await, 1);
    assert_eq!(store.refunds(&id("T9")).await.unwrap()[0].key(), "20240103001");
}

#[tokio::test]
async fn a_payment_that_was_one_too_many_goes_back_by_itself() {
    let store = paid().await;
    let extra = store.settle(&payment(&order("T1"), "2222")).await.unwrap();
    assert!(matches!(extra, Settlement::PaidTwice { .. }));
    let before = store.find(&id("T1")).await.unwrap();
    let trade_no = "2222".parse().unwrap();
    let entry = store.record_refund_of_trade(&id("T1"), &trade_no, "R1", yuan("10.50")).await.unwrap();
    assert_eq!(entry, RefundEntry::Recorded);
    assert_eq!(store.find(&id("T1")).await.unwrap(), before, "the order stays paid");
    assert_eq!(store.refunds(&id("T1")).await.unwrap()[0].trade_no(), &trade_no);
    assert_eq!(growth(&store, &id("T1")).await, [Some(1050)]);
}

#[tokio::test]
async fn what_was_not_paid_is_not_refunded() {
    let store = paid().await;
    store.create_order(new_order("OPEN")).await.unwrap();
    for number in ["OPEN", "NOBODYS"] {
        let refused = store.record_refund(&id(number), "R1", yuan("1.00")).await.unwrap_err();
        assert!(matches!(refused, SqlStoreError::NotPaid(found) if found == id(number)));
    }
    let unknown = "9999".parse().unwrap();
    let refused = store.record_refund_of_trade(&id("T1"), &unknown, "R1", yuan("1.00")).await.unwrap_err();
    assert!(refused.to_string().contains("nothing to refund"), "{refused}");
    assert!(store.refunds(&id("T1")).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batch_numbers_are_taken_once_each_day() {
    let file = File::new();
    let stores = [file.open().await, file.open().await];
    let day: Timestamp = "2024-01-03 23:59:59".parse().unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|index| {
            let store = stores[index % 2].clone();
            tokio::spawn(async move {
                store.next_batch_no(day, "refund_pwd", &format!("items {index}")).await.unwrap()
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(task.await.unwrap());
    }
    numbers.sort();
    let expected: Vec<BatchNo> =
        (1..=64).map(|serial| BatchNo::of_day(day, &format!("{serial:03}")).unwrap()).collect();
    assert_eq!(numbers, expected);

    let next = Timestamp::from_unix_seconds(day.unix_seconds() + 1);
    let first = stores[0].next_batch_no(next, "refund_nopwd", "[]").await.unwrap();
    assert_eq!(first.as_str(), "20240104001");
    let read = stores[1].refund_batch(&first).await.unwrap().unwrap();
    assert_eq!((read.batch_no(), read.kind(), read.details()), (&first, "refund_nopwd", "[]"));
    assert!(stores[1].refund_batch(&"20240105001".parse().unwrap()).await.unwrap().is_none());
    let newest = stores[1].refund_batches(2).await.unwrap();
    assert_eq!((newest.len(), newest[0].batch_no()), (2, &first));
    assert!(!format!("{newest:?}").contains("items"));
}
