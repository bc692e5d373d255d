//! Shops that end and begin again, and shops that share their books.

use std::sync::Arc;

use alipay_tower::protocol::OrderState;

use super::{comes_back, receipts, stories, visit};
use crate::{
    capture,
    shops::{Options, Running, Shop},
};

stories! { restarted_before_the_notification, restarted_after_the_payment, two_instances_on_one_database }

/// The same shop again: same address, same books, same gateway.
async fn again<S: Shop>(shop: Running) -> Running {
    let listen = Some(shop.address);
    let beside = Some(shop.stop().await);
    S::start(Options { listen, beside, ..Options::default() }).await
}

/// The shop is down when the notification comes; a later attempt finds it up again.
async fn restarted_before_the_notification<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let trade = shop.open_trade(&order).await;
    let (address, simulator) = (shop.address, Arc::clone(&shop.simulator));
    let beside = shop.stop().await;
    simulator.pay(trade.trade_no(), "balance").await.unwrap();
    crate::until("the gateway tried in vain", async || !simulator.deliveries().is_empty()).await;
    let shop = S::start(Options { listen: Some(address), beside: Some(beside), ..Options::default() }).await;
    shop.assert_settled_once(&order).await;
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries[0].status, None, "{deliveries:#?}");
    shop.stop().await;
}

async fn restarted_after_the_payment<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let payment = capture::payment(&shop, &order).await;
    let body = payment.notice.body(shop.alipay());
    assert_eq!(shop.notify(&body).await.text(), "success");
    let back = format!("{}{}?{}", shop.url(), shop::RETURN_PATH, payment.back);
    let shop = again::<S>(shop).await;
    assert!(matches!(shop.state(&order).await, OrderState::Paid(_)));
    let questions = shop.simulator.questions().len();
    assert_eq!(shop.notify(&body).await.text(), "success");
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    assert_eq!(shop.simulator.questions().len(), questions, "what is in the books needs no question");
    let (status, page) = visit(&format!("{}/orders/T1", shop.url())).await;
    assert!(status == 200 && page.contains("T1"));
    shop.assert_settled_once(&order).await;
    receipts::all_sent(&shop).await;
    assert_eq!(receipts::letters(&shop).len(), 1);
    shop.stop().await;
}

/// A storm that is spread over two instances.
async fn two_instances_on_one_database<S: Shop>() {
    let one = Arc::new(S::start(Options::default()).await);
    let beside = Some((one.simulator.clone(), one.folder.clone()));
    let other = Arc::new(S::start(Options { beside, ..Options::default() }).await);
    for round in 0..3 {
        let order = one.order(&format!("T{round}")).await;
        let body = capture::notice(&other, &order).await.body(one.alipay());
        let mut tasks = tokio::task::JoinSet::new();
        for copy in 0..60 {
            let shop = Arc::clone(if copy % 2 == 0 { &one } else { &other });
            let body = body.clone();
            tasks.spawn(async move { shop.notify(body).await.text().to_owned() });
        }
        let words = tasks.join_all().await;
        assert!(words.iter().all(|word| word == "success"), "{words:?}");
        one.assert_settled_once(&order).await;
        other.assert_settled_once(&order).await;
    }
    Arc::into_inner(other).expect("all is done").stop().await;
    Arc::into_inner(one).expect("all is done").stop().await;
}
