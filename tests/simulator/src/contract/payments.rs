//! Payments, each by the whole walk from signed bytes to the end of the chain.
#![expect(clippy::expect_used, reason = "a suite fails by panicking, and these are the suite's own mistakes")]

use std::sync::Arc;

use alipay_tower::{
    Merchant, Money, Order, OrderStore, VerifiedPayment,
    protocol::{
        Channel, Notification, OrderState, OutTradeNo, Progress, SignedNotification, TradeEvent, TradeNo,
        UnmatchedPayment,
    },
    store::{Settlement, StoreError},
};

use crate::{Notice, demo_merchant};

/// How many do the same thing at once.
pub(super) const CROWD: usize = 64;

pub(super) fn merchant() -> Merchant {
    demo_merchant().expect("the demo merchant is well-formed")
}

pub(super) fn id(text: &str) -> OutTradeNo {
    OutTradeNo::new(text).expect("an order number of the suite")
}

pub(super) fn trade(text: &str) -> TradeNo {
    TradeNo::new(text).expect("a trade number of the suite")
}

pub(super) fn money(text: &str) -> Money {
    text.parse().expect("an amount of the suite")
}

/// A pending order over 10.50 yuan.
pub(super) fn order(number: &str) -> Order {
    Order::new(id(number), money("10.50"))
}

/// What the gateway says when the order was paid by this trade.
pub(super) fn notice(order: &Order, trade_no: &str) -> Notice {
    Notice::paid(order.out_trade_no().as_str(), order.amount()).with("trade_no", trade_no)
}

pub(super) fn body(notice: Notice) -> String {
    notice.sign(&merchant()).expect("the suite's messages are UTF-8").body()
}

/// A payment of the order, as it is here, by this trade.
pub(super) fn payment(order: &Order, trade_no: &str) -> VerifiedPayment {
    verified(notice(order, trade_no), order)
}

pub(super) fn verified(notice: Notice, order: &Order) -> VerifiedPayment {
    unmatched(notice).match_order(order).expect("the payment is that of the order")
}

/// A confirmed payment that was not compared with any order.
pub(super) fn unmatched(notice: Notice) -> UnmatchedPayment {
    paid(event(notice))
}

/// A payment that nobody has confirmed.
pub(super) fn unconfirmed(order: &Order, trade_no: &str) -> VerifiedPayment {
    let confirmed = signed(notice(order, trade_no)).dangerous_accept_unconfirmed();
    let event = confirmed.into_event().expect("the suite's messages are complete");
    paid(event).match_order(order).expect("the payment is that of the order")
}

/// What a confirmed message says.
pub(super) fn event(notice: Notice) -> TradeEvent {
    let signed = signed(notice);
    let check = signed.check(&merchant()).expect("the suite's messages have a notify_id");
    let confirmation = check.read(b"true").expect("`true` is a yes");
    let confirmed = signed.confirm(&confirmation).expect("the yes is about this message");
    confirmed.into_event().expect("the suite's messages are complete")
}

fn signed(notice: Notice) -> SignedNotification {
    Notification::parse(Channel::Notify, body(notice).as_bytes())
        .expect("the suite's messages are forms")
        .authenticate(&merchant())
        .expect("the suite signs with the merchant's key")
}

fn paid(event: TradeEvent) -> UnmatchedPayment {
    match event {
        TradeEvent::Held(payment) | TradeEvent::Paid(payment) => payment,
        other => panic!("the suite's message is not about a payment: {}", other.name()),
    }
}

/// What settling came to; a store that fails has failed the suite.
pub(super) fn told(result: Result<Settlement, StoreError>) -> Settlement {
    result.unwrap_or_else(|error| panic!("settle must not fail here: {error}"))
}

/// What the store says about an order that was recorded.
pub(super) async fn found<S: OrderStore>(store: &Arc<S>, number: &str) -> Order {
    match store.find(&id(number)).await {
        Ok(Some(order)) => order,
        Ok(None) => panic!("find has lost the order {number}"),
        Err(error) => panic!("find must not fail here: {error}"),
    }
}

/// The order is paid, and by this trade.
pub(super) async fn assert_paid<S: OrderStore>(store: &Arc<S>, number: &str, trade_no: &str) {
    let found = found(store, number).await;
    assert_eq!(
        found.state(),
        &OrderState::Paid(trade(trade_no)),
        "find must give the trade that settled the order {number}"
    );
}

/// The order is as it was: closed, or paid after the close by this trade when the store keeps that.
pub(super) fn assert_closed(found: &Order, closed: &Order, trade_no: &str) {
    let number = closed.out_trade_no();
    if found.state() != &OrderState::Closed {
        let late = OrderState::PaidAfterClose(trade(trade_no));
        assert_eq!(
            found.state(),
            &late,
            "the closed order {number} may move to PaidAfterClose and nowhere else"
        );
    }
    let as_it_was = found.clone().with_state(OrderState::Closed).with_progress(Progress::default());
    assert_eq!(&as_it_was, closed, "a late payment must not change what was recorded of the order {number}");
}
