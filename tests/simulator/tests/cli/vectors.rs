//! The published vectors, through the library and through the binary.

use std::collections::BTreeMap;

use alipay_simulator::explain::Explainer;
use alipay_tower::{
    Merchant,
    protocol::{Channel, Charset, Md5Key, PartnerId},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::binary::{Run, run};

/// Cases whose verdict is not the preferred one but another of those that are tolerated, and why.
const OTHER_VERDICTS: [(&str, &str, &str); 10] = [
    ("utf8-merchant-gets-gbk-bytes", "malformed", "text is decoded strictly"),
    ("utf8-invalid-surrogate", "malformed", "text is decoded strictly"),
    ("utf8-invalid-above-10ffff", "malformed", "text is decoded strictly"),
    ("enc-amp-entity", "malformed", "its name being `amp;sign`, the sign is missing"),
    ("sign-trailing-nul", "malformed", "a NUL byte is refused before the signature is looked at"),
    ("nul-in-value", "malformed", "a NUL byte is refused before the signature is looked at"),
    ("nul-truncation-amount", "malformed", "a NUL byte is refused before the signature is looked at"),
    ("params-10000-signed", "malformed", "the number of parameters is limited"),
    ("form-body-no-type", "accept", "the Content-Type decides nothing"),
    ("notify-id-injection", "malformed", "a notify_id cannot hold an &"),
];

fn cases(file: &str) -> Vec<Value> {
    let path = format!("{}/../vectors/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap().clone();
    assert_eq!(file["count"], cases.len());
    cases
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

fn bytes(value: &Value, name: &str) -> Vec<u8> {
    STANDARD.decode(text(value, name)).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn charset(merchant: &Value) -> Charset {
    Charset::from_label(merchant["input_charset"].as_str().unwrap_or("utf-8")).unwrap()
}

fn explainer(merchant: &Value) -> Explainer {
    let partner = PartnerId::new(text(merchant, "partner")).unwrap();
    Explainer::new(partner, text(merchant, "key").as_bytes())
        .with_limit(1024 * 1024)
        .with_seller_email(text(merchant, "seller_email"))
        .with_charset(charset(merchant))
}

fn flags<'a>(merchant: &'a Value, kind: &'a str) -> Vec<&'a str> {
    let charset = merchant["input_charset"].as_str().unwrap_or("utf-8");
    let mut flags = vec!["explain", "--json", "--kind", kind, "--input-charset", charset];
    for (flag, field) in [("--partner", "partner"), ("--key", "key"), ("--seller-email", "seller_email")] {
        flags.extend([flag, text(merchant, field)]);
    }
    flags
}

fn messages(file: &str, raw: &str, channel: Channel) {
    let mut differences = Vec::new();
    for case in cases(file) {
        let (name, merchant, raw) = (text(&case, "name"), &case["merchant"], bytes(&case, raw));
        let explanation = explainer(merchant).explain(channel, &raw);
        let verdict = explanation.verdict.as_str();
        let tolerated: Vec<_> = case["tolerated"].as_array().unwrap().iter().collect();
        assert!(tolerated.contains(&&Value::from(verdict)), "{name}: {verdict}, {}", explanation.reason());
        if case["expected"] != verdict {
            differences.push(format!("{name}: {verdict}"));
        }
        let params: Option<BTreeMap<String, String>> =
            explanation.params.clone().map(|params| params.into_iter().collect());
        if let (Some(params), Some(expected)) = (&params, case["params_if_accepted"].as_object()) {
            let expected: BTreeMap<_, _> = expected
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect();
            assert_eq!(params, &expected, "{name}");
        }

        let Run { status, object, .. } = run(&flags(merchant, channel.as_str()), &raw);
        assert_eq!(status, i32::from(verdict != "accept"), "{name}");
        assert_eq!(object["verdict"], verdict, "{name}");
        assert_eq!(object["reason"], explanation.reason(), "{name}");
        assert_eq!(object["expected_sign"].as_str(), explanation.expected_sign.as_deref(), "{name}");
        let shown: Option<BTreeMap<String, String>> =
            object.get("params").map(|params| serde_json::from_value(params.clone()).unwrap());
        assert_eq!(shown, params, "{name}");
    }
    let known = |line: &&String| {
        OTHER_VERDICTS.iter().any(|(name, verdict, _)| **line == format!("{name}: {verdict}"))
    };
    let surprises: Vec<_> = differences.iter().filter(|line| !known(line)).collect();
    assert!(surprises.is_empty(), "{surprises:#?}");
}

#[test]
fn notifications() {
    messages("mapi_notify_http", "body_base64", Channel::Notify);
}

#[test]
fn returns() {
    messages("mapi_return_http", "query_base64", Channel::Return);
}

/// A form body with every byte escaped that is no letter or digit.
fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<_> = pairs.into_iter().collect();
    serde_urlencoded::to_string(pairs).unwrap()
}

#[test]
fn signing() {
    for case in cases("mapi_md5_sign") {
        let (name, key) = (text(&case, "name"), text(&case, "key"));
        let partner = PartnerId::new("2088000000000001").unwrap();
        let charset_of = Charset::from_label(text(&case, "charset")).unwrap();
        let merchant =
            Merchant::md5(partner, Md5Key::dangerous_unchecked(key.as_bytes())).with_charset(charset_of);

        // The bytes first: whatever stands in them, the rule is the same.
        assert_eq!(merchant.sign_text(&hex(text(&case, "presign_hex"))), text(&case, "sign"), "{name}");

        let params = case["params"].as_array().unwrap();
        let pairs: Option<Vec<_>> =
            params.iter().map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?))).collect();
        let Some(pairs) = pairs else {
            assert_eq!(case["params_undecodable"], true, "{name}");
            continue;
        };
        let signed = merchant.sign_fields(pairs.iter().copied()).unwrap();
        assert_eq!(signed.signed_text(), hex(text(&case, "presign_hex")), "{name}");
        assert_eq!(signed.field("sign"), case["sign"].as_str(), "{name}");

        let flags = ["sign", "--json", "--key", key, "--input-charset", text(&case, "charset")];
        let Run { status, object, .. } = run(&flags, form(pairs.iter().copied()).as_bytes());
        assert_eq!(status, 0, "{name}");
        assert_eq!(object["presign"], case["presign"], "{name}");
        assert_eq!(object["sign"], case["sign"], "{name}");
        let sent =
            pairs.iter().filter(|(name, value)| !value.is_empty() && *name != "sign_type" && *name != "sign");
        let mut sent: BTreeMap<_, _> = sent.copied().collect();
        sent.extend([("sign", text(&case, "sign")), ("sign_type", "MD5")]);
        assert_eq!(object["fields"], serde_json::to_value(sent).unwrap(), "{name}");
    }
}

#[test]
fn requests() {
    for case in cases("mapi_request") {
        let (name, merchant) = (text(&case, "name"), &case["merchant"]);
        let inputs = case["inputs"].as_object().unwrap();
        let pairs = inputs.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let flags =
            ["sign", "--json", "--key", text(merchant, "key"), "--input-charset", text(&case, "charset")];
        let Run { status, object, .. } = run(&flags, format!("{}\n", form(pairs)).as_bytes());
        assert_eq!(status, 0, "{name}");
        assert_eq!(object["sign"], case["sign"], "{name}");
        assert_eq!(object["presign"], case["presign"], "{name}");
        assert_eq!(object["fields"], case["signed_params"], "{name}");
        assert_eq!(parts(text(&object, "url")), parts(text(&case, "url")), "{name}");
    }
}

/// The address of a gateway and the set of parameters behind it, decoded to bytes.
fn parts(url: &str) -> (String, BTreeMap<Vec<u8>, Vec<u8>>) {
    let (gateway, query) = url.split_once('?').unwrap();
    let decode = |text: &str| {
        let mut out = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, tail @ ..] = rest {
            let escape = (*first == b'%').then(|| hex(std::str::from_utf8(&tail[..2]).unwrap()));
            match escape {
                Some(byte) => out.extend(byte),
                None => out.push(if *first == b'+' { b' ' } else { *first }),
            }
            rest = if *first == b'%' { &tail[2..] } else { tail };
        }
        out
    };
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    (gateway.to_owned(), pairs.map(|(name, value)| (decode(name), decode(value))).collect())
}

#[test]
fn samples_from_published_projects() {
    let cases = cases("real_world");
    let resigned: Vec<_> = cases
        .iter()
        .filter(|case| case["scheme"] == "mapi-md5" && case["redacted_and_resigned"].is_object())
        .collect();
    assert_eq!(resigned.len(), 2);
    for case in resigned {
        let (kind, sample) = (text(case, "kind"), &case["redacted_and_resigned"]);
        let run = run(&flags(&sample["merchant"], kind), text(sample, "body").as_bytes());
        assert_eq!((run.status, &run.object["verdict"]), (0, &Value::from("accept")), "{}", case["name"]);
    }
    let signed: Vec<_> =
        cases.iter().filter(|case| case["scheme"] == "mapi-md5" && case["kind"] == "sign").collect();
    assert_eq!(signed.len(), 3);
    for case in signed {
        let params = case["params"].as_array().unwrap();
        let pairs = params.iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
        let run = run(&["sign", "--json", "--key", text(case, "key")], form(pairs).as_bytes());
        assert_eq!(run.object["sign"], case["sign"]);
    }
}
