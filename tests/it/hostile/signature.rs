//! Messages that nobody with the merchant's key signed, or not for this merchant.

use alipay_tower::{
    Merchant,
    RejectionKind::{Forged, Malformed, NotOurs},
    protocol::{Md5Key, PartnerId},
};

use super::{rows, stage::Stage};
use crate::wire::{Message, encode};

rows! {
    missing_sign,
    short_sign,
    upper_case_sign,
    other_sign_types,
    other_seller,
    unsigned_additions;
    // Rows about RSA keys are in a room of their own.
    classic: wrong_key, other_partner, another_merchants_notice,
}

/// The message's fields with `sign` and `sign_type` changed; `None` leaves one out.
pub(super) fn spoiled(
    stage: &Stage,
    message: &Message,
    change: impl Fn(&str, &str) -> Option<String>,
) -> String {
    let fields = message.signed(stage.merchant());
    let changed = fields.into_iter().filter_map(|(name, value)| match name.as_str() {
        "sign" | "sign_type" => change(&name, &value).map(|value| (name, value)),
        _ => Some((name, value)),
    });
    encode(&changed.collect::<Vec<_>>())
}

fn with_sign(stage: &Stage, change: impl Fn(&str, &str) -> Option<String>) -> String {
    spoiled(stage, &stage.genuine, change)
}

/// The genuine fields with another value of `sign`.
fn signed(stage: &Stage, change: impl Fn(&str) -> String) -> String {
    with_sign(stage, |name, value| Some(if name == "sign" { change(value) } else { value.to_owned() }))
}

async fn missing_sign(stage: &mut Stage) {
    for name in ["sign", "sign_type"] {
        let reason = format!("`{name}` is missing");
        let absent = with_sign(stage, |own, value| (own != name).then(|| value.to_owned()));
        stage.refuses(absent, Malformed, &reason).await;
        let empty = with_sign(stage, |own, value| Some(if own == name { "" } else { value }.to_owned()));
        stage.refuses(empty, Malformed, &reason).await;
    }
}

async fn short_sign(stage: &mut Stage) {
    for length in [1, 8, 31] {
        stage.refuses(signed(stage, |sign| sign[..length].to_owned()), Forged, "does not verify").await;
    }
    for longer in ["0", " ", "\n", "%00"] {
        stage.refuses(signed(stage, |sign| format!("{sign}{longer}")), Forged, "does not verify").await;
    }
    // What a loose comparison takes for a digest that looks like zero.
    for loose in ["0", "0e0", "true", "1"] {
        stage.refuses(signed(stage, |_| loose.to_owned()), Forged, "does not verify").await;
    }
}

async fn upper_case_sign(stage: &mut Stage) {
    stage.refuses(signed(stage, str::to_ascii_uppercase), Forged, "does not verify").await;
}

async fn wrong_key(stage: &mut Stage) {
    let partner = stage.merchant().partner().clone();
    for key in ["zyxwvutsrqponmlkjihgfedcba543210", "", " "] {
        let forger = Merchant::md5(partner.clone(), Md5Key::dangerous_unchecked(key.as_bytes()));
        stage.refuses(stage.genuine.body(&forger), Forged, "does not verify").await;
    }
}

/// The message never chooses the algorithm.
async fn other_sign_types(stage: &mut Stage) {
    let own = stage.merchant().sign_type().as_str();
    let spellings = [own.to_ascii_lowercase(), format!("{own} "), format!(" {own}"), format!("{own}\n")];
    let others = ["RSA", "RSA2", "MD5", "DSA", "Md5", "rSA2", "MD4", "0001", "NONE", "MD5,RSA"];
    let others = others.into_iter().filter(|other| *other != own).map(str::to_owned);
    for sign_type in spellings.into_iter().chain(others) {
        let body = with_sign(stage, |name, value| {
            Some(if name == "sign_type" { &sign_type } else { value }.to_owned())
        });
        stage.refuses(body, Forged, "`sign_type`").await;
    }
    // A signature of RSA's length under its name, and under ours.
    for (sign_type, reason) in [("RSA", "`sign_type`"), (own, "does not verify")] {
        let body = with_sign(stage, |name, _| {
            Some(if name == "sign" { "A".repeat(171) + "=" } else { sign_type.to_owned() })
        });
        stage.refuses(body, Forged, reason).await;
    }
}

async fn other_partner(stage: &mut Stage) {
    for partner in ["2088000000000009", "2088", "x"] {
        let body = stage.genuine.clone().with("partner", partner).body(stage.merchant());
        stage.refuses(body, NotOurs, "`partner`").await;
    }
}

async fn other_seller(stage: &mut Stage) {
    for (name, value) in [
        ("seller_id", "2088000000000009"),
        ("seller_id", "20880"),
        ("seller_email", "thief@example.com"),
        ("seller_email", "seller@example.com.evil.example"),
    ] {
        if name == "seller_id" || stage.is_classic() {
            let body = stage.genuine.clone().with(name, value).body(stage.merchant());
            stage.refuses(body, NotOurs, "`seller_id`").await;
        }
    }
}

async fn another_merchants_notice(stage: &mut Stage) {
    let other = Merchant::md5(
        PartnerId::new("2088000000000009").unwrap(),
        Md5Key::new("zyxwvutsrqponmlkjihgfedcba543210").unwrap(),
    );
    let notice = stage.genuine.clone().with("seller_id", "2088000000000009").without("seller_email");
    stage.refuses(notice.body(&other), Forged, "does not verify").await;
}

/// Whatever came is covered by the signature: no name and no first letter of a value is left out of it.
async fn unsigned_additions(stage: &mut Stage) {
    let body = stage.body();
    for extra in
        ["x=1", "_config=other", "alipay_cert_sn=1", "discount2=%40file", "controller=pay", "sign2=x", "0=0"]
    {
        // This one may stand outside the signature of an application's message; what it says there is not kept.
        if extra.starts_with("alipay_cert_sn") && !stage.is_classic() {
            continue;
        }
        stage.refuses(format!("{body}&{extra}"), Forged, "does not verify").await;
    }
}
