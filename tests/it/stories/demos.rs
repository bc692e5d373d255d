//! The demonstrations that a newcomer starts: each tells its story by itself, and ends with the line that scripts wait for.

use super::stories;
use crate::shops::{Shop, demonstrate};

stories! { a_purchase, a_refund, lost_notifications; classic: escrow; openapi: the_other_generation }

async fn tell<S: Shop>(story: &[&str]) {
    let (code, output) = demonstrate::<S>(story).await;
    assert_eq!(code, Some(0), "{output}");
    let last = output.lines().last().unwrap_or_default();
    let words: Vec<&str> = last.split(' ').collect();
    let ["demo:", "order", order, "paid", amount, "CNY,", "settled", "once,", "receipt", receipt] =
        words.as_slice()
    else {
        panic!("{output}")
    };
    assert!(amount.parse::<alipay_tower::Money>().is_ok_and(|amount| amount.fen() > 0), "{last}");
    assert!(std::fs::read_to_string(receipt).unwrap().contains(order), "{last}");
}

async fn a_purchase<S: Shop>() {
    tell::<S>(&["--demo"]).await;
}

async fn a_refund<S: Shop>() {
    tell::<S>(&["--demo", "refund"]).await;
}

async fn lost_notifications<S: Shop>() {
    tell::<S>(&["--demo", "lost"]).await;
}

async fn escrow<S: Shop>() {
    tell::<S>(&["--demo", "escrow"]).await;
}

async fn the_other_generation<S: Shop>() {
    tell::<S>(&["--demo", "openapi"]).await;
}
