//! Certificate mode: serial numbers in requests and answers, and a certificate that is renewed.

use alipay_simulator::{CertificateLie, Mischief, SimulatedGateway};
use alipay_tower::protocol::{
    Certificate, Channel, Notification, RootCertificates, Timestamp, TrustError,
    openapi::{AnswerError, CertificateDownload, CertificateError},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{Scene, application};

const DOWNLOAD: &str = "alipay.open.app.alipaycert.download";

#[tokio::test]
async fn requests_and_answers_name_certificates() {
    let scene = Scene::with(application().with_certificates(), SimulatedGateway::builder()).await;
    let files = scene.gateway.credentials()[0].certificates().unwrap().clone();
    let app = Certificate::from_pem(files.app()).unwrap();
    let root = RootCertificates::from_pem(files.root()).unwrap();
    let (app_sn, root_sn) = (app.sn(), root.sn());
    let numbers = [("app_cert_sn", app_sn), ("alipay_root_cert_sn", root_sn)];
    let query = json!({ "out_trade_no": "P1" });
    let text = scene.text("alipay.trade.query", &query, &numbers).await;
    assert_eq!(scene.verified("alipay.trade.query", &text)["sub_code"], "ACQ.TRADE_NOT_EXIST");
    let whole: Value = serde_json::from_str(&text).unwrap();
    let alipay = Certificate::from_pem(files.alipay()).unwrap();
    assert_eq!(whole["alipay_cert_sn"], alipay.sn());

    for (expected, more) in [
        ("isv.missing-app-cert-sn", vec![numbers[1]]),
        ("isv.missing-alipay-root-cert-sn", vec![numbers[0]]),
        ("isv.app-cert-not-exist", vec![("app_cert_sn", root_sn), numbers[1]]),
        ("isv.invalid-alipay-root-cert-sn", vec![numbers[0], ("alipay_root_cert_sn", app_sn)]),
    ] {
        let text = scene.text("alipay.trade.query", &query, &more).await;
        assert!(text.contains(expected), "{expected}: {text}");
    }

    // Alipay's certificate is renewed: another number, a chain to the same root.
    let next = scene.gateway.renew_certificate(scene.merchant.app_id().unwrap()).unwrap();
    let sn = Certificate::from_pem(next.alipay()).unwrap().sn().to_owned();
    assert_ne!(sn, alipay.sn());
    let text = scene.text("alipay.trade.query", &query, &numbers).await;
    assert!(text.contains(&sn));
    let text = scene.text(DOWNLOAD, &json!({ "alipay_cert_sn": sn }), &numbers).await;
    let node = scene.verified(DOWNLOAD, &text);
    let pem = BASE64_STANDARD.decode(node["alipay_cert_content"].as_str().unwrap()).unwrap();
    let now = Timestamp::from(std::time::SystemTime::now());
    let pem = String::from_utf8(pem).unwrap();
    Certificate::from_pem(&pem).unwrap().verify_chain(&root, now).unwrap();
    let text = scene.text(DOWNLOAD, &json!({ "alipay_cert_sn": app_sn }), &numbers).await;
    assert!(text.contains("isv.alipay-cert-not-exist"));
}

#[tokio::test]
async fn a_shop_gets_files_and_an_environment() {
    let directory = std::env::temp_dir().join(format!("alipay-simulator-{}", std::process::id()));
    let scene = Scene::with(application().with_certificates(), SimulatedGateway::builder()).await;
    let environment = scene.gateway.credentials()[0].write_to(&directory).unwrap();
    let value = |name: &str| environment.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    assert_eq!(value("ALIPAY_SCHEME").as_deref(), Some("openapi"));
    assert_eq!(value("ALIPAY_APP_ID").as_deref(), Some(super::APP));
    assert_eq!(value("ALIPAY_GATEWAY"), Some(scene.gateway.gateway_url().to_string()));
    assert_eq!(value("ALIPAY_PUBLIC_KEY_FILE"), None);
    let text = |name: &str| std::fs::read_to_string(value(name).unwrap()).unwrap();
    let key = alipay_tower::protocol::PrivateKey::new(&text("ALIPAY_PRIVATE_KEY_FILE")).unwrap();
    let app = Certificate::from_pem(&text("ALIPAY_APP_CERT_FILE")).unwrap();
    assert!(app.public_key().unwrap().is_same_as(key.public()));
    Certificate::from_pem(&text("ALIPAY_CERT_FILE")).unwrap();
    RootCertificates::from_pem(&text("ALIPAY_ROOT_CERT_FILE")).unwrap();
    std::fs::remove_dir_all(directory).unwrap();
}

/// A shop in certificate mode whose messages name the certificate, and the numbers that its requests must name.
async fn named() -> (Scene, [(&'static str, String); 4]) {
    let application = application().with_certificates().with_certificate_named();
    let scene = Scene::with(application, SimulatedGateway::builder()).await;
    let files = scene.merchant.certificates().unwrap();
    let [notify, back] = scene.addresses();
    let numbers = [
        ("app_cert_sn", files.app_cert_sn().to_owned()),
        ("alipay_root_cert_sn", files.root_cert_sn().to_owned()),
        notify,
        back,
    ];
    (scene, numbers)
}

async fn buy(scene: &Scene, numbers: &[(&str, String)], order: &str) -> String {
    let numbers: Vec<_> = numbers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    crate::shop::open(&scene.url("alipay.trade.page.pay", &scene.order(order), &numbers)).await;
    scene.gateway.trade(order).unwrap().trade_no().to_owned()
}

#[tokio::test]
async fn messages_may_name_the_certificate_without_signing_it() {
    let (scene, numbers) = named().await;
    let number = buy(&scene, &numbers, "P1").await;
    let back = scene.gateway.pay(&number, "balance").await.unwrap().unwrap();
    crate::shop::quiet(&scene.gateway).await;
    let sn = scene.merchant.certificates().unwrap().alipay_certs().next().unwrap().sn().to_owned();
    // The library takes the message: the number only chooses the certificate.
    assert_eq!(scene.field(0, "trade_status").as_deref(), Some("TRADE_SUCCESS"));
    let body = String::from_utf8(scene.recorder.received()[0].body.to_vec()).unwrap();
    assert!(body.contains(&sn) && back.contains(&sn));
}

/// What was refused under the new certificate comes again under it, and the certificate can be had before and after.
#[tokio::test]
async fn a_certificate_that_is_rolled_over_has_another_key() {
    let (scene, numbers) = named().await;
    let now = Timestamp::from(std::time::SystemTime::now());
    let present = scene.merchant.certificates().unwrap().clone();
    let announced = scene.gateway.announce_certificate(scene.merchant.app_id().unwrap()).unwrap();
    let number = buy(&scene, &numbers, "P1").await;
    let files = scene.gateway.roll_certificate_over(scene.merchant.app_id().unwrap()).unwrap();
    assert_eq!(files.alipay(), announced);
    scene.recorder.answer([(200, "fail")]);
    scene.gateway.pay(&number, "balance").await.unwrap();
    crate::shop::quiet(&scene.gateway).await;
    let renewed = present.trust(&announced, now).unwrap();
    let renewed = scene.merchant.clone().with_certificates(renewed).unwrap();
    let received = scene.recorder.received();
    assert_eq!(received.len(), 2);
    for notice in &received {
        let read = || Notification::parse(Channel::Notify, &notice.body).unwrap();
        assert!(read().authenticate(&scene.merchant).is_err());
        assert!(read().authenticate(&renewed).is_ok());
    }

    let sn = Certificate::from_pem(&announced).unwrap().sn().to_owned();
    let download = async || {
        let call = CertificateDownload::new(sn.as_str());
        let (url, body) = {
            let request = call.sign(&scene.merchant, now).unwrap();
            let (url, body) = request.post();
            (url.to_owned(), body.to_owned())
        };
        let post = crate::shop::browser().post(url).body(body);
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        let answer = post.send().await.unwrap().text().await.unwrap();
        call.read(answer.as_bytes(), &scene.merchant, now).map(drop)
    };
    scene.gateway.behave(Mischief::Certificate(CertificateLie::Foreign).once());
    assert_eq!(download().await, Err(CertificateError::Trust(TrustError::Signature)));
    scene.gateway.behave(Mischief::Certificate(CertificateLie::Other).once());
    assert_eq!(download().await, Err(CertificateError::Answer(AnswerError::Field("alipay_cert_sn"))));
    assert_eq!(download().await, Ok(()));
    assert_eq!(scene.gateway.calls(), ["alipay.trade.page.pay", DOWNLOAD, DOWNLOAD, DOWNLOAD]);
}
