//! Messages of the message service (`msg_method`), which are about no trade's status: taken or refused as the shop says, and
//! never a payment.

use alipay_simulator::{Mischief, Notice, Outcome};
use alipay_tower::{
    MessagePolicy,
    protocol::{OrderState, OutTradeNo, TradeEvent},
    store::Receipt,
};

use super::stories;
use crate::shops::{Options, Running, Shop};

stories! { openapi: acknowledged_and_journaled, refused_by_policy, forged_messages, a_message_is_no_payment }

const METHOD: &str = "alipay.trade.refund.depositback.completed";

/// What the message says of an order that waits.
fn content(order: &OutTradeNo) -> String {
    let trade_no = "2024010122001004010299999999";
    format!(
        r#"{{"trade_no":"{trade_no}","out_trade_no":"{order}","dback_status":"S","dback_amount":"10.50"}}"#
    )
}

fn send(shop: &Running, order: &OutTradeNo) {
    let app_id = shop.desk().merchant().app_id().unwrap().clone();
    let url = shop.desk().endpoints().notify_url().to_owned();
    shop.simulator.send_message(&app_id, &url, METHOD, &content(order)).unwrap();
}

/// That nothing has moved.
async fn is_untouched(shop: &Running, order: &OutTradeNo) {
    assert_eq!(shop.state(order).await, OrderState::Pending, "{}", shop.name);
    assert_eq!(shop.record(order).await.refunded(), alipay_tower::Money::default());
    assert!(shop.store.outbox(10).await.unwrap().is_empty());
    assert!(shop.store.unmatched_payments(10).await.unwrap().is_empty());
    assert!(shop.simulator.calls().iter().all(|method| method.ends_with(".pay")), "nobody is asked");
}

async fn acknowledged_and_journaled<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.simulator.behave(Mischief::Duplicate(5).once());
    send(&shop, &order);
    shop.simulator.quiet().await;
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), 5);
    for delivery in &deliveries {
        assert_eq!((delivery.notify_type.as_str(), delivery.outcome), (METHOD, Outcome::Acknowledged));
    }
    is_untouched(&shop, &order).await;
    let journal = shop.journal().await;
    let line = journal.iter().find(|line| line.outcome() == "observed").expect("a line of the journal");
    assert_eq!((shop.count("observed").await, line.channel()), (5, "notify"));
    // What the journal kept is the message, as it came.
    let receipt = shop.desk().receive_notify(line.raw()).await.unwrap();
    let Receipt::Observed(TradeEvent::Message(message)) = receipt else { panic!("no message") };
    assert_eq!(message.msg_method(), METHOD);
    let said = message.content(shop.desk().merchant()).unwrap();
    assert_eq!((said.text("out_trade_no"), said.text("dback_status")), (Some("T1"), Some("S")));
    // And the order can be paid as if nothing had been.
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn refused_by_policy<S: Shop>() {
    let refusing: fn(alipay_tower::Alipay) -> alipay_tower::Alipay =
        |desk| desk.with_message_policy(MessagePolicy::Refuse);
    let shop = S::start(Options { desk: Some(refusing), ..Options::default() }).await;
    let order = shop.order("T1").await;
    send(&shop, &order);
    shop.simulator.quiet().await;
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), 8, "the gateway repeats it for a day: {deliveries:#?}");
    assert!(deliveries.iter().all(|delivery| delivery.answer == "fail"), "{deliveries:#?}");
    assert_eq!((shop.count("message_refused").await, shop.count("observed").await), (8, 0));
    is_untouched(&shop, &order).await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn forged_messages<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let tamper = Mischief::Tamper { field: "biz_content".to_owned(), value: "{}".to_owned() };
    for (mischief, outcome, times) in
        [(Mischief::Forge, "forged", 1), (tamper, "forged", 2), (Mischief::CrossMerchant, "not_ours", 1)]
    {
        let before = shop.simulator.deliveries().len();
        shop.simulator.behave(mischief.clone().once());
        send(&shop, &order);
        shop.simulator.quiet().await;
        let words: Vec<_> =
            shop.simulator.deliveries()[before..].iter().map(|line| line.answer.clone()).collect();
        assert_eq!(words, ["fail", "success"], "{mischief:?}: the honest one comes after it");
        assert_eq!(shop.count(outcome).await, times, "{mischief:?}");
    }
    is_untouched(&shop, &order).await;
    shop.stop().await;
}

/// A message that dresses up as a notification of a payment is one message all the same, whoever signed it.
async fn a_message_is_no_payment<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let dressed = Notice::of_application(order.as_str(), crate::shops::price(), "TRADE_SUCCESS")
        .with("msg_method", METHOD)
        .with("biz_content", &content(&order))
        .with("utc_timestamp", "1717736096123");
    for _ in 0..3 {
        let body = dressed.clone().sign(shop.alipay()).unwrap().body();
        let answer = shop.notify(body).await;
        assert_eq!((answer.status, answer.text()), (200, "success"));
        is_untouched(&shop, &order).await;
    }
    assert_eq!((shop.count("observed").await, shop.count("settled").await), (3, 0));
    shop.stop().await;
}
