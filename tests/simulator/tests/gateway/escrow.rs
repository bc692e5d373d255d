//! Escrow and dual trades: paid, held, shipped, received.

use std::time::Duration;

use alipay_simulator::{Product, SimulatedGateway, TradeError};
use alipay_tower::OrderStore;
use alipay_tower::protocol::{Order, OutTradeNo, TradeStatus};

use crate::{
    buying::FormBody,
    refusing::code,
    shop::{LONG, Recorder, Shop, browser, changed, open, quiet, service},
    xml::call,
};

/// A good request without addresses.
const ESCROW: [(&str, &str); 10] = [
    ("service", "create_partner_trade_by_buyer"),
    ("seller_email", "seller@example.com"),
    ("payment_type", "1"),
    ("out_trade_no", "E1"),
    ("subject", "担保测试"),
    ("price", "5.00"),
    ("quantity", "2"),
    ("logistics_type", "EXPRESS"),
    ("logistics_fee", "0"),
    ("logistics_payment", "SELLER_PAY"),
];

/// Opens the trade `E1` for the recorder, with some fields changed.
async fn buy(gateway: &SimulatedGateway, recorder: &Recorder, changes: &[(&str, &str)]) -> String {
    let (notify, back) =
        (format!("http://{}/notify", recorder.address), format!("http://{}/return", recorder.address));
    let mut all = changed(&ESCROW, &[("notify_url", &notify), ("return_url", &back)]);
    all = changed(&all, changes);
    let (path, page) = service(gateway, &all).await;
    assert!(path.starts_with("/cashier/"), "{page}");
    quiet(gateway).await;
    gateway.trade("E1").unwrap().trade_no().to_owned()
}

fn statuses(gateway: &SimulatedGateway, recorder: &Recorder) -> Vec<String> {
    let merchant = gateway.merchant();
    recorder.received().iter().map(|one| one.field(&merchant, "trade_status").unwrap()).collect()
}

#[tokio::test]
async fn an_order_is_told_in_five_messages() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let number = buy(&gateway, &recorder, &[]).await;
    assert_eq!(gateway.ship(&number).unwrap_err(), TradeError::Status(TradeStatus::WaitBuyerPay));

    let pay = format!("http://{}/cashier/{number}/pay", gateway.address());
    let form = "channel=balance&carrier=0&receive_name=%E6%9D%8E%E5%9B%9B&receive_address=x+1&receive_zip=1&receive_mobile=2";
    let back = browser().post(pay).form_body(form).send().await.unwrap();
    let query = back.url().query().unwrap().to_owned();
    assert!(query.contains("buyer_actions=REFUND") && query.contains("logistics_type=EXPRESS"), "{query}");
    assert!(query.contains("exterface=create_partner_trade_by_buyer") && query.contains("gmt_payment="));

    // The shop ships by a call of its own.
    let send = [
        ("service", "send_goods_confirm_by_platform"),
        ("trade_no", number.as_str()),
        ("logistics_name", "顺丰"),
        ("transport_type", "EXPRESS"),
        ("invoice_no", "SF1"),
    ];
    let sent = call(&merchant, &send).await;
    sent.verify(&merchant).unwrap();
    assert_eq!(sent.field("out_trade_no"), Some("E1"));
    assert_eq!(call(&merchant, &send).await.error(), Some("TRADE_STATUS_NOT_AVAILD"));
    quiet(&gateway).await;

    // The buyer confirms on his page.
    let (_, page) = open(&format!("http://{}/cashier/{number}", gateway.address())).await;
    assert!(page.contains("id=\"confirm\""), "{page}");
    let confirm = format!("http://{}/cashier/{number}/confirm", gateway.address());
    let page = browser().post(&confirm).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("TRADE_FINISHED"));
    assert_eq!(browser().post(&confirm).send().await.unwrap().status(), 409);
    quiet(&gateway).await;

    assert_eq!(
        statuses(&gateway, &recorder),
        [
            "WAIT_BUYER_PAY",
            "WAIT_BUYER_PAY",
            "WAIT_SELLER_SEND_GOODS",
            "WAIT_BUYER_CONFIRM_GOODS",
            "TRADE_FINISHED"
        ]
    );
    let field = |at: usize, name: &str| recorder.received()[at].field(&merchant, name);
    assert_eq!((field(0, "is_total_fee_adjust").as_deref(), field(0, "logistics_type")), (Some("Y"), None));
    assert_eq!(field(1, "is_total_fee_adjust").as_deref(), Some("N"));
    assert_eq!(field(1, "receive_name").as_deref(), Some("李四"));
    assert_eq!((field(1, "gmt_payment"), field(2, "gmt_payment").is_some()), (None, true));
    assert_eq!(field(2, "total_fee").as_deref(), Some("10.00"));
    assert_eq!(field(2, "logistics_fee").as_deref(), Some("0.00"));
    assert_eq!((field(2, "gmt_send_goods"), field(3, "gmt_send_goods").is_some()), (None, true));
    assert_eq!((field(3, "gmt_close"), field(4, "gmt_close").is_some()), (None, true));
    let ids: std::collections::HashSet<_> = (0..5).map(|at| field(at, "notify_id")).collect();
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn a_refund_before_shipping_closes_the_trade() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let number = buy(&gateway, &recorder, &[]).await;
    gateway.pay(&number, "balance").await.unwrap();
    let yuan = |text: &str| text.parse().unwrap();
    assert_eq!(gateway.refund(&number, yuan("1.00")).unwrap_err(), TradeError::Amount);
    gateway.refund(&number, yuan("10.00")).unwrap();
    quiet(&gateway).await;
    let last = recorder.received().pop().unwrap();
    assert_eq!(last.field(&merchant, "trade_status").as_deref(), Some("TRADE_CLOSED"));
    assert_eq!(last.field(&merchant, "refund_status").as_deref(), Some("REFUND_SUCCESS"));
    let query = [("service", "single_trade_query"), ("trade_no", number.as_str())];
    let answer = call(&merchant, &query).await;
    answer.verify(&merchant).unwrap();
    assert_eq!(answer.field("refund_fee"), Some("10.00"));
    assert_eq!(
        (answer.field("to_seller_fee"), answer.field("logistics_type")),
        (Some("0.00"), Some("EXPRESS"))
    );
    let (_, page) = open(&format!("http://{}/cashier/{number}", gateway.address())).await;
    assert!(page.contains("Refunded in full"), "{page}");
}

#[tokio::test]
async fn a_part_that_goes_back_after_shipping_ends_the_trade() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let number = buy(&gateway, &recorder, &[]).await;
    gateway.pay(&number, "CMB").await.unwrap();
    gateway.ship(&number).unwrap();
    gateway.refund(&number, "1.00".parse().unwrap()).unwrap();
    quiet(&gateway).await;
    let last = recorder.received().into_iter().find(|one| one.field(&merchant, "gmt_refund").is_some());
    let last = last.unwrap();
    assert_eq!(last.field(&merchant, "trade_status").as_deref(), Some("TRADE_FINISHED"));
    assert_eq!(last.field(&merchant, "refund_status").as_deref(), Some("REFUND_SUCCESS"));
    assert_eq!(gateway.confirm_receipt(&number).unwrap_err(), TradeError::Status(TradeStatus::TradeFinished));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_takes_escrow_is_paid_when_the_money_is_held() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    let order = Order::new(OutTradeNo::new("E1").unwrap(), "10.00".parse().unwrap()).with_escrow_accepted();
    shop.store.insert(order);
    let notify = format!("http://{}/notify", shop.address);
    let (path, page) = service(&gateway, &changed(&ESCROW, &[("notify_url", &notify)])).await;
    assert!(path.starts_with("/cashier/"), "{page}");
    let number = gateway.trade("E1").unwrap().trade_no().to_owned();
    gateway.pay(&number, "balance").await.unwrap();
    quiet(&gateway).await;
    assert!(shop.is_paid("E1").await, "{:?}", shop.log());
    gateway.ship(&number).unwrap();
    gateway.confirm_receipt(&number).unwrap();
    quiet(&gateway).await;
    let found = shop.store.find(&OutTradeNo::new("E1").unwrap()).await.unwrap();
    assert!(found.is_some() && shop.log().iter().filter(|word| *word == "settled").count() == 1);
}

#[tokio::test]
async fn the_carrier_decides_the_total() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let number = buy(
        &gateway,
        &recorder,
        &[
            ("discount", "-1.50"),
            ("logistics_type_1", "EMS"),
            ("logistics_fee_1", "20.00"),
            ("logistics_payment_1", "BUYER_PAY"),
        ],
    )
    .await;
    assert_eq!(gateway.trade("E1").unwrap().total_fee().to_string(), "8.50");
    let pay = format!("http://{}/cashier/{number}/pay", gateway.address());
    assert_eq!(
        browser().post(&pay).form_body("channel=balance&carrier=7").send().await.unwrap().status(),
        409
    );
    browser().post(&pay).form_body("channel=balance&carrier=1").send().await.unwrap();
    quiet(&gateway).await;
    let last = recorder.received().pop().unwrap();
    assert_eq!(last.field(&merchant, "total_fee").as_deref(), Some("28.50"));
    assert_eq!(last.field(&merchant, "discount").as_deref(), Some("-1.50"));
    assert_eq!(last.field(&merchant, "logistics_type").as_deref(), Some("EMS"));
    assert_eq!(last.field(&merchant, "receive_name").as_deref(), Some("张三"), "who is nobody's own choice");
}

#[tokio::test]
async fn a_dual_trade_is_what_its_buyer_makes_of_it() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    let dual = ("service", "trade_create_by_buyer");
    let number = buy(&gateway, &recorder, &[dual]).await;
    let (_, page) = open(&format!("http://{}/cashier/{number}", gateway.address())).await;
    assert!(page.contains("value=\"escrow\"") && page.contains("value=\"instant\""));
    gateway.pay(&number, "balance").await.unwrap();
    let trade = gateway.trade("E1").unwrap();
    assert_eq!((trade.status(), trade.is_escrow()), (&TradeStatus::TradeSuccess, false));
    assert_eq!(trade.product(), Product::Dual);

    let number = buy(&gateway, &recorder, &[dual, ("out_trade_no", "E2")]).await;
    assert_eq!(number, trade.trade_no());
    let second = gateway.trade("E2").unwrap();
    gateway.pay_into_escrow(second.trade_no(), "balance").await.unwrap();
    let second = gateway.trade("E2").unwrap();
    assert_eq!((second.status(), second.is_escrow()), (&TradeStatus::WaitSellerSendGoods, true));
    quiet(&gateway).await;
    let mut seen = statuses(&gateway, &recorder);
    seen.sort();
    assert_eq!(
        seen,
        ["TRADE_SUCCESS", "WAIT_BUYER_PAY", "WAIT_BUYER_PAY", "WAIT_BUYER_PAY", "WAIT_SELLER_SEND_GOODS"]
    );
}

#[tokio::test]
async fn what_goes_by_post_counts_as_received_one_day() {
    // A day is two seconds.
    let gateway = SimulatedGateway::builder().deadline_speed(43_200).start().await.unwrap();
    let recorder = Recorder::open().await;
    let number = buy(&gateway, &recorder, &[("logistics_type", "POST"), ("t_b_rec_post", "1d")]).await;
    gateway.pay(&number, "balance").await.unwrap();
    let send = [
        ("service", "send_goods_confirm_by_platform"),
        ("trade_no", number.as_str()),
        ("logistics_name", "邮政"),
        ("create_transport_type", "POST"),
    ];
    assert!(call(&gateway.merchant(), &send).await.is_success());
    let received = async {
        while gateway.trade("E1").unwrap().status() != &TradeStatus::TradeFinished {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, received).await.unwrap();
}

#[tokio::test]
async fn each_mistake_has_its_code() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("PARAMTER_IS_NULL", &[("price", "")]),
        ("PARAMTER_IS_NULL", &[("logistics_fee", "")]),
        ("PARAMTER_IS_NULL", &[("seller_email", "")]),
        ("ILLEGAL_PAYMENT_TYPE", &[("payment_type", "4")]),
        ("LOGISTICS_CHOOSE_ERROR", &[("logistics_type", "PIGEON")]),
        ("LOGISTICS_CHOOSE_ERROR", &[("logistics_payment", "NOBODY")]),
        ("ILLEGAL_LOGISTICS_FORMAT", &[("logistics_fee", "-1")]),
        ("ILLEGAL_LOGISTICS_FORMAT", &[("logistics_type_1", "EMS")]),
        ("TOTAL_FEE_LESSEQUAL_ZERO", &[("discount", "-10.00")]),
        ("ILLEGAL_MONEY_FORMAT", &[("discount", "--1")]),
        ("ILLEGAL_MONEY_FORMAT", &[("price", "1000000.01"), ("quantity", "1")]),
        ("ILLEGAL_FEE_PARAM", &[("price", "900000.00")]),
        ("ILLEGAL_FEE_PARAM", &[("total_fee", "9.99")]),
        ("ILLEGAL_OUTTIME_ARGUMENT", &[("t_s_send_1", "3h")]),
        ("ILLEGAL_LENGTH", &[("receive_zip", "123456789012345678901")]),
    ];
    for (expected, changes) in cases {
        let (path, page) = service(&gateway, &changed(&ESCROW, changes)).await;
        assert_eq!((path.as_str(), code(&page)), ("/gateway.do", *expected), "{changes:?}");
    }
    let strict = SimulatedGateway::builder().custom_timeouts(false).start().await.unwrap();
    let (_, page) = service(&strict, &changed(&ESCROW, &[("it_b_pay", "1d")])).await;
    assert_eq!(code(&page), "SELF_TIMEOUT_NOT_SUPPORT");
    let send = |trade_no| [("service", "send_goods_confirm_by_platform"), ("trade_no", trade_no)];
    let merchant = gateway.merchant();
    assert_eq!(call(&merchant, &send("1")).await.error(), Some("TRADE_NOT_EXIST"));
    assert_eq!(call(&merchant, &send("")).await.error(), Some("PARAMTER_IS_NULL"));
}
