//! `page.pay` and `wap.pay`: cashier, notification, return.

use alipay_simulator::{Product, SimulatedGateway, demo_application, demo_openapi};
use alipay_tower::protocol::{Channel, Charset, Notification, TradeStatus};
use serde_json::json;

use super::{APP, Scene, application};
use crate::{
    buying::FormBody,
    refusing::code,
    shop::{browser, open, quiet},
};

#[tokio::test]
async fn an_order_is_paid_and_told() {
    let scene = Scene::open().await;
    let back = scene.pay("P1").await;
    assert_eq!(scene.recorder.received().len(), 1);
    let received = &scene.recorder.received()[0];
    assert_eq!(received.content_type, "application/x-www-form-urlencoded; charset=utf-8");
    for (name, value) in [
        ("app_id", APP),
        ("auth_app_id", APP),
        ("charset", "utf-8"),
        ("version", "1.0"),
        ("sign_type", "RSA2"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "P1"),
        ("trade_status", "TRADE_SUCCESS"),
        ("total_amount", "10.00"),
        ("receipt_amount", "10.00"),
        ("seller_id", "2088000000000001"),
        ("seller_email", "seller@example.com"),
        ("buyer_logon_id", "buy***@example.com"),
        ("subject", "测试订单"),
        ("passback_params", "a%3D1"),
        ("fund_bill_list", r#"[{"amount":"10.00","fundChannel":"ALIPAYACCOUNT"}]"#),
    ] {
        assert_eq!(scene.field(0, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(scene.field(0, "gmt_refund"), None);

    let query = back.split_once('?').unwrap().1;
    let returned = Notification::parse(Channel::Return, query.as_bytes());
    let returned = returned.unwrap().authenticate(&scene.merchant).unwrap();
    assert_eq!(returned.field("method"), Some("alipay.trade.page.pay.return"));
    assert_eq!((returned.field("total_amount"), returned.field("trade_status")), (Some("10.00"), None));
    assert_eq!((returned.field("seller_email"), returned.field("auth_app_id")), (None, Some(APP)));
    assert!(returned.field("timestamp").is_some() && returned.field("notify_time").is_none());
}

#[tokio::test]
async fn parameters_may_come_in_the_address_and_the_content_in_the_body() {
    let scene = Scene::open().await;
    let url = scene.url("alipay.trade.query", &json!({ "out_trade_no": "P9" }), &[]);
    let (address, query) = url.split_once('?').unwrap();
    let (content, rest): (Vec<_>, Vec<_>) =
        query.split('&').partition(|pair| pair.starts_with("biz_content="));
    let action = format!("{address}?{}", rest.join("&"));
    let text =
        browser().post(action).form_body(content.join("&")).send().await.unwrap().text().await.unwrap();
    assert_eq!(scene.verified("alipay.trade.query", &text)["sub_code"], "ACQ.TRADE_NOT_EXIST");
    for (label, expected) in [("UTF-8", "ACQ.TRADE_NOT_EXIST"), ("gbk", "isv.invalid-charset")] {
        let action = format!("{address}?charset={label}");
        let text = browser().post(action).form_body(query).send().await.unwrap().text().await.unwrap();
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn a_phone_is_sent_back_by_another_method() {
    let scene = Scene::with(application(), SimulatedGateway::builder().refundable(false)).await;
    let addresses = scene.addresses();
    let more: Vec<_> = addresses.iter().map(|(name, url)| (*name, url.as_str())).collect();
    let content = json!({
        "out_trade_no": "W1", "total_amount": "0.01", "subject": "x", "product_code": "QUICK_WAP_WAY",
        "quit_url": "http://shop.example.com/quit",
    });
    let (_, page) = open(&scene.url("alipay.trade.wap.pay", &content, &more)).await;
    assert!(page.contains("http://shop.example.com/quit"), "{page}");
    let trade = scene.gateway.trade("W1").unwrap();
    assert_eq!(trade.product(), Product::WapPay);
    let back = scene.gateway.pay(trade.trade_no(), "CMB").await.unwrap().unwrap();
    quiet(&scene.gateway).await;
    assert!(back.contains("method=alipay.trade.wap.pay.return"));
    // Without refunds the payment is the end.
    assert_eq!(scene.field(0, "trade_status").as_deref(), Some("TRADE_FINISHED"));
    assert!(scene.field(0, "fund_bill_list").unwrap().contains("BANKCARD"));
}

#[tokio::test]
async fn a_gbk_application_is_told_in_gbk() {
    let mut scene = Scene::open().await;
    scene.merchant = scene.merchant.clone().with_charset(Charset::Gbk);
    scene.pay("G1").await;
    let received = &scene.recorder.received()[0];
    assert!(received.content_type.ends_with("charset=gbk"));
    assert!(received.body.windows(24).any(|bytes| bytes == b"%B2%E2%CA%D4%B6%A9%B5%A5"));
    assert_eq!(scene.field(0, "subject").as_deref(), Some("测试订单"));
    assert_eq!(scene.field(0, "charset").as_deref(), Some("gbk"));
}

#[tokio::test]
async fn the_demo_application_is_known_on_both_sides() {
    let gateway = SimulatedGateway::builder().application(demo_application().unwrap()).start().await.unwrap();
    let shop = demo_openapi().unwrap();
    let credentials = gateway.credentials().remove(0);
    assert_eq!(credentials.merchant().id(), shop.id());
    let text = b"a=b";
    assert_eq!(credentials.merchant().sign_text(text), shop.sign_text(text));
    assert!(credentials.private_key().unwrap().is_published_test_key());
    assert!(credentials.alipay_public_key().unwrap().is_published_test_key());
    assert_eq!(gateway.application(shop.app_id().unwrap()).unwrap().gateway(), &gateway.gateway_url());
}

#[tokio::test]
async fn an_order_number_stands_for_one_order() {
    let scene = Scene::open().await;
    let number = scene.buy("P1").await;
    assert_eq!(scene.buy("P1").await, number);
    let mut other = scene.order("P1");
    other["total_amount"] = json!("11.00");
    let page = open(&scene.url("alipay.trade.page.pay", &other, &[])).await.1;
    assert_eq!(code(&page), "ACQ.CONTEXT_INCONSISTENT");
    scene.gateway.pay(&number, "balance").await.unwrap();
    let page = open(&scene.url("alipay.trade.page.pay", &scene.order("P1"), &[])).await.1;
    assert_eq!(code(&page), "ACQ.TRADE_HAS_SUCCESS");
}

#[tokio::test]
async fn both_generations_live_on_one_gateway() {
    let builder = SimulatedGateway::builder().merchant(alipay_simulator::demo_merchant().unwrap());
    let scene = Scene::with(application(), builder).await;
    let classic = scene.gateway.merchant();
    scene.pay("B1").await;
    let signed = scene.recorder.request("B1").sign(&classic).unwrap();
    open(signed.url()).await;
    // One number, two generations, two trades.
    assert_eq!(scene.gateway.trades().len(), 2);
    assert_eq!(scene.gateway.trade("B1").unwrap().status(), &TradeStatus::WaitBuyerPay);
}
