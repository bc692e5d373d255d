//! QR codes, and bills.

use alipay_simulator::{Product, SimulatedGateway};
use serde_json::json;

use super::{Scene, application};
use crate::shop::{open, quiet};

#[tokio::test]
async fn there_is_no_trade_before_the_scan() {
    let scene = Scene::open().await;
    let addresses = scene.addresses();
    let mut order = scene.order("Q1");
    order["product_code"] = json!("FACE_TO_FACE_PAYMENT");
    let text = scene.text("alipay.trade.precreate", &order, &[("notify_url", addresses[0].1.as_str())]).await;
    let answer = scene.verified("alipay.trade.precreate", &text);
    let code = answer["qr_code"].as_str().unwrap();
    let query = json!({ "out_trade_no": "Q1" });
    assert_eq!(scene.call("alipay.trade.query", query.clone()).await["sub_code"], "ACQ.TRADE_NOT_EXIST");

    let (path, page) = open(code).await;
    assert!(path.starts_with("/cashier/"), "{page}");
    assert_eq!(scene.call("alipay.trade.query", query).await["trade_status"], "WAIT_BUYER_PAY");
    let trade = scene.gateway.scan(code).unwrap();
    assert_eq!(trade.product(), Product::Precreate);
    // Nobody is sent back to a shop from his phone.
    assert_eq!(scene.gateway.pay(trade.trade_no(), "balance").await.unwrap(), None);
    quiet(&scene.gateway).await;
    assert_eq!(scene.field(0, "trade_status").as_deref(), Some("TRADE_SUCCESS"));
    let again = scene.call("alipay.trade.precreate", order.clone()).await;
    assert_eq!(again["sub_code"], "ACQ.TRADE_HAS_SUCCESS");
    assert!(scene.gateway.scan(code).unwrap_err().contains("used before"));
    assert!(scene.gateway.scan("nonsense").is_err());
    assert_eq!(open(&format!("http://{}/qr/1", scene.gateway.address())).await.0, "/qr/1");
}

#[tokio::test]
async fn a_code_is_cancelled_or_dies() {
    // Two hours are a second.
    let scene = Scene::with(application(), SimulatedGateway::builder().deadline_speed(7200)).await;
    let content = |order: &str| json!({ "out_trade_no": order, "total_amount": "0.01", "subject": "x" });
    let first = scene.call("alipay.trade.precreate", content("Q1")).await;
    let second = scene.call("alipay.trade.precreate", content("Q2")).await;
    scene.call("alipay.trade.cancel", json!({ "out_trade_no": "Q1" })).await;
    assert!(scene.gateway.scan(first["qr_code"].as_str().unwrap()).is_err());
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    assert!(scene.gateway.scan(second["qr_code"].as_str().unwrap()).is_err());
}

#[tokio::test]
async fn there_is_no_bill_before_the_day_is_over() {
    let scene = Scene::open().await;
    let method = "alipay.data.dataservice.bill.downloadurl.query";
    let now = alipay_tower::protocol::Timestamp::from(std::time::SystemTime::now()).to_string();
    let today = now.split(' ').next().unwrap();
    let ask = |date: &str, kind: &str| scene.call(method, json!({ "bill_type": kind, "bill_date": date }));
    assert_eq!(ask(today, "trade").await["sub_code"], "BILL_NOT_EXIST");
    assert_eq!(ask("2024-1-1", "trade").await["sub_code"], "INVAILID_ARGUMENTS");
    assert_eq!(ask("2024-01-01", "x").await["sub_code"], "INVAILID_ARGUMENTS");
    let bill = ask("2024-01-01", "trade").await;
    assert_eq!(bill["bill_file_code"], "EMPTY_DATA_WITH_BILL_FILE");
    let url = bill["bill_download_url"].as_str().unwrap();
    let bytes = crate::shop::browser().get(url).send().await.unwrap().bytes().await.unwrap();
    assert!(bytes.starts_with(b"\xd6\xa7\xb8\xb6\xb1\xa6"), "in GBK");
}
