//! A second, independent signer, and the inputs that the properties share.

use alipay_tower::{
    Merchant,
    protocol::{Md5Key, PartnerId},
};
use md5::{Digest, Md5};
use proptest::{prelude::*, test_runner::FileFailurePersistence};

pub(crate) const KEY: &str = "abcdefghijklmnopqrstuvwxyz012345";
pub(crate) const PARTNER: &str = "2088000000000001";

/// A decoded name and value, in the bytes of the merchant's charset.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

pub(crate) fn merchant() -> Merchant {
    Merchant::md5(PartnerId::new(PARTNER).unwrap(), Md5Key::new(KEY).unwrap())
}

/// Few cases, because a test run has many properties; a failing one is printed with its smallest input.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    }
}

pub(crate) fn pair(name: &str, value: &str) -> Pair {
    (name.as_bytes().to_vec(), value.as_bytes().to_vec())
}

/// The text to sign, written from the specification and not from the library: without `sign`, `sign_type` and empty
/// values, sorted by name, joined.
pub(crate) fn signed_text(pairs: &[Pair]) -> Vec<u8> {
    let mut kept: Vec<&Pair> = pairs
        .iter()
        .filter(|(name, value)| !value.is_empty() && name != b"sign" && name != b"sign_type")
        .collect();
    kept.sort();
    kept.iter().map(|(name, value)| [name.as_slice(), b"=", value].concat()).collect::<Vec<_>>().join(&b'&')
}

pub(crate) fn md5_of(text: &[u8]) -> String {
    let digest = Md5::new().chain_update(text).chain_update(KEY).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `name=value&…` with every byte escaped that is not a letter, digit or `_`.
pub(crate) fn encode(pairs: &[Pair]) -> Vec<u8> {
    let escape = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| match byte {
                b'_' => "_".to_owned(),
                _ if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    let parts: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    parts.join("&").into_bytes()
}

/// A body with a signature over whatever the pairs are.
pub(crate) fn signed_body(pairs: &[Pair]) -> Vec<u8> {
    let sign = md5_of(&signed_text(pairs));
    encode(&[pairs, &[pair("sign", &sign), pair("sign_type", "MD5")]].concat())
}

/// A genuine payment notification; the free texts and the optional fields are the caller's.
pub(crate) fn payment(extra: &[(&str, &str)]) -> Vec<Pair> {
    let fields = [
        ("buyer_email", "buyer@example.com"),
        ("gmt_payment", "2024-01-01 10:00:30"),
        ("notify_id", "0123456789abcdef0123456789abcdef5e"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T20240101000001"),
        ("total_fee", "0.01"),
        ("trade_no", "2024010121001004010200000001"),
        ("trade_status", "TRADE_SUCCESS"),
        ("use_coupon", "N"),
    ];
    fields.iter().chain(extra).map(|(name, value)| pair(name, value)).collect()
}

/// Text of any characters, weighted towards those that mean something in a form.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[ -~]{0,12}",
        2 => "\\PC{0,6}",
        1 => Just("测试订单".to_owned()),
        1 => "[&=%+;#?'\"<>\\\\^|]{1,3}",
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// A field name as Alipay writes them, none that a decision rests on.
pub(crate) fn name() -> impl Strategy<Value = String> {
    "x_[a-z0-9_]{0,10}"
}
