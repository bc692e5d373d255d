//! Two trades for one order: the buyer paid twice, and one payment must go back.

use alipay_simulator::{Lie, Mischief};
use alipay_tower::protocol::OrderState;

use super::stories;
use crate::{
    capture,
    shops::{Options, Shop},
};

stories! { a_second_trade_for_a_paid_order, two_trades_at_once }

const SECOND: &str = "2024010122001004010299999999";

async fn a_second_trade_for_a_paid_order<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let first = capture::notice(&shop, &order).await;
    assert_eq!(shop.notify(first.body(shop.alipay())).await.text(), "success");
    // One order number is one trade at this gateway, so it must be talked into standing by another.
    shop.simulator.behave(Mischief::Lie(Lie::True));
    let second = first.clone().with("trade_no", SECOND).with("notify_id", "another0notification");
    for _ in 0..3 {
        let answer = shop.notify(second.body(shop.alipay())).await;
        assert_eq!((answer.status, answer.text()), (200, "success"));
    }
    let OrderState::Paid(trade) = shop.state(&order).await else { panic!("not paid") };
    assert_eq!(trade.as_str(), first.get("trade_no"), "the first one stays");
    shop.assert_settled_once(&order).await;
    let extra = shop.store.extra_payments(10).await.unwrap();
    assert_eq!(extra.len(), 1, "{extra:#?}");
    assert_eq!((extra[0].trade_no().as_str(), extra[0].earlier()), (SECOND, &trade));
    let outbox = shop.store.outbox(10).await.unwrap();
    let alarms = outbox.iter().filter(|message| message.kind().as_str() == "paid_twice").count();
    assert_eq!((outbox.len(), alarms), (2, 1), "one receipt, one alarm");
    assert!(shop.count("paid_twice").await >= 1);
    // And the first one's repetitions are what they were.
    assert_eq!(shop.notify(first.body(shop.alipay())).await.text(), "success");
    assert_eq!(shop.store.extra_payments(10).await.unwrap().len(), 1);
    shop.stop().await;
}

async fn two_trades_at_once<S: Shop>() {
    let shop = S::start(Options::default()).await;
    shop.simulator.behave(Mischief::Lie(Lie::True));
    for round in 0..5 {
        let order = shop.order(&format!("T{round}")).await;
        let first = capture::notice(&shop, &order).await;
        let second = first.clone().with("trade_no", SECOND).with("notify_id", "another0notification");
        let (first, second) = (first.body(shop.alipay()), second.body(shop.alipay()));
        let (one, other) = tokio::join!(shop.notify(first), shop.notify(second));
        assert_eq!((one.text(), other.text()), ("success", "success"));
        shop.assert_settled_once(&order).await;
        assert_eq!(shop.store.extra_payments(10).await.unwrap().len(), round + 1);
    }
    shop.stop().await;
}
