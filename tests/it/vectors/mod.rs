//! The published vectors, made by independent implementations of the protocol: against the library's functions, and
//! against running servers of both frameworks.

mod aes;
mod certs;
mod keys;
mod messages;
mod openapi;
mod products;
mod real_world;
mod requests;
mod samples;
mod signing;
mod wire;

use std::path::Path;

use alipay_tower::{
    Merchant,
    protocol::{AuthenticityError, Channel, Charset, Md5Key, Notification, PartnerId, SignedNotification},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

/// A whole file.
fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// The cases of one file.
fn cases(name: &str) -> Vec<Value> {
    let mut file = file(name);
    let Value::Array(cases) = file["cases"].take() else { panic!("no cases") };
    assert_eq!(Some(cases.len() as u64), file["count"].as_u64());
    cases
}

/// One part of a file that has several.
fn section(name: &str, part: &str) -> Value {
    let part = file(name)[part].take();
    assert!(part.as_array().is_some_and(|list| !list.is_empty()) || part.is_object());
    part
}

/// What public SDKs test themselves with, of one kind.
fn of_kind(kind: &str) -> Vec<Value> {
    let Value::Array(all) = file("openapi_public.json") else { panic!("no cases") };
    all.into_iter().filter(|case| case["kind"] == kind).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn base64(value: &Value, name: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text(value, name)).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The merchant that a case is about; some have keys that no console would hand out.
fn merchant(value: &Value) -> Merchant {
    let key = Md5Key::dangerous_unchecked(text(value, "key").as_bytes());
    let merchant = Merchant::md5(PartnerId::new(text(value, "partner")).unwrap(), key)
        .with_seller_email(text(value, "seller_email"));
    let label = value["input_charset"].as_str().unwrap_or("utf-8");
    merchant.with_charset(Charset::from_label(label).unwrap())
}

/// The words of the vectors for what a verifier says.
fn verdict(merchant: &Merchant, channel: Channel, raw: &[u8]) -> (&'static str, Option<SignedNotification>) {
    let Ok(notification) = Notification::parse(channel, raw) else { return ("malformed", None) };
    match notification.authenticate(merchant) {
        Ok(signed) => ("accept", Some(signed)),
        Err(AuthenticityError::Malformed(_)) => ("malformed", None),
        Err(AuthenticityError::Partner | AuthenticityError::Seller) => ("reject_partner_or_seller", None),
        Err(_) => ("reject_signature", None),
    }
}

fn assert_tolerated(case: &Value, verdict: &str) {
    let tolerated = case["tolerated"].as_array().unwrap();
    assert!(
        tolerated.iter().any(|word| word == verdict),
        "{}: {verdict}, but {tolerated:?}: {}",
        text(case, "name"),
        text(case, "why")
    );
}
