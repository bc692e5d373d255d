//! The pay page.

use alipay_simulator::SimulatedGateway;
use alipay_tower::protocol::TradeStatus;

use crate::{
    buying::FormBody,
    shop::{Recorder, browser, buy, open, quiet, request},
};

#[tokio::test]
async fn it_shows_the_order_and_escapes_it() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let order = request("T1").with_subject("<b onload='x'>\"茶\"</b>").with_body("<script>alert(1)</script>");
    let response = browser().get(order.sign(&gateway.merchant()).unwrap().url()).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"));
    let page = response.text().await.unwrap();
    for part in ["SIMULATED", "0.01", "seller@example.com", "T1", "茶", "余额付款", "Pay by bank", "Cancel"]
    {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script") && !page.contains("<b onload"), "{page}");
    let (_, style) = open(&format!("http://{}/style.css", gateway.address())).await;
    assert!(style.contains(".banner"));
}

#[tokio::test]
async fn a_buyer_who_cancels_pays_nothing() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let trade = buy(&gateway, &recorder, "T1").await;
    let cashier = format!("http://{}/cashier/{}", gateway.address(), trade.trade_no());
    let page = browser().post(format!("{cashier}/cancel")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("TRADE_CLOSED"));
    quiet(&gateway).await;
    let [received] = recorder.received().try_into().unwrap();
    assert_eq!(received.field(&merchant, "trade_status").as_deref(), Some("TRADE_CLOSED"));
    let late = browser().post(format!("{cashier}/pay")).form_body("channel=balance").send().await.unwrap();
    assert_eq!(late.status(), 409);
    assert_eq!(recorder.order(), ["notify"]);
}

#[tokio::test]
async fn a_second_click_pays_nothing_more() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    let trade = buy(&gateway, &recorder, "T1").await;
    let pay = format!("http://{}/cashier/{}/pay", gateway.address(), trade.trade_no());
    for bad in ["channel=bank&bank=NOBANK", "channel=bank", "channel=gold"] {
        let page = browser().post(&pay).form_body(bad).send().await.unwrap();
        assert_eq!(page.status(), 400, "{bad}");
    }
    let click = || browser().post(&pay).form_body("channel=bank&bank=CMB").send();
    let clicks = futures_util::future::join_all([click(), click(), click()]).await;
    let mut statuses: Vec<_> = clicks.into_iter().map(|click| click.unwrap().status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    quiet(&gateway).await;
    assert_eq!(recorder.received().len(), 1);
    let trade = gateway.trade("T1").unwrap();
    assert_eq!((trade.status(), trade.channel()), (&TradeStatus::TradeSuccess, Some("CMB")));
    // The page of a paid trade leads back to the shop.
    let (_, page) = open(&pay.replace("/pay", "")).await;
    assert!(page.contains("招商银行") && page.contains("id=\"back\""));
}

#[tokio::test]
async fn the_request_may_take_channels_away() {
    use alipay_tower::protocol::PayMethod;
    let gateway = SimulatedGateway::start().await.unwrap();
    let order = request("T1").with_disabled_paymethods([
        PayMethod::BankPay,
        PayMethod::CreditCardExpress,
        PayMethod::DebitCardExpress,
    ]);
    let (cashier, page) = open(order.sign(&gateway.merchant()).unwrap().url()).await;
    assert!(page.contains("pay-balance") && !page.contains("pay-bank"));
    let pay = format!("http://{}{cashier}/pay", gateway.address());
    let by_bank = browser().post(&pay).form_body("channel=bank&bank=CMB").send().await.unwrap();
    assert_eq!(by_bank.status(), 400);
    let order = request("T2").with_enabled_paymethods([PayMethod::BankPay, PayMethod::Cash]);
    let (_, page) = open(order.sign(&gateway.merchant()).unwrap().url()).await;
    assert!(!page.contains("pay-balance") && page.contains("pay-bank"));
}

#[tokio::test]
async fn without_addresses_the_buyer_stays_here() {
    let gateway = SimulatedGateway::start().await.unwrap();
    open(request("T1").sign(&gateway.merchant()).unwrap().url()).await;
    let trade = gateway.trade("T1").unwrap();
    let pay = format!("http://{}/cashier/{}/pay", gateway.address(), trade.trade_no());
    let page = browser().post(pay).form_body("channel=balance").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("TRADE_SUCCESS"));
    assert!(gateway.deliveries().is_empty());
    let (_, page) = open(&format!("http://{}/cashier/nonsense", gateway.address())).await;
    assert!(page.contains("TRADE_NOT_EXIST"));
}
