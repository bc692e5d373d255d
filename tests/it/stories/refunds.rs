//! Money that goes back: in parts, by either side, never more than was paid, and never taken for a payment.

use alipay_tower::{Money, protocol::OrderState};

use super::stories;
use crate::{
    capture,
    shops::{Options, Running, Shop},
};

stories! {
    in_parts_by_the_operator,
    never_more_than_was_paid,
    by_both_sides,
    a_refund_is_no_payment;
    // Only notices of the OpenAPI generation say how much went back, so only they can be counted.
    openapi: parts_are_counted_once,
}

fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

async fn refunded(shop: &Running, order: &alipay_tower::protocol::OutTradeNo, amount: &str) {
    let so = async || shop.record(order).await.refunded() == yuan(amount);
    crate::until(&format!("{}: {amount} of {order} went back", shop.name), so).await;
}

async fn in_parts_by_the_operator<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    for (part, sum) in [("4.00", "4.00"), ("6.00", "10.00"), ("", "10.50")] {
        let (status, page) = shop.press(&order, "refund", &[("amount", part), ("reason", "chipped")]).await;
        assert_eq!(status, 200, "{page}");
        refunded(&shop, &order, sum).await;
        shop.simulator.quiet().await;
        assert_eq!(shop.record(&order).await.refunded(), yuan(sum), "{}", shop.name);
        shop.assert_settled_once(&order).await;
    }
    assert_eq!(shop.press(&order, "refund", &[("amount", "0.01")]).await.0, 409, "nothing is left");
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_CLOSED");
    let history = shop.history(&order).await;
    let first = history.iter().position(|kind| kind == "refunded").expect("a refund");
    assert!(history[..first].contains(&"settled".to_owned()), "{history:?}");
    let outbox = shop.store.outbox(100).await.unwrap();
    assert!(outbox.iter().all(|message| message.kind().as_str() != "refunded_too_much"), "{outbox:#?}");
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
    shop.stop().await;
}

async fn never_more_than_was_paid<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    assert_eq!(shop.press(&order, "refund", &[("amount", "1.00")]).await.0, 409, "nobody has paid");
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    for amount in ["10.51", "0", "0.00", "-1", "1e1", "x", "100000000.00"] {
        let (status, page) = shop.press(&order, "refund", &[("amount", amount)]).await;
        assert_eq!(status, 409, "{amount}: {page}");
    }
    shop.simulator.quiet().await;
    assert_eq!(shop.record(&order).await.refunded(), Money::default());
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_SUCCESS");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// The buyer got a part on Alipay's site; the operator's page lets no more go than the trade has.
async fn by_both_sides<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    let trade = shop.simulator.trade("T1").unwrap();
    shop.simulator.refund(trade.trade_no(), yuan("8.00")).unwrap();
    shop.simulator.quiet().await;
    shop.press(&order, "refund", &[("amount", "5.00")]).await;
    shop.simulator.quiet().await;
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_SUCCESS", "Alipay refused it");
    assert!(shop.record(&order).await.refunded() <= yuan("8.00"));
    shop.press(&order, "refund", &[("amount", "2.50")]).await;
    shop.simulator.quiet().await;
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_CLOSED");
    assert!(shop.record(&order).await.refunded() <= yuan("10.50"));
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Its status looks paid, and it may be the first word that the shop hears: `success`, and nothing is settled.
async fn a_refund_is_no_payment<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let notice = capture::notice(&shop, &order).await;
    let refund = notice.clone().with("gmt_refund", "2026-01-02 03:04:05");
    let refund = match shop.is_classic() {
        true => refund.with("refund_status", "REFUND_SUCCESS"),
        false => refund.with("refund_fee", "1.00").with("out_biz_no", "R1"),
    };
    for _ in 0..3 {
        let answer = shop.notify(refund.body(shop.alipay())).await;
        assert_eq!((answer.status, answer.text()), (200, "success"));
        assert_eq!(shop.state(&order).await, OrderState::Pending);
    }
    assert_eq!(shop.count("settled").await, 0);
    assert_eq!(shop.notify(notice.body(shop.alipay())).await.text(), "success");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn parts_are_counted_once<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    let trade = shop.simulator.trade("T1").unwrap();
    for (part, sum) in [("1.00", "1.00"), ("2.50", "3.50")] {
        shop.simulator.behave(alipay_simulator::Mischief::Duplicate(5).once());
        shop.simulator.refund(trade.trade_no(), yuan(part)).unwrap();
        refunded(&shop, &order, sum).await;
        shop.simulator.quiet().await;
        assert_eq!(shop.record(&order).await.refunded(), yuan(sum));
    }
    assert_eq!(shop.store.refunds(&order).await.unwrap().len(), 2);
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}
