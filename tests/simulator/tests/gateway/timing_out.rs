//! Buyers who do not pay: the buttons that end it, and the way back to the shop.

use alipay_simulator::SimulatedGateway;
use alipay_tower::protocol::TradeStatus;
use serde_json::json;

use crate::{
    buying::FormBody,
    openapi::{Scene, application},
    shop::{Recorder, browser, buy, open, quiet, request},
};

/// Presses a button of the cashier page; the page that comes.
async fn press(gateway: &SimulatedGateway, trade_no: &str, button: &str) -> (u16, String) {
    let cashier = format!("http://{}/cashier/{trade_no}", gateway.address());
    let action = format!("action=\"/cashier/{trade_no}/{button}\"");
    let (_, page) = open(&cashier).await;
    let shown = page.contains(&action);
    let response = browser().post(format!("{cashier}/{button}")).form_body("").send().await.unwrap();
    assert!(shown || response.status() == 409, "{page}");
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn a_classic_trade_times_out_on_demand() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let trade = buy(&gateway, &recorder, "T1").await;
    let (status, page) = press(&gateway, trade.trade_no(), "time-out").await;
    assert!(status == 200 && page.contains("nothing was paid"), "{page}");
    let home = format!("id=\"shop\" href=\"http://{}/\"", recorder.address);
    assert!(page.contains(&home), "{page}");
    quiet(&gateway).await;
    let [received] = recorder.received().try_into().unwrap();
    assert_eq!(received.field(&merchant, "trade_status").as_deref(), Some("TRADE_CLOSED"));
    assert_eq!(press(&gateway, trade.trade_no(), "time-out").await.0, 409);

    let trade = buy(&gateway, &recorder, "T2").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    assert_eq!(press(&gateway, trade.trade_no(), "time-out").await.0, 409);
    assert!(gateway.time_out(trade.trade_no()).is_err());
    assert_eq!(gateway.trade("T2").unwrap().status(), &TradeStatus::TradeSuccess);
}

#[tokio::test]
async fn a_trade_of_an_application_times_out_on_demand() {
    let scene = Scene::open().await;
    let trade_no = scene.buy("P1").await;
    let (_, page) = press(&scene.gateway, &trade_no, "time-out").await;
    assert!(page.contains(&format!("href=\"http://{}/\"", scene.recorder.address)), "{page}");
    quiet(&scene.gateway).await;
    assert_eq!(scene.field(0, "trade_status").as_deref(), Some("TRADE_CLOSED"));

    let url = format!("{}simulator/trades/{}/time-out", scene.gateway.dashboard_url(), scene.buy("P2").await);
    let answer = browser().post(url).send().await.unwrap().text().await.unwrap();
    assert!(answer.contains("TRADE_CLOSED"), "{answer}");
}

#[tokio::test]
async fn who_cancels_is_led_back_to_the_goods() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let goods = "https://shop.example.com/p?a=1&b=%22%3E<i>";
    let order = request("T1").with_show_url(goods).with_return_url("http://127.0.0.1:9/return");
    open(order.sign(&gateway.merchant()).unwrap().url()).await;
    let trade = gateway.trade("T1").unwrap();
    let (_, page) = press(&gateway, trade.trade_no(), "cancel").await;
    assert!(
        page.contains("id=\"goods\" href=\"https://shop.example.com/p?a=1&#38;b=%22%3E&#60;i&#62;\""),
        "{page}"
    );
    assert!(!page.contains("id=\"shop\"") && !page.contains("<i>"), "{page}");

    // Nobody said where the shop is.
    open(request("T2").sign(&gateway.merchant()).unwrap().url()).await;
    let (_, page) = press(&gateway, gateway.trade("T2").unwrap().trade_no(), "cancel").await;
    assert!(page.contains("nothing was paid") && !page.contains("id=\"shop\""), "{page}");
}

#[tokio::test]
async fn only_addresses_of_the_web_become_links() {
    let scene = Scene::with(application(), SimulatedGateway::builder()).await;
    let content = json!({
        "out_trade_no": "W1", "total_amount": "0.01", "subject": "x", "product_code": "QUICK_WAP_WAY",
        "quit_url": "javascript:alert(1)",
    });
    let (_, page) = open(&scene.url("alipay.trade.wap.pay", &content, &[])).await;
    assert!(page.contains("time-out") && !page.contains("javascript:"), "{page}");
    let trade_no = scene.gateway.trade("W1").unwrap().trade_no().to_owned();
    let (_, page) = press(&scene.gateway, &trade_no, "cancel").await;
    assert!(!page.contains("javascript:"), "{page}");
}

#[tokio::test]
async fn a_choice_that_is_none_leads_back_to_the_cashier() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let trade = buy(&gateway, &Recorder::open().await, "T1").await;
    let cashier = format!("/cashier/{}", trade.trade_no());
    let pay = format!("http://{}{cashier}/pay", gateway.address());
    let page = browser().post(pay).form_body("channel=bank").send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&format!("href=\"{cashier}\"")), "{page}");
}
