//! Golden cases with keys of two halves: genuine messages of both generations, damaged in one way each.

use std::sync::LazyLock;

use alipay_tower::{
    Merchant,
    protocol::{AppId, Channel, PartnerId, PrivateKey, PublicKey, SellerId, SignType},
};

use super::{
    Diagnosis, Explainer, Explanation, Verdict,
    evidence::Set,
    golden::{escaped, refused},
    rule::Rule,
};

pub(super) static APP: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::new(include_str!("../../keys/app.pem")).unwrap());
pub(super) static ALIPAY: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::new(include_str!("../../keys/alipay.pem")).unwrap());
pub(super) static OTHER: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

/// A paid notification of the OpenAPI generation.
const PAID: [(&str, &str); 21] = [
    ("gmt_create", "2024-06-07 12:34:50"),
    ("charset", "utf-8"),
    ("seller_email", "seller@example.com"),
    ("subject", "测试 a+b"),
    ("buyer_id", "2088000000000777"),
    ("invoice_amount", "88.00"),
    ("notify_id", "2024060700222123455000001234567890"),
    ("fund_bill_list", "[{\"amount\":\"88.00\",\"fundChannel\":\"ALIPAYACCOUNT\"}]"),
    ("notify_type", "trade_status_sync"),
    ("trade_status", "TRADE_SUCCESS"),
    ("receipt_amount", "88.00"),
    ("app_id", "2021000000000001"),
    ("buyer_pay_amount", "88.00"),
    ("seller_id", "2088000000000001"),
    ("gmt_payment", "2024-06-07 12:34:55"),
    ("notify_time", "2024-06-07 12:34:56"),
    ("version", "1.0"),
    ("out_trade_no", "T20240607001"),
    ("total_amount", "88.00"),
    ("trade_no", "2024060722001400000000001234"),
    ("auth_app_id", "2021000000000001"),
];

fn merchant(alipay: &PublicKey) -> Merchant {
    let own = if APP.public().is_same_as(alipay) { &*OTHER } else { &*APP };
    let (app, seller) = (AppId::new("2021000000000001"), SellerId::new("2088000000000001"));
    Merchant::rsa2(app.unwrap(), seller.unwrap(), own.clone(), alipay.clone()).unwrap()
}

pub(super) fn explainer() -> Explainer {
    Explainer::rsa(merchant(ALIPAY.public()), ALIPAY.public().clone())
}

pub(super) fn set(changes: &[(&str, &str)]) -> Set {
    let mut set: Set =
        PAID.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect();
    for (name, value) in changes {
        let value = value.as_bytes().to_vec();
        match set.iter_mut().find(|(own, _)| own == name.as_bytes()) {
            Some((_, old)) => *old = value,
            None => set.push((name.as_bytes().to_vec(), value)),
        }
    }
    set
}

pub(super) const RULE: Rule = Rule { empty_values: true, sign_type: false, cert_sn: true };

/// `received` on the wire, signed by a key over `sent`.
pub(super) fn message(key: &PrivateKey, sign_type: SignType, sent: &[u8], received: &Set) -> String {
    let mut received = received.clone();
    received.push((b"sign".to_vec(), key.sign(sign_type, sent).unwrap().into_bytes()));
    received.push((b"sign_type".to_vec(), b"RSA2".to_vec()));
    escaped(&received)
}

pub(super) fn by(key: &PrivateKey, sign_type: SignType) -> String {
    message(key, sign_type, &RULE.text(&set(&[])), &set(&[]))
}

pub(super) fn damaged(sent: &[(&str, &str)], received: &[(&str, &str)]) -> String {
    message(&ALIPAY, SignType::Rsa2, &RULE.text(&set(sent)), &set(received))
}

fn explain(body: &str) -> Explanation {
    explainer().explain(Channel::Notify, body.as_bytes())
}

#[track_caller]
fn shown(body: &str, diagnosis: Diagnosis) {
    let explanation = explain(body);
    refused(&explanation, Verdict::RejectSignature, diagnosis);
    assert!(explanation.finding.unwrap().certain, "{diagnosis} is only guessed");
    assert_eq!(explanation.expected_sign, None);
}

#[test]
fn a_genuine_message_is_accepted() {
    let explanation = explain(&by(&ALIPAY, SignType::Rsa2));
    assert_eq!(explanation.verdict, Verdict::Accept, "{}", explanation.reason());
    assert_eq!(explanation.expected_sign, None);
    assert!(explanation.params.unwrap().contains(&("subject".to_owned(), "测试 a+b".to_owned())));
}

#[test]
fn the_wrong_key_stands_in_the_configuration() {
    let genuine = by(&ALIPAY, SignType::Rsa2);
    let own = Explainer::rsa(merchant(APP.public()), APP.public().clone()).with_own_key(APP.public().clone());
    let explanation = own.explain(Channel::Notify, genuine.as_bytes());
    refused(&explanation, Verdict::RejectSignature, Diagnosis::OwnKey);
    assert!(explanation.reason().contains("the public half of your own --private-key"));

    let self_made = by(&APP, SignType::Rsa2);
    let explanation =
        explainer().with_own_key(APP.public().clone()).explain(Channel::Notify, self_made.as_bytes());
    refused(&explanation, Verdict::RejectSignature, Diagnosis::OwnKey);
    assert!(explanation.reason().contains("this verifies with your own key"));

    let sandbox = by(&OTHER, SignType::Rsa2);
    refused(&explain(&sandbox), Verdict::RejectSignature, Diagnosis::WrongKey);
    let explainer = explainer().with_other_public_key(OTHER.public().clone());
    let explanation = explainer.explain(Channel::Notify, sandbox.as_bytes());
    refused(&explanation, Verdict::RejectSignature, Diagnosis::KeyOfOtherEnvironment);
    assert!(explanation.reason().contains("--other-public-key number 1 (by RSA2)"));

    // A signature of 1024 bits cannot be of a key of 2048.
    let short = genuine.replace(sign_of(&genuine), &format!("{}%3D", "A".repeat(171)));
    let explanation = explain(&short);
    refused(&explanation, Verdict::RejectSignature, Diagnosis::KeyOfOtherEnvironment);
    assert!(!explanation.finding.unwrap().certain);
}

/// The escaped sign of a message.
fn sign_of(body: &str) -> &str {
    body.split('&').find_map(|pair| pair.strip_prefix("sign=")).unwrap()
}

#[test]
fn the_algorithm() {
    shown(&by(&ALIPAY, SignType::Rsa), Diagnosis::OtherAlgorithm);
    let genuine = by(&ALIPAY, SignType::Rsa2);
    for other in ["RSA", "MD5", "rsa2", "none"] {
        shown(&genuine.replace("sign_type=RSA2", &format!("sign_type={other}")), Diagnosis::OtherAlgorithm);
    }
    shown(&genuine.replace(sign_of(&genuine), &"0".repeat(32)), Diagnosis::OtherAlgorithm);
}

#[test]
fn the_sign_itself() {
    // A sign with everything that careless handling breaks.
    let (body, sign) = (0..)
        .map(|n| {
            let text = format!("T{n}");
            let body = damaged(&[("out_trade_no", &text)], &[("out_trade_no", &text)]);
            let sign = sign_of(&body).to_owned();
            (body, sign)
        })
        .find(|(_, sign)| sign.contains("%2B") && sign.contains("%2F"))
        .unwrap();
    let with = |new: &str| body.replace(&sign, new);
    assert_eq!(explain(&with(&sign)).verdict, Verdict::Accept);
    shown(&with(&sign.replace("%2B", "+")), Diagnosis::PlusBecameSpace);
    shown(&with(&sign.replace("%2B", "-").replace("%2F", "_")), Diagnosis::SignEncoding);
    shown(&with(sign.trim_end_matches("%3D")), Diagnosis::SignLength);
    shown(&with(&sign.replace('%', "%25")), Diagnosis::NotDecoded);
    shown(&with(&sign.replace("%2F", "%5C%2F")), Diagnosis::SlashesEscaped);
    shown(&with(&format!("{}%0A{}", &sign[..60], &sign[60..])), Diagnosis::LineEnds);
    shown(&with(&format!("%22{sign}%22")), Diagnosis::SignLength);
    shown(&with("no+base64+at+all!"), Diagnosis::SignEncoding);
    shown(&with("QUJD"), Diagnosis::SignLength);
}

#[test]
fn what_was_signed() {
    let text = |rule: Rule, set: &Set| {
        let mut set = set.clone();
        set.push((b"sign_type".to_vec(), b"RSA2".to_vec()));
        message(&ALIPAY, SignType::Rsa2, &rule.text(&set), &set[..set.len() - 1].to_vec())
    };
    let full = set(&[("body", "")]);
    shown(&text(Rule { sign_type: true, ..RULE }, &full), Diagnosis::SignTypeSigned);
    // By the rule of requests.
    shown(&text(Rule { sign_type: true, empty_values: false, ..RULE }, &full), Diagnosis::EmptyValuesDropped);
}

#[test]
fn what_happened_on_the_way() {
    use Diagnosis::{
        DecodedTwice, ExtraParameters, FieldsLost, HtmlEscaped, PlusBecameSpace, QueryMixedIn, Reserialised,
        SlashesEscaped,
    };
    let genuine = by(&ALIPAY, SignType::Rsa2);
    shown(&format!("{genuine}&_url=/pay"), QueryMixedIn);
    shown(&format!("{genuine}&x_request_id=17"), ExtraParameters);
    shown(&damaged(&[("passback_params", "a%26b")], &[("passback_params", "a&b")]), DecodedTwice);
    shown(&damaged(&[], &[("subject", "测试 a b")]), PlusBecameSpace);
    shown_gbk();
    shown(
        &damaged(
            &[],
            &[(
                "fund_bill_list",
                "[{&quot;amount&quot;:&quot;88.00&quot;,&quot;fundChannel&quot;:&quot;ALIPAYACCOUNT&quot;}]",
            )],
        ),
        HtmlEscaped,
    );
    shown(&damaged(&[("body", "a/b")], &[("body", "a\\/b")]), SlashesEscaped);
    for lost in ["receipt_amount", "version", "auth_app_id", "notify_type"] {
        let received: Set = set(&[]).into_iter().filter(|(name, _)| name != lost.as_bytes()).collect();
        shown(&message(&ALIPAY, SignType::Rsa2, &RULE.text(&set(&[])), &received), FieldsLost);
    }
    shown(&damaged(&[], &[("total_amount", "88")]), Reserialised);
    let reordered = "[{\"fundChannel\":\"ALIPAYACCOUNT\",\"amount\":\"88.00\"}]";
    shown(&damaged(&[], &[("fund_bill_list", reordered)]), Reserialised);
}

/// Signed in GBK, converted to UTF-8 on the way.
fn shown_gbk() {
    let gbk: Set = set(&[])
        .into_iter()
        .map(|(name, value)| {
            let text = String::from_utf8(value).unwrap();
            (name, alipay_tower::protocol::Charset::Gbk.encode(&text).unwrap().into_owned())
        })
        .collect();
    shown(&message(&ALIPAY, SignType::Rsa2, &RULE.text(&gbk), &set(&[])), Diagnosis::Charset);
}

#[test]
fn somebody_elses_message() {
    let other_app = damaged(&[("app_id", "2021000000000002")], &[("app_id", "2021000000000002")]);
    refused(&explain(&other_app), Verdict::RejectPartnerOrSeller, Diagnosis::OtherApp);
    let other_seller = damaged(&[("seller_id", "2088000000000002")], &[("seller_id", "2088000000000002")]);
    refused(&explain(&other_seller), Verdict::RejectPartnerOrSeller, Diagnosis::OtherSeller);
    let foreign = by(&OTHER, SignType::Rsa2).replace("app_id=2021000000000001", "app_id=2021000000000002");
    refused(&explain(&foreign), Verdict::RejectSignature, Diagnosis::OtherMerchant);
    let reason = explain(&foreign).reason();
    assert!(reason.contains("--app-id") && !reason.contains("--partner"), "{reason}");
    let classic = explain(super::golden::N1);
    assert_eq!(classic.finding.unwrap().diagnosis, Diagnosis::OtherAlgorithm);
}

#[test]
fn what_the_layer_does_next_depends_on_the_generation() {
    let reason = |channel| explainer().explain(channel, by(&ALIPAY, SignType::Rsa2).as_bytes()).reason();
    let notified = reason(Channel::Notify);
    assert!(notified.starts_with("accepted: ") && notified.contains("that is enough"), "{notified}");
    let text =
        "app_id=2021000000000001&method=alipay.trade.page.pay.return&out_trade_no=T1&total_amount=88.00";
    let returned: Set = text
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
        .collect();
    let query = message(&ALIPAY, SignType::Rsa2, text.as_bytes(), &returned);
    let returned = explainer().explain(Channel::Return, query.as_bytes()).reason();
    assert!(returned.contains("asks the gateway about the trade next"), "{returned}");
    // A service's message, by the rule for it: the text that is shown is the one that was signed.
    let text = "app_id=2021000000000001&method=alipay.open.servicemarket.order.notify&sign_type=RSA2";
    let service: Set = text
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .filter(|(name, _)| *name != "sign_type")
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
        .collect();
    let body = message(&ALIPAY, SignType::Rsa2, text.as_bytes(), &service);
    let explanation = explain(&body);
    assert_eq!((explanation.verdict, explanation.signed_text.as_slice()), (Verdict::Accept, text.as_bytes()));
}

#[test]
fn the_classic_gateway_with_rsa() {
    let partner = PartnerId::new("2088000000000001").unwrap();
    let merchant = Merchant::rsa(partner, APP.clone(), ALIPAY.public().clone()).unwrap();
    let explainer = Explainer::rsa(merchant, ALIPAY.public().clone());
    let rule = Rule { empty_values: false, ..RULE };
    let returned: Set = [
        ("is_success", "T"),
        ("notify_id", "RqPnCoPT3K9%2Fvwbh3I%2BOD"),
        ("out_trade_no", "T1"),
        ("seller_id", "2088000000000001"),
        ("total_fee", "0.01"),
        ("trade_no", "2024"),
        ("trade_status", "TRADE_SUCCESS"),
    ]
    .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
    .to_vec();
    let query = message(&ALIPAY, SignType::Rsa, &rule.text(&returned), &returned).replace("RSA2", "RSA");
    let look = |query: &str| explainer.explain(Channel::Return, query.as_bytes());
    assert_eq!(look(&query).verdict, Verdict::Accept, "{}", look(&query).reason());
    let unescaped = query.replace("%252F", "%2F").replace("%252B", "%2B");
    refused(&look(&unescaped), Verdict::RejectSignature, Diagnosis::NotifyIdUnescaped);
    let mut with_empty = returned.clone();
    with_empty.push((b"body".to_vec(), Vec::new()));
    let signed = message(&ALIPAY, SignType::Rsa, &RULE.text(&with_empty), &with_empty).replace("RSA2", "RSA");
    refused(&look(&signed), Verdict::RejectSignature, Diagnosis::EmptyValuesSigned);
}

#[test]
fn hostile_messages_cost_a_bounded_amount_of_work() {
    let pairs: Vec<String> = (0..1000).map(|n| format!("n{n}=%2B+%26quot%3B%25{n}+1.0")).collect();
    let body = format!("{}&sign={}&sign_type=RSA2", pairs.join("&"), "A".repeat(344));
    let start = std::time::Instant::now();
    assert_eq!(explain(&body).verdict, Verdict::RejectSignature);
    assert!(start.elapsed() < std::time::Duration::from_secs(30), "{:?}", start.elapsed());
}
