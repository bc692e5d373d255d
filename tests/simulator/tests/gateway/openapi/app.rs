//! `app.pay`: an order string goes to the app, a hint comes back.

use alipay_simulator::Product;
use serde_json::{Value, json};

use super::Scene;
use crate::{
    buying::FormBody,
    shop::{browser, quiet},
};

fn order(scene: &Scene, order: &str) -> String {
    let content = json!({ "out_trade_no": order, "total_amount": "0.01", "subject": "x", "product_code": "QUICK_MSECURITY_PAY" });
    let addresses = scene.addresses();
    let url = scene.url("alipay.trade.app.pay", &content, &[("notify_url", addresses[0].1.as_str())]);
    url.split_once('?').unwrap().1.to_owned()
}

#[tokio::test]
async fn an_order_string_is_taken_by_call_and_by_http() {
    let scene = Scene::open().await;
    let trade = scene.gateway.open_order_string(&order(&scene, "A1")).unwrap();
    assert_eq!(trade.product(), Product::AppPay);
    let text = order(&scene, "A2");
    let api = format!("{}simulator/", scene.gateway.dashboard_url());
    let response = browser().post(format!("{api}app")).form_body(text.clone()).send().await.unwrap();
    let opened: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(opened["out_trade_no"], "A2");
    let tampered = text.replace("total_amount%22%3A%220.01", "total_amount%22%3A%229.99");
    assert_ne!(tampered, text);
    assert_eq!(scene.gateway.open_order_string(&tampered).unwrap_err().0, "isv.invalid-signature");

    let number = opened["trade_no"].as_str().unwrap();
    assert_eq!(scene.gateway.app_result(number), None);
    assert_eq!(scene.gateway.pay(number, "balance").await.unwrap(), None);
    quiet(&scene.gateway).await;
    assert_eq!(scene.field(0, "out_trade_no").as_deref(), Some("A2"));
    let response = browser().get(format!("{api}trades/{number}/result")).send().await.unwrap();
    let told: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(told["resultStatus"], "9000");
    let result = scene.verified("alipay.trade.app.pay", told["result"].as_str().unwrap());
    assert_eq!((&result["total_amount"], &result["seller_id"]), (&json!("0.01"), &json!("2088000000000001")));
}
