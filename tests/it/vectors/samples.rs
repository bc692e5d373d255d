//! Published samples of the OpenAPI generation and of RSA: messages that Alipay sent, and those that others test with.

use alipay_tower::protocol::{Certificate, Channel, PublicKey, SignType, TradeEvent, TradeStatus};
use serde_json::Value;

use super::{
    cases,
    openapi::{judge, merchant as merchant_of},
    text,
};

/// Any 2048-bit key that is nobody's in the samples.
fn stranger() -> String {
    alipay_tower::protocol::PrivateKey::generate().unwrap().public().to_pem()
}

fn sample(name: &str) -> Value {
    let found = cases("real_world.json").into_iter().find(|case| case["name"] == name);
    found.unwrap_or_else(|| panic!("no sample {name}"))
}

/// The key that the publisher of the sample gives: bare, or in a certificate.
fn key(sample: &Value) -> String {
    if let Some(bare) = sample["alipay_public_key"].as_str() {
        return bare.to_owned();
    }
    let Some(pem) = sample["alipay_cert_pem"].as_str() else { return stranger() };
    Certificate::from_pem(pem).unwrap().public_key().unwrap().to_pem()
}

/// As it came; or, where only its parameters are published, as a form of them.
fn raw(sample: &Value) -> String {
    if let Some(raw) = sample["query"].as_str().or_else(|| sample["body"].as_str()) {
        return raw.to_owned();
    }
    let params = sample["params"].as_object().unwrap();
    let pairs: Vec<_> = params.iter().map(|(name, value)| (name, value.as_str().unwrap())).collect();
    serde_urlencoded::to_string(pairs).unwrap()
}

fn channel(sample: &Value) -> Channel {
    if text(sample, "kind") == "return" { Channel::Return } else { Channel::Notify }
}

#[test]
fn every_checkable_sample_is_judged_as_its_publisher_says() {
    for (name, sign_type, expected) in [
        ("sdk-node-yuque-with-sign_type", "RSA2", "accept"),
        ("sdk-node-yuque-without-sign_type", "RSA2", "malformed"),
        ("sdk-node-verify-fail", "RSA2", "reject_signature"),
        ("yansongda-sandbox-return", "RSA2", "accept"),
        ("yansongda-sandbox-return-with-extra-_config", "RSA2", "reject_signature"),
        ("yansongda-sandbox-notify-with-plus", "RSA2", "accept"),
        ("helei-sandbox-return", "RSA2", "accept"),
        ("helei-sandbox-notify", "RSA2", "accept"),
        ("gopay-fake-notify", "RSA2", "reject_signature"),
        ("gopay-doc-sample-dlt", "RSA2", "reject_signature"),
        // The signatures are good. One names no application, the other's seller is masked by a number of 17 digits.
        ("omnipay-f2f-notify-rsa-1", "RSA", "reject_app_or_seller"),
        ("omnipay-app-notify-rsa-2", "RSA", "reject_app_or_seller"),
        ("omnipay-app-notify-rsa-1", "RSA", "reject_signature"),
    ] {
        let sample = sample(name);
        let id = |name: &str, other: &str| {
            sample[name].as_str().or_else(|| sample["params"][name].as_str()).unwrap_or(other).to_owned()
        };
        let (app, seller) = (id("app_id", "2015112800123456"), id("seller_id", "2088011466123456"));
        let merchant = merchant_of(&app, &seller, sign_type, &key(&sample));
        let (verdict, signed) = judge(&merchant, channel(&sample), raw(&sample).as_bytes());
        assert_eq!(verdict, expected, "{name}");
        // Under a stranger's key every one of them falls, whoever is named in it.
        let other = merchant_of(&app, &seller, sign_type, &stranger());
        let (verdict, _) = judge(&other, channel(&sample), raw(&sample).as_bytes());
        assert!(["malformed", "reject_signature"].contains(&verdict), "{name}: {verdict}");
        if let Some(signed) = signed.filter(|signed| !signed.is_silent()) {
            let event = signed.trust_signature().unwrap().into_event().unwrap();
            let TradeEvent::Paid(payment) = event else { panic!("{name}: {}", event.name()) };
            assert_eq!(*payment.notice().trade_status(), TradeStatus::TradeSuccess, "{name}");
        }
    }
}

#[test]
fn a_signature_of_the_weaker_hash_is_verified_as_one() {
    let sample = sample("chloerei-rsa-sha1");
    let (key, sign) = (PublicKey::new(text(&sample, "public_key")).unwrap(), text(&sample, "sign"));
    let signed = text(&sample, "text").as_bytes();
    assert!(key.verifies(SignType::Rsa, signed, sign));
    assert!(!key.verifies(SignType::Rsa2, signed, sign) && !key.verifies(SignType::Md5, signed, sign));
    assert!(!key.verifies(SignType::Rsa, b"partner=124&service=test", sign));
}
