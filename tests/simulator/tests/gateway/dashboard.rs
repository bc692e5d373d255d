//! The page with the switches, and the same by HTTP.

use alipay_simulator::{Arrival, Mischief, SimulatedGateway};
use serde_json::{Value, json};

use crate::{
    buying::FormBody,
    shop::{Recorder, browser, buy, open, quiet},
};

async fn call(gateway: &SimulatedGateway, method: &str, path: &str, body: &str) -> (u16, Value) {
    let url = format!("{}{path}", gateway.dashboard_url());
    let method = method.parse().unwrap();
    let response = browser().request(method, url).body(body.to_owned()).send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null))
}

#[tokio::test]
async fn mischief_by_http() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let wish = r#"{"mischief": "tamper", "field": "subject", "value": "x", "times": 3}"#;
    let (status, value) = call(&gateway, "POST", "simulator/mischief", wish).await;
    assert_eq!((status, &value["active"]), (200, &json!([{ "mischief": "tamper", "left": 3 }])));
    let tamper = Mischief::Tamper { field: "subject".into(), value: "x".into() };
    assert_eq!(gateway.behaviours(), [tamper.times(3)]);
    for bad in ["", "{}", r#"{"mischief": "explode"}"#, r#"{"mischief": "drop", "times": -1}"#] {
        let (status, value) = call(&gateway, "POST", "simulator/mischief", bad).await;
        assert!(status == 400 && value["error"].is_string(), "{bad}");
    }
    let (_, value) = call(&gateway, "DELETE", "simulator/mischief", "").await;
    assert_eq!(value, json!({ "active": [], "arrival": "notify_first" }));
    let (_, value) = call(&gateway, "PUT", "simulator/arrival", r#"{"arrival": "both"}"#).await;
    assert_eq!(value["arrival"], Arrival::Both.name());
    assert_eq!(call(&gateway, "PUT", "simulator/arrival", r#"{"arrival": "x"}"#).await.0, 400);
}

#[tokio::test]
async fn trades_by_http() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    let trade = buy(&gateway, &recorder, "T1").await;
    let path = |act: &str| format!("simulator/trades/{}/{act}", trade.trade_no());
    assert_eq!(call(&gateway, "POST", &path("pay"), r#"{"channel": "NOBANK"}"#).await.0, 400);
    let (status, value) = call(&gateway, "POST", &path("pay"), "").await;
    assert_eq!((status, &value["trade_status"]), (200, &json!("TRADE_SUCCESS")));
    assert!(value["return_to"].as_str().unwrap().contains("/return?"));
    assert_eq!(call(&gateway, "POST", &path("pay"), "").await.0, 409);
    assert_eq!(call(&gateway, "POST", &path("refund"), r#"{"amount": "1.00"}"#).await.0, 409);
    let (_, value) = call(&gateway, "POST", &path("refund"), r#"{"amount": "0.01"}"#).await;
    assert_eq!(value["trade_status"], "TRADE_CLOSED");
    assert_eq!(call(&gateway, "POST", "simulator/trades/1/close", "").await.0, 404);
    assert_eq!(call(&gateway, "POST", &path("explode"), "").await.0, 404);
    quiet(&gateway).await;
    let (_, trades) = call(&gateway, "GET", "simulator/trades", "").await;
    assert_eq!((&trades[0]["out_trade_no"], &trades[0]["refund_fee"]), (&json!("T1"), &json!("0.01")));
    let (_, deliveries) = call(&gateway, "GET", "simulator/deliveries", "").await;
    assert_eq!(deliveries.as_array().unwrap().len(), 2);
    assert_eq!(
        (&deliveries[0]["outcome"], &deliveries[0]["answer"]),
        (&json!("acknowledged"), &json!("success"))
    );
    let (_, questions) = call(&gateway, "GET", "simulator/questions", "").await;
    assert_eq!(questions, json!([]));
}

#[tokio::test]
async fn the_page_works_by_plain_forms() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    let (_, page) = open(&gateway.dashboard_url()).await;
    assert!(page.contains("Honest at the moment") && page.contains("No trades yet"));
    let post = async |path: &str, body: &str| {
        let url = format!("{}{path}", gateway.dashboard_url());
        let response = browser().post(url).form_body(body).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let form = "mischief=delay&times=0&copies=2&millis=50&field=total_fee&value=0.01";
    let (status, page) = post("mischief", form).await;
    assert!(status == 200 && page.contains("<code>delay</code>") && page.contains("until reset"));
    assert_eq!(post("mischief", "mischief=explode").await.0, 400);
    assert!(post("mischief/reset", "").await.1.contains("Honest at the moment"));
    let (_, page) = post("arrival", "arrival=return_first").await;
    assert!(page.contains("value=\"return_first\" selected"));
    assert_eq!(post("arrival", "arrival=x").await.0, 400);
    gateway.arrange(Arrival::NotifyFirst);

    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    let path = format!("trades/{}", trade.trade_no());
    assert_eq!(post(&path, "act=refund&amount=5.00").await.0, 409);
    assert_eq!(post(&path, "act=refund&amount=x").await.0, 409);
    let (status, page) = post(&path, "act=finish").await;
    assert!(status == 200 && page.contains("TRADE_FINISHED") && page.contains("acknowledged"));
    assert_eq!(post(&path, "act=close").await.0, 409);
}

/// A dual trade of one yuan.
async fn dual(gateway: &SimulatedGateway, order: &str) -> String {
    let fields = [
        ("service", "trade_create_by_buyer"),
        ("seller_id", "2088000000000001"),
        ("payment_type", "1"),
        ("out_trade_no", order),
        ("subject", "x"),
        ("price", "1.00"),
        ("quantity", "1"),
        ("logistics_type", "EXPRESS"),
        ("logistics_fee", "0.00"),
        ("logistics_payment", "SELLER_PAY"),
    ];
    let (path, page) = crate::shop::service(gateway, &fields).await;
    assert!(path.starts_with("/cashier/"), "{page}");
    gateway.trade(order).unwrap().trade_no().to_owned()
}

#[tokio::test]
async fn escrow_by_http_and_by_buttons() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let number = dual(&gateway, "D1").await;
    let path = |act: &str| format!("simulator/trades/{number}/{act}");
    let (_, value) = call(&gateway, "POST", &path("pay"), r#"{"mode": "escrow"}"#).await;
    assert_eq!(value["trade_status"], "WAIT_SELLER_SEND_GOODS");
    assert_eq!(value["product"], "trade_create_by_buyer");
    assert_eq!(call(&gateway, "POST", &path("confirm"), "").await.0, 409);
    let (_, value) = call(&gateway, "POST", &path("ship"), "").await;
    assert_eq!(value["trade_status"], "WAIT_BUYER_CONFIRM_GOODS");
    let (_, value) = call(&gateway, "POST", &path("confirm"), "").await;
    assert_eq!(value["trade_status"], "TRADE_FINISHED");

    let number = dual(&gateway, "D2").await;
    gateway.pay_into_escrow(&number, "balance").await.unwrap();
    let act = async |act: &'static str| {
        let url = format!("{}trades/{number}", gateway.dashboard_url());
        browser().post(url).form_body(format!("act={act}")).send().await.unwrap().text().await.unwrap()
    };
    let (_, page) = open(&gateway.dashboard_url()).await;
    assert!(page.contains("value=\"ship\"") && page.contains("trade_create_by_buyer"));
    assert!(act("ship").await.contains("value=\"confirm\""));
    assert!(!act("confirm").await.contains("value=\"confirm\""));
    assert_eq!(gateway.trade("D2").unwrap().status().as_str(), "TRADE_FINISHED");
}

#[tokio::test]
async fn batches_by_http_and_every_notification_lost_by_a_button() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    let now = alipay_tower::protocol::Timestamp::from(std::time::SystemTime::now());
    let (batch_no, detail) = (format!("{}001", now.date()), format!("{}^0.01^x", trade.trade_no()));
    let time = now.to_string();
    let request = [
        ("service", "refund_fastpay_by_platform_pwd"),
        ("seller_email", "seller@example.com"),
        ("refund_date", &time),
        ("batch_no", &batch_no),
        ("batch_num", "1"),
        ("detail_data", &detail),
    ];
    crate::shop::service(&gateway, &request).await;
    let (_, value) = call(&gateway, "GET", "simulator/batches", "").await;
    let expected = json!([{ "batch_no": batch_no, "kind": "refunds", "items": 1, "state": "waiting" }]);
    assert_eq!(value, expected);
    let path = format!("simulator/batches/{batch_no}/");
    assert_eq!(call(&gateway, "POST", &format!("{path}explode"), "").await.0, 404);
    let (_, value) = call(&gateway, "POST", &format!("{path}approve"), "").await;
    assert_eq!(value["state"], "done");
    assert_eq!(call(&gateway, "POST", &format!("{path}reject"), "").await.0, 409);
    assert_eq!(call(&gateway, "POST", "simulator/batches/1/approve", "").await.0, 404);

    let (_, page) = open(&gateway.dashboard_url()).await;
    assert!(page.contains("Lose every notification") && page.contains(&batch_no));
    let url = format!("{}mischief", gateway.dashboard_url());
    let page = browser().post(url).form_body("mischief=drop&times=0").send().await.unwrap();
    assert!(!page.text().await.unwrap().contains("Lose every notification"));
    assert_eq!(gateway.behaviours(), [Mischief::Drop.into()]);
}
