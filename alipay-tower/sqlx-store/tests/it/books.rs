use alipay_sqlx_store::{NewOrder, OutboxKind, SqlStore, SqlStoreError, SqlStoreOptions};
use alipay_tower::{
    Order, OrderStore,
    protocol::{OrderState, SellerId},
    store::Settlement,
};

use crate::support::{File, event, id, new_order, order, payment};

#[tokio::test]
async fn an_order_is_what_was_recorded() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    let seller_id = SellerId::new("2088000000000003").unwrap();
    store.create_order(new_order("T1").with_seller_id(seller_id.clone())).await.unwrap();

    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert_eq!(record.out_trade_no(), &id("T1"));
    assert_eq!(record.amount().fen(), 1050);
    assert_eq!(record.subject(), "a pot of \"tea\"");
    assert_eq!(record.contact(), Some("buyer@example.com"));
    assert_eq!(record.seller_id(), Some(&seller_id));
    assert_eq!(record.state(), &OrderState::Pending);
    assert!(record.paid_at().is_none() && record.closed_at().is_none() && record.trade_no().is_none());

    let expected = Order::new(id("T1"), "10.50".parse().unwrap()).with_seller_id(seller_id);
    assert_eq!(store.find(&id("T1")).await.unwrap(), Some(expected));
    assert!(store.find(&id("T2")).await.unwrap().is_none());
    assert!(store.order(&id("T2")).await.unwrap().is_none());
    assert!(!format!("{record:?} {:?}", new_order("T1")).contains("buyer@example.com"));
}

#[tokio::test]
async fn a_number_is_used_once() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    store.create_order(new_order("T1")).await.unwrap();
    let again = NewOrder::new(id("T1"), "0.01".parse().unwrap(), "cheap");
    let error = store.create_order(again).await.unwrap_err();
    assert!(matches!(error, SqlStoreError::DuplicateOrder(number) if number == id("T1")));
    assert_eq!(store.order(&id("T1")).await.unwrap().unwrap().amount().fen(), 1050);
}

#[tokio::test]
async fn the_newest_orders_come_first() {
    let file = File::new();
    let store = file.open().await;
    for number in ["T1", "T2", "T3"] {
        store.create_order(new_order(number)).await.unwrap();
    }
    let numbers: Vec<_> =
        store.orders(2).await.unwrap().iter().map(|order| order.out_trade_no().clone()).collect();
    assert_eq!(numbers, [id("T3"), id("T2")]);
}

#[tokio::test]
async fn a_settlement_brings_its_journal_line_and_its_receipt() {
    for options in [SqlStoreOptions::new(), SqlStoreOptions::new().with_group_commit(1)] {
        let file = File::new();
        let store = file.open_with(options).await;
        store.create_order(new_order("T1")).await.unwrap();
        let paid = payment(&order("T1"), "2024010100000001");

        assert_eq!(store.settle(&paid).await.unwrap(), Settlement::Settled);
        assert_eq!(store.settle(&paid).await.unwrap(), Settlement::AlreadySettled);

        let record = store.order(&id("T1")).await.unwrap().unwrap();
        assert_eq!(record.trade_no(), Some(paid.trade_no()));
        assert!(record.paid_at().unwrap() >= record.created_at());

        let journal = store.journal_entries(10).await.unwrap();
        assert_eq!(journal.len(), 1);
        assert_eq!((journal[0].channel(), journal[0].outcome()), ("notify", "settled"));
        assert_eq!(journal[0].trade_no(), Some("2024010100000001"));
        assert!(String::from_utf8_lossy(journal[0].raw()).contains("buyer_email=buyer%40example.com"));

        let outbox = store.outbox(10).await.unwrap();
        assert_eq!(outbox.len(), 1);
        assert_eq!((outbox[0].kind(), outbox[0].idempotency_key()), (&OutboxKind::Receipt, "receipt:T1"));
        let payload = r#"{"out_trade_no":"T1","trade_no":"2024010100000001","amount_fen":1050,"subject":"a pot of \"tea\"","contact":"buyer@example.com"}"#;
        assert_eq!(outbox[0].payload(), payload);
    }
}

#[tokio::test]
async fn a_second_payment_is_kept_once_and_told() {
    let file = File::new();
    let store = file.open().await;
    store.create_order(new_order("T1")).await.unwrap();
    let (first, second) = (payment(&order("T1"), "1111"), payment(&order("T1"), "2222"));
    assert_eq!(store.settle(&first).await.unwrap(), Settlement::Settled);
    for _ in 0..3 {
        let expected = Settlement::PaidTwice { earlier: first.trade_no().clone() };
        assert_eq!(store.settle(&second).await.unwrap(), expected);
    }
    assert_eq!(store.settle(&first).await.unwrap(), Settlement::AlreadySettled);

    let extra = store.extra_payments(10).await.unwrap();
    assert_eq!(extra.len(), 1);
    assert_eq!((extra[0].trade_no(), extra[0].earlier()), (second.trade_no(), first.trade_no()));
    assert_eq!((extra[0].out_trade_no(), extra[0].amount().fen()), (&id("T1"), 1050));

    let kinds: Vec<_> =
        store.outbox(10).await.unwrap().iter().map(|message| message.kind().clone()).collect();
    assert_eq!(kinds, [OutboxKind::PaidTwice, OutboxKind::Receipt]);
    let outcomes: Vec<_> =
        store.journal_entries(10).await.unwrap().iter().map(|line| line.outcome().to_owned()).collect();
    assert_eq!(outcomes, ["paid_twice", "paid_twice", "paid_twice", "settled"]);
}

#[tokio::test]
async fn nothing_else_is_settled() {
    let file = File::new();
    let store = file.open().await;
    let unknown = store.settle(&payment(&order("T1"), "1111")).await.unwrap_err();
    assert!(unknown.to_string().contains("there is no order T1"), "{unknown}");

    store.create_order(NewOrder::new(id("T1"), "10.51".parse().unwrap(), "tea")).await.unwrap();
    let amount = store.settle(&payment(&order("T1"), "1111")).await.unwrap_err();
    assert!(amount.to_string().contains("amount"), "{amount}");

    store.create_order(new_order("T2")).await.unwrap();
    assert!(store.close_order(&id("T2")).await.unwrap());
    assert!(!store.close_order(&id("T2")).await.unwrap());
    let closed = store.settle(&payment(&order("T2"), "1111")).await.unwrap_err();
    assert!(closed.to_string().contains("order T2 is closed"), "{closed}");

    assert_eq!(store.find(&id("T1")).await.unwrap().unwrap().state(), &OrderState::Pending);
    let record = store.order(&id("T2")).await.unwrap().unwrap();
    assert_eq!(record.state(), &OrderState::Closed);
    assert!(record.closed_at().is_some());
    assert!(store.outbox(10).await.unwrap().is_empty());
    assert!(store.journal_entries(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_close_moves_only_what_waits() {
    let file = File::new();
    let store = file.open().await;
    store.create_order(new_order("T1")).await.unwrap();
    store.create_order(new_order("T2")).await.unwrap();
    assert_eq!(store.settle(&payment(&order("T2"), "2222")).await.unwrap(), Settlement::Settled);

    store.observe(&event(&order("T1"), "1111", "WAIT_BUYER_PAY")).await.unwrap();
    assert_eq!(store.find(&id("T1")).await.unwrap().unwrap().state(), &OrderState::Pending);
    for (number, trade_no) in [("T1", "1111"), ("T2", "2222"), ("T3", "3333")] {
        store.observe(&event(&order(number), trade_no, "TRADE_CLOSED")).await.unwrap();
    }
    assert_eq!(store.find(&id("T1")).await.unwrap().unwrap().state(), &OrderState::Closed);
    assert!(store.find(&id("T2")).await.unwrap().unwrap().settled_by().is_some());
    assert!(!store.close_order(&id("T2")).await.unwrap());

    let journal = store.journal_entries(10).await.unwrap();
    assert_eq!(journal.len(), 5);
    assert_eq!((journal[0].outcome(), journal[0].reason()), ("observed", Some("closed")));
    assert_eq!(journal[0].out_trade_no(), Some("T3"));
}
