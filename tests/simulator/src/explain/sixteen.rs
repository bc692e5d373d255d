//! The causes behind "verification failed", one golden message each: every section of the page is found, and no cause is
//! taken for another.

use alipay_tower::{
    Merchant,
    protocol::{AppId, Certificate, Channel, SellerId, SignType},
};

use super::{
    Diagnosis, Explainer,
    evidence::{Set, joined, signed_text},
    golden::{G1, KEY, N1, damaged, escaped, explain, explainer, fields, md5, partner, set, signed_over},
    golden_rsa::{self, ALIPAY, APP, OTHER, RULE, by, message},
    rule::Rule,
};
use crate::{Application, SimulatedGateway};

/// What the golden message of each cause is found to be, for a merchant who signs with MD5. Two causes need keys of two
/// halves or certificates: an MD5 merchant can have neither, and what comes nearest is found to be something else.
#[test]
fn of_an_md5_merchant() {
    let plain = set(N1);
    let with_sign_type: Vec<_> = {
        let mut kept: Vec<_> = plain.iter().filter(|(name, _)| name != b"sign").collect();
        kept.sort();
        kept
    };
    let empty = fields(&[("gmt_close", "")]);
    let with_empty: Vec<_> = {
        let unsigned = |name: &[u8]| name == b"sign" || name == b"sign_type";
        let mut kept: Vec<_> = empty.iter().filter(|(name, _)| !unsigned(name)).collect();
        kept.sort();
        kept
    };
    let gbk: Set = plain
        .iter()
        .map(|(name, value)| {
            let text = std::str::from_utf8(value).unwrap();
            (name.clone(), alipay_tower::protocol::Charset::Gbk.encode(text).unwrap().into_owned())
        })
        .collect();
    let gbk_sign = md5(&signed_text(&gbk), KEY);
    let lost: Set = plain.iter().filter(|(name, _)| name != b"use_coupon").cloned().collect();

    let keyed = |key: &[u8]| Explainer::new(partner(), key).explain(Channel::Notify, N1.as_bytes());
    let public_key = format!("MIGf{}", "A".repeat(200));
    let sandbox = Explainer::new(partner(), b"zyxwvutsrqponmlkjihgfedcba543210").with_other_key(KEY);
    let returned = |query: &str| explainer().explain(Channel::Return, query.as_bytes());
    let found = [
        keyed(public_key.as_bytes()),
        sandbox.explain(Channel::Notify, N1.as_bytes()),
        keyed(b" abcdefghijklmnopqrstuvwxyz012345\n"),
        explain(N1.replace("sign_type=MD5", "sign_type=RSA")),
        explain(signed_over(&plain, &joined(with_sign_type))),
        explain(signed_over(&empty, &joined(with_empty))),
        explain(format!("s=/pay/notify&{N1}")),
        explain(damaged(&[("body", "100%25")], &[("body", "100%")])),
        explain(N1.replace("a%2Bb", "a+b")),
        explain(N1.replace("c51c6aa8d72767fd6fad395d56181efb", &gbk_sign)),
        explain(damaged(&[("body", "\"a\" & b")], &[("body", "&quot;a&quot; &amp; b")])),
        explain(escaped(&lost)),
        explain(format!("{N1}&traceparent=00-1-2-3")),
        explain(damaged(
            &[("total_fee", "0.10"), ("price", "0.10")],
            &[("total_fee", "0.1"), ("price", "0.1")],
        )),
        explain(format!("{N1}&alipay_cert_sn=0123456789abcdef0123456789abcdef")),
        returned(&G1.replace("%252F", "%2F").replace("%252B", "%2B")),
    ];
    let found: Vec<_> =
        found.iter().map(|explanation| explanation.finding.as_ref().unwrap().diagnosis).collect();
    use Diagnosis::*;
    let expected = [
        KeyOfOtherKind,
        KeyOfOtherEnvironment,
        KeyDamaged,
        OtherAlgorithm,
        SignTypeSigned,
        EmptyValuesSigned,
        QueryMixedIn,
        DecodedTwice,
        PlusBecameSpace,
        Charset,
        HtmlEscaped,
        FieldsLost,
        ExtraParameters,
        Reserialised,
        AddedCertSn,
        NotifyIdUnescaped,
    ];
    assert_eq!(found, expected);
    for (number, diagnosis) in (1..).zip(expected) {
        // The first stands beside a damaged key, the fifteenth beside added fields: see above.
        if number != 1 && number != 15 {
            assert!(diagnosis.section().starts_with(&format!("{number}. ")), "{}", diagnosis.section());
        }
    }
}

/// All sixteen, as a merchant with RSA keys meets them: of an application, but for the last, which is of the classic
/// gateway, and the fifteenth, which needs certificates.
#[tokio::test]
async fn of_an_rsa_merchant() {
    let genuine = by(&ALIPAY, SignType::Rsa2);
    let application = |body: String| golden_rsa::explainer().explain(Channel::Notify, body.as_bytes());
    let changed = golden_rsa::damaged;
    let plain = golden_rsa::set(&[]);
    let signed_by = |rule: Rule, set: &Set| {
        let typed = [set.clone(), vec![(b"sign_type".to_vec(), b"RSA2".to_vec())]].concat();
        application(message(&ALIPAY, SignType::Rsa2, &rule.text(&typed), set))
    };
    let gbk = |(name, value): &(Vec<u8>, Vec<u8>)| {
        let text = std::str::from_utf8(value).unwrap();
        (name.clone(), alipay_tower::protocol::Charset::Gbk.encode(text).unwrap().into_owned())
    };
    let gbk: Set = plain.iter().map(gbk).collect();
    let lost: Set = plain.iter().filter(|(name, _)| name != b"version").cloned().collect();
    let entities =
        "[{&quot;amount&quot;:&quot;88.00&quot;,&quot;fundChannel&quot;:&quot;ALIPAYACCOUNT&quot;}]";
    let empty = golden_rsa::set(&[("body", "")]);

    let own = golden_rsa::explainer().with_own_key(APP.public().clone());
    let sandbox = golden_rsa::explainer().with_other_public_key(OTHER.public().clone());
    let pem = ALIPAY.public().to_pem();
    let quoted = format!("\"{}\"", pem.lines().filter(|line| !line.starts_with('-')).collect::<String>());
    let unusable = golden_rsa::explainer().with_unusable_key(&quoted);
    let found = [
        own.explain(Channel::Notify, by(&APP, SignType::Rsa2).as_bytes()),
        sandbox.explain(Channel::Notify, by(&OTHER, SignType::Rsa2).as_bytes()),
        unusable.explain(Channel::Notify, genuine.as_bytes()),
        application(by(&ALIPAY, SignType::Rsa)),
        signed_by(Rule { sign_type: true, ..RULE }, &plain),
        signed_by(Rule { empty_values: false, sign_type: true, ..RULE }, &empty),
        application(format!("s=/pay/notify&{genuine}")),
        application(changed(&[("passback_params", "a%26b")], &[("passback_params", "a&b")])),
        application(changed(&[], &[("subject", "测试 a b")])),
        application(message(&ALIPAY, SignType::Rsa2, &RULE.text(&gbk), &plain)),
        application(changed(&[], &[("fund_bill_list", entities)])),
        application(message(&ALIPAY, SignType::Rsa2, &RULE.text(&plain), &lost)),
        application(format!("{genuine}&traceparent=00-1-2-3")),
        application(changed(&[], &[("total_amount", "88")])),
        certified(&format!("{genuine}&alipay_cert_sn=0123456789abcdef0123456789abcdef")).await,
        returned(),
    ];
    use Diagnosis::*;
    let expected = [
        OwnKey,
        KeyOfOtherEnvironment,
        KeyDamaged,
        OtherAlgorithm,
        SignTypeSigned,
        EmptyValuesDropped,
        QueryMixedIn,
        DecodedTwice,
        PlusBecameSpace,
        Charset,
        HtmlEscaped,
        FieldsLost,
        ExtraParameters,
        Reserialised,
        CertificateUnknown,
        NotifyIdUnescaped,
    ];
    for ((number, explanation), diagnosis) in (1..).zip(found).zip(expected) {
        let finding = explanation.finding.unwrap();
        assert_eq!((finding.diagnosis, finding.certain), (diagnosis, true), "{number}: {}", finding.detail);
        assert!(diagnosis.section().starts_with(&format!("{number}. ")), "{}", diagnosis.section());
    }
}

/// As an application in certificate mode takes it.
async fn certified(body: &str) -> super::Explanation {
    let (app, seller) = (AppId::new("2021000000000001").unwrap(), SellerId::new("2088000000000001").unwrap());
    let application = Application::new(app, seller).with_certificates();
    let gateway = SimulatedGateway::builder().application(application).start().await.unwrap();
    let credentials = gateway.credentials().remove(0);
    let alipay = Certificate::from_pem(credentials.certificates().unwrap().alipay()).unwrap();
    let key = alipay.public_key().unwrap().clone();
    Explainer::rsa(credentials.merchant().clone(), key).explain(Channel::Notify, body.as_bytes())
}

/// A return of the classic gateway, whose `notify_id` was unescaped twice.
fn returned() -> super::Explanation {
    let merchant = Merchant::rsa(partner(), APP.clone(), ALIPAY.public().clone()).unwrap();
    let fields = [
        ("is_success", "T"),
        ("notify_id", "RqPnCoPT3K9%2Fvwbh3I%2BOD"),
        ("out_trade_no", "T1"),
        ("seller_id", "2088000000000001"),
        ("total_fee", "0.01"),
        ("trade_no", "2024"),
        ("trade_status", "TRADE_SUCCESS"),
    ];
    let fields = fields.map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).to_vec();
    let query = message(&ALIPAY, SignType::Rsa, &RULE.text(&fields), &fields).replace("RSA2", "RSA");
    let unescaped = query.replace("%252F", "%2F").replace("%252B", "%2B");
    let explainer = Explainer::rsa(merchant, ALIPAY.public().clone());
    explainer.explain(Channel::Return, unescaped.as_bytes())
}
