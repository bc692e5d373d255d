//! The operator receives a kept notification once more, and asks Alipay about an order.

use alipay_simulator::{Mischief, Outage};
use alipay_tower::protocol::OrderState;
use sqlx::Connection as _;

use super::stories;
use crate::{
    capture,
    shops::{Fault, Options, Running, Shop, database_url},
};

stories! {
    a_kept_notification_is_replayed,
    a_replay_says_what_it_came_to,
    the_operator_asks_about_an_order,
    replaying_needs_the_house;
    // Notices of the OpenAPI generation are vouched for by their signatures, for ever.
    classic: the_books_lost_an_acknowledged_refund,
}

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

/// The line of the newest notification with this outcome.
async fn line(shop: &Running, outcome: &str) -> i64 {
    let journal = shop.journal().await;
    let line = journal.iter().find(|line| line.channel() == "notify" && line.outcome() == outcome);
    line.unwrap_or_else(|| panic!("{}: no line says {outcome}", shop.name)).id()
}

async fn replay(shop: &Running, line: i64) -> (u16, String) {
    shop.operate(&format!("/operator/journal/{line}/replay"), &[]).await
}

async fn a_replay_says_what_it_came_to<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    let (status, page) = replay(&shop, line(&shop, "settled").await).await;
    assert!(status == 200 && page.contains("data-did=\"replayed-already_settled\""), "{page}");
    // What is no message of Alipay's is refused again, and the page says why, in the operator's language.
    let genuine = capture::notice(&shop, &shop.order("T2").await).await.body(shop.alipay());
    let forged = genuine.replacen("subject=", "subject=x", 1);
    assert_eq!(shop.notify(&forged).await.text(), "fail");
    let refused = line(&shop, "forged").await;
    let (status, page) = replay(&shop, refused).await;
    assert!(status == 409 && page.contains("通知没有通过（"), "{page}");
    let (status, page) = shop.operate(&format!("/operator/journal/{refused}/replay?lang=en"), &[]).await;
    assert!(status == 409 && page.contains("the notification was refused ("), "{page}");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Its notify_id is void since it was acknowledged, so Alipay is asked about the trade, and the books are right again.
async fn the_books_lost_an_acknowledged_refund<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.press(&order, "refund", &[("amount", "4.00")]).await.0, 200);
    let amount = async || shop.record(&order).await.refunded().to_string();
    crate::until("the refund is in the books", async || amount().await == "4.00").await;
    shop.simulator.quiet().await;
    let journal = shop.journal().await;
    let observed = journal.iter().filter(|line| line.channel() == "notify" && line.outcome() == "observed");
    let (batch, notice): (Vec<_>, Vec<_>) = observed.partition(|line| line.out_trade_no().is_none());
    assert_eq!((batch.len(), notice.len()), (1, 1), "{journal:#?}");
    for kept in [notice[0].id(), batch[0].id()] {
        forget_refunds(&shop).await;
        assert_eq!(amount().await, "0.00");
        let (status, page) = replay(&shop, kept).await;
        assert!(status == 200 && page.contains("data-did=\"asked-instead\""), "{page}");
        assert_eq!(amount().await, "4.00", "{}", shop.name);
    }
    // Alipay has no answer either: nothing moves, and the page says so.
    forget_refunds(&shop).await;
    shop.simulator.behave(Mischief::QueryOutage(Outage::Unavailable));
    let (status, page) = replay(&shop, notice[0].id()).await;
    assert!(status == 409 && page.contains("账目没有变动"), "{page}");
    assert_eq!(amount().await, "0.00");
    shop.stop().await;
}

async fn forget_refunds(shop: &Running) {
    let mut books = sqlx::SqliteConnection::connect(&database_url(shop.folder.path())).await.unwrap();
    let sql = "DELETE FROM alipay_refunds; UPDATE alipay_trades SET refunded = 0, refund_seen = 0";
    sqlx::raw_sql(sql).execute(&mut books).await.unwrap();
    books.close().await.unwrap();
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
