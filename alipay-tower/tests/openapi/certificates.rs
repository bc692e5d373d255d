//! Certificate mode: numbers choose among what is here, and nothing is fetched while a message waits.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use alipay_tower::{
    Alipay, CallError, Endpoints, Merchant, RejectionKind, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{
        AppId, AuthenticityError, Certificate, Certificates, Channel, Confirmation, Notification,
        NotifyCheck, OutTradeNo, PrivateKey, SellerId, SignType, SignedRequest, Timestamp,
        openapi::{Answer, AnswerError, CertificateDownload, CertificateError, PagePay, QueryTrade},
    },
    store::MemoryStore,
};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::support::{APP, SELLER};

const ROOT: &str = include_str!("data/root.crt");
const APP_CERT: &str = include_str!("data/app_a.crt");
const PRESENT: &str = include_str!("data/alipay_a.crt");
const NEXT: &str = include_str!("data/alipay_b.crt");

fn key(name: &str) -> PrivateKey {
    PrivateKey::new(match name {
        "app" => include_str!("data/app_a.pem"),
        "present" => include_str!("data/alipay_a.pem"),
        _ => include_str!("data/alipay_b.pem"),
    })
    .unwrap()
}

fn sn(pem: &str) -> String {
    Certificate::from_pem(pem).unwrap().sn().to_owned()
}

fn now() -> Timestamp {
    "2030-01-01 00:00:00".parse().unwrap()
}

fn merchant() -> Merchant {
    let (app, seller) = (AppId::new(APP).unwrap(), SellerId::new(SELLER).unwrap());
    let files = Certificates::from_pem(APP_CERT, PRESENT, ROOT).unwrap();
    Merchant::certified(app, seller, key("app"), files).unwrap()
}

/// A notification that names a certificate, inside or outside of what is signed.
fn message(by: &str, named: Option<&str>, inside: bool) -> String {
    let named = named.map(|sn| format!("alipay_cert_sn={sn}&")).unwrap_or_default();
    let rest = "app_id=2021000000000001&notify_id=1";
    let text = if inside { format!("{named}{rest}") } else { rest.to_owned() };
    let sign = key(by).sign(SignType::Rsa2, text.as_bytes()).unwrap().replace('+', "%2B");
    format!("{named}{rest}&sign={sign}&sign_type=RSA2")
}

fn receive(merchant: &Merchant, body: &str) -> Result<(), AuthenticityError> {
    Notification::parse(Channel::Notify, body.as_bytes()).unwrap().authenticate(merchant).map(drop)
}

#[test]
fn every_request_carries_the_numbers() {
    let merchant = merchant();
    let number = OutTradeNo::new("T1").unwrap();
    let page = PagePay::new(&number, "item", "1.00".parse().unwrap()).sign(&merchant, now()).unwrap();
    let query = QueryTrade::by_out_trade_no(&number).sign(&merchant, now()).unwrap();
    for signed in [page, query] {
        assert_eq!(signed.field("app_cert_sn"), Some(sn(APP_CERT).as_str()));
        assert_eq!(signed.field("alipay_root_cert_sn"), Some(sn(ROOT).as_str()));
    }
}

#[test]
fn a_number_only_chooses_among_the_certificates_that_are_here() {
    let merchant = merchant();
    let (present, next) = (sn(PRESENT), sn(NEXT));
    for inside in [false, true] {
        assert_eq!(receive(&merchant, &message("present", None, inside)), Ok(()));
        assert_eq!(receive(&merchant, &message("present", Some(&present), inside)), Ok(()));
        assert_eq!(
            receive(&merchant, &message("next", Some(&next), inside)),
            Err(AuthenticityError::UnknownCertificate)
        );
        // The number of another certificate does not lend its key.
        assert_eq!(
            receive(&merchant, &message("next", Some(&present), inside)),
            Err(AuthenticityError::Signature)
        );
        assert_eq!(receive(&merchant, &message("app", None, inside)), Err(AuthenticityError::Signature));
    }
    let files = merchant.certificates().unwrap().clone();
    let preloaded = files.with_alipay_cert(Certificate::from_pem(NEXT).unwrap()).unwrap();
    let merchant = merchant.with_certificates(preloaded).unwrap();
    for (by, named) in [("present", &present), ("next", &next)] {
        assert_eq!(receive(&merchant, &message(by, Some(named), false)), Ok(()));
        assert_eq!(receive(&merchant, &message(by, None, false)), Ok(()));
    }
    assert_eq!(
        receive(&merchant, &message("next", Some(&present), false)),
        Err(AuthenticityError::Signature)
    );
}

#[test]
fn the_private_key_is_the_one_of_the_certificate() {
    let (app, seller) = (AppId::new(APP).unwrap(), SellerId::new(SELLER).unwrap());
    let files = Certificates::from_pem(APP_CERT, PRESENT, ROOT).unwrap();
    assert!(Merchant::certified(app, seller, key("next"), files.clone()).is_err());
    assert!(crate::support::merchant().with_certificates(files).is_err());
    assert!(merchant().for_production().is_err(), "everybody has these keys");
}

/// The answer that brings a certificate, signed with the key in it.
fn download(pem: &str, by: &str, named: &str) -> String {
    let content = format!(
        r#"{{"code":"10000","msg":"Success","alipay_cert_content":"{}"}}"#,
        BASE64_STANDARD.encode(pem)
    );
    let sign = key(by).sign(SignType::Rsa2, content.as_bytes()).unwrap();
    format!(
        r#"{{"alipay_open_app_alipaycert_download_response":{content},"alipay_cert_sn":"{named}","sign":"{sign}"}}"#
    )
}

#[test]
fn a_download_is_believed_for_its_chain_and_its_number() {
    let merchant = merchant();
    let next = sn(NEXT);
    let call = CertificateDownload::new(next.as_str());
    assert_eq!(
        call.sign(&merchant, now()).unwrap().field("method"),
        Some("alipay.open.app.alipaycert.download")
    );
    let read = |body: &str| call.read(body.as_bytes(), &merchant, now());
    let files = read(&download(NEXT, "next", &next)).unwrap();
    let renewed = merchant.clone().with_certificates(files).unwrap();
    assert_eq!(receive(&renewed, &message("next", Some(&next), false)), Ok(()));

    let answer = |error| Err(CertificateError::Answer(error));
    let wrong_key = download(NEXT, "present", &next);
    assert_eq!(read(&wrong_key).map(drop), answer(AnswerError::Signature));
    let other = download(PRESENT, "present", &sn(PRESENT));
    assert_eq!(read(&other).map(drop), answer(AnswerError::Field("alipay_cert_sn")));
    let nameless = download(NEXT, "next", "0");
    assert_eq!(read(&nameless).map(drop), answer(AnswerError::UnknownCertificate));
    let body = download(NEXT, "next", &next);
    let late = call.read(body.as_bytes(), &merchant, "2200-01-01 00:00:00".parse().unwrap());
    assert!(matches!(late, Err(CertificateError::Trust(_))));
    let key_mode = call.read(body.as_bytes(), &crate::support::merchant(), now());
    assert_eq!(key_mode.map(drop), Err(CertificateError::KeyMode));
    assert_eq!(read("{}").map(drop), answer(AnswerError::Malformed));
}

#[test]
fn an_answer_names_the_certificate_that_signed_it() {
    let merchant = merchant();
    let content = r#"{"code":"10000","msg":"Success","out_trade_no":"T1","trade_no":"2024","total_amount":"1.00","trade_status":"TRADE_SUCCESS"}"#;
    let refused = r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST"}"#;
    let read = |content: &str, by: &str, named: Option<&str>| {
        let sign = key(by).sign(SignType::Rsa2, content.as_bytes()).unwrap();
        let named = named.map(|sn| format!(r#""alipay_cert_sn":"{sn}","#)).unwrap_or_default();
        let body = format!(r#"{{"alipay_trade_query_response":{content},{named}"sign":"{sign}"}}"#);
        Answer::read(body.as_bytes(), "alipay.trade.query", &merchant)
            .map(|answer| answer.field("code").map(str::to_owned))
    };
    let (present, next) = (sn(PRESENT), sn(NEXT));
    assert_eq!(read(content, "present", Some(&present)), Ok(Some("10000".to_owned())));
    // Without the number even Alipay's own signature is none in certificate mode, whatever the answer says.
    for (content, named) in
        [(content, None), (content, Some("")), (refused, None), (content, Some(next.as_str()))]
    {
        assert_eq!(read(content, "present", named), Err(AnswerError::UnknownCertificate), "{named:?}");
    }
    assert_eq!(read(content, "next", Some(&present)), Err(AnswerError::Signature));
    assert_eq!(read(content, "app", Some(&present)), Err(AnswerError::Signature));
    // In key mode nobody asks for it.
    let (app, seller) = (AppId::new(APP).unwrap(), SellerId::new(SELLER).unwrap());
    let by_key = Merchant::rsa2(app, seller, key("app"), key("present").public().clone()).unwrap();
    let sign = key("present").sign(SignType::Rsa2, content.as_bytes()).unwrap();
    let body = format!(r#"{{"alipay_trade_query_response":{content},"sign":"{sign}"}}"#);
    assert!(Answer::read(body.as_bytes(), "alipay.trade.query", &by_key).is_ok());
}

struct Downloads(Arc<AtomicUsize>);

#[async_trait]
impl NotifyGateway for Downloads {
    async fn ask(&self, _: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        panic!("this generation has no notify_verify")
    }

    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        assert_eq!(request.field("method"), Some("alipay.open.app.alipaycert.download"));
        self.0.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok(download(NEXT, "next", &sn(NEXT)).into_bytes())
    }
}

#[tokio::test]
async fn the_desk_downloads_once_and_only_when_told_to() {
    let asked = Arc::new(AtomicUsize::new(0));
    let endpoints =
        Endpoints::new("https://shop.example.com/notify", "https://shop.example.com/return").unwrap();
    let desk = Alipay::new(merchant(), Downloads(Arc::clone(&asked)), MemoryStore::new(), endpoints);
    let body = message("next", Some(&sn(NEXT)), false);
    let rejection = desk.receive_notify(body.as_bytes()).await.unwrap_err();
    assert_eq!(rejection.kind(), RejectionKind::Forged);
    assert_eq!(asked.load(Ordering::SeqCst), 0, "no stranger makes a shop ask");

    let next = sn(NEXT);
    let (one, other) = tokio::join!(desk.download_certificate(&next), desk.download_certificate(&next));
    let renewed = one.unwrap();
    assert!(matches!(other.unwrap_err(), CallError::InFlight));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(renewed.receive_notify(body.as_bytes()).await.is_ok());
    // One after the other is no crowd.
    assert!(desk.download_certificate(&next).await.is_ok());
}

/// A gateway that has gone over to its next certificate: it says so in every answer.
struct RolledOver {
    asked: Arc<Mutex<Vec<String>>>,
    /// What its first answer names.
    names: String,
}

#[async_trait]
impl NotifyGateway for RolledOver {
    async fn ask(&self, _: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        panic!("this generation has no notify_verify")
    }

    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        let content = request.field("biz_content").unwrap().to_owned();
        let known = content.contains(&sn(NEXT));
        self.asked.lock().unwrap().push(content);
        let answer =
            if known { download(NEXT, "next", &sn(NEXT)) } else { download(PRESENT, "next", &self.names) };
        Ok(answer.into_bytes())
    }
}

#[tokio::test]
async fn the_gateway_says_which_certificate_it_signs_with() {
    let desk_of = |names: &str| {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let gateway = RolledOver { asked: Arc::clone(&asked), names: names.to_owned() };
        let endpoints = Endpoints::new("https://shop.example.com/notify", "https://shop.example.com/return");
        (Alipay::new(merchant(), gateway, MemoryStore::new(), endpoints.unwrap()), asked)
    };
    let (desk, asked) = desk_of(&sn(NEXT));
    let renewed = desk.renew_certificate().await.unwrap().expect("a new one");
    let body = message("next", Some(&sn(NEXT)), false);
    assert!(desk.receive_notify(body.as_bytes()).await.is_err());
    assert!(renewed.receive_notify(body.as_bytes()).await.is_ok());
    let asked_for = |sn: &str| format!(r#"{{"alipay_cert_sn":"{sn}"}}"#);
    assert_eq!(*asked.lock().unwrap(), [asked_for(&sn(PRESENT)), asked_for(&sn(NEXT))]);
    // There is nothing newer than that.
    assert!(renewed.renew_certificate().await.unwrap().is_none());
    assert!(desk_of(&sn(PRESENT)).0.renew_certificate().await.unwrap().is_none());
    // A wrong number brings nothing that is believed, and what is no number is not asked for.
    for (names, asked_for) in [(sn(APP_CERT), 2), ("0".to_owned(), 1), ("x".repeat(32), 1)] {
        let (desk, asked) = desk_of(&names);
        assert!(desk.renew_certificate().await.is_err(), "{names}");
        assert_eq!(asked.lock().unwrap().len(), asked_for, "{names}");
    }
}
