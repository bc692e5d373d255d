//! Cross-border and mobile payment.

use alipay_simulator::{Product, SimulatedGateway};
use alipay_tower::protocol::{Channel, Notification, TradeStatus};

use crate::{
    refusing::code,
    shop::{Recorder, changed, quiet, service},
    xml::call,
};

const FOREX: [(&str, &str); 5] = [
    ("service", "create_forex_trade"),
    ("out_trade_no", "F1"),
    ("subject", "Order Name"),
    ("currency", "USD"),
    ("total_fee", "10.00"),
];

async fn paid(gateway: &SimulatedGateway, recorder: &Recorder, changes: &[(&str, &str)]) -> (String, String) {
    let (notify, back) =
        (format!("http://{}/notify", recorder.address), format!("http://{}/return", recorder.address));
    let all = changed(&FOREX, &[("notify_url", &notify), ("return_url", &back)]);
    let (path, page) = service(gateway, &changed(&all, changes)).await;
    assert!(path.starts_with("/cashier/"), "{page}");
    let trade = gateway.trades().pop().unwrap();
    let back = gateway.pay(trade.trade_no(), "balance").await.unwrap().unwrap();
    quiet(gateway).await;
    (page, back)
}

#[tokio::test]
async fn a_cross_border_message_names_the_currency_and_no_seller() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let (page, back) = paid(&gateway, &recorder, &[]).await;
    assert!(page.contains("USD 10.00"), "{page}");
    let [received] = recorder.received().try_into().unwrap();
    let text = String::from_utf8(received.body.to_vec()).unwrap();
    let mut names: Vec<_> = text.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "currency",
            "notify_id",
            "notify_time",
            "notify_type",
            "out_trade_no",
            "sign",
            "sign_type",
            "total_fee",
            "trade_no",
            "trade_status"
        ]
    );
    assert_eq!(received.field(&merchant, "trade_status").as_deref(), Some("TRADE_FINISHED"));
    let query = back.split_once('?').unwrap().1;
    let returned = Notification::parse(Channel::Return, query.as_bytes());
    let returned = returned.unwrap().authenticate(&merchant).unwrap();
    assert_eq!(returned.field("currency"), Some("USD"));
    assert!(!query.contains("is_success") && !query.contains("notify_id"));
}

#[tokio::test]
async fn yen_have_no_decimals_and_yuan_are_exchanged() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    paid(&gateway, &recorder, &[("currency", "JPY"), ("total_fee", "100")]).await;
    let wap = [
        ("service", "create_forex_trade_wap"),
        ("merchant_url", "http://shop.example.com/back"),
        ("out_trade_no", "F2"),
        ("rmb_fee", "70.00"),
        ("total_fee", ""),
        ("product_code", "NEW_WAP_OVERSEAS_SELLER"),
    ];
    paid(&gateway, &recorder, &wap).await;
    let fees: Vec<_> =
        recorder.received().iter().map(|one| one.field(&merchant, "total_fee").unwrap()).collect();
    assert_eq!(fees, ["100", "10.00"]);
    assert_eq!(gateway.trade("F2").unwrap().product(), Product::ForexWap);
}

#[tokio::test]
async fn a_refund_is_idempotent_by_its_number() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    paid(&gateway, &recorder, &[]).await;
    let refund = [
        ("service", "forex_refund"),
        ("out_return_no", "R1"),
        ("out_trade_no", "F1"),
        ("return_amount", "4.00"),
        ("currency", "USD"),
        ("gmt_return", "20240101120000"),
        ("reason", "x"),
        ("is_sync", "Y"),
    ];
    for _ in 0..2 {
        let answer = call(&merchant, &refund).await;
        answer.verify(&merchant).unwrap();
        assert_eq!(answer.field("result_code"), Some("SUCCESS"));
    }
    assert_eq!(gateway.trade("F1").unwrap().refunded().to_string(), "4.00");
    for (expected, changes) in [
        ("REASON_HAS_REFUND_FEE_NOT_MATCH", [("return_amount", "5.00")]),
        ("ILLEGAL_ARGUMENT", [("currency", "EUR")]),
        ("TRADE_NOT_EXIST", [("out_trade_no", "F9")]),
        ("ILLEGAL_DATA_FORMAT", [("gmt_return", "2024-01-01")]),
        ("ILLEGAL_FEE_PARAM", [("return_rmb_amount", "5.00")]),
        ("PARAMTER_IS_NULL", [("out_return_no", "")]),
    ] {
        assert_eq!(call(&merchant, &changed(&refund, &changes)).await.error(), Some(expected));
    }
    let rest = changed(&refund, &[("out_return_no", "R2"), ("is_sync", ""), ("return_amount", "6.01")]);
    assert_eq!(call(&merchant, &rest).await.error(), Some("REASON_TRADE_REFUND_FEE_ERR"));
    assert!(call(&merchant, &changed(&rest, &[("return_amount", "6.00")])).await.is_success());
    assert_eq!(gateway.trade("F1").unwrap().status(), &TradeStatus::TradeClosed);
    let query = [("service", "single_trade_query"), ("out_trade_no", "F1")];
    let answer = call(&merchant, &query).await;
    assert_eq!((answer.field("refund_fee"), answer.field("currency")), (Some("10.00"), Some("USD")));
}

#[tokio::test]
async fn each_mistake_has_its_code() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("PARAMTER_IS_NULL", &[("currency", "")]),
        ("ILLEGAL_ARGUMENT", &[("currency", "XAU")]),
        ("ILLEGAL_MONEY_FORMAT", &[("currency", "JPY")]),
        ("ILLEGAL_MONEY_FORMAT", &[("total_fee", "1000000.01")]),
        ("ILLEGAL_FEE_PARAM", &[("rmb_fee", "1.00")]),
        ("ILLEGAL_OUTTIME_ARGUMENT", &[("timeout_rule", "7m")]),
        ("ILLEGAL_OUTTIME_ARGUMENT", &[("order_valid_time", "60")]),
        ("ILLEGAL_ARGUMENT", &[("product_code", "OLD")]),
        ("ILLEGAL_ARGUMENT", &[("split_fund_info", "{}")]),
        ("SELLER_NOT_EXIST", &[("seller_id", "2088000000000005")]),
        ("PARAMTER_IS_NULL", &[("service", "create_forex_trade_wap")]),
    ];
    for (expected, changes) in cases {
        let (path, page) = service(&gateway, &changed(&FOREX, changes)).await;
        assert_eq!((path.as_str(), code(&page)), ("/gateway.do", *expected), "{changes:?}");
    }
}

#[tokio::test]
async fn a_phone_needs_a_way_back() {
    let gateway = SimulatedGateway::builder().refundable(false).start().await.unwrap();
    let wap = [
        ("service", "alipay.wap.create.direct.pay.by.user"),
        ("seller_id", "2088000000000001"),
        ("payment_type", "1"),
        ("out_trade_no", "W1"),
        ("subject", "x"),
        ("total_fee", "0.01"),
        ("show_url", "http://shop.example.com/p"),
    ];
    for (expected, changes) in [
        ("PARAMTER_IS_NULL", [("show_url", "")]),
        ("PARAMTER_IS_NULL", [("seller_id", "")]),
        ("ILLEGAL_FEE_PARAM", [("price", "0.01")]),
        ("ILLEGAL_ARGUMENT", [("app_pay", "T")]),
        ("ILLEGAL_PAYMENT_TYPE", [("payment_type", "4")]),
    ] {
        let (_, page) = service(&gateway, &changed(&wap, &changes)).await;
        assert_eq!(code(&page), expected);
    }
    service(&gateway, &wap).await;
    let trade = gateway.trade("W1").unwrap();
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    // A contract without refunds knows `TRADE_FINISHED` alone.
    assert_eq!(gateway.trade("W1").unwrap().status(), &TradeStatus::TradeFinished);
}
