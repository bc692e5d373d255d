use alipay_sqlx_store::{NewOrder, SqlStore};
use alipay_tower::{
    Order, OrderStore, RejectionKind,
    protocol::{Currency, OrderState, Stage, TradeState},
    store::{ReconcileStore, Settlement},
};
use sqlx::Executor;

use crate::support::{
    File, body, desk, desk_that_asks, event, id, new_order, order, payment, signed, told, unconfirmed,
    unheard, verified, words,
};

async fn memory() -> SqlStore {
    SqlStore::connect("sqlite::memory:").await.unwrap()
}

#[tokio::test]
async fn escrow_goes_its_way_and_the_history_tells_it() {
    let store = memory().await;
    let escrow = order("T1").with_escrow_accepted();
    store.create_order(new_order("T1").with_escrow_accepted()).await.unwrap();
    assert_eq!(store.find(&id("T1")).await.unwrap().unwrap(), escrow);

    let held = verified(event(&escrow, "1111", "WAIT_SELLER_SEND_GOODS"), &escrow);
    assert_eq!(store.settle(&held).await.unwrap(), Settlement::Settled);
    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert_eq!((record.trade_no(), record.progress().stage()), (Some(held.trade_no()), Stage::Held));

    let desk = desk(&store);
    for status in ["WAIT_BUYER_CONFIRM_GOODS", "TRADE_FINISHED", "WAIT_BUYER_CONFIRM_GOODS", "WAIT_BUYER_PAY"]
    {
        for _ in 0..2 {
            desk.receive_notify(body(&escrow, "1111", status).as_bytes()).await.unwrap();
        }
    }
    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert_eq!(record.progress().state(), TradeState::Finished);
    assert_eq!(words(&store, "T1").await, ["created", "held", "shipped", "finished"]);
    let events = store.events(&id("T1"), 2).await.unwrap();
    let newest: Vec<_> = events.iter().map(|event| event.kind().as_str()).collect();
    assert_eq!(newest, ["shipped", "finished"], "the newest, in their order");
    assert_eq!(events[0].trade_no(), Some(held.trade_no()));
}

#[tokio::test]
async fn currencies_are_kept_and_compared() {
    let store = memory().await;
    let usd = Currency::new("USD").unwrap();
    let new = NewOrder::new(id("T1"), "10.50".parse().unwrap(), "tea").with_currency(usd);
    store.create_order(new).await.unwrap();
    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert_eq!((record.currency(), record.order()), (usd, &order("T1").with_currency(usd)));

    // Only the order's own currency pays it after the close.
    assert!(store.close_order(&id("T1")).await.unwrap());
    let desk = desk(&store);
    assert!(desk.receive_notify(body(&order("T1"), "1111", "TRADE_SUCCESS").as_bytes()).await.is_err());
    assert_eq!(store.find(&id("T1")).await.unwrap().unwrap().state(), &OrderState::Closed);
    let dollars = signed(&order("T1"), "2222", "TRADE_SUCCESS", &[("currency", "USD")]);
    assert!(desk.receive_notify(dollars.as_bytes()).await.is_err());
    let late = OrderState::PaidAfterClose("2222".parse().unwrap());
    assert_eq!(store.find(&id("T1")).await.unwrap().unwrap().state(), &late);
}

#[tokio::test]
async fn a_close_that_knows_of_a_payment_closes_no_order() {
    let store = memory().await;
    store.create_order(new_order("T1")).await.unwrap();
    let refunded = [("gmt_payment", "2024-01-01 10:00:00"), ("gmt_close", "2024-01-02 10:00:00")];
    store.observe(&told(&signed(&order("T1"), "1111", "TRADE_CLOSED", &refunded))).await.unwrap();
    assert_eq!(store.find(&id("T1")).await.unwrap().unwrap(), order("T1"), "the payment is still on its way");

    assert_eq!(store.settle(&payment(&order("T1"), "1111")).await.unwrap(), Settlement::Settled);
    let record = store.order(&id("T1")).await.unwrap().unwrap();
    assert_eq!(record.progress().state(), TradeState::Refunded);
    assert_eq!(record.refunded(), record.amount());
    assert_eq!(words(&store, "T1").await, ["created", "held", "trade_closed", "settled"]);
}

#[tokio::test]
async fn what_nobody_confirmed_moves_nothing() {
    let store = memory().await;
    store.create_order(new_order("OPEN")).await.unwrap();
    store.create_order(new_order("PAID")).await.unwrap();
    assert_eq!(store.settle(&payment(&order("PAID"), "2222")).await.unwrap(), Settlement::Settled);
    let paid = store.find(&id("PAID")).await.unwrap().unwrap();

    store.observe(&unheard(&body(&order("OPEN"), "1111", "TRADE_CLOSED"))).await.unwrap();
    let refund =
        [("refund_status", "REFUND_SUCCESS"), ("gmt_refund", "2024-01-02 10:00:00"), ("refund_fee", "1.00")];
    store.observe(&unheard(&signed(&order("PAID"), "2222", "TRADE_SUCCESS", &refund))).await.unwrap();
    assert_eq!(store.find(&id("OPEN")).await.unwrap().unwrap(), order("OPEN"));
    assert_eq!(store.find(&id("PAID")).await.unwrap().unwrap(), paid);
    assert!(store.refunds(&id("PAID")).await.unwrap().is_empty());
    assert_eq!(store.journal_entries(10).await.unwrap().len(), 3, "it is journaled all the same");
}

#[tokio::test]
async fn moves_are_told_once_each() {
    let store = memory().await;
    store.create_order(new_order("T1")).await.unwrap();
    store.create_order(new_order("T2")).await.unwrap();
    let desk = desk(&store);
    let dear = Order::new(id("T1"), "99.00".parse().unwrap());
    for _ in 0..2 {
        desk.receive_notify(body(&order("T1"), "1111", "WAIT_BUYER_PAY").as_bytes()).await.unwrap();
        assert!(desk.receive_notify(body(&dear, "3333", "TRADE_SUCCESS").as_bytes()).await.is_err());
        desk.receive_notify(body(&order("T1"), "1111", "TRADE_SUCCESS").as_bytes()).await.unwrap();
        desk.receive_notify(body(&order("T1"), "2222", "TRADE_SUCCESS").as_bytes()).await.unwrap();
        desk.receive_notify(body(&order("T1"), "1111", "TRADE_FINISHED").as_bytes()).await.unwrap();
        store.observe(&event(&order("T2"), "4444", "TRADE_CLOSED")).await.unwrap();
        store.close_order(&id("T2")).await.unwrap();
    }
    let words_of_t1 = ["created", "waiting", "unmatched", "settled", "paid_twice", "finished"];
    assert_eq!(words(&store, "T1").await, words_of_t1);
    let events = store.events(&id("T1"), 10).await.unwrap();
    assert_eq!(events[2].amount().unwrap().fen(), 9900);
    assert_eq!(events[2].detail(), Some("wrong_amount"));
    assert_eq!(words(&store, "T2").await, ["created", "closed"]);
    assert_eq!(store.events(&id("T2"), 10).await.unwrap()[1].detail(), Some("alipay"));
}

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
    let store = memory().await;
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
    let store = memory().await;
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
