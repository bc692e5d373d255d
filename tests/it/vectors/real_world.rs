//! Published samples of the classic gateway with MD5.

use alipay_tower::{
    Merchant,
    protocol::{Channel, Md5Key, PartnerId},
};
use serde_json::Value;

use super::{cases, merchant, text, verdict};

fn sample(name: &str) -> Value {
    let found = cases("real_world.json").into_iter().find(|case| case["name"] == name);
    found.unwrap_or_else(|| panic!("no sample {name}"))
}

fn with_key(key: &str) -> Merchant {
    let partner = PartnerId::new("2088000000000001").unwrap();
    Merchant::md5(partner, Md5Key::dangerous_unchecked(key.as_bytes()))
}

#[test]
fn samples_of_the_gateway_are_accepted() {
    for (name, channel, raw) in [
        ("offsite_payments-md5-notify", Channel::Notify, "body"),
        ("offsite_payments-md5-return", Channel::Return, "query"),
    ] {
        let sample = &sample(name)["redacted_and_resigned"];
        let raw = sample[raw].as_str().or_else(|| sample["body"].as_str()).unwrap();
        assert_eq!(verdict(&merchant(&sample["merchant"]), channel, raw.as_bytes()).0, "accept", "{name}");
    }
}

#[test]
fn signatures_of_other_libraries_are_reproduced() {
    for name in ["chloerei-notify-1234", "chloerei-md5-sign-1", "chloerei-md5-sign-2"] {
        let sample = sample(name);
        let params = sample["params"].as_array().unwrap();
        let pairs = params.iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
        let signed = with_key(text(&sample, "key")).sign_fields(pairs).unwrap();
        assert_eq!(signed.field("sign"), sample["sign"].as_str(), "{name}");
    }
}

#[test]
fn a_return_with_changed_values_is_refused_until_it_is_signed_again() {
    let sample = sample("omnipay-legacy-express-return");
    let (query, merchant) = (text(&sample, "query"), with_key(text(&sample, "published_test_key")));
    assert_eq!(verdict(&merchant, Channel::Return, query.as_bytes()).0, "reject_signature");
    let old = query.split('&').find(|pair| pair.starts_with("sign=")).unwrap();
    let again = query.replace(old, &format!("sign={}", text(&sample, "sign_with_published_test_key")));
    // The signature is good then, and the seller's number one that nobody can have.
    assert_eq!(verdict(&merchant, Channel::Return, again.as_bytes()).0, "reject_partner_or_seller");
}

#[test]
fn other_signatures_are_refused() {
    let sample = sample("official-doc-notify-dsa");
    let pairs: Vec<(&String, &str)> = sample["params"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name, value.as_str().unwrap()))
        .collect();
    let body = serde_urlencoded::to_string(pairs).unwrap();
    let merchant = with_key("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9");
    assert_eq!(verdict(&merchant, Channel::Notify, body.as_bytes()).0, "reject_signature");
}
