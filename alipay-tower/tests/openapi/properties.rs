//! What must hold for every input of this generation.

use alipay_tower::protocol::{
    AppId, Channel, Merchant, Money, Notification, OutTradeNo, PrivateKey, SellerId, SignType, Timestamp,
    openapi::{Answer, AppPay, GoodsDetail, Json, PagePay, RawAnswer, passback_params, read_passback_params},
};
use proptest::{prelude::*, test_runner::FileFailurePersistence};

use crate::support::{ALIPAY, APP, OWN, SELLER, answer, form, merchant, notification, returned, trade};

fn config(cases: u32) -> ProptestConfig {
    let failure_persistence = Some(Box::new(FileFailurePersistence::Off) as Box<_>);
    ProptestConfig { cases, failure_persistence, ..ProptestConfig::default() }
}

fn at() -> Timestamp {
    "2024-06-07 12:34:56".parse().unwrap()
}

fn accepts(merchant: &Merchant, channel: Channel, raw: &[u8]) -> bool {
    Notification::parse(channel, raw).is_ok_and(|message| message.authenticate(merchant).is_ok())
}

/// Text as a shop writes it: no control characters, whatever else.
fn text(max: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![4 => "[ -~]".prop_map(|text| text), 2 => Just("单".to_owned()), 1 => Just("😀".to_owned()), 1 => Just("&notify_url=x".to_owned())],
        0..max / 16,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn what_alipay_signs_is_accepted_with_every_value(
        body in text(400), extra in "[a-z_]{1,12}", value in text(200), empty in "[a-z]{3}_empty",
    ) {
        let merchant = merchant();
        prop_assume!(!body.contains('&') && !value.contains('&'));
        let extra = format!("x_{extra}");
        let raw = notification("TRADE_SUCCESS", &[("body", &body), (&extra, &value), (&empty, "")]);
        let signed = Notification::parse(Channel::Notify, raw.as_bytes()).unwrap().authenticate(&merchant).unwrap();
        prop_assert_eq!(signed.field("body").unwrap_or_default(), body);
        prop_assert_eq!(signed.field(&extra).unwrap_or_default(), value);
    }

    #[test]
    fn a_changed_byte_is_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), is_return in any::<bool>()) {
        let merchant = merchant();
        let (channel, raw) = match is_return {
            true => (Channel::Return, returned(&[])),
            false => (Channel::Notify, notification("TRADE_SUCCESS", &[("body", "a b+c")])),
        };
        prop_assert!(accepts(&merchant, channel, raw.as_bytes()));
        let mut bytes = raw.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        // A digit of an escape in the other letter case is the same text.
        let same = bytes.eq_ignore_ascii_case(raw.as_bytes());
        prop_assert!(same || !accepts(&merchant, channel, &bytes));
    }

    #[test]
    fn a_changed_byte_of_an_answer_is_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let merchant = merchant();
        let good = trade("TRADE_SUCCESS", r#","buyer_logon_id":"a***@b.c""#);
        let read = |body: &[u8]| Answer::read(body, "alipay.trade.query", &merchant);
        let expected = read(good.as_bytes()).unwrap();
        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(answer) = read(&bytes) {
            // Blanks outside of what is signed say nothing.
            prop_assert_eq!(answer.json("trade_status"), expected.json("trade_status"));
            prop_assert_eq!(answer.json("total_amount"), expected.json("total_amount"));
            prop_assert!(bytes == good.as_bytes() || byte.is_ascii_whitespace());
        }
    }

    #[test]
    fn extraction_never_panics_and_never_invents(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Answer::read(&bytes, "a.b", &merchant());
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let _ = Json::parse(text);
            let found = RawAnswer::read(text, "a.b").ok();
            prop_assert!(found.is_none_or(|answer| text.contains(answer.signed_content())));
        }
    }

    #[test]
    fn extraction_finds_any_object(content in json(), before in json(), name in "[a-z]{1,8}") {
        let content = Json::object([("code", Json::from("10000")), ("x", content)]).to_string();
        let body = format!(r#"{{"x_{name}": {before} , "a_b_response":{content},"sign":"x"}}"#);
        prop_assert_eq!(RawAnswer::read(&body, "a.b").unwrap().signed_content(), content.as_str());
        let whole = answer("a_b_response", &content);
        let read = Answer::read(whole.as_bytes(), "a.b", &merchant()).unwrap();
        prop_assert_eq!(read.json("x").cloned(), Json::parse(&content).unwrap().get("x").cloned());
    }

    #[test]
    fn json_round_trips(value in json()) {
        let text = value.to_string();
        prop_assert!(!text.contains('&'));
        prop_assert_eq!(Json::parse(&text), Ok(value));
    }

    #[test]
    fn passback_params_come_back(pairs in prop::collection::vec((any::<String>(), any::<String>()), 0..5)) {
        let written = passback_params(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        prop_assert_eq!(read_passback_params(&written), Some(pairs));
    }

    #[test]
    fn biz_content_is_signed_and_sent_as_one_text(body in text(128), goods in text(200), fen in 1..1_000_000_u64) {
        let (merchant, number) = (merchant(), OutTradeNo::new("T1").unwrap());
        let total = Money::from_fen(fen).unwrap();
        let goods = GoodsDetail::new("g", goods, 1, total);
        let page = PagePay::new(&number, "item", total).with_body(body.clone()).with_goods_detail([goods.clone()]);
        let app = AppPay::new(&number, "item", total).with_body(body.clone()).with_goods_detail([goods]);
        for signed in [page.sign(&merchant, at()).unwrap(), app.sign(&merchant, at()).unwrap()] {
            let content = signed.field("biz_content").unwrap();
            let text = std::str::from_utf8(signed.signed_text()).unwrap();
            let sent_as = ["&biz_content=", content, "&"].concat();
            prop_assert!(text.contains(&sent_as));
            let read = Json::parse(content).unwrap();
            prop_assert_eq!(read.text("body").unwrap_or_default(), body.as_str());
            prop_assert!(OWN.public().verifies(SignType::Rsa2, text.as_bytes(), signed.field("sign").unwrap()));
            // The receiver decodes the wire once and signs what it reads.
            let sent = alipay_tower::protocol::Fields::parse(signed.order_string().as_bytes()).unwrap();
            prop_assert_eq!(sent.get("biz_content"), Some(content.as_bytes()));
            prop_assert_eq!(sent.iter().count(), signed.fields().count());
        }
    }
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<u32>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        "[\\\\\"{}\\[\\]&/]{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(Json::object),
        ]
    })
}

#[test]
fn the_downgrade_matrix() {
    let merchant = merchant();
    let good = notification("TRADE_SUCCESS", &[]);
    assert!(accepts(&merchant, Channel::Notify, good.as_bytes()));
    for label in ["RSA", "MD5", "rsa2", "Rsa2", "RSA2%20", "RSA256", "SM2", "none", ""] {
        let body = good.replace("sign_type=%52%53%41%32", &format!("sign_type={label}"));
        assert_ne!(body, good);
        assert!(!accepts(&merchant, Channel::Notify, body.as_bytes()), "{label}");
    }
    let absent = good.replace("&sign_type=%52%53%41%32", "");
    assert!(!accepts(&merchant, Channel::Notify, absent.as_bytes()));
    // Another hash inside of the signature, under either label.
    let text = "app_id=2021000000000001&notify_id=1";
    let sha1 = ALIPAY.sign(SignType::Rsa, text.as_bytes()).unwrap().replace('+', "%2B");
    for label in ["RSA", "RSA2"] {
        let body = format!("{text}&sign={sha1}&sign_type={label}");
        assert!(!accepts(&merchant, Channel::Notify, body.as_bytes()), "{label}");
    }
    // A key that the merchant does not have, and the merchant's own.
    let fields = form(&[("app_id", "2021000000000001"), ("notify_id", "1")]);
    assert!(accepts(&merchant, Channel::Notify, fields.as_bytes()));
    for key in [&*OWN, &PrivateKey::generate().unwrap()] {
        assert!(!accepts(&merchant, Channel::Notify, signed(key, SignType::Rsa2, "RSA2").as_bytes()));
    }
    // Keys of another size, under every label.
    for (size, key) in other_sizes() {
        for (hash, label) in [(SignType::Rsa2, "RSA2"), (SignType::Rsa, "RSA"), (SignType::Rsa, "RSA2")] {
            let body = signed(&key, hash, label);
            assert!(!accepts(&merchant, Channel::Notify, body.as_bytes()), "{size} {label}");
        }
    }
}

/// A message of Alipay's form, signed by this key with this hash, under this label.
fn signed(key: &PrivateKey, hash: SignType, label: &str) -> String {
    let text = "app_id=2021000000000001&notify_id=1";
    let sign = key.sign(hash, text.as_bytes()).unwrap().replace('+', "%2B");
    format!("{text}&sign={sign}&sign_type={label}")
}

fn other_sizes() -> [(u32, PrivateKey); 2] {
    [include_str!("data/short.pem"), include_str!("data/long.pem")].map(|pem| {
        let key = PrivateKey::new(pem).unwrap();
        assert_ne!(key.public().bits(), ALIPAY.public().bits());
        (key.public().bits(), key)
    })
}

#[test]
fn the_matrix_of_an_old_application() {
    let (app, seller) = (AppId::new(APP).unwrap(), SellerId::new(SELLER).unwrap());
    let merchant = Merchant::openapi_rsa(app, seller, OWN.clone(), ALIPAY.public().clone()).unwrap();
    let takes = |hash, label| accepts(&merchant, Channel::Notify, signed(&ALIPAY, hash, label).as_bytes());
    assert!(takes(SignType::Rsa, "RSA"));
    // The stronger hash is another hash: it was not agreed on.
    for (hash, label) in [(SignType::Rsa2, "RSA2"), (SignType::Rsa2, "RSA"), (SignType::Rsa, "RSA2")] {
        assert!(!takes(hash, label), "{hash:?} {label}");
    }
    for label in ["MD5", "rsa", "Rsa", "RSA%20", "SHA1", "none", ""] {
        assert!(!takes(SignType::Rsa, label), "{label}");
    }
    let absent = signed(&ALIPAY, SignType::Rsa, "RSA").replace("&sign_type=RSA", "");
    assert!(!accepts(&merchant, Channel::Notify, absent.as_bytes()));
    let stranger = PrivateKey::generate().unwrap();
    for key in [&*OWN, &stranger].into_iter().chain(other_sizes().iter().map(|(_, key)| key)) {
        for hash in [SignType::Rsa, SignType::Rsa2] {
            assert!(!accepts(&merchant, Channel::Notify, signed(key, hash, "RSA").as_bytes()), "{key:?}");
        }
    }
}
