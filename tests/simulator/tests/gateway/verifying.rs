//! `notify_verify`: three words, two lifetimes, and its mischief.

use std::time::Duration;

use alipay_simulator::{Lie, Mischief, Outage, SimulatedGateway};
use alipay_tower::{
    gateway::{GatewayError, GatewayOptions, NotifyGateway, ReqwestGateway},
    protocol::{Channel, CheckError, Notification, NotifyCheck},
};

use crate::shop::{Recorder, Shop, buy, open, quiet};

async fn ask(gateway: &SimulatedGateway, partner: &str, notify_id: &str) -> String {
    let query = format!("service=notify_verify&partner={partner}&notify_id={notify_id}");
    open(&format!("{}?{query}", gateway.gateway_url())).await.1
}

#[tokio::test]
async fn a_notification_is_good_until_it_is_acknowledged() {
    let gateway = SimulatedGateway::builder().clock_speed(40).start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    recorder.answer([(200, "fail")]);
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    let id = recorder.received()[0].field(&merchant, "notify_id").unwrap();
    let partner = "2088000000000001";
    assert_eq!(ask(&gateway, partner, &id).await, "true");
    assert_eq!(ask(&gateway, partner, &id).await, "true");
    assert_eq!(ask(&gateway, "2088000000000009", &id).await, "false");
    assert_eq!(ask(&gateway, partner, "0123").await, "false");
    quiet(&gateway).await;
    assert_eq!(ask(&gateway, partner, &id).await, "false");
    for (partner, id) in [("", id.as_str()), (partner, ""), ("17", &id)] {
        assert_eq!(ask(&gateway, partner, id).await, "invalid");
    }
    assert_eq!(open(&format!("{}?service=notify_verify", gateway.gateway_url())).await.1, "invalid");
    let answers: Vec<_> = gateway.questions().iter().map(|question| question.answer).collect();
    assert_eq!(
        answers,
        ["true", "true", "false", "false", "false", "invalid", "invalid", "invalid", "invalid"]
    );
}

/// The question about the return of a paid trade.
async fn return_check(gateway: &SimulatedGateway) -> NotifyCheck {
    let recorder = Recorder::open().await;
    let trade = buy(gateway, &recorder, "T1").await;
    let back = gateway.pay(trade.trade_no(), "balance").await.unwrap().unwrap();
    let query = back.split_once('?').unwrap().1;
    let returned = Notification::parse(Channel::Return, query.as_bytes()).unwrap();
    returned.authenticate(&gateway.merchant()).unwrap().check(&gateway.merchant()).unwrap()
}

#[tokio::test]
async fn a_return_is_good_for_a_while_in_both_spellings() {
    let gateway =
        SimulatedGateway::builder().return_id_lifetime(Duration::from_millis(1500)).start().await.unwrap();
    let check = return_check(&gateway).await;
    let urls = check.urls();
    assert_eq!(urls.len(), 2);
    for url in urls.iter().chain(&urls) {
        assert_eq!(open(url).await.1, "true", "{url}");
    }
    tokio::time::sleep(Duration::from_millis(1600)).await;
    for url in &urls {
        assert_eq!(open(url).await.1, "false");
    }
}

#[tokio::test]
async fn out_of_order_and_lying() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let check = return_check(&gateway).await;
    let options = GatewayOptions::default().with_timeout(Duration::from_secs(1));
    let client = ReqwestGateway::new(&options).unwrap();
    assert!(client.ask(&check).await.is_ok());
    for (mischief, expected) in [
        (Mischief::Outage(Outage::Unavailable), "503"),
        (Mischief::Outage(Outage::Refused), "could not be asked"),
        (Mischief::Outage(Outage::Hang), "no answer in time"),
        (Mischief::Lie(Lie::Garbage), "none of true, false, invalid"),
    ] {
        gateway.behave(mischief.clone().once());
        let error = client.ask(&check).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(client.ask(&check).await.is_ok(), "{mischief:?} is over");
    }
    gateway.behave(Mischief::Lie(Lie::False));
    for _ in 0..3 {
        let error = client.ask(&check).await.unwrap_err();
        assert!(matches!(error, GatewayError::Check(CheckError::Denied)));
    }
    gateway.reset();
    gateway.behave(Mischief::Lie(Lie::True).once());
    assert_eq!(ask(&gateway, "2088000000000001", "nonsense").await, "true");
    assert_eq!(ask(&gateway, "2088000000000001", "nonsense").await, "false");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ladder_heals_an_outage() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    let trade = shop.order(&gateway, "T1").await;
    gateway.behave(Mischief::Outage(Outage::Refused).times(2));
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert!(shop.is_paid("T1").await);
    assert_eq!(shop.log(), ["gateway_unreachable", "gateway_unreachable", "settled"]);
}

#[tokio::test]
async fn a_hanging_answer_does_not_hold_up_the_shutdown() {
    let gateway = SimulatedGateway::start().await.unwrap();
    gateway.behave(Mischief::Outage(Outage::Hang));
    let url = format!("{}?service=notify_verify&partner=2088000000000001&notify_id=1", gateway.gateway_url());
    let question = tokio::spawn(crate::shop::browser().get(url).send());
    while gateway.questions().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let begin = std::time::Instant::now();
    gateway.shutdown().await;
    assert!(begin.elapsed() < Duration::from_secs(2));
    assert!(question.await.unwrap().is_err());
}
