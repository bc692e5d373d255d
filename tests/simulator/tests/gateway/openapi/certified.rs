//! Certificate mode: serial numbers in requests and answers, and a certificate that is renewed.

use alipay_simulator::SimulatedGateway;
use alipay_tower::protocol::{Certificate, RootCertificates, Timestamp};
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
async fn messages_may_name_the_certificate_without_signing_it() {
    let application = application().with_certificates().with_certificate_named();
    let scene = Scene::with(application, SimulatedGateway::builder()).await;
    let files = scene.gateway.credentials()[0].certificates().unwrap().clone();
    let (app, root) =
        (Certificate::from_pem(files.app()).unwrap(), RootCertificates::from_pem(files.root()).unwrap());
    let notify = format!("http://{}/notify", scene.recorder.address);
    let back = notify.replace("/notify", "/return");
    let more = [
        ("notify_url", notify.as_str()),
        ("return_url", &back),
        ("app_cert_sn", app.sn()),
        ("alipay_root_cert_sn", root.sn()),
    ];
    crate::shop::open(&scene.url("alipay.trade.page.pay", &scene.order("P1"), &more)).await;
    let number = scene.gateway.trade("P1").unwrap().trade_no().to_owned();
    let back = scene.gateway.pay(&number, "balance").await.unwrap().unwrap();
    crate::shop::quiet(&scene.gateway).await;
    let sn = Certificate::from_pem(files.alipay()).unwrap().sn().to_owned();
    // The library takes the message: the number only chooses the certificate.
    assert_eq!(scene.field(0, "trade_status").as_deref(), Some("TRADE_SUCCESS"));
    let body = String::from_utf8(scene.recorder.received()[0].body.to_vec()).unwrap();
    assert!(body.contains(&sn) && back.contains(&sn));
}
