//! The signed text joins raw values with `&` and escapes nothing, so one signature fits many sets of fields. Whoever
//! holds a genuine message (the buyer holds the return) can cut its text anew; no cut may change what a decision
//! rests on.

use std::collections::BTreeMap;

use alipay_tower::{
    PaymentRequest,
    protocol::{Channel, Notification, OutTradeNo},
};
use proptest::prelude::*;

use crate::support::{Pair, config, encode, md5_of, merchant, pair, payment, signed_body, signed_text};

/// What decisions rest on: the money, the order, the trade and its status, the parties, refunds and batches.
const DECISIVE: [&str; 21] = [
    "batch_no",
    "currency",
    "discount",
    "gmt_refund",
    "is_success",
    "is_total_fee_adjust",
    "notify_id",
    "notify_type",
    "out_trade_no",
    "partner",
    "price",
    "quantity",
    "refund_fee",
    "refund_status",
    "result_details",
    "seller_email",
    "seller_id",
    "success_num",
    "total_fee",
    "trade_no",
    "trade_status",
];

type Decisions = BTreeMap<&'static str, String>;

/// What the library would decide on, or `None` when it refuses the message.
fn decisions(body: &[u8], channel: Channel) -> Option<Decisions> {
    let signed = Notification::parse(channel, body).ok()?.authenticate(&merchant()).ok()?;
    let value = |name: &&'static str| signed.field(name).map(|value| (*name, value.to_owned()));
    Some(DECISIVE.iter().filter_map(value).collect())
}

/// Cuts the text into other fields. `starts` says where a field may begin; a part that cannot be a field of its own
/// (no name, no value, or a name out of order, each of which would change the text) joins the one before.
fn cut(text: &[u8], starts: &[bool]) -> Vec<Pair> {
    let mut starts = starts.iter().copied().cycle();
    let mut fields: Vec<Pair> = Vec::new();
    for segment in text.split(|byte| *byte == b'&') {
        let begins = starts.next().unwrap_or(true);
        let equals = segment.iter().position(|byte| *byte == b'=').unwrap_or(segment.len());
        let (name, value) = (&segment[..equals], segment.get(equals + 1..).unwrap_or_default());
        match fields.last_mut() {
            Some((last, old)) if !begins || value.is_empty() || old.is_empty() || name <= last.as_slice() => {
                old.push(b'&');
                old.extend_from_slice(segment);
            }
            _ => fields.push((name.to_vec(), value.to_vec())),
        }
    }
    fields
}

/// The cut as an attacker would send it: the genuine signature, and any names with empty values, which nobody signs.
fn replay(genuine: &[Pair], starts: &[bool], unsigned: &[&str]) -> Vec<u8> {
    let text = signed_text(genuine);
    let mut fields = cut(&text, starts);
    assert_eq!(signed_text(&fields), text, "a cut keeps the text, and so the signature");
    for name in unsigned {
        if fields.iter().all(|(own, _)| own != name.as_bytes()) {
            fields.push(pair(name, ""));
        }
    }
    fields.push(pair("sign", &md5_of(&text)));
    fields.push(pair("sign_type", "MD5"));
    encode(&fields)
}

/// Whether `&name=` stands in one of the free texts.
fn hides(texts: &[&String], name: &str) -> bool {
    texts.iter().any(|text| text.contains(&format!("&{name}=")))
}

/// Returns how many of the two channels took the new cut.
fn assert_harmless(genuine: &[Pair], texts: &[&String], starts: &[bool], unsigned: &[&str]) -> usize {
    let mut taken = 0;
    let honest: Decisions = DECISIVE
        .iter()
        .filter_map(|name| {
            let (_, value) = genuine.iter().find(|(own, _)| own == name.as_bytes())?;
            Some((*name, String::from_utf8(value.clone()).unwrap()))
        })
        .collect();
    let accepted = decisions(&signed_body(genuine), Channel::Notify);
    assert!(accepted.is_none() || accepted.as_ref() == Some(&honest));
    for channel in [Channel::Notify, Channel::Return] {
        let Some(read) = decisions(&replay(genuine, starts, unsigned), channel) else { continue };
        taken += 1;
        for name in DECISIVE {
            let injected = !honest.contains_key(name) && hides(texts, name);
            assert!(
                read.get(name) == honest.get(name) || injected,
                "{name} was {:?} and became {:?}",
                honest.get(name),
                read.get(name)
            );
            // A message whose text could be cut that way is itself refused, and its request was never signed.
            assert!(!injected || accepted.is_none(), "{name} can be split out of an accepted message");
        }
    }
    if texts.iter().any(|text| text.contains('&')) {
        let order = OutTradeNo::new("T20240101000001").unwrap();
        let [subject, body, echo] = texts else { panic!("three free texts") };
        let request = PaymentRequest::new(order, subject.as_str(), "0.01".parse().unwrap())
            .with_body(body.as_str())
            .with_extra_common_param(echo.as_str());
        let refused = request.sign(&merchant()).expect_err("such a request must not be signed");
        assert!(["subject", "body", "extra_common_param"].contains(&refused.field()), "{refused}");
    }
    taken
}

/// Free text of a buyer who has read how signatures work.
fn free_text() -> impl Strategy<Value = String> {
    let names = prop_oneof![
        4 => prop::sample::select(&DECISIVE[..]).prop_map(str::to_owned),
        2 => prop::sample::select(&DECISIVE[..]).prop_map(|name| format!("{name}x")),
        1 => "[a-z_]{1,8}",
    ];
    let values = prop_oneof![
        Just("TRADE_SUCCESS".to_owned()),
        Just("100.00".to_owned()),
        Just("T2".to_owned()),
        Just("REFUND_SUCCESS".to_owned()),
        Just("2088000000000001".to_owned()),
        "[ -~]{0,8}",
    ];
    let piece = prop_oneof![
        3 => (names, values).prop_map(|(name, value)| format!("&{name}={value}")),
        1 => "[a-z ]{1,6}",
        1 => Just("&".to_owned()),
        1 => Just("=".to_owned()),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn optional_fields() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let all = [
        ("seller_id", "2088000000000001"),
        ("seller_email", "seller@example.com"),
        ("refund_status", "REFUND_SUCCESS"),
        ("discount", "0.00"),
        ("is_total_fee_adjust", "N"),
        ("price", "0.01"),
        ("quantity", "1"),
        ("exterface", "create_direct_pay_by_user"),
        ("is_success", "T"),
        ("out_channel_type", "BALANCE"),
    ];
    prop::sample::subsequence(all.to_vec(), 0..all.len())
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn no_new_cut_changes_a_decision(
        texts in (free_text(), free_text(), free_text()),
        optional in optional_fields(),
        starts in prop::collection::vec(prop::bool::weighted(0.75), 1..40),
        unsigned in prop::sample::subsequence(DECISIVE.to_vec(), 0..4),
    ) {
        let (subject, body, echo) = &texts;
        let mut genuine = payment(&optional);
        for (name, value) in [("subject", subject), ("body", body), ("extra_common_param", echo)] {
            genuine.push(pair(name, value));
        }
        assert_harmless(&genuine, &[subject, body, echo], &starts, &unsigned);
    }
}

/// Every single cut of some messages that were made to be cut.
#[test]
fn every_cut_of_the_crafted_messages() {
    let crafted = [
        ("x&total_fee=100.00&total_fef=y", "", ""),
        ("x", "y&out_trade_no=T2&out_trade_nx=z", ""),
        ("x", "", "&trade_status=TRADE_SUCCESS"),
        ("x&trade_no=2024&trade_nx=y", "", "z&refund_status=REFUND_SUCCESS"),
        ("x", "&discount=-0.01&e=1", ""),
        ("x&", "&&", "="),
        ("harmless", "plain", "text"),
    ];
    let mut taken = 0;
    for (subject, body, echo) in crafted {
        let genuine = payment(&[("subject", subject), ("body", body), ("extra_common_param", echo)]);
        let texts = [subject.to_owned(), body.to_owned(), echo.to_owned()];
        let [subject, body, echo] = &texts;
        let cuts = signed_text(&genuine).iter().filter(|byte| **byte == b'&').count();
        for mask in 0..1_u32 << cuts {
            let starts: Vec<bool> =
                std::iter::once(true).chain((0..cuts).map(|bit| mask >> bit & 1 == 1)).collect();
            taken += assert_harmless(&genuine, &[subject, body, echo], &starts, &[]);
        }
    }
    // Fields that nothing rests on may run together; without such cuts this test would prove nothing.
    assert!(taken > 2 * crafted.len(), "{taken} cuts were taken");
}

/// The published attack: the same text, with the amount that the attacker likes better.
#[test]
fn the_published_cut_is_refused_both_ways() {
    let genuine = payment(&[("subject", "x&total_fee=100.00&total_fef=y")]);
    assert_eq!(decisions(&signed_body(&genuine), Channel::Return), None);
    let text = String::from_utf8(signed_text(&genuine)).unwrap();
    let forged: Vec<Pair> = [
        ("buyer_email", "buyer@example.com"),
        ("gmt_payment", "2024-01-01 10:00:30"),
        ("notify_id", "0123456789abcdef0123456789abcdef5e"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T20240101000001"),
        ("subject", "x"),
        ("total_fee", "100.00"),
        ("total_fef", "y&total_fee=0.01"),
        ("trade_no", "2024010121001004010200000001"),
        ("trade_status", "TRADE_SUCCESS"),
        ("use_coupon", "N"),
    ]
    .iter()
    .map(|(name, value)| pair(name, value))
    .collect();
    assert_eq!(signed_text(&forged), text.as_bytes());
    assert_eq!(decisions(&signed_body(&forged), Channel::Return), None);
}
