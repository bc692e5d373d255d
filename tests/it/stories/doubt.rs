//! While the gateway cannot be asked: settled at once and confirmed later where the shop wants it, and nobody waits for a
//! gateway that does not answer. Classic only; the other generation asks nobody about a notification.

use std::time::Duration;

use alipay_simulator::{Mischief, Outage, SimulatedGateway};
use alipay_tower::{OutagePolicy, gateway::BreakerState, protocol::OrderState};

use super::stories;
use crate::{
    capture,
    shops::{Options, Shop},
};

stories! { classic: confirmed_later, denied_later, the_breaker_opens_and_closes }

fn trusting() -> Options {
    Options { outage_policy: OutagePolicy::AcceptThenConfirm, asks: true, ..Options::default() }
}

async fn confirmed_later<S: Shop>() {
    let shop = S::start(trusting()).await;
    let order = shop.order("T1").await;
    shop.simulator.behave(Mischief::Outage(Outage::Unavailable));
    shop.simulator.behave(Mischief::QueryOutage(Outage::Unavailable));
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.simulator.quiet().await;
    assert!(shop.record(&order).await.is_unconfirmed());
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), 1, "{deliveries:#?}");
    assert_eq!(deliveries[0].answer, "success");
    shop.simulator.reset();
    let confirmed = async || !shop.record(&order).await.is_unconfirmed();
    crate::until("the gateway has confirmed the trade", confirmed).await;
    assert!(shop.history(&order).await.contains(&"confirmed".to_owned()));
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Somebody has the key, and used the hour. The settlement is taken back, and the order can be paid.
async fn denied_later<S: Shop>() {
    let shop = S::start(trusting()).await;
    let other = shop.order("T0").await;
    let genuine = capture::notice(&shop, &other).await;
    let order = shop.order("T1").await;
    shop.simulator.behave(Mischief::Outage(Outage::Unavailable));
    shop.simulator.behave(Mischief::QueryOutage(Outage::Unavailable));
    let stolen =
        genuine.with("out_trade_no", order.as_str()).with("trade_no", "2024010122001004010299999999");
    let answer = shop.notify(stolen.body(shop.alipay())).await;
    assert_eq!((answer.status, answer.text()), (200, "success"));
    assert!(shop.record(&order).await.is_unconfirmed());
    shop.simulator.reset();
    let denied = async || shop.state(&order).await == OrderState::Pending;
    crate::until("the gateway has denied the trade", denied).await;
    assert!(shop.history(&order).await.contains(&"denied".to_owned()));
    shop.buy(&order).await;
    shop.paid(&order).await;
    let paid = OrderState::Paid(shop.simulator.trade("T1").unwrap().trade_no().parse().unwrap());
    assert_eq!(shop.state(&order).await, paid);
    shop.stop().await;
}

/// The gateway is down for long: the shop's breaker opens, says so, and answers `fail` without waiting for anybody. When the
/// gateway is back, one question finds out, and everything settles.
async fn the_breaker_opens_and_closes<S: Shop>() {
    // The gateway's retries must outlast the outage.
    let gateway = SimulatedGateway::builder().clock_speed(2_880);
    let shop = S::start(Options { gateway, ..Options::default() }).await;
    let mut orders = Vec::new();
    for number in 0..6 {
        orders.push(shop.order(&format!("T{number}")).await);
    }
    let spare = shop.order("T9").await;
    let body = capture::notice(&shop, &spare).await.body(shop.alipay());
    let operator = format!("{}/operator", shop.url());
    assert_eq!(shop.circuit(), BreakerState::Closed);
    assert!(!super::visit(&operator).await.1.contains("data-circuit"));

    shop.simulator.behave(Mischief::Outage(Outage::Unavailable));
    for order in &orders {
        shop.buy(order).await;
    }
    let open = async || shop.circuit() == BreakerState::Open;
    crate::until(&format!("{}: the circuit is open", shop.name), open).await;
    let (status, page) = super::visit(&operator).await;
    assert!(status == 200 && page.contains("data-circuit=\""), "{page}");

    // From now on the gateway would let everybody wait; at most one question at a time finds out whether it is back.
    shop.simulator.reset();
    shop.simulator.behave(Mischief::Outage(Outage::Hang));
    let ask = async || {
        let began = std::time::Instant::now();
        let answer = shop.notify(&body).await;
        assert_eq!((answer.status, answer.text()), (503, "fail"));
        began.elapsed()
    };
    let times = futures_util::future::join_all((0..12).map(|_| ask())).await;
    let slow = times.iter().filter(|time| **time > Duration::from_secs(5)).count();
    assert!(slow <= 1, "{}: twelve at once wait for one at most: {times:?}", shop.name);
    assert_ne!(shop.circuit(), BreakerState::Closed);
    let shed = async || {
        let journal = shop.journal().await;
        let reasons = journal.iter().filter(|line| line.outcome() == "gateway_unreachable");
        reasons.filter(|line| line.reason().is_some_and(|reason| reason.contains("left alone"))).count() >= 11
    };
    crate::until("the journal says why they were refused", shed).await;

    shop.simulator.reset();
    let settled = async || shop.notify(&body).await.text() == "success";
    crate::until("the gateway is asked again", settled).await;
    for order in &orders {
        shop.assert_settled_once(order).await;
    }
    assert_eq!(shop.circuit(), BreakerState::Closed, "{}", shop.name);
    assert!(!super::visit(&operator).await.1.contains("data-circuit"));
    shop.stop().await;
}
