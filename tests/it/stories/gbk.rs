//! Merchants whose contract says GBK: requests, notifications and returns are not UTF-8.

use super::{comes_back, stories};
use crate::{
    capture,
    shops::{Options, Shop},
    wire::{exchange, post},
};

stories! { a_gbk_shop, a_gb2312_shop }

async fn a_gbk_shop<S: Shop>() {
    tell::<S>("gbk").await;
}

async fn a_gb2312_shop<S: Shop>() {
    tell::<S>("gb2312").await;
}

/// 一只茶壶, escaped, in the bytes of the contract.
const SUBJECT: &str = "%D2%BB%D6%BB%B2%E8%BA%F8";

async fn tell<S: Shop>(charset: &'static str) {
    let shop = S::start(Options { charset: Some(charset), ..Options::default() }).await;
    let order = shop.order("T1").await;
    let back = shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    let (_, query) = back.split_once('?').unwrap();
    // A return of the OpenAPI generation has no subject; its charset is named.
    let told = if shop.is_classic() { SUBJECT } else { charset };
    assert!(query.contains(told), "the subject is in {charset}: {query}");

    // The journal holds what came, byte for byte: received once more, its signature must still be good.
    let journal = shop.journal().await;
    let settled = journal.iter().find(|line| line.outcome() == "settled").unwrap();
    assert!(String::from_utf8_lossy(settled.raw()).contains(SUBJECT));

    // The header says UTF-8, as Alipay's always does; the contract says otherwise, and the contract is right.
    let other = shop.order("T2").await;
    let body = capture::bytes(&shop, &other).await;
    assert!(std::str::from_utf8(&body).is_ok() && body.windows(6).any(|bytes| bytes == b"%D2%BB"));
    let answer = exchange(shop.address, post(shop::NOTIFY_PATH, &body)).await;
    assert_eq!((answer.status, answer.text()), (200, "success"));
    shop.assert_settled_once(&other).await;
    shop.stop().await;
}
