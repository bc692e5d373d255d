//! The causes behind "verification failed", one golden message each: every section of the page is found, and no cause is
//! taken for another.

use alipay_tower::protocol::Channel;

use super::{
    Diagnosis, Explainer,
    evidence::{Set, joined, signed_text},
    golden::{G1, KEY, N1, damaged, escaped, explain, explainer, fields, md5, partner, set, signed_over},
};

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
