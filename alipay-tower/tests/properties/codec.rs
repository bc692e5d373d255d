//! Reading forms: total, bounded, and exactly one decoding.

use std::collections::BTreeMap;

use alipay_tower::protocol::{Channel, Fields, MAX_FIELDS, Notification, TradeEvent};
use proptest::prelude::*;

use crate::support::{config, merchant, signed_body};

/// One byte as some client may write it.
fn spelled(byte: u8, style: u8) -> String {
    match (byte, style % 4) {
        (b' ', 0) => "+".to_owned(),
        (b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'~' | b'*', 0 | 1) => {
            char::from(byte).to_string()
        }
        (_, 2) => format!("%{byte:02x}"),
        _ => format!("%{byte:02X}"),
    }
}

fn bytes_without_nul(max: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(1..=255_u8, 0..max)
}

/// Bytes that look enough like a form to get past the first branch.
fn nearly_a_form() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just(b"&".to_vec()),
        Just(b"=".to_vec()),
        Just(b"%".to_vec()),
        Just(b"%2".to_vec()),
        Just(b"%26".to_vec()),
        Just(b"%00".to_vec()),
        Just(b"+".to_vec()),
        Just(b"sign=".to_vec()),
        Just(b"&sign_type=MD5".to_vec()),
        Just(b"&total_fee=0.01".to_vec()),
        Just(b"&notify_id=1".to_vec()),
        prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_bytes_are_read_without_panic_and_within_bounds(
        raw in prop_oneof![prop::collection::vec(any::<u8>(), 0..2048), nearly_a_form()],
        channel in prop_oneof![Just(Channel::Notify), Just(Channel::Return)],
    ) {
        if let Ok(fields) = Fields::parse(&raw) {
            prop_assert!(fields.iter().count() <= MAX_FIELDS);
            prop_assert!(fields.signed_text().len() <= raw.len());
            let shown = format!("{fields:?}");
            prop_assert!(!shown.is_empty());
        }
        if let Ok(notification) = Notification::parse(channel, &raw) {
            prop_assert!(notification.authenticate(&merchant()).is_err(), "nobody signed this");
        }
    }

    #[test]
    fn decoding_undoes_encoding_once(
        pairs in prop::collection::btree_map(bytes_without_nul(12), bytes_without_nul(40), 1..12),
        styles in prop::collection::vec(any::<u8>(), 1..32),
    ) {
        let mut styles = styles.iter().copied().cycle();
        let mut spell = |bytes: &[u8]| -> String {
            bytes.iter().map(|byte| spelled(*byte, styles.next().unwrap())).collect()
        };
        let wire: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{}={}", spell(name), spell(value))).collect();
        let fields = Fields::parse(wire.join("&").as_bytes()).unwrap();
        let read: BTreeMap<Vec<u8>, Vec<u8>> =
            fields.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        prop_assert_eq!(&read, &pairs);
        for (name, value) in &pairs {
            if let Ok(name) = std::str::from_utf8(name) {
                prop_assert_eq!(fields.get(name), Some(value.as_slice()));
            }
        }
    }

    /// Whatever a holder of the key signs, the chain comes to an end without a panic.
    #[test]
    fn any_signed_bytes_walk_the_whole_chain(
        values in prop::collection::btree_map(
            prop_oneof![
                Just(&b"trade_status"[..]), Just(&b"trade_no"[..]), Just(&b"out_trade_no"[..]),
                Just(&b"total_fee"[..]), Just(&b"notify_type"[..]), Just(&b"is_success"[..]),
                Just(&b"refund_status"[..]), Just(&b"gmt_payment"[..]), Just(&b"subject"[..]),
            ],
            prop_oneof![bytes_without_nul(30), Just(b"TRADE_SUCCESS".to_vec()), Just(b"T1".to_vec())],
            0..9,
        ),
        channel in prop_oneof![Just(Channel::Notify), Just(Channel::Return)],
    ) {
        let mut pairs: Vec<_> = values.into_iter().map(|(name, value)| (name.to_vec(), value)).collect();
        pairs.push((b"notify_id".to_vec(), b"abc".to_vec()));
        let merchant = merchant();
        let notification = Notification::parse(channel, &signed_body(&pairs)).unwrap();
        let Ok(signed) = notification.authenticate(&merchant) else { return Ok(()) };
        let check = signed.check(&merchant).unwrap();
        let confirmed = signed.confirm(&check.read(b"true").unwrap()).unwrap();
        if let Ok(event) = confirmed.into_event() {
            let paid = matches!(event, TradeEvent::Paid(_));
            let status = event.field("trade_status");
            prop_assert!(!paid || matches!(status, Some("TRADE_SUCCESS" | "TRADE_FINISHED")));
            prop_assert!(!paid || event.field("refund_status").is_none());
        }
    }
}

#[test]
fn the_number_of_fields_is_bounded_before_anything_is_decoded() {
    let many = |count: usize| (0..count).map(|n| format!("f{n}=1")).collect::<Vec<_>>().join("&");
    assert!(Fields::parse(many(MAX_FIELDS).as_bytes()).is_ok());
    assert!(Fields::parse(many(MAX_FIELDS + 1).as_bytes()).is_err());
    assert!(Fields::parse(&b"&".repeat(1 << 20)).is_err());
}
