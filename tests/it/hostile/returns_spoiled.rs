//! Returns that are no message, or nobody's: the buyer gets a page, the journal its line, and Alipay no question.

use alipay_tower::{
    Merchant,
    RejectionKind::{Forged, Malformed, OrderClosed, TooLarge},
    protocol::{Md5Key, OrderState, PrivateKey, SignType},
};

use super::{
    malformed::{NO_TEXT, signed_subject},
    returns::{page_of, refuses, says, visit},
    rows,
    rsa::signed_by,
    signature::spoiled,
    stage::Stage,
};
use crate::{capture, wire::Message};

rows! {
    malformed_messages,
    ten_thousand_parameters,
    invalid_utf8,
    one_megabyte,
    short_sign,
    upper_case_sign,
    other_sign_types,
    closed_order;
    classic: another_key;
    openapi: other_keys_of_rsa,
}

async fn malformed_messages(stage: &mut Stage) {
    let back = stage.back.clone();
    for (query, reason) in [
        (format!("{back}&x=%zz"), "percent sign"),
        (format!("{back}&x=%00"), "NUL"),
        (format!("{back}&{}=0.01", stage.shop.amount_field()), "stands twice"),
        ("&".repeat(2000), "more than 1024"),
        ("a=1&".repeat(4_000), "more than 1024"),
        ("a".repeat(16_384), "`sign` is missing"),
        (back.split("&sign=").next().unwrap().to_owned(), "is missing"),
    ] {
        refuses(stage, &query, Malformed, reason).await;
    }
}

async fn ten_thousand_parameters(stage: &mut Stage) {
    let many = "a=1&".repeat(10_000);
    let query = format!("{many}{}", stage.back);
    refuses(stage, &query, TooLarge, "larger than 16384 bytes").await;
}

/// Signed by the very key, and still no text of this merchant's charset.
async fn invalid_utf8(stage: &mut Stage) {
    for bytes in NO_TEXT {
        let query = signed_subject(stage, bytes);
        refuses(stage, &query, Malformed, "not representable in utf-8").await;
    }
}

/// A page and a line for as long as there is an address; past that the HTTP server answers before any code of the shop.
async fn one_megabyte(stage: &mut Stage) {
    let back = stage.back.clone();
    for size in [16_385 - back.len() - "&x=".len(), 60_000] {
        let query = format!("{back}&x={}", "y".repeat(size));
        refuses(stage, &query, TooLarge, "the query is larger than 16384 bytes").await;
    }
    let lines = stage.shop.journal().await.len();
    for (size, status) in [(70_000, 414), (1 << 20, 431)] {
        let answer = visit(stage, &format!("{back}&x={}", "y".repeat(size))).await;
        assert_eq!((answer.status, answer.text()), (status, ""));
    }
    assert_eq!(stage.shop.journal().await.len(), lines, "these never reach the shop");
}

/// The genuine return with another value of `sign`.
fn signed(stage: &Stage, change: impl Fn(&str) -> String) -> String {
    let message = Message::read(stage.back.as_bytes());
    let change = |name: &str, value: &str| if name == "sign" { change(value) } else { value.to_owned() };
    spoiled(stage, &message, |name, value| Some(change(name, value)))
}

async fn short_sign(stage: &mut Stage) {
    for length in [1, 8, 31] {
        let query = signed(stage, |sign| sign[..length].to_owned());
        refuses(stage, &query, Forged, "does not verify").await;
    }
    for other in ["0", "0e0", "true"] {
        let query = signed(stage, |_| other.to_owned());
        refuses(stage, &query, Forged, "does not verify").await;
    }
    let query = signed(stage, |sign| format!("{sign}0"));
    refuses(stage, &query, Forged, "does not verify").await;
}

async fn upper_case_sign(stage: &mut Stage) {
    let query = signed(stage, str::to_ascii_uppercase);
    refuses(stage, &query, Forged, "does not verify").await;
}

/// The address never chooses the algorithm.
async fn other_sign_types(stage: &mut Stage) {
    let message = Message::read(stage.back.as_bytes());
    let own = stage.merchant().sign_type().as_str();
    for other in ["RSA", "RSA2", "MD5", "DSA", "md5", "NONE"] {
        if other != own {
            let change = |name: &str, value: &str| if name == "sign" { value } else { other }.to_owned();
            let query = spoiled(stage, &message, |name, value| Some(change(name, value)));
            refuses(stage, &query, Forged, "`sign_type`").await;
        }
    }
}

async fn another_key(stage: &mut Stage) {
    let partner = stage.merchant().partner().clone();
    let message = Message::read(stage.back.as_bytes());
    for key in ["zyxwvutsrqponmlkjihgfedcba543210", "", " "] {
        let forger = Merchant::md5(partner.clone(), Md5Key::dangerous_unchecked(key.as_bytes()));
        refuses(stage, &message.body(&forger), Forged, "does not verify").await;
    }
}

/// A key of nobody's, and the weaker hash under our algorithm's name.
async fn other_keys_of_rsa(stage: &mut Stage) {
    let message = Message::read(stage.back.as_bytes());
    let query = signed_by(stage, &message, PrivateKey::generate().unwrap(), SignType::Rsa2, "RSA2");
    refuses(stage, &query, Forged, "does not verify").await;
    let alipay = PrivateKey::new(include_str!("../../simulator/keys/alipay.pem")).unwrap();
    let query = signed_by(stage, &message, alipay, SignType::Rsa, "RSA2");
    refuses(stage, &query, Forged, "does not verify").await;
}

/// Money for an order that the shop had given up: the page does not call it forged, and the return writes nothing.
async fn closed_order(stage: &mut Stage) {
    let closed = stage.shop.order("T20240101000002").await;
    let back = capture::payment(&stage.shop, &closed).await.back;
    assert!(stage.shop.store.close_order(&closed).await.unwrap());
    let answer = visit(stage, &back).await;
    page_of(&answer, OrderClosed.status());
    assert!(says(&answer, "paid_after_close"), "{}", answer.text());
    stage.asks(1);
    stage.is_journaled("return", OrderClosed, "closed").await;
    assert_eq!(stage.shop.state(&closed).await, OrderState::Closed);
}
