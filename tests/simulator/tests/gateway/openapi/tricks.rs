//! Answers that are written down in other ways, lies, outages, encryption.

use std::time::Duration;

use alipay_simulator::{AnswerTrick, Mischief, Outage, QueryLie, SimulatedGateway};
use alipay_tower::protocol::{AesKey, SignType};
use serde_json::{Value, json};

use super::{Scene, application};

const METHOD: &str = "alipay.trade.query";

#[tokio::test]
async fn queries_lie_on_demand() {
    let scene = Scene::open().await;
    scene.pay("P1").await;
    let query = json!({ "out_trade_no": "P1" });
    scene.gateway.behave(Mischief::QueryLie(QueryLie::Amount).once());
    assert_eq!(scene.call(METHOD, query.clone()).await["total_amount"], "10.01");
    scene.gateway.behave(Mischief::QueryLie(QueryLie::Unsigned).once());
    let text = scene.text(METHOD, &query, &[]).await;
    assert!(!text.contains("\"sign\"") && text.contains("TRADE_SUCCESS"));
    scene.gateway.behave(Mischief::QueryLie(QueryLie::Tampered).once());
    let text = scene.text(METHOD, &query, &[]).await;
    let whole: Value = serde_json::from_str(&text).unwrap();
    let node = whole["alipay_trade_query_response"].to_string();
    assert!(node.contains("10.01"));
    assert!(!scene.alipay.verifies(SignType::Rsa2, node.as_bytes(), whole["sign"].as_str().unwrap()));
    scene.gateway.behave(Mischief::QueryOutage(Outage::Unavailable).once());
    assert_eq!(scene.text(METHOD, &query, &[]).await, "");
    assert_eq!(scene.call(METHOD, query).await["total_amount"], "10.00");
}

#[tokio::test]
async fn a_hanging_query_ends_with_the_gateway() {
    let scene = Scene::open().await;
    scene.gateway.behave(Mischief::QueryOutage(Outage::Hang));
    let url = scene.url(METHOD, &json!({ "out_trade_no": "P1" }), &[]);
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(300)).build().unwrap();
    assert!(client.get(url).send().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn members_come_in_either_order_and_nodes_once_or_twice() {
    let scene = Scene::open().await;
    let query = json!({ "out_trade_no": "P1" });
    scene.gateway.behave(Mischief::Answer(AnswerTrick::SignFirst).once());
    let text = scene.text(METHOD, &query, &[]).await;
    assert!(text.starts_with("{\"sign\":"), "{text}");
    let whole: Value = serde_json::from_str(&text).unwrap();
    let node = whole["alipay_trade_query_response"].to_string();
    assert!(scene.alipay.verifies(SignType::Rsa2, node.as_bytes(), whole["sign"].as_str().unwrap()));
    scene.gateway.behave(Mischief::Answer(AnswerTrick::SecondNode).once());
    let text = scene.text(METHOD, &query, &[]).await;
    assert_eq!(text.matches("\"alipay_trade_query_response\":").count(), 2);
    assert!(text.contains("TRADE_SUCCESS"));
    // What stands first is true and signed.
    assert_eq!(scene.verified(METHOD, &text)["sub_code"], "ACQ.TRADE_NOT_EXIST");
}

#[tokio::test]
async fn content_is_encrypted_both_ways() {
    let key = AesKey::new("aa4BtZ4tspm2wnXLb1ThQA==").unwrap();
    let scene = Scene::with(application().with_content_key(key.clone()), SimulatedGateway::builder()).await;
    let content = key.encrypt(json!({ "out_trade_no": "P1" }).to_string()).unwrap();
    let more = [("biz_content", content.as_str()), ("encrypt_type", "AES")];
    let text = scene.text(METHOD, &json!({}), &more).await;
    // The node is a text, and its quotes are signed.
    let Value::String(encrypted) = scene.verified(METHOD, &text) else { panic!("{text}") };
    let node: Value = serde_json::from_slice(&key.decrypt(&encrypted).unwrap()).unwrap();
    assert_eq!(node["sub_code"], "ACQ.TRADE_NOT_EXIST");
    let plain = scene.call(METHOD, json!({ "out_trade_no": "P1" })).await;
    assert_eq!(plain["sub_code"], "ACQ.TRADE_NOT_EXIST");
    let without = Scene::open().await;
    let text = without.text(METHOD, &json!({}), &more).await;
    assert!(text.contains("isv.missing-encrypt-key"), "{text}");
}
