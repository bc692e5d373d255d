use alipay_sqlx_store::{NewOrder, SqlStore};
use alipay_tower::{
    Order, OrderStore,
    protocol::{Currency, OrderState, Stage, TradeState},
    store::Settlement,
};

use crate::support::{
    answered, body, desk, event, id, new_order, order, payment, signed, told, unheard, verified, words,
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
    assert_eq!(words(&store, "T1").await, ["created", "trade_closed", "settled"]);
    assert_eq!(kinds(&store).await, ["settled_refunded"], "the late message lets no goods leave");
}

/// What a shop that heard of nothing finds when it asks: in one settlement the payment, and that it went back.
#[tokio::test]
async fn a_payment_that_went_back_owes_no_receipt() {
    const PAID: (&str, &str) = ("gmt_payment", "2024-01-01 10:00:00");
    const BACK: (&str, &str) = ("gmt_refund", "2024-01-02 10:00:00.123");
    let store = memory().await;
    for (number, status, refunded) in
        [("T1", "TRADE_CLOSED", "10.50"), ("T2", "TRADE_FINISHED", "10.50"), ("T3", "TRADE_SUCCESS", "3.00")]
    {
        store.create_order(new_order(number)).await.unwrap();
        let asked = answered(&order(number), "1111", status, &[PAID, BACK, ("refund_fee", refunded)]);
        let [paid, back] = asked.try_into().unwrap();
        let payment = verified(paid, &order(number));
        assert_eq!(payment.is_refunded(), number != "T3");
        assert_eq!(store.settle(&payment).await.unwrap(), Settlement::Settled);
        let known = store.order(&id(number)).await.unwrap().unwrap();
        assert_eq!(known.refunded().to_string(), refunded);
        // The event of the refund follows the payment, and finds everything said.
        store.observe(&back).await.unwrap();
        let record = store.order(&id(number)).await.unwrap().unwrap();
        assert_eq!(record.progress(), known.progress());
        let progress = record.progress();
        assert_eq!(progress.is_refunded_in_full(record.amount()), number != "T3");
    }
    assert_eq!(words(&store, "T1").await, ["created", "settled", "trade_closed", "refunded"]);
    assert_eq!(words(&store, "T2").await, ["created", "settled", "refunded"]);
    assert_eq!(words(&store, "T3").await, ["created", "settled", "refunded"]);
    assert_eq!(kinds(&store).await, ["receipt", "settled_refunded", "settled_refunded"]);
}

async fn kinds(store: &SqlStore) -> Vec<String> {
    store.outbox(10).await.unwrap().iter().map(|message| message.kind().as_str().to_owned()).collect()
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
