//! Orders that nobody pays are closed, and payments that come all the same are not dropped.

use alipay_simulator::Mischief;
use alipay_tower::{RejectionKind, protocol::OrderState};

use super::stories;
use crate::{
    capture,
    shops::{Options, Shop},
};

stories! {
    closed_by_the_operator,
    never_carried_to_the_cashier,
    paid_when_it_was_to_be_closed,
    paid_after_the_close,
    paid_and_closed_at_once,
    closed_by_itself,
    paid_while_it_closes_by_itself,
}

async fn closed_by_the_operator<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let trade = shop.open_trade(&order).await;
    let (status, page) = shop.press(&order, "close", &[]).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(shop.state(&order).await, OrderState::Closed);
    let at_alipay = shop.simulator.trade("T1").unwrap();
    assert_eq!(at_alipay.status().as_str(), "TRADE_CLOSED", "closed there first");
    assert!(shop.simulator.pay(trade.trade_no(), "balance").await.is_err(), "nobody can pay it any more");
    shop.simulator.quiet().await;
    assert!(shop.store.outbox(10).await.unwrap().is_empty());
    shop.stop().await;
}

async fn never_carried_to_the_cashier<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let (status, page) = shop.press(&order, "close", &[]).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(shop.state(&order).await, OrderState::Closed);
    assert!(shop.simulator.trades().is_empty());
    shop.stop().await;
}

/// The notification is on its way for ever: the question finds the payment, and it wins.
async fn paid_when_it_was_to_be_closed<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.simulator.drop_all();
    shop.buy(&order).await;
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    let (status, page) = shop.press(&order, "close", &[]).await;
    assert_eq!(status, 200, "{page}");
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_SUCCESS");
    shop.stop().await;
}

/// The books were closed, and the money came: kept, told to a person once, answered `fail` each time.
async fn paid_after_the_close<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let notice = capture::notice(&shop, &order).await;
    assert!(shop.store.close_order(&order).await.unwrap());
    let body = notice.body(shop.alipay());
    for _ in 0..3 {
        let answer = shop.notify(&body).await;
        assert_eq!((answer.status, answer.text()), (409, "fail"));
    }
    let late = OrderState::PaidAfterClose(notice.get("trade_no").parse().unwrap());
    assert_eq!(shop.state(&order).await, late);
    assert_eq!(shop.store.refused_hits().await.unwrap().of(RejectionKind::OrderClosed), 3);
    let history = shop.history(&order).await;
    assert_eq!(history.iter().filter(|kind| *kind == "paid_after_close").count(), 1, "{history:?}");
    let outbox = shop.store.outbox(10).await.unwrap();
    let kinds: Vec<&str> = outbox.iter().map(|message| message.kind().as_str()).collect();
    assert_eq!(kinds, ["paid_after_close"]);
    assert_eq!(shop.store.unmatched_payments(10).await.unwrap().len(), 1);
    shop.stop().await;
}

/// A buyer and an operator press at the same moment. Whoever wins, the books and Alipay agree, and no money is lost.
async fn paid_and_closed_at_once<S: Shop>() {
    let shop = S::start(Options::default()).await;
    for round in 0..6 {
        let number = format!("T{round}");
        let order = shop.order(&number).await;
        let trade = shop.open_trade(&order).await;
        if round % 2 == 0 {
            shop.simulator.behave(Mischief::Drop.once());
        }
        let (paid, _) =
            tokio::join!(shop.simulator.pay(trade.trade_no(), "balance"), shop.press(&order, "close", &[]));
        shop.simulator.reset();
        match paid {
            Ok(_) => shop.assert_settled_once(&order).await,
            Err(_) => {
                let closed = async || shop.state(&order).await == OrderState::Closed;
                crate::until("the order is closed", closed).await;
                assert_eq!(shop.simulator.trade(&number).unwrap().status().as_str(), "TRADE_CLOSED");
            }
        }
    }
    shop.stop().await;
}

/// An order that nobody pays is closed when its time has come: the gateway is asked, closes the trade, and then the books
/// close. What was paid unheard is settled by the same question, and what is paid after all is kept.
async fn closed_by_itself<S: Shop>() {
    let shop = S::start(Options { asks: true, close_after: Some(6), ..Options::default() }).await;
    let (left, lost, never) = (shop.order("T1").await, shop.order("T2").await, shop.order("T3").await);
    shop.open_trade(&left).await;
    // The buyer of the third has a page of the cashier's that was never opened.
    let late = shop.checkout(&never);
    shop.simulator.drop_all();
    shop.buy(&lost).await;
    for order in [&left, &never] {
        let closed = async || shop.state(order).await == OrderState::Closed;
        crate::until(&format!("{}: {order} is closed", shop.name), closed).await;
        let record = shop.record(order).await;
        let age = record.closed_at().unwrap().unix_seconds() - record.created_at().unix_seconds();
        assert!(age >= 6, "{}: {order} was closed after {age} seconds", shop.name);
    }
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_CLOSED", "closed there first");
    assert!(shop.simulator.trade("T3").is_none());
    let journal = shop.journal().await;
    let asked = journal.iter().any(|line| line.channel() == "query" && line.out_trade_no() == Some("T1"));
    assert!(asked, "{}: the gateway is asked first: {journal:#?}", shop.name);
    shop.assert_settled_once(&lost).await;

    shop.simulator.reset();
    reqwest::get(late.url()).await.unwrap();
    let trade = shop.simulator.trade("T3").unwrap();
    shop.simulator.pay(trade.trade_no(), "balance").await.unwrap();
    let kept = OrderState::PaidAfterClose(trade.trade_no().parse().unwrap());
    crate::until("the late payment is kept", async || shop.state(&never).await == kept).await;
    let outbox = shop.store.outbox(10).await.unwrap();
    assert!(outbox.iter().any(|message| message.kind().as_str() == "paid_after_close"), "{outbox:#?}");
    shop.stop().await;
}

/// Buyers pay in the very seconds in which the orders close. Each is paid, or closed at both ends; no money is lost.
async fn paid_while_it_closes_by_itself<S: Shop>() {
    let shop = S::start(Options { asks: true, close_after: Some(4), ..Options::default() }).await;
    let mut orders = Vec::new();
    for round in 0..8 {
        let order = shop.order(&format!("T{round}")).await;
        let trade = shop.open_trade(&order).await.trade_no().to_owned();
        orders.push((order, trade));
    }
    // The first deliveries are lost.
    shop.simulator.behave(Mischief::Drop.times(4));
    tokio::time::sleep(std::time::Duration::from_millis(3_500)).await;
    let mut paid = Vec::new();
    for (order, trade) in &orders {
        paid.push((order, shop.simulator.pay(trade, "balance").await.is_ok()));
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    for (order, paid) in paid {
        if paid {
            shop.assert_settled_once(order).await;
            continue;
        }
        let closed = async || shop.state(order).await == OrderState::Closed;
        crate::until("the order is closed", closed).await;
        assert_eq!(shop.simulator.trade(order.as_str()).unwrap().status().as_str(), "TRADE_CLOSED");
    }
    shop.stop().await;
}
