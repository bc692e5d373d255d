//! The return of the OpenAPI generation says nothing of payment: what the page tells the buyer, and what it costs the
//! gateway.

use alipay_simulator::{Arrival, SimulatedGateway};
use alipay_tower::{Alipay, protocol::OrderState};

use super::{comes_back, stories};
use crate::{
    capture,
    shops::{Options, Running, Shop},
};

stories! { openapi: asked_about, not_asked_about, reloaded_by_a_crowd, reloaded_before_payment }

fn queries(shop: &Running) -> usize {
    shop.simulator.calls().iter().filter(|method| *method == "alipay.trade.query").count()
}

/// Opens the address so many times at once, and gives what the pages say.
async fn reload(back: &str, times: usize) -> Vec<(u16, String)> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..times {
        let back = back.to_owned();
        tasks.spawn(async move { comes_back(&back).await });
    }
    tasks.join_all().await
}

async fn asked_about<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let payment = capture::payment(&shop, &order).await;
    let back = format!("{}{}?{}", shop.url(), shop::RETURN_PATH, payment.back);
    assert_eq!(comes_back(&back).await, (200, "verified".to_owned()));
    assert_eq!((queries(&shop), shop.count("settled").await), (1, 0), "a return moves no money");
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    shop.notify(payment.notice.body(shop.alipay())).await;
    shop.assert_settled_once(&order).await;
    assert_eq!((comes_back(&back).await, queries(&shop)), ((200, "settled".to_owned()), 1));
    shop.stop().await;
}

async fn not_asked_about<S: Shop>() {
    let quiet: fn(Alipay) -> Alipay = |desk| desk.with_return_query(false);
    let shop = S::start(Options { desk: Some(quiet), ..Options::default() }).await;
    let order = shop.order("T1").await;
    let payment = capture::payment(&shop, &order).await;
    let back = format!("{}{}?{}", shop.url(), shop::RETURN_PATH, payment.back);
    for _ in 0..3 {
        let (status, state) = comes_back(&back).await;
        assert_eq!((status, state.as_str()), (409, "processing"), "{}", shop.name);
    }
    assert_eq!(queries(&shop), 0);
    crate::until("all are journaled", async || shop.count("processing").await == 3).await;
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    shop.notify(payment.notice.body(shop.alipay())).await;
    shop.assert_settled_once(&order).await;
    assert_eq!((comes_back(&back).await, queries(&shop)), ((200, "settled".to_owned()), 0));
    shop.stop().await;
}

/// Whoever holds the address of one genuine return can open it as often as he likes.
async fn reloaded_by_a_crowd<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let payment = capture::payment(&shop, &order).await;
    let back = format!("{}{}?{}", shop.url(), shop::RETURN_PATH, payment.back);
    for round in 1..=2 {
        let begun = tokio::time::Instant::now();
        let pages = reload(&back, 40).await;
        // A machine that is too busy for so many pages says that it does not know, and calls nobody a forger.
        assert!(
            pages.iter().all(|(_, state)| ["verified", "processing"].contains(&state.as_str())),
            "{pages:?}"
        );
        assert!(pages.iter().any(|(_, state)| state == "verified"), "{pages:?}");
        // One question in two seconds, however many come.
        let most = round * (2 + usize::try_from(begun.elapsed().as_secs()).unwrap() / 2);
        assert!(queries(&shop) <= most, "{}: {} queries", shop.name, queries(&shop));
    }
    assert_eq!(shop.count("settled").await, 0);
    shop.notify(payment.notice.body(shop.alipay())).await;
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// The notification is late, and so is the word of the gateway that a page remembers: the buyer sees both in the end.
async fn reloaded_before_payment<S: Shop>() {
    let gateway = SimulatedGateway::builder().arrival(Arrival::NotifyFirst);
    let shop = S::start(Options { gateway, ..Options::default() }).await;
    let (paid, order) = (shop.order("T0").await, shop.order("T1").await);
    let genuine = capture::payment(&shop, &paid).await;
    let trade = shop.open_trade(&order).await;
    // Alipay sends nobody back before he has paid; somebody with its key could.
    let early = crate::wire::Message::read(genuine.back.as_bytes())
        .with("out_trade_no", order.as_str())
        .with("trade_no", trade.trade_no())
        .body(shop.alipay());
    let back = format!("{}{}?{early}", shop.url(), shop::RETURN_PATH);
    let begun = tokio::time::Instant::now();
    let pages = reload(&back, 40).await;
    assert!(pages.iter().all(|(_, state)| state == "processing"), "{pages:?}");
    let most = 2 + usize::try_from(begun.elapsed().as_secs()).unwrap() / 2;
    assert!(queries(&shop) <= most, "{} queries", queries(&shop));
    crate::until("they are journaled", async || shop.count("not_paid").await > 0).await;
    shop.simulator.pay(trade.trade_no(), "balance").await.unwrap();
    shop.assert_settled_once(&order).await;
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    shop.stop().await;
}
