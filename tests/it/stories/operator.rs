//! The operator receives a kept notification once more, and asks Alipay about an order.

use alipay_tower::protocol::OrderState;

use super::stories;
use crate::{
    capture,
    shops::{Fault, Options, Shop},
};

stories! { a_kept_notification_is_replayed, the_operator_asks_about_an_order, replaying_needs_the_house }

/// The books were out of order when it came; the journal kept it, and it is as good as when it came.
async fn a_kept_notification_is_replayed<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let body = capture::notice(&shop, &order).await.body(shop.alipay());
    shop.faults.switch(Fault::Fails);
    assert_eq!(shop.notify(&body).await.text(), "fail");
    shop.faults.switch(Fault::None);
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    let journal = shop.journal().await;
    let line = journal.iter().find(|line| line.outcome() == "store_failed").expect("a line of the journal");
    for _ in 0..3 {
        let (status, page) = shop.operate(&format!("/operator/journal/{}/replay", line.id()), &[]).await;
        assert_eq!(status, 200, "{page}");
        shop.assert_settled_once(&order).await;
    }
    assert_eq!(shop.operate("/operator/journal/999999/replay", &[]).await.0, 404);
    shop.stop().await;
}

async fn the_operator_asks_about_an_order<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    assert_eq!(shop.press(&order, "query", &[]).await.0, 200, "Alipay knows of no trade");
    shop.simulator.drop_all();
    shop.buy(&order).await;
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    for _ in 0..3 {
        assert_eq!(shop.press(&order, "query", &[]).await.0, 200);
        shop.assert_settled_once(&order).await;
    }
    shop.stop().await;
}

/// A page of somebody else's, in the operator's browser, moves nothing.
async fn replaying_needs_the_house<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.open_trade(&order).await;
    for what in ["close", "query", "refund", "ship"] {
        let post = reqwest::Client::new().post(format!("{}/operator/orders/T1/{what}", shop.url()));
        let post = post.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        let answer = post.body("amount=1.00").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 403, "{what}");
    }
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "WAIT_BUYER_PAY");
    shop.stop().await;
}
