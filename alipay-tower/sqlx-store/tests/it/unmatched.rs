use alipay_sqlx_store::{OutboxKind, SqlStore, UnmatchedRecord};
use alipay_tower::{
    Alipay, OrderStore, Rejection, RejectionKind,
    protocol::{OrderState, Stage, TradeEvent, UnmatchedPayment},
    store::Settlement,
};
use sqlx::Executor;

use crate::support::{File, body, desk, event, id, new_order, order, payment, signed, words};

const PAID: &str = "TRADE_SUCCESS";

async fn refused(desk: &Alipay, body: &str) -> RejectionKind {
    desk.receive_notify(body.as_bytes()).await.unwrap_err().kind()
}

async fn only(store: &SqlStore) -> UnmatchedRecord {
    let mut records = store.unmatched_payments(10).await.unwrap();
    assert_eq!(records.len(), 1, "{records:?}");
    records.remove(0)
}

#[tokio::test]
async fn money_that_fits_no_order_is_kept_and_told_once() {
    for url in [File::new(), File::new()].iter().map(File::url).chain(["sqlite::memory:".to_owned()]) {
        let Ok(store) = SqlStore::connect(&url).await else { panic!("no store") };
        let desk = desk(&store);
        store.create_order(new_order("T1")).await.unwrap();
        assert!(store.close_order(&id("T1")).await.unwrap());
        for _ in 0..8 {
            assert_eq!(refused(&desk, &body(&order("T1"), "1111", PAID)).await, RejectionKind::OrderClosed);
        }
        let record = only(&store).await;
        assert_eq!((record.out_trade_no(), record.trade_no().as_str()), (&id("T1"), "1111"));
        assert_eq!((record.amount().unwrap().fen(), record.times()), (1050, 8));
        assert_eq!((record.kind(), record.reason()), ("order_closed", "the order is closed"));
        assert!(record.first_at() <= record.last_at());
        assert!(String::from_utf8_lossy(record.raw()).contains("buyer_email=buyer%40example.com"));
        assert!(!format!("{record:?}").contains("buyer"));

        let outbox = store.outbox(10).await.unwrap();
        assert_eq!(outbox.len(), 1);
        assert_eq!(outbox[0].kind(), &OutboxKind::PaidAfterClose);
        assert_eq!(OutboxKind::from(outbox[0].kind().as_str()), OutboxKind::PaidAfterClose);
        assert_eq!(outbox[0].idempotency_key(), "paid_after_close:T1");
        let payload = r#"{"out_trade_no":"T1","trade_no":"1111","amount_fen":1050,"subject":"a pot of \"tea\"","contact":"buyer@example.com"}"#;
        assert_eq!(outbox[0].payload(), payload);

        let journal = store.journal_entries(10).await.unwrap();
        assert_eq!(journal.len(), 1, "the repetitions are no news: {journal:?}");
        assert_eq!((journal[0].outcome(), journal[0].trade_no()), ("order_closed", Some("1111")));
        assert!(journal[0].is_refused());
        assert_eq!(store.refused_hits().await.unwrap().of(RejectionKind::OrderClosed), 8);

        let order = store.order(&id("T1")).await.unwrap().unwrap();
        assert_eq!(order.state(), &OrderState::PaidAfterClose(record.trade_no().clone()));
        assert!(order.paid_at() >= order.closed_at() && order.closed_at().is_some());
        assert_eq!(order.progress().stage(), Stage::Paid);

        // Another trade pays nothing any more, and is news.
        assert_eq!(refused(&desk, &body(order.order(), "2222", PAID)).await, RejectionKind::OrderClosed);
        assert_eq!(store.order(&id("T1")).await.unwrap().unwrap().trade_no(), Some(record.trade_no()));
        let outbox = store.outbox(10).await.unwrap();
        assert_eq!(outbox[0].kind(), &OutboxKind::Unmatched);
        assert_eq!(outbox[0].idempotency_key(), "unmatched_payment:T1:2222");
        let payload = r#"{"out_trade_no":"T1","trade_no":"2222","amount_fen":1050,"kind":"order_closed","reason":"the order is closed"}"#;
        assert_eq!(outbox[0].payload(), payload);
        assert_eq!(words(&store, "T1").await, ["created", "closed", "paid_after_close", "unmatched"]);
    }
}

#[tokio::test]
async fn a_payment_that_is_settled_after_all_is_no_longer_unmatched() {
    let file = File::new();
    let store = file.open().await;
    let desk = desk(&store);
    let paid = body(&order("T1"), "1111", PAID);
    assert_eq!(refused(&desk, &paid).await, RejectionKind::UnknownOrder);
    assert_eq!(only(&store).await.kind(), "unknown_order");

    store.create_order(new_order("T1")).await.unwrap();
    assert_eq!(desk.receive_notify(paid.as_bytes()).await.unwrap().name(), "settled");
    assert!(store.unmatched_payments(10).await.unwrap().is_empty());

    let dear = order("T1").amount().fen();
    let second = signed(&order("T1"), "2222", PAID, &[("discount", "-0.01")]);
    assert_eq!(refused(&desk, &second).await, RejectionKind::WrongAmount);
    assert_eq!(only(&store).await.amount().unwrap().fen(), dear);
    let extra = store.settle(&payment(&order("T1"), "2222")).await.unwrap();
    assert!(matches!(extra, Settlement::PaidTwice { .. }));
    assert!(store.unmatched_payments(10).await.unwrap().is_empty(), "it is among the extra payments");
}

#[tokio::test]
async fn another_reason_is_news() {
    let file = File::new();
    let store = file.open().await;
    let desk = desk(&store);
    let paid = body(&order("T1"), "1111", PAID);
    assert_eq!(refused(&desk, &paid).await, RejectionKind::UnknownOrder);
    store.create_order(new_order("T1")).await.unwrap();
    let yen = signed(&order("T1"), "1111", PAID, &[("currency", "JPY")]);
    assert_eq!(refused(&desk, &yen).await, RejectionKind::WrongAmount);
    let record = only(&store).await;
    assert_eq!((record.kind(), record.amount(), record.times()), ("wrong_amount", None, 2));
    let journal = store.journal_entries(10).await.unwrap();
    let outcomes: Vec<_> = journal.iter().map(alipay_sqlx_store::JournalEntry::outcome).collect();
    assert_eq!(outcomes, ["wrong_amount", "unknown_order"]);
    assert_eq!(store.outbox(10).await.unwrap().len(), 1);
}

fn unmatched(number: &str) -> UnmatchedPayment {
    match event(&order(number), "1111", PAID) {
        TradeEvent::Paid(payment) => payment,
        other => panic!("not paid: {other:?}"),
    }
}

#[tokio::test]
async fn it_is_on_disk_whole_or_not_at_all() {
    let file = File::new();
    let store = file.open().await;
    let reason = Rejection::new(RejectionKind::UnknownOrder, "é".repeat(5_000));
    let mut stranger = file.stranger().await;
    stranger
        .execute("CREATE TRIGGER bad BEFORE INSERT ON alipay_outbox BEGIN SELECT RAISE(ABORT, 'no'); END")
        .await
        .unwrap();
    assert!(store.unmatched(&unmatched("T1"), &reason).await.is_err());
    assert!(store.unmatched_payments(10).await.unwrap().is_empty());
    assert_eq!(store.refused_hits().await.unwrap().total(), 0);

    stranger.execute("DROP TRIGGER bad").await.unwrap();
    store.unmatched(&unmatched("T1"), &reason).await.unwrap();
    // Another process sees it without any flush.
    assert_eq!(only(&file.open().await).await.reason().len(), 1024);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_do_not_push_it_out() {
    let file = File::new();
    let options = alipay_sqlx_store::SqlStoreOptions::new().with_refused_hits_kept(0);
    let store = file.open_with(options).await;
    let desk = desk(&store);
    let junk = Rejection::new(RejectionKind::TooLarge, "the body is too large");
    let flood =
        || (0..2_000).for_each(|_| desk.refuse(alipay_tower::protocol::Channel::Notify, b"junk", &junk));
    flood();
    assert_eq!(refused(&desk, &body(&order("T1"), "1111", PAID)).await, RejectionKind::UnknownOrder);
    flood();
    store.flush().await.unwrap();
    store.close().await;
    let store = file.open().await;
    assert_eq!(only(&store).await.times(), 1);
    let journal = store.journal_entries(1_000).await.unwrap();
    assert!(journal.iter().any(|line| line.outcome() == "unknown_order"), "{journal:?}");
}
