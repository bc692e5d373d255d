//! Answers as they come, and as they must not come.

use super::*;
use crate::protocol::{Md5Key, PartnerId};

const TIMESTAMP: &str = "<alipay><is_success>T</is_success><request><param name=\"service\">query_timestamp</param></request>\
    <response><timestamp><encrypt_key>KPr8DuZp5xc031OVxw==</encrypt_key></timestamp></response>\
    <sign>231f3b68cbd70f7218ea11e97c37432e</sign><sign_type>MD5</sign_type></alipay>";

fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

#[test]
fn reads_the_timestamp_and_its_signature() {
    let key = AntiPhishingKey::read(TIMESTAMP.as_bytes(), &merchant()).unwrap();
    assert_eq!(key.as_str(), "KPr8DuZp5xc031OVxw==");
    let forged = TIMESTAMP.replace("KPr8", "KPr9");
    let error = AntiPhishingKey::read(forged.as_bytes(), &merchant()).unwrap_err();
    assert_eq!(error, XmlError::Authenticity(AuthenticityError::Signature));
}

#[test]
fn reads_errors() {
    let answer = "<?xml version=\"1.0\" encoding=\"utf-8\"?><alipay><is_success>F</is_success><error>ILLEGAL_SIGN</error></alipay>";
    let error = AntiPhishingKey::read(answer.as_bytes(), &merchant()).unwrap_err();
    assert_eq!(error, XmlError::Refused("ILLEGAL_SIGN".into()));
}

#[test]
fn refuses_hostile_documents() {
    let parse = |text: &str| XmlAnswer::parse(text.as_bytes()).unwrap_err();
    assert_eq!(
        parse("<!DOCTYPE a [<!ENTITY x \"y\">]><alipay><is_success>&x;</is_success></alipay>"),
        XmlError::Syntax
    );
    assert_eq!(parse("<alipay>"), XmlError::Syntax);
    assert_eq!(parse(""), XmlError::Syntax);
    assert_eq!(parse("<?xml version=\"1.0\" encoding=\"utf-7\"?><a/>"), XmlError::Encoding);
    assert_eq!(parse(&"<a>".repeat(100_000)), XmlError::TooLarge);
    // Within the size, 80,000 deep.
    assert_eq!(parse(&"<a>".repeat(80_000)), XmlError::Syntax);
    assert_eq!(parse(&"<a/>".repeat(60_000)), XmlError::Syntax);
    let deep = format!("<alipay>{}{}</alipay>", "<a>".repeat(20_000), "</a>".repeat(20_000));
    assert_eq!(parse(&deep), XmlError::Syntax);
    let wide = format!("<alipay><is_success>T</is_success>{}</alipay>", "<a/>".repeat(5_000));
    assert_eq!(parse(&wide), XmlError::Syntax);
}

#[test]
fn every_element_that_counts_stands_once() {
    let twice = [
        "<is_success>F</is_success><is_success>T</is_success>",
        "<is_success>T</is_success><response><a><b>1</b></a></response><response><a><b>2</b></a></response>",
        "<is_success>T</is_success><response><a><b>1</b></a><a><b>2</b></a></response>",
        "<is_success>T</is_success><response><a><b>1</b><b>2</b></a></response>",
        "<is_success>T</is_success><response><a><b>1</b></a></response><sign>x</sign><sign>y</sign>",
        "<is_success>T</is_success><response><a><b>1</b><sign>x</sign></a></response><sign>y</sign>",
    ];
    for inner in twice {
        let answer = format!("<alipay>{inner}</alipay>");
        assert_eq!(XmlAnswer::parse(answer.as_bytes()).unwrap_err(), XmlError::Syntax, "{inner}");
    }
}

#[test]
fn the_echo_is_not_read() {
    let answer =
        "<alipay><is_success>T</is_success><request><param name=\"trade_no\">1</param></request></alipay>";
    let answer = XmlAnswer::parse(answer.as_bytes()).unwrap();
    assert_eq!((answer.field("trade_no"), answer.is_signed()), (None, false));
}

#[test]
fn a_value_is_its_whole_text() {
    let answer = "<alipay><is_success>T</is_success><response><trade><total_fee>1<!-- -->0<![CDATA[.0]]>&#48;</total_fee>\
        <list><item>1</item></list></trade></response></alipay>";
    let answer = XmlAnswer::parse(answer.as_bytes()).unwrap();
    assert_eq!(answer.field("total_fee"), Some("10.00"));
    assert_eq!(answer.field("list"), Some(""));
}

#[test]
fn a_signature_for_another_seller_is_none_for_us() {
    let sign = merchant().sign_text(b"seller_id=2088000000000009&trade_no=2024010121001004");
    let answer = format!(
        "<alipay><is_success>T</is_success><response><trade><seller_id>2088000000000009</seller_id>\
         <trade_no>2024010121001004</trade_no></trade></response><sign>{sign}</sign><sign_type>MD5</sign_type></alipay>"
    );
    let answer = XmlAnswer::parse(answer.as_bytes()).unwrap();
    assert_eq!(answer.verify(&merchant()), Err(AuthenticityError::Seller));
}
