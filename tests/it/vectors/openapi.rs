//! The OpenAPI generation: notifications and returns, the signing of requests, the signed part of answers.

use std::{collections::BTreeMap, sync::LazyLock};

use alipay_tower::{
    Merchant,
    protocol::{
        AppId, AuthenticityError, Certificates, Channel, Notification, PrivateKey, PublicKey, SellerId,
        SignType, SignedNotification, TradeEvent,
        openapi::{Answer, AnswerError, Json, RawAnswer},
    },
};
use serde_json::Value;

use super::{assert_tolerated, base64, cases, of_kind, section, text};

/// No vector needs the application's own key to verify.
static OWN: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

pub(super) fn merchant(app_id: &str, seller_id: &str, sign_type: &str, key: &str) -> Merchant {
    let (app, seller) = (AppId::new(app_id).unwrap(), SellerId::new(seller_id).unwrap());
    let key = PublicKey::new(key).unwrap();
    match sign_type {
        "RSA" => Merchant::openapi_rsa(app, seller, OWN.clone(), key).unwrap(),
        "RSA2" => Merchant::rsa2(app, seller, OWN.clone(), key).unwrap(),
        other => panic!("{other}"),
    }
}

pub(super) fn verifier(case: &Value) -> Merchant {
    let verifier = &case["verifier"];
    let [app, seller, sign_type, key] =
        ["app_id", "seller_id", "sign_type", "alipay_public_key"].map(|name| text(verifier, name));
    merchant(app, seller, sign_type, key)
}

pub(super) fn judge(
    merchant: &Merchant,
    channel: Channel,
    raw: &[u8],
) -> (&'static str, Option<SignedNotification>) {
    let Ok(notification) = Notification::parse(channel, raw) else { return ("malformed", None) };
    match notification.authenticate(merchant) {
        Ok(signed) => ("accept", Some(signed)),
        Err(AuthenticityError::Malformed(_)) => ("malformed", None),
        Err(AuthenticityError::App | AuthenticityError::Seller) => ("reject_app_or_seller", None),
        Err(_) => ("reject_signature", None),
    }
}

fn channel(case: &Value) -> (Channel, Vec<u8>) {
    let raw = if case["query_base64"].is_string() { "query_base64" } else { "body_base64" };
    match text(case, "kind") {
        "return" => (Channel::Return, base64(case, raw)),
        _ => (Channel::Notify, base64(case, raw)),
    }
}

#[test]
fn every_message_is_judged_as_it_should_be() {
    let mut accepted = 0;
    for case in cases("openapi_rsa2.json") {
        let (channel, raw) = channel(&case);
        let (verdict, signed) = judge(&verifier(&case), channel, &raw);
        assert_tolerated(&case, verdict);
        let (Some(signed), Some(expected)) = (signed, case["params_if_accepted"].as_object()) else {
            continue;
        };
        let own: BTreeMap<&str, &str> = signed.fields().collect();
        let expected: BTreeMap<&str, &str> =
            expected.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        assert_eq!(own, expected, "{}", text(&case, "name"));
        accepted += 1;
    }
    assert!(accepted > 10, "{accepted}");
}

#[test]
fn certificate_mode_verifies_with_the_certificates() {
    let private = section("openapi_rsa2.json", "keys");
    let keys: Vec<PrivateKey> = ["app_a", "app_b"]
        .map(|name| PrivateKey::new(text(&private[name], "private_pkcs8_pem")).unwrap())
        .into();
    for case in section("openapi_rsa2.json", "certificate_mode_cases").as_array().unwrap() {
        let verifier = &case["verifier"];
        let [app, alipay, root] =
            ["app_cert_pem", "alipay_cert_pem", "alipay_root_cert_pem"].map(|name| text(verifier, name));
        let files = Certificates::from_pem(app, alipay, root).unwrap();
        let own =
            keys.iter().find(|key| key.public().is_same_as(files.app_key())).expect("the key of the files");
        let (app, seller) = (text(verifier, "app_id"), text(verifier, "seller_id"));
        let (app, seller) = (AppId::new(app).unwrap(), SellerId::new(seller).unwrap());
        let merchant = Merchant::certified(app, seller, own.clone(), files).unwrap();
        let (channel, raw) = channel(case);
        assert_tolerated(case, judge(&merchant, channel, &raw).0);
    }
}

/// A published message as the form that it came in.
fn form(case: &Value) -> String {
    let params = case["params"].as_object().unwrap();
    let pairs: Vec<_> = params.iter().map(|(name, value)| (name, value.as_str().unwrap())).collect();
    serde_urlencoded::to_string(pairs).unwrap()
}

fn published(case: &Value) -> Merchant {
    let params = &case["params"];
    let seller = params["seller_id"].as_str().unwrap_or("2088000000000001");
    let sign_type = case["sign_type"].as_str().unwrap_or("RSA2");
    merchant(text(params, "app_id"), seller, sign_type, text(case, "public_key_pem"))
}

#[test]
fn published_payments_verify_by_the_rule_for_payments() {
    let (notifies, returns) = (of_kind("notify_v1"), of_kind("return_v1"));
    assert!(notifies.len() >= 10 && !returns.is_empty());
    let both = [(Channel::Notify, notifies), (Channel::Return, returns)];
    for (channel, case) in both.iter().flat_map(|(channel, cases)| cases.iter().map(|case| (*channel, case)))
    {
        let name = text(case, "name");
        let merchant = published(case);
        let genuine = case["expect"]["verify"].as_bool().unwrap();
        let raw = case["raw_body"].as_str().map_or_else(|| form(case), str::to_owned);
        let (verdict, signed) = judge(&merchant, channel, raw.as_bytes());
        let expected = if genuine { "accept" } else { "reject_signature" };
        assert_eq!(verdict, expected, "{name}");
        if let (Some(signed), Some(content)) = (signed, case["signed_content"].as_str()) {
            let own: Vec<_> = signed
                .fields()
                .filter(|(name, _)| *name != "sign" && *name != "sign_type")
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            assert_eq!(own.join("&"), content, "{name}");
        }
    }
}

#[test]
fn published_messages_of_services_verify_by_the_rule_for_them() {
    let cases = of_kind("notify_v2");
    assert!(cases.len() >= 3);
    for case in cases {
        let name = text(&case, "name");
        let merchant = published(&case);
        let (verdict, signed) = judge(&merchant, Channel::Notify, form(&case).as_bytes());
        assert_eq!(verdict, "accept", "{name}");
        let confirmed = signed.unwrap().trust_signature().unwrap();
        let TradeEvent::Service(message) = confirmed.into_event().unwrap() else { panic!("{name}") };
        assert_eq!(message.method(), text(&case["params"], "method"), "{name}");
        // Neither as a return, nor with an order to be paid.
        assert_ne!(judge(&merchant, Channel::Return, form(&case).as_bytes()).0, "accept", "{name}");
        let with_order = format!("{}&out_trade_no=T1&trade_status=TRADE_SUCCESS", form(&case));
        assert_eq!(judge(&merchant, Channel::Notify, with_order.as_bytes()).0, "reject_signature", "{name}");
    }
}

/// The application that signs a published request.
fn signer(key: &str, sign_type: &str) -> Merchant {
    let (app, seller) = (AppId::new("1").unwrap(), SellerId::new("2088000000000001").unwrap());
    let (key, alipay) = (PrivateKey::new(key).unwrap(), OWN.public().clone());
    match sign_type {
        "RSA" => Merchant::openapi_rsa(app, seller, key, alipay).unwrap(),
        _ => Merchant::rsa2(app, seller, key, alipay).unwrap(),
    }
}

fn pairs(query: &str) -> BTreeMap<String, String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    pairs.into_iter().collect()
}

#[test]
fn requests_are_signed_and_written_as_others_do() {
    let signing = section("openapi_rsa2.json", "request_signing");
    let own = signing.as_array().unwrap().iter().map(|case| (case, "private_key", "presign", "url_query"));
    let of_others = of_kind("request_sign");
    let others = of_others.iter().map(|case| (case, "private_key_pem", "signed_content", "raw_body"));
    let mut count = 0;
    for (case, key, content, wire) in own.chain(others) {
        let name = text(case, "name");
        let params = case["params"].as_object().unwrap();
        let merchant = signer(text(case, key), text(&case["params"], "sign_type"));
        let fields = params.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let signed = merchant.sign_fields(fields).unwrap();
        assert_eq!(std::str::from_utf8(signed.signed_text()).unwrap(), text(case, content), "{name}");
        assert_eq!(signed.field("sign"), Some(text(case, "sign")), "{name}");
        if let Some(wire) = case[wire].as_str() {
            let query = wire.split_once('?').map_or(wire, |(_, query)| query);
            assert_eq!(pairs(signed.order_string()), pairs(query), "{name}");
        }
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn the_signed_part_of_an_answer_is_found() {
    let cases = of_kind("response_extract");
    assert_eq!(cases.len(), 9);
    for case in cases {
        let (name, body) = (text(&case, "name"), text(&case, "raw_body"));
        let method = text(&case, "node").trim_end_matches("_response").replace('_', ".");
        let merchant = merchant("1", "2088000000000001", "RSA2", text(&case, "public_key_pem"));
        let raw = RawAnswer::read(body, &method);
        let answer = Answer::read(body.as_bytes(), &method, &merchant);
        if case["expect"]["reject"] == true {
            assert_eq!(answer.unwrap_err(), AnswerError::Malformed, "{name}");
            continue;
        }
        let (raw, extract) = (raw.unwrap(), text(&case["expect"], "extract"));
        match (extract.starts_with('"'), name) {
            // Verified, quotes and all; what is in it is for a merchant with the AES key.
            (true, _) => assert_eq!(answer.unwrap_err(), AnswerError::Encrypted, "{name}"),
            (false, "extract_error_response") => {
                let AnswerError::Refused(refusal) = answer.unwrap_err() else { panic!("{name}") };
                assert!(refusal.is_signed());
                assert_eq!((refusal.code(), refusal.sub_code()), ("40002", Some("isv.invalid-signature")));
            }
            // A text with `\/` that was signed without.
            (false, "extract_slash_fallback") => {
                assert_eq!(raw.signed_content().replace("\\/", "/"), extract);
                assert!(answer.unwrap().field("qr_code").is_some());
                continue;
            }
            (false, _) => {
                let Json::Object(expected) = Json::parse(extract).unwrap() else { panic!("{name}") };
                let answer = answer.unwrap();
                assert!(expected.iter().all(|(name, value)| answer.json(name) == Some(value)));
            }
        }
        assert_eq!(raw.signed_content(), extract, "{name}");
    }
}

#[test]
fn published_answers_verify() {
    let cases = of_kind("response_verify");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let name = text(&case, "name");
        let (content, sign) = (text(&case, "signed_content"), text(&case, "sign"));
        let key = PublicKey::new(text(&case, "public_key_pem")).unwrap();
        assert!(key.verifies(SignType::Rsa2, content.as_bytes(), sign), "{name}");
        if let Some(body) = case["raw_body"].as_str() {
            let merchant = merchant("1", "2088000000000001", "RSA2", text(&case, "public_key_pem"));
            let answer = Answer::read(body.as_bytes(), "alipay.open.file.upload", &merchant).unwrap();
            assert_eq!(answer.field("code"), Some("10000"), "{name}");
        }
        // The same bytes as one whole answer.
        let whole = format!(r#"{{"sign":"{sign}","a_b_response":{content}}}"#);
        let raw = RawAnswer::read(&whole, "a.b").unwrap();
        assert_eq!((raw.signed_content(), raw.sign()), (content, Some(sign)), "{name}");
    }
}
