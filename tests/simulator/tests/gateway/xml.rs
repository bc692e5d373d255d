//! The server-to-server services.

use alipay_simulator::SimulatedGateway;
use alipay_tower::{
    Merchant,
    protocol::{Charset, XmlAnswer},
};

use crate::shop::{Recorder, browser, buy};

pub(crate) async fn call(merchant: &Merchant, fields: &[(&str, &str)]) -> XmlAnswer {
    let common = [("partner", merchant.partner().as_str()), ("_input_charset", merchant.charset().label())];
    get(merchant.sign_fields(common.into_iter().chain(fields.iter().copied())).unwrap().url()).await
}

async fn get(url: &str) -> XmlAnswer {
    let response = browser().get(url).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/xml");
    XmlAnswer::parse(&response.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn single_trade_query_tells_the_truth_with_a_signature() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    for charset in [Charset::Utf8, Charset::Gbk] {
        let merchant = gateway.merchant().with_charset(charset);
        let query = [("service", "single_trade_query"), ("out_trade_no", "Q1")];
        if charset == Charset::Utf8 {
            assert_eq!(call(&merchant, &query).await.error(), Some("TRADE_NOT_EXIST"));
            buy(&gateway, &recorder, "Q1").await;
            let unpaid = call(&merchant, &query).await;
            assert_eq!(unpaid.field("trade_status"), Some("WAIT_BUYER_PAY"));
            assert_eq!(unpaid.field("gmt_payment"), None);
            gateway.pay(gateway.trade("Q1").unwrap().trade_no(), "balance").await.unwrap();
        }
        let answer = call(&merchant, &query).await;
        answer.verify(&merchant).unwrap();
        assert!(answer.is_success());
        for (name, value) in [
            ("subject", "测试订单"),
            ("total_fee", "0.01"),
            ("to_seller_fee", "0.01"),
            ("trade_status", "TRADE_SUCCESS"),
            ("is_total_fee_adjust", "F"),
            ("seller_id", "2088000000000001"),
        ] {
            assert_eq!(answer.field(name), Some(value), "{name}");
        }
    }
    let merchant = gateway.merchant();
    let trade_no = gateway.trade("Q1").unwrap().trade_no().to_owned();
    gateway.refund(&trade_no, "0.01".parse().unwrap()).unwrap();
    let refunded = call(&merchant, &[("service", "single_trade_query"), ("trade_no", &trade_no)]).await;
    refunded.verify(&merchant).unwrap();
    assert_eq!(refunded.field("refund_fee"), Some("0.01"));
    assert_eq!(refunded.field("refund_status"), Some("REFUND_SUCCESS"));
    assert_eq!(refunded.field("trade_status"), Some("TRADE_CLOSED"));
}

#[tokio::test]
async fn queries_are_signed() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let merchant = gateway.merchant();
    let fields = [("service", "single_trade_query"), ("partner", "2088000000000001"), ("trade_no", "1")];
    let url = merchant.sign_fields(fields).unwrap().url().replace("trade_no=1", "trade_no=2");
    let answer = get(&url).await;
    assert_eq!((answer.is_success(), answer.error()), (false, Some("ILLEGAL_SIGN")));
    let none = call(&merchant, &[("service", "single_trade_query")]).await;
    assert_eq!(none.error(), Some("ILLEGAL_ARGUMENT"));
    let stranger = format!("{}?service=query_timestamp&partner=2088000000000009", gateway.gateway_url());
    assert_eq!(get(&stranger).await.error(), Some("ILLEGAL_PARTNER"));
}

#[tokio::test]
async fn close_trade_closes_what_is_unpaid() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    buy(&gateway, &recorder, "C1").await;
    let close = [("service", "close_trade"), ("out_order_no", "C1"), ("trade_role", "S")];
    assert!(call(&merchant, &close).await.is_success());
    assert_eq!(call(&merchant, &close).await.error(), Some("TRADE_STATUS_NOT_AVAILD"));
    let unknown = [("service", "close_trade"), ("out_order_no", "C2")];
    assert_eq!(call(&merchant, &unknown).await.error(), Some("TRADE_NOT_EXIST"));
}
