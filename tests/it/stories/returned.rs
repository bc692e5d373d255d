//! What the return page says long after the payment, and when nobody can look: what is known, and no more.

use alipay_tower::{RejectionKind, protocol::OrderState};

use super::{comes_back, stories, visit};
use crate::{
    capture,
    shops::{Fault, Options, Running, Shop},
};

stories! {
    opened_again_after_a_full_refund,
    paid_after_the_close,
    while_the_books_panic,
}

/// The address with this message, as the buyer's browser has it.
fn address(shop: &Running, back: &str) -> String {
    format!("{}{}?{back}", shop.url(), shop::RETURN_PATH)
}

async fn opened_again_after_a_full_refund<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let back = shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    let (status, page) = shop.press(&order, "refund", &[("amount", ""), ("reason", "chipped")]).await;
    assert_eq!(status, 200, "{page}");
    let gone = async || shop.record(&order).await.refunded() == shop.record(&order).await.amount();
    crate::until("all of it went back", gone).await;
    let (status, page) = visit(&back).await;
    assert_eq!(status, 200);
    assert!(page.contains("data-state=\"refunded\"") && page.contains("款项已退回"), "{page}");
    assert!(!page.contains("http-equiv") && !page.contains("result good"), "nothing to wait for: {page}");
    shop.stop().await;
}

/// Before the notification the return alone says so; after it the books do.
async fn paid_after_the_close<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let late = capture::payment(&shop, &order).await;
    assert!(shop.store.close_order(&order).await.unwrap());
    let back = address(&shop, &late.back);
    let says = || async {
        let (status, page) = visit(&back).await;
        assert!(page.contains("data-state=\"paid_after_close\""), "{}: {status} {page}", shop.name);
        assert!(page.contains("付款时订单已关闭") && page.contains("data-order=\"T1\""), "{page}");
        assert!(!page.contains("result good") && !page.contains("/pay\""), "{page}");
        status
    };
    assert_eq!(says().await, RejectionKind::OrderClosed.status());
    assert_eq!(shop.state(&order).await, OrderState::Closed, "a return writes nothing");
    assert_eq!(shop.notify(late.notice.body(shop.alipay())).await.text(), "fail");
    assert!(matches!(shop.state(&order).await, OrderState::PaidAfterClose(_)));
    says().await;
    shop.stop().await;
}

/// A bug on the shop's side accuses nobody.
async fn while_the_books_panic<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let payment = capture::payment(&shop, &order).await;
    let back = address(&shop, &payment.back);
    shop.faults.switch(Fault::Panics);
    assert_eq!(comes_back(&back).await, (500, "processing".to_owned()));
    shop.faults.switch(Fault::None);
    assert_eq!(comes_back(&back).await, (200, "verified".to_owned()));
    shop.stop().await;
}
