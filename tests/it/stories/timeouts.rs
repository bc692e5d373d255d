//! Buyers who see the cashier and do not pay.

use alipay_simulator::{SimulatedGateway, Trade};
use alipay_tower::protocol::{OrderState, OutTradeNo};

use super::{stories, visit};
use crate::shops::{Options, Running, Shop};

stories! { not_paid_in_time, the_buyer_lets_it_time_out }

/// Follows the link of the shop's own page, whose request says how long the buyer may take.
async fn to_the_cashier(shop: &Running, order: &OutTradeNo) -> Trade {
    let (_, page) = visit(&format!("{}/orders/{order}/pay", shop.url())).await;
    let link = page
        .split('"')
        .find(|text| text.contains("gateway.do?") && text.contains("sign="))
        .expect("a link to the gateway");
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    let (status, page) = visit(&link).await;
    assert!(status == 200 && page.contains("付款期限"), "the cashier says until when: {page}");
    shop.simulator.trade(order.as_str()).unwrap()
}

/// The order is given up, no receipt is owed, and the cashier's page leads back.
async fn assert_given_up(shop: &Running, order: &OutTradeNo, trade: &Trade) {
    let closed = async || shop.state(order).await == OrderState::Closed;
    crate::until("the order is closed", closed).await;
    shop.simulator.quiet().await;
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
    assert!(shop.store.outbox(10).await.unwrap().is_empty());
    let cashier = format!("http://{}/cashier/{}", shop.simulator.address(), trade.trade_no());
    let (_, page) = visit(&cashier).await;
    assert!(page.contains("nothing was paid"), "{page}");
    // Classic requests name a page of the shop; those of an application cannot.
    let back =
        if shop.is_classic() { format!("{}/orders/{order}", shop.url()) } else { format!("{}/", shop.url()) };
    assert!(page.contains(&format!("href=\"{back}\"")), "{back}: {page}");
    assert_eq!(visit(&back).await.0, 200);
}

async fn not_paid_in_time<S: Shop>() {
    // The shop's day is over in two seconds.
    let gateway = SimulatedGateway::builder().deadline_speed(43_200);
    let shop = S::start(Options { gateway, ..Options::default() }).await;
    let order = shop.order("T1").await;
    let trade = to_the_cashier(&shop, &order).await;
    assert_given_up(&shop, &order, &trade).await;
    shop.stop().await;
}

async fn the_buyer_lets_it_time_out<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let trade = to_the_cashier(&shop, &order).await;
    let button = format!("http://{}/cashier/{}/time-out", shop.simulator.address(), trade.trade_no());
    assert_eq!(reqwest::Client::new().post(button).send().await.unwrap().status(), 200);
    assert_given_up(&shop, &order, &trade).await;
    shop.stop().await;
}
