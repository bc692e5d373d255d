//! Every request that the gateway would refuse, with its code.

use alipay_simulator::SimulatedGateway;
use serde_json::{Value, json};

use super::{Scene, application};
use crate::{
    refusing::code,
    shop::{browser, open},
};

/// `code` and `sub_code` of an unsigned answer.
fn codes(text: &str) -> (String, String) {
    let whole: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"));
    let node = whole.as_object().unwrap().values().find(|value| value.is_object()).unwrap();
    let word = |name: &str| node[name].as_str().unwrap().to_owned();
    (word("code"), word("sub_code"))
}

#[tokio::test]
async fn common_parameters_are_checked() {
    let scene = Scene::open().await;
    let query = json!({ "out_trade_no": "P1" });
    for (expected, more) in [
        (("40002", "isv.invalid-app-id"), ("app_id", "9021000000000099")),
        (("40001", "isv.missing-app-id"), ("app_id", "")),
        (("40001", "isv.missing-method"), ("method", "")),
        (("40002", "isv.invalid-charset"), ("charset", "latin-1")),
        (("40002", "isv.invalid-version"), ("version", "2.0")),
        (("40002", "isv.invalid-format"), ("format", "XML")),
        (("40001", "isv.missing-timestamp"), ("timestamp", "")),
        (("40002", "isv.invalid-timestamp"), ("timestamp", "2024-01-01 00:00:00")),
        (("40002", "isv.invalid-timestamp"), ("timestamp", "now")),
        (("40002", "isv.invalid-parameter"), ("biz_content", "[]")),
        (("40002", "isv.invalid-encrypt-type"), ("encrypt_type", "ROT13")),
        (("40002", "isv.app-cert-not-exist"), ("app_cert_sn", "0123456789abcdef0123456789abcdef")),
        (("40002", "isv.invalid-method"), ("method", "alipay.trade.nothing")),
    ] {
        let text = scene.text("alipay.trade.query", &query, &[more]).await;
        let (code, sub_code) = codes(&text);
        assert_eq!((code.as_str(), sub_code.as_str()), expected, "{more:?}");
    }
}

#[tokio::test]
async fn the_signature_covers_everything() {
    let scene = Scene::open().await;
    let url = scene.url("alipay.trade.query", &json!({ "out_trade_no": "P1" }), &[]);
    let get = async |url: String| browser().get(url).send().await.unwrap().text().await.unwrap();
    let without = |name: &str| {
        let (address, query) = url.split_once('?').unwrap();
        let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with(name)).collect();
        format!("{address}?{}", kept.join("&"))
    };
    for (expected, url) in [
        ("isv.invalid-signature", url.replace("P1", "P2")),
        ("isv.invalid-signature", format!("{url}&extra=1")),
        ("isv.missing-signature", without("sign=")),
        ("isv.missing-signature-type", without("sign_type=")),
        ("isv.invalid-signature-type", url.replace("sign_type=RSA2", "sign_type=RSA")),
        ("isv.invalid-parameter", format!("{url}&method=x")),
    ] {
        let text = get(url).await;
        assert_eq!(codes(&text).1, expected);
        assert!(!text.contains("\"sign\""), "nobody is known yet: {text}");
    }
    // A value that is empty is neither sent nor signed, and harms nothing.
    let text = get(format!("{url}&return_url=")).await;
    assert_eq!(codes(&text).1, "ACQ.TRADE_NOT_EXIST");
    let page = open(&scene.url("alipay.trade.page.pay", &scene.order("P1"), &[]).replace("P1", "P2")).await.1;
    assert_eq!(code(&page), "isv.invalid-signature");
    assert!(page.contains("sign_type=RSA2"), "the page shows the text that was to be signed");
}

#[tokio::test]
async fn orders_are_checked() {
    let scene = Scene::open().await;
    let long = "x".repeat(257);
    for (name, value) in [
        ("out_trade_no", json!(null)),
        ("out_trade_no", json!("a b")),
        ("subject", json!("a=b")),
        ("subject", json!(long)),
        ("total_amount", json!("0.001")),
        ("total_amount", json!("0")),
        ("product_code", json!("QUICK_WAP_WAY")),
        ("product_code", json!(null)),
        ("seller_id", json!("2088000000000005")),
        ("timeout_express", json!("16d")),
        ("time_expire", json!("2024-01-01 00:00:00")),
        ("body", json!("x".repeat(129))),
    ] {
        let mut order = scene.order("P1");
        order[name] = value;
        let page = open(&scene.url("alipay.trade.page.pay", &order, &[])).await.1;
        assert_eq!(code(&page), "ACQ.INVALID_PARAMETER", "{order}");
    }
    let mut order = scene.order("P1");
    order["enable_pay_channels"] = json!("balance");
    order["disable_pay_channels"] = json!("bankPay");
    assert_eq!(
        code(&open(&scene.url("alipay.trade.page.pay", &order, &[])).await.1),
        "ACQ.INVALID_PARAMETER"
    );
    for url in ["http://shop.example.com/notify", "http://127.0.0.1/notify?id=1", "/notify"] {
        let page =
            open(&scene.url("alipay.trade.page.pay", &scene.order("P1"), &[("notify_url", url)])).await.1;
        assert_eq!(code(&page), "ACQ.INVALID_PARAMETER", "{url}");
    }
    assert!(scene.gateway.trades().is_empty());
    let same = SimulatedGateway::builder().application(application()).application(application());
    assert!(same.start().await.unwrap_err().to_string().contains("app_id"));
}
