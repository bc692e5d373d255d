//! RSA keys in every shape that consoles and tools hand out, and signatures that other implementations made with them.

use std::collections::BTreeSet;

use alipay_tower::{
    Merchant,
    protocol::{Fields, Md5Key, PartnerId, PrivateKey, PublicKey, SignType},
};
use serde_json::Value;

use super::{base64, of_kind, section, text};

fn sign_type(value: &Value) -> SignType {
    match text(value, "sign_type") {
        "RSA" => SignType::Rsa,
        "RSA2" => SignType::Rsa2,
        other => panic!("{other}"),
    }
}

fn public(value: &Value, name: &str) -> PublicKey {
    PublicKey::new(text(value, name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn private(value: &Value, name: &str) -> PrivateKey {
    PrivateKey::new(text(value, name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn one_key_is_one_key_in_all_its_shapes() {
    let keys = section("openapi_rsa2.json", "keys");
    for (name, key) in keys.as_object().unwrap() {
        let (spki, bare) = (public(key, "public_spki_pem"), public(key, "public_bare"));
        assert!(spki.is_same_as(&bare), "{name}");
        assert_eq!(u64::from(spki.bits()), key["bits"].as_u64().unwrap(), "{name}");
        for shape in ["private_pkcs8_pem", "private_pkcs1_pem"] {
            let private = private(key, shape);
            assert!(private.public().is_same_as(&spki), "{name}");
            assert!(private.is_published_test_key(), "{name} {}", spki.fingerprint());
            // The label lies, the lines are lost, the armour is lost: still the same key.
            let pem = text(key, shape);
            let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
            let other = if pem.contains("BEGIN RSA") { "PRIVATE KEY" } else { "RSA PRIVATE KEY" };
            for text in [
                body.clone(),
                format!("\u{feff}{}\r\n", body),
                format!("-----BEGIN {other}-----\n{body}\n-----END {other}-----"),
                pem.replace('\n', "\r\n"),
                pem.replace('\n', "\\n"),
            ] {
                assert!(PrivateKey::new(&text).unwrap().public().is_same_as(&spki), "{name}");
            }
            let cut = &body[..body.len() - 4];
            assert!(PrivateKey::new(cut).is_err() && PublicKey::new(cut).is_err(), "{name}");
        }
        assert!(PublicKey::new(&spki.to_pem()).unwrap().is_same_as(&spki), "{name}");
    }
    assert!(!PrivateKey::generate().unwrap().is_published_test_key());
}

/// Whoever reads this repository can sign with these, so a shop in production refuses them.
#[test]
fn every_private_key_that_is_published_here_is_known() {
    let simulator = ["app", "alipay"].map(|name| {
        let path = format!("{}/simulator/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    });
    let Value::Array(published) = super::file("openapi_public.json") else { panic!("no cases") };
    let published = published.iter().filter_map(|case| case["private_key_pem"].as_str().map(str::to_owned));
    let classic = super::file("mapi_rsa_notify_http.json");
    let classic = classic["private_keys_pkcs8"].as_object().unwrap().values();
    let classic = classic.map(|pem| pem.as_str().unwrap().to_owned());
    let pems: Vec<String> = published.chain(classic).chain(simulator).collect();
    assert!(pems.len() > 5);
    for pem in pems {
        let key = PrivateKey::new(&pem).unwrap();
        assert!(key.is_published_test_key(), "{key:?}");
        assert!(key.public().is_published_test_key(), "{key:?}");
    }
}

/// The keys of 32 characters, wherever they stand.
fn collect<'a>(value: &'a Value, keys: &mut BTreeSet<&'a str>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, keys)),
        Value::Object(fields) => {
            keys.extend(fields.get("key").and_then(Value::as_str).filter(|key| key.len() == 32));
            fields.values().for_each(|value| collect(value, keys));
        }
        _ => {}
    }
}

/// Every MD5 key that signs a vector here is anybody's.
#[test]
fn md5_keys_of_the_vectors_take_no_real_money() {
    const FILES: [&str; 6] = [
        "mapi_md5_sign.json",
        "mapi_notify_http.json",
        "mapi_request.json",
        "mapi_return_http.json",
        "published_requests.json",
        "real_world.json",
    ];
    let files = FILES.map(super::file);
    let mut keys = BTreeSet::new();
    files.iter().for_each(|file| collect(file, &mut keys));
    assert!(keys.len() > 4, "{keys:?}");
    for text in keys {
        // What cannot be a key at all is refused earlier.
        let Ok(key) = Md5Key::new(text) else { continue };
        let merchant = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key);
        assert!(merchant.for_production().is_err(), "{text}");
    }
}

#[test]
fn what_is_no_key_is_called_by_its_name() {
    let (keys, certificates) =
        (section("openapi_rsa2.json", "keys"), section("openapi_rsa2.json", "certificates"));
    let (key, certificate) = (&keys["app_a"], text(&certificates, "app_leaf"));
    let private = |wrong: &str| PrivateKey::new(wrong).unwrap_err().to_string();
    let public = |wrong: &str| PublicKey::new(wrong).unwrap_err().to_string();
    assert!(private(text(key, "public_bare")).contains("is a public key"));
    assert!(public(text(key, "private_pkcs8_pem")).contains("is a private key"));
    assert!(public(text(key, "private_pkcs1_pem")).contains("is a private key"));
    for say in [private, public] {
        assert!(say(certificate).contains("is a certificate"));
        assert!(say("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9").contains("is an MD5 key"));
        assert!(say("").contains("is empty"));
        assert!(say("AQID").contains("is no key"));
    }
    // The text of an error never holds the key.
    let wrong = text(key, "private_pkcs1_pem");
    assert!(!public(wrong).contains("MII") && !format!("{:?}", PublicKey::new(wrong)).contains("MII"));
}

#[test]
fn the_key_of_the_console_is_read_in_every_format() {
    for case in section("openapi_rsa2.json", "public_key_formats").as_array().unwrap() {
        let body = base64(case, "body_base64");
        let fields = Fields::parse(&body).unwrap();
        // OpenAPI signs empty values too.
        let mut pairs: Vec<_> =
            fields.iter().filter(|(name, _)| *name != b"sign" && *name != b"sign_type").collect();
        pairs.sort_unstable();
        let signed: Vec<Vec<u8>> = pairs.iter().map(|(name, value)| [*name, b"=", *value].concat()).collect();
        let signature = std::str::from_utf8(fields.get("sign").unwrap()).unwrap();
        let verdict = match PublicKey::new(text(case, "alipay_public_key")) {
            Err(_) => "config_error",
            Ok(key) if key.verifies(SignType::Rsa2, &signed.join(&b'&'), signature) => "accept",
            Ok(_) => "reject_signature",
        };
        assert_eq!(verdict, text(case, "expected"), "{}", text(case, "name"));
    }
}

#[test]
fn requests_are_signed_as_other_implementations_sign_them() {
    for case in section("openapi_rsa2.json", "request_signing").as_array().unwrap() {
        let (key, presign) = (private(case, "private_key"), text(case, "presign").as_bytes());
        let sign_type = sign_type(&case["params"]);
        assert_eq!(key.sign(sign_type, presign).unwrap(), text(case, "sign"), "{}", text(case, "name"));
        assert!(key.public().verifies(sign_type, presign, text(case, "sign")), "{}", text(case, "name"));
    }
}

#[test]
fn published_contents_are_signed_alike() {
    let cases = of_kind("content_sign");
    assert_eq!(cases.len(), 2);
    for case in cases {
        let (key, content) = (private(&case, "private_key_pem"), text(&case, "signed_content").as_bytes());
        let (sign, sign_type) = (text(&case, "sign"), sign_type(&case));
        assert_eq!(key.sign(sign_type, content).unwrap(), sign);
        assert!(public(&case, "public_key_pem").verifies(sign_type, content, sign));
    }
}

#[test]
fn an_rsa_key_has_nothing_to_say_about_md5() {
    let key = PrivateKey::generate().unwrap();
    assert!(key.sign(SignType::Md5, b"a=b").is_err());
    let signature = key.sign(SignType::Rsa2, b"a=b").unwrap();
    assert!(!key.public().verifies(SignType::Md5, b"a=b", &signature));
}
