//! A shop that believes a notification only when the gateway says the same of the trade.

use alipay_simulator::{Mischief, Outage, QueryLie};
use alipay_tower::protocol::OrderState;

use super::{comes_back, stories};
use crate::{
    capture,
    shops::{Options, Running, Shop},
};

stories! {
    openapi:
        the_gateway_confirms,
        a_trade_that_the_gateway_does_not_know,
        another_amount_at_the_gateway,
        a_gateway_that_cannot_be_asked,
        without_the_option_nobody_is_asked,
}

const QUERY: &str = "alipay.trade.query";

fn confirming() -> Options {
    Options { more: Some(|_, _| vec![("SHOP_CONFIRM_BY_QUERY", "1".to_owned())]), ..Options::default() }
}

fn queries(shop: &Running) -> usize {
    shop.simulator.calls().iter().filter(|method| *method == QUERY).count()
}

async fn the_gateway_confirms<S: Shop>() {
    let shop = S::start(confirming()).await;
    let order = shop.order("T1").await;
    let notice = capture::notice(&shop, &order).await.body(shop.alipay());
    for _ in 0..3 {
        let answer = shop.notify(&notice).await;
        assert_eq!((answer.status, answer.text()), (200, "success"));
        shop.assert_settled_once(&order).await;
        assert_eq!(queries(&shop), 1, "what the books hold is not asked about");
    }
    // What is no payment is asked about too, before it moves anything.
    let other = shop.order("T2").await;
    let trade = shop.open_trade(&other).await;
    shop.simulator.close(trade.trade_no()).unwrap();
    crate::until("closed", async || shop.state(&other).await == OrderState::Closed).await;
    assert_eq!(queries(&shop), 2);
    let back = shop.buy(&shop.order("T3").await).await;
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    shop.stop().await;
}

/// Whoever has Alipay's key may sign what he likes; the trade is at Alipay, or it is not.
async fn a_trade_that_the_gateway_does_not_know<S: Shop>() {
    let shop = S::start(confirming()).await;
    let paid = shop.order("T0").await;
    let genuine = capture::notice(&shop, &paid).await;
    let order = shop.order("T1").await;
    let stolen = genuine.clone().with("out_trade_no", order.as_str());
    for (body, denied) in [
        (stolen.clone().with("trade_no", "2024010122001004010299999999").body(shop.alipay()), 1),
        (stolen.body(shop.alipay()), 2),
    ] {
        let answer = shop.notify(body).await;
        assert_eq!((answer.status, answer.text()), (403, "fail"));
        assert_eq!(shop.count("gateway_denied").await, denied);
        assert_eq!(shop.state(&order).await, OrderState::Pending);
    }
    // There is a trade now, and nobody has paid it: the same words are a lie still.
    let trade = shop.open_trade(&order).await;
    let early = genuine.with("out_trade_no", order.as_str()).with("trade_no", trade.trade_no());
    let early = early.body(shop.alipay());
    assert_eq!(shop.notify(&early).await.text(), "fail");
    assert_eq!((shop.count("gateway_denied").await, shop.count("settled").await), (3, 0));
    assert!(shop.store.unmatched_payments(10).await.unwrap().is_empty(), "what is denied is no money");
    shop.simulator.pay(trade.trade_no(), "balance").await.unwrap();
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn another_amount_at_the_gateway<S: Shop>() {
    let shop = S::start(confirming()).await;
    for lie in [QueryLie::Amount, QueryLie::Tampered, QueryLie::Unsigned] {
        let order = shop.order(&format!("T{lie:?}")).await;
        let before = shop.simulator.deliveries().len();
        shop.simulator.behave(Mischief::QueryLie(lie).once());
        shop.buy(&order).await;
        shop.assert_settled_once(&order).await;
        shop.simulator.quiet().await;
        let words: Vec<_> =
            shop.simulator.deliveries()[before..].iter().map(|delivery| delivery.answer.clone()).collect();
        assert_eq!(words, ["fail", "success"], "{lie:?}");
        let journal = shop.journal().await;
        let refused = journal.iter().filter(|line| line.is_refused());
        let about: Vec<_> = refused.filter_map(|line| line.out_trade_no()).collect();
        assert!(about.contains(&order.as_str()), "{lie:?}: {journal:#?}");
    }
    assert_eq!(shop.count("gateway_denied").await, 1);
    shop.stop().await;
}

async fn a_gateway_that_cannot_be_asked<S: Shop>() {
    let shop = S::start(confirming()).await;
    for outage in [Outage::Unavailable, Outage::Refused] {
        let order = shop.order(&format!("T{outage:?}")).await;
        let before = shop.simulator.deliveries().len();
        shop.simulator.behave(Mischief::QueryOutage(outage).times(3));
        shop.buy(&order).await;
        shop.assert_settled_once(&order).await;
        shop.simulator.quiet().await;
        let deliveries = shop.simulator.deliveries();
        let answers: Vec<_> =
            deliveries[before..].iter().map(|line| (line.status, line.answer.as_str())).collect();
        let fail = (Some(503), "fail");
        assert_eq!(answers, [fail, fail, fail, (Some(200), "success")], "{outage:?}");
    }
    assert_eq!(shop.count("gateway_unreachable").await, 6);
    shop.stop().await;
}

async fn without_the_option_nobody_is_asked<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    assert_eq!(queries(&shop), 0, "the signature is Alipay's own");
    shop.stop().await;
}
