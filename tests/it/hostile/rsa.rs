//! Messages of the OpenAPI generation whose signature is somebody else's, or about somebody else's trade.

use alipay_tower::{
    Merchant,
    RejectionKind::{Forged, NotOurs},
    protocol::{PrivateKey, SignType},
};

use super::{rows, stage::Stage};
use crate::wire::{Message, encode};

rows! {
    openapi: signed_by_other_keys, signed_by_keys_of_another_size, signed_with_another_hash, for_another_application, signed_base64_spoiled,
        unsigned_certificate_number,
}

/// The genuine message, signed by this key under the name of this algorithm.
fn signed(stage: &Stage, key: PrivateKey, sign_type: SignType, name: &str) -> String {
    signed_by(stage, &stage.genuine, key, sign_type, name)
}

/// A message, signed by this key under the name of this algorithm.
pub(super) fn signed_by(
    stage: &Stage,
    message: &Message,
    key: PrivateKey,
    sign_type: SignType,
    name: &str,
) -> String {
    let own = stage.merchant();
    let public = key.public().clone();
    let (app_id, seller_id) = (own.app_id().unwrap().clone(), own.seller_id().clone());
    // Who the other side is does not matter for signing; but it must be another key.
    let other = PrivateKey::generate().unwrap();
    assert!(!other.public().is_same_as(&public));
    let forger = match sign_type {
        SignType::Rsa => Merchant::openapi_rsa(app_id, seller_id, key, other.public().clone()),
        _ => Merchant::rsa2(app_id, seller_id, key, other.public().clone()),
    };
    let mut fields = message.signed(&forger.unwrap());
    if let Some((_, value)) = fields.iter_mut().find(|(own, _)| own == "sign_type") {
        name.clone_into(value);
    }
    encode(&fields)
}

/// A key of nobody's, and the shop's own: what the shop signs is no message of Alipay's.
async fn signed_by_other_keys(stage: &mut Stage) {
    let own = include_str!("../../simulator/keys/app.pem");
    for key in [PrivateKey::generate().unwrap(), PrivateKey::new(own).unwrap()] {
        let body = signed(stage, key, SignType::Rsa2, "RSA2");
        stage.refuses(body, Forged, "does not verify").await;
    }
}

/// The key is half or twice as long as the one that the console shows: no length is taken for the configured one.
async fn signed_by_keys_of_another_size(stage: &mut Stage) {
    let vectors =
        std::fs::read_to_string(format!("{}/vectors/openapi_rsa2.json", env!("CARGO_MANIFEST_DIR")));
    let vectors: serde_json::Value = serde_json::from_str(&vectors.unwrap()).unwrap();
    for (name, bits) in [("alipay_1024", 1024), ("alipay_4096", 4096)] {
        let key = PrivateKey::new(vectors["keys"][name]["private_pkcs8_pem"].as_str().unwrap()).unwrap();
        assert_eq!(key.public().bits(), bits);
        let body = signed(stage, key.clone(), SignType::Rsa2, "RSA2");
        stage.refuses(body, Forged, "does not verify").await;
        let body = signed(stage, key, SignType::Rsa, "RSA");
        stage.refuses(body, Forged, "`sign_type`").await;
    }
}

/// Alipay's very key, and the weaker hash: under its own name, and under ours.
async fn signed_with_another_hash(stage: &mut Stage) {
    let alipay = || PrivateKey::new(include_str!("../../simulator/keys/alipay.pem")).unwrap();
    let body = signed(stage, alipay(), SignType::Rsa, "RSA");
    stage.refuses(body, Forged, "`sign_type`").await;
    let body = signed(stage, alipay(), SignType::Rsa, "RSA2");
    stage.refuses(body, Forged, "does not verify").await;
}

/// Alipay signs for every application with one key: the ids alone say whose the message is.
async fn for_another_application(stage: &mut Stage) {
    for (name, value) in [("app_id", "9021000000000009"), ("app_id", "x"), ("seller_id", "2088000000000009")]
    {
        let body = stage.genuine.clone().with(name, value).body(stage.merchant());
        stage.refuses(body, NotOurs, "").await;
    }
    let body = stage.genuine.clone().without("app_id").body(stage.merchant());
    let answer = stage.notify(body).await;
    assert_eq!(answer.text(), "fail");
}

async fn signed_base64_spoiled(stage: &mut Stage) {
    let fields = stage.genuine.signed(stage.merchant());
    for spoil in [
        |sign: &str| sign.replace(['+', '/'], "-"),
        |sign: &str| format!("{sign}{sign}"),
        |sign: &str| sign.chars().rev().collect(),
        |sign: &str| sign.replacen(char::is_alphabetic, "!", 1),
        |_: &str| "=".to_owned(),
    ] {
        let mut spoiled = fields.clone();
        let (_, sign) = spoiled.iter_mut().find(|(name, _)| name == "sign").unwrap();
        let before = sign.clone();
        *sign = spoil(&before);
        if *sign != before {
            stage.refuses(encode(&spoiled), Forged, "").await;
        }
    }
}

/// In key mode a certificate's number means nothing: the message stands or falls with Alipay's key, and nobody is called.
async fn unsigned_certificate_number(stage: &mut Stage) {
    let (order, body) = stage.another().await;
    let answer = stage.notify(format!("{body}&alipay_cert_sn=0123456789abcdef0123456789abcdef")).await;
    stage.was_accepted(&answer, &order).await;
    assert!(stage.shop.simulator.questions().is_empty());
}
