//! The demonstrations that a newcomer starts: each tells its story by itself, and ends with the line that scripts wait for.

use super::stories;
use crate::shops::{Demonstration, Shop, demonstrate};

stories! {
    a_purchase, a_refund, lost_notifications, a_story_that_ends_wrong;
    classic: escrow;
    openapi: the_other_generation,
}

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

/// Somebody makes the gateway answer no question: the order is never settled, and the exit code says so.
async fn a_story_that_ends_wrong<S: Shop>() {
    let mut story = Demonstration::begin::<S>(&["--demo", "lost"]);
    let dashboard = story.line("mischief: ").await;
    let address = dashboard.split_whitespace().nth(1).unwrap();
    let address = reqwest::Url::parse(address).unwrap().join("/simulator/mischief").unwrap();
    let wish = r#"{"mischief": "query_outage_unavailable"}"#;
    let switched = reqwest::Client::new().post(address).header("content-type", "application/json");
    assert!(switched.body(wish).send().await.unwrap().status().is_success());
    let (code, output) = story.end().await;
    assert_eq!(code, Some(1), "{output}");
    assert!(!output.contains(" settled once, "), "{output}");
}
