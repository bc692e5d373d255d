//! What is signed verifies; what was touched does not.

use std::collections::BTreeMap;

use alipay_tower::protocol::{
    AuthenticityError, Channel, Charset, Notification, ParseError, SignedNotification,
};
use proptest::prelude::*;

use crate::support::{config, md5_of, merchant, name, payment, signed_body, text};

fn fields(signed: &SignedNotification) -> BTreeMap<String, String> {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    signed.fields().map(own).filter(|(_, value)| !value.is_empty()).collect()
}

/// Text that the charset has; for the double-byte ones drawn from the whole code table.
fn text_in(charset: Charset) -> BoxedStrategy<String> {
    if charset == Charset::Utf8 {
        return text().boxed();
    }
    let code = (0x81..=0xfe_u8, 0x40..=0xfe_u8).prop_map(move |(lead, trail)| {
        charset.decode(&[lead, trail]).map(std::borrow::Cow::into_owned).unwrap_or_default()
    });
    prop::collection::vec(prop_oneof![3 => code, 1 => "[ -~]{0,6}"], 0..6)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("not in the charset", move |text| charset.encode(text).is_ok())
        .boxed()
}

fn charset_and_fields() -> impl Strategy<Value = (Charset, BTreeMap<String, String>)> {
    #[cfg(feature = "gbk")]
    let charsets = prop_oneof![Just(Charset::Utf8), Just(Charset::Gbk), Just(Charset::Gb2312)];
    #[cfg(not(feature = "gbk"))]
    let charsets = Just(Charset::Utf8);
    charsets.prop_flat_map(|charset| {
        let value = text_in(charset).prop_filter("NUL", |text| !text.contains('\0'));
        (Just(charset), prop::collection::btree_map(name(), value, 0..12))
    })
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn what_the_merchant_signs_it_verifies((charset, mut sent) in charset_and_fields()) {
        sent.insert("notify_id".to_owned(), "abc".to_owned());
        sent.retain(|_, value| !value.is_empty());
        let merchant = merchant().with_charset(charset);
        let request = merchant.sign_fields(sent.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
        let sign = md5_of(request.signed_text());
        prop_assert_eq!(request.field("sign"), Some(sign.as_str()));
        let (_, wire) = request.url().split_once('?').unwrap();
        match Notification::parse(Channel::Notify, wire.as_bytes()).unwrap().authenticate(&merchant) {
            Ok(signed) => {
                let mut read = fields(&signed);
                prop_assert!(read.remove("sign").is_some() && read.remove("sign_type").is_some());
                prop_assert_eq!(read, sent);
            }
            Err(AuthenticityError::Malformed(ParseError::Ambiguous(_))) => {
                prop_assert!(sent.values().any(|value| value.contains('&')));
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    /// One byte changed anywhere: refused, or spelled differently and read the same.
    #[test]
    fn a_flipped_byte_is_refused_or_means_the_same(
        subject in text().prop_filter("NUL", |text| !text.contains('\0')),
        at in any::<prop::sample::Index>(),
        mask in 1..=255_u8,
    ) {
        let merchant = merchant();
        let read = |body: &[u8]| {
            let notification = Notification::parse(Channel::Notify, body).ok()?;
            Some(fields(&notification.authenticate(&merchant).ok()?))
        };
        let mut body = signed_body(&payment(&[("subject", &subject), ("seller_id", "2088000000000001")]));
        let genuine = read(&body);
        let at = at.index(body.len());
        body[at] ^= mask;
        if let Some(fields) = read(&body) {
            prop_assert_eq!(Some(fields), genuine);
        }
    }
}

/// The same, for every byte of one message and every single bit.
#[test]
fn every_flipped_bit_is_refused_or_means_the_same() {
    let merchant = merchant();
    let read = |body: &[u8]| {
        let notification = Notification::parse(Channel::Notify, body).ok()?;
        Some(fields(&notification.authenticate(&merchant).ok()?))
    };
    let body = signed_body(&payment(&[("subject", "a+b & c"), ("body", "")]));
    let genuine = read(&body).expect("the untouched message is good");
    let mut same = 0;
    for at in 0..body.len() {
        for bit in 0..8 {
            let mut flipped = body.clone();
            flipped[at] ^= 1 << bit;
            if let Some(fields) = read(&flipped) {
                assert_eq!(fields, genuine, "bit {bit} of byte {at}");
                same += 1;
            }
        }
    }
    // Only the letter case of escapes (`%2B`, `%2b`) and the name of the empty field are nobody's business.
    assert!(same < body.len(), "{same} of {} flips passed", body.len() * 8);
}

#[test]
fn every_truncation_is_refused() {
    let body = signed_body(&payment(&[("subject", "x")]));
    for end in 0..body.len() {
        let cut = Notification::parse(Channel::Notify, &body[..end]);
        assert!(cut.is_err() || cut.unwrap().authenticate(&merchant()).is_err(), "cut at {end}");
    }
}
