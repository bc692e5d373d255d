//! Queries of trades that meet mischief.

use std::time::Duration;

use alipay_simulator::{Mischief, Outage, QueryLie, SimulatedGateway};
use alipay_tower::{
    gateway::{GatewayOptions, NotifyGateway, ReqwestGateway},
    protocol::XmlAnswer,
};

use crate::{
    shop::{Recorder, buy, quiet},
    xml::call,
};

const QUERY: [(&str, &str); 2] = [("service", "single_trade_query"), ("out_trade_no", "T1")];

#[tokio::test]
async fn queries_lie_on_demand() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    buy(&gateway, &recorder, "T1").await;
    gateway.behave(Mischief::QueryLie(QueryLie::Amount).once());
    let answer = call(&merchant, &QUERY).await;
    answer.verify(&merchant).unwrap();
    assert_eq!(answer.field("total_fee"), Some("0.02"));
    gateway.behave(Mischief::QueryLie(QueryLie::Tampered).once());
    let answer = call(&merchant, &QUERY).await;
    assert_eq!(answer.field("total_fee"), Some("0.02"));
    assert!(answer.verify(&merchant).is_err());
    gateway.behave(Mischief::QueryLie(QueryLie::Unsigned).once());
    let answer = call(&merchant, &QUERY).await;
    assert!(!answer.is_signed() && answer.is_success());
    let answer = call(&merchant, &QUERY).await;
    answer.verify(&merchant).unwrap();
    assert_eq!(answer.field("total_fee"), Some("0.01"));
}

#[tokio::test]
async fn queries_fail_on_demand_and_notify_verify_does_not() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    buy(&gateway, &recorder, "T1").await;
    let options = GatewayOptions::default().with_timeout(Duration::from_millis(500));
    let client = ReqwestGateway::new(&options).unwrap();
    let common = [("partner", merchant.partner().as_str()), ("_input_charset", "utf-8")];
    let signed = merchant.sign_fields(common.into_iter().chain(QUERY)).unwrap();
    for outage in [Outage::Refused, Outage::Unavailable, Outage::Hang] {
        gateway.behave(Mischief::QueryOutage(outage).once());
        assert!(client.send(&signed).await.is_err(), "{outage:?}");
    }
    let answer = client.send(&signed).await.unwrap();
    assert!(XmlAnswer::parse(&answer).unwrap().is_success());
    gateway.behave(Mischief::QueryOutage(Outage::Refused));
    let url = format!("{}?service=notify_verify&partner=&notify_id=", gateway.gateway_url());
    assert_eq!(crate::shop::open(&url).await.1, "invalid");
}

#[tokio::test]
async fn a_lost_notification_is_found_by_a_query() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    gateway.drop_all();
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert!(recorder.received().is_empty());
    let answer = call(&merchant, &QUERY).await;
    answer.verify(&merchant).unwrap();
    assert_eq!(answer.field("trade_status"), Some("TRADE_SUCCESS"));
}
