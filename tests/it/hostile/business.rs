//! Good signatures about the wrong thing, and a gateway or a database that does not play along.

use alipay_simulator::{Lie, Mischief, Outage};
use alipay_tower::{
    RejectionKind::{
        DeadlineExceeded, GatewayDenied, GatewayUnreachable, Malformed, OrderClosed, Panicked, StoreFailed,
        UnknownOrder, WrongAmount,
    },
    protocol::OrderState,
};

use super::{rows, stage::Stage};
use crate::{capture, shops::Fault};

rows! {
    unknown_order,
    one_fen_off,
    closed_order,
    resplit_signed_text,
    missing_notify_id,
    notify_id_that_injects,
    missing_decisive_fields,
    database_is_out_of_order,
    database_driver_panics,
    database_hangs,
    replayed_after_it_was_paid;
    // Fields that only the classic gateway has, and the question that only it is asked.
    classic: paid_in_another_currency, price_changed_at_alipay, gateway_denies, gateway_talks_nonsense,
        gateway_is_out_of_order, gateway_hangs,
}

async fn unknown_order(stage: &mut Stage) {
    stage.asks(1);
    let body = stage.genuine.clone().with("out_trade_no", "T19990101000001").body(stage.merchant());
    stage.refuses(body, UnknownOrder, "no such order").await;
}

async fn one_fen_off(stage: &mut Stage) {
    for (amount, questions) in [("10.51", 1), ("10.49", 2), ("0.01", 3), ("1050", 4), ("100000000.00", 5)] {
        stage.asks(questions);
        let mut message = stage.genuine.clone().with(stage.shop.amount_field(), amount);
        if stage.is_classic() {
            message = message.with("price", amount);
        }
        stage.refuses(message.body(stage.merchant()), WrongAmount, amount).await;
    }
    for (at, amount) in ["10,50", "10.500", "-10.50", "1e1", "10.50 ", "٣"].into_iter().enumerate() {
        stage.asks(6 + at);
        let body = stage.genuine.clone().with(stage.shop.amount_field(), amount).body(stage.merchant());
        stage.refuses(body, Malformed, "the total is missing or no amount").await;
    }
}

async fn paid_in_another_currency(stage: &mut Stage) {
    stage.asks(1);
    let body = stage.genuine.clone().with("currency", "USD").body(stage.merchant());
    stage.refuses(body, WrongAmount, "not in the order's currency").await;
}

async fn price_changed_at_alipay(stage: &mut Stage) {
    for (at, (name, value)) in
        [("is_total_fee_adjust", "Y"), ("discount", "-0.01"), ("discount", "5")].into_iter().enumerate()
    {
        stage.asks(at + 1);
        let body = stage.genuine.clone().with(name, value).body(stage.merchant());
        stage.refuses(body, WrongAmount, "changed at Alipay").await;
    }
}

async fn closed_order(stage: &mut Stage) {
    let closed = stage.shop.order("T20240101000002").await;
    let late = capture::notice(&stage.shop, &closed).await;
    assert!(stage.shop.store.close_order(&closed).await.unwrap());
    stage.asks(1);
    stage.refuses(late.body(stage.merchant()), OrderClosed, "closed").await;
    // The money is there, whatever the shop thinks of the order: the books must say so.
    let state = stage.shop.state(&closed).await;
    assert!(matches!(state, OrderState::PaidAfterClose(_)), "{state:?}");
}

/// The text that was signed, cut into other fields (see the properties of the library).
async fn resplit_signed_text(stage: &mut Stage) {
    let amount = stage.shop.amount_field();
    for (subject, reason) in [
        (format!("x&{amount}=0.01&{amount}x=y"), format!("`{amount}=`")),
        ("x&trade_status=TRADE_SUCCESS&trade_statut=y".to_owned(), "`trade_status=`".to_owned()),
        ("x&refund_status=REFUND_SUCCESS".to_owned(), "`refund_status=`".to_owned()),
    ] {
        let body = stage.genuine.clone().with("subject", &subject).body(stage.merchant());
        stage.refuses(body, Malformed, &reason).await;
    }
    // One field swallows the next: the same text, the same signature, another status.
    let next = if stage.is_classic() { "use_coupon" } else { "version" };
    let status = format!("TRADE_SUCCESS&{next}={}", stage.genuine.get(next));
    let message = stage.genuine.clone().without(next).with("trade_status", &status);
    stage.refuses(message.body(stage.merchant()), Malformed, "`trade_status=`").await;
}

async fn missing_notify_id(stage: &mut Stage) {
    let body = stage.genuine.clone().without("notify_id").body(stage.merchant());
    stage.refuses(body, Malformed, "`notify_id` is missing").await;
}

async fn notify_id_that_injects(stage: &mut Stage) {
    for id in ["x&partner=2088000000000009", "x#", "x y", "x?y", "\u{6d4b}", &"x".repeat(1025)] {
        let body = stage.genuine.clone().with("notify_id", id).body(stage.merchant());
        stage.refuses(body, Malformed, "notify_id").await;
    }
}

async fn missing_decisive_fields(stage: &mut Stage) {
    for (at, (name, reason)) in [
        ("out_trade_no", "`out_trade_no` is missing"),
        ("trade_no", "`trade_no` is missing"),
        (stage.shop.amount_field(), "the total is missing or no amount"),
    ]
    .into_iter()
    .enumerate()
    {
        stage.asks(at + 1);
        let body = stage.genuine.clone().without(name).body(stage.merchant());
        stage.refuses(body, Malformed, reason).await;
    }
}

async fn gateway_denies(stage: &mut Stage) {
    stage.asks(1);
    let body = stage.genuine.clone().with("notify_id", "never0sent0by0the0gateway").body(stage.merchant());
    stage.refuses(body, GatewayDenied, "`false`").await;
    stage.shop.simulator.behave(Mischief::Lie(Lie::False).once());
    stage.asks(2);
    stage.refuses(stage.body(), GatewayDenied, "`false`").await;
}

async fn gateway_talks_nonsense(stage: &mut Stage) {
    stage.shop.simulator.behave(Mischief::Lie(Lie::Garbage).once());
    stage.asks(1);
    stage.refuses(stage.body(), GatewayUnreachable, "none of true, false, invalid").await;
}

async fn gateway_is_out_of_order(stage: &mut Stage) {
    stage.shop.simulator.behave(Mischief::Outage(Outage::Unavailable).once());
    stage.asks(1);
    stage.refuses(stage.body(), GatewayUnreachable, "503").await;
    stage.shop.simulator.behave(Mischief::Outage(Outage::Refused).once());
    stage.asks(2);
    stage.refuses(stage.body(), GatewayUnreachable, "the gateway could not be asked").await;
}

async fn gateway_hangs(stage: &mut Stage) {
    stage.shop.simulator.behave(Mischief::Outage(Outage::Hang).once());
    stage.asks(1);
    stage.refuses(stage.body(), GatewayUnreachable, "no answer in time").await;
}

async fn database_is_out_of_order(stage: &mut Stage) {
    stage.shop.faults.switch(Fault::Fails);
    for _ in 0..3 {
        stage.refuses(stage.body(), StoreFailed, "the order store failed").await;
    }
    stage.shop.faults.switch(Fault::None);
}

async fn database_driver_panics(stage: &mut Stage) {
    stage.shop.faults.switch(Fault::Panics);
    stage.refuses(stage.body(), Panicked, "panicked").await;
    stage.shop.faults.switch(Fault::None);
}

async fn database_hangs(stage: &mut Stage) {
    stage.shop.faults.switch(Fault::Hangs);
    stage.refuses(stage.body(), DeadlineExceeded, "before the deadline").await;
    stage.shop.faults.switch(Fault::None);
}

/// A copied message moves nothing a second time, and asks nobody.
async fn replayed_after_it_was_paid(stage: &mut Stage) {
    let second = stage.shop.order("T20240101000002").await;
    let body = capture::notice(&stage.shop, &second).await.body(stage.merchant());
    for _ in 0..5 {
        let answer = stage.notify(&body).await;
        stage.assert_word(&answer, 200, "success");
        assert_eq!(stage.shop.simulator.questions().len(), usize::from(stage.is_classic()));
    }
    stage.shop.assert_settled_once(&second).await;
    assert_eq!(stage.shop.count("already_settled").await, 4);
    // The same message about an order that waits is a message about that order, and its signature says otherwise.
    let stolen = body.replace(second.as_str(), stage.order.as_str());
    let answer = stage.notify(stolen).await;
    stage.assert_word(&answer, 403, "fail");
}
