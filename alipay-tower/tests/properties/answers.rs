//! Answers of the gateway: whatever comes back, nothing panics, and nothing unsigned is believed.

use alipay_tower::protocol::{
    AnswerError, Call, OutTradeNo, SingleTradeQuery, TradeQueryAnswer, XmlAnswer, XmlTrust,
};
use proptest::prelude::*;

use crate::support::{config, merchant};

fn query() -> SingleTradeQuery {
    SingleTradeQuery::by_out_trade_no(OutTradeNo::new("T1").unwrap())
}

const FIELDS: [(&str, &str); 9] = [
    ("gmt_payment", "2024-01-01 10:00:30.123"),
    ("is_total_fee_adjust", "F"),
    ("out_trade_no", "T1"),
    ("seller_id", "2088000000000001"),
    ("subject", "测试订单 & <1>"),
    ("total_fee", "0.01"),
    ("trade_no", "2024010121001004010200000001"),
    ("trade_status", "TRADE_SUCCESS"),
    ("use_coupon", "F"),
];

/// A signed answer, and where its signed part begins and ends.
fn answer(body: &str) -> (String, std::ops::Range<usize>) {
    let pairs: Vec<String> = [("body", body)]
        .into_iter()
        .chain(FIELDS)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let sign = merchant().sign_text(pairs.join("&").as_bytes());
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let inner: String = [("body", body)]
        .into_iter()
        .chain(FIELDS)
        .map(|(name, value)| format!("<{name}>{}</{name}>", escape(value)))
        .collect();
    let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?><alipay><is_success>T</is_success>\
        <request><param name=\"service\">single_trade_query</param></request>";
    let text = format!(
        "{head}<response><trade>{inner}</trade></response><sign>{sign}</sign><sign_type>MD5</sign_type></alipay>"
    );
    let start = head.len();
    let end = text.len() - "</alipay>".len();
    (text, start..end)
}

fn fields(answer: &TradeQueryAnswer) -> Vec<(String, String)> {
    let trade = answer.trade().unwrap();
    trade.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn any_flipped_byte_of_the_response_is_refused() {
    let (text, signed) = answer("说明");
    assert!(query().read(text.as_bytes(), &merchant()).is_ok());
    for at in signed {
        for mask in [0x01, 0x20, 0xff] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= mask;
            assert!(query().read(&bytes, &merchant()).is_err(), "byte {at}, mask {mask}");
        }
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn arbitrary_bytes_are_no_answer(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        prop_assert!(query().read(&bytes, &merchant()).is_err());
        let _ = XmlAnswer::parse(&bytes);
    }

    #[test]
    fn arbitrary_markup_never_panics(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("<"), Just(">"), Just("</"), Just("/>"), Just("alipay"), Just("is_success"), Just("T"), Just("response"),
                Just("trade"), Just("<!--"), Just("-->"), Just("<![CDATA["), Just("]]>"), Just("<?xml"), Just("?>"),
                Just("&amp;"), Just("&#"), Just(";"), Just("\""), Just("'"), Just("="), Just(" "), Just("<!DOCTYPE"),
                Just("encoding=\"GBK\""), Just("\u{0}"), Just("测"), Just("sign"), Just(":"), Just("xmlns"),
            ],
            0..64,
        )
    ) {
        let text: String = parts.concat();
        let _ = XmlAnswer::parse(text.as_bytes());
        let wrapped = format!("<alipay><is_success>T</is_success><response><trade>{text}</trade></response></alipay>");
        let _ = query().read(wrapped.as_bytes(), &merchant().with_dangerous_xml_trust(XmlTrust::TlsOnly));
        prop_assert!(query().read(wrapped.as_bytes(), &merchant()).is_err());
    }

    #[test]
    fn a_damaged_answer_is_refused_or_says_the_same(
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..4)
    ) {
        let (text, _) = answer("说明");
        let good = fields(&query().read(text.as_bytes(), &merchant()).unwrap());
        let mut bytes = text.into_bytes();
        for (at, byte, how) in cuts {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        match query().read(&bytes, &merchant()) {
            Ok(answer) if answer.trade().is_some() => prop_assert_eq!(fields(&answer), good),
            Ok(_) | Err(_) => {}
        }
    }

    #[test]
    fn every_text_comes_back_as_it_was(body in "[ -~一-龥]{0,200}") {
        let (text, _) = answer(&body);
        match query().read(text.as_bytes(), &merchant()) {
            Ok(answer) => {
                let trade = answer.trade().unwrap();
                prop_assert_eq!(trade.field("body").unwrap_or_default(), body);
            }
            // A text that holds a field of its own can be cut in two ways, and is refused.
            Err(error) => prop_assert!(matches!(error, AnswerError::Authenticity(_)), "{}", error),
        }
    }

    #[test]
    fn depth_and_width_are_bounded(depth in 17..500_usize, wide in 4097..5000_usize) {
        let deep = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        prop_assert!(XmlAnswer::parse(deep.as_bytes()).is_err());
        let wide = format!("<alipay><is_success>T</is_success>{}</alipay>", "<a/>".repeat(wide));
        prop_assert!(XmlAnswer::parse(wide.as_bytes()).is_err());
    }
}
