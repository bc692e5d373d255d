//! The happy flow, in both charsets and by both methods.

use alipay_simulator::{Arrival, CONTENT_TYPE, Outcome, SimulatedGateway};
use alipay_tower::protocol::{Charset, TradeStatus};

use crate::shop::{Recorder, Shop, browser, buy, open, quiet};

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_paid_and_its_return_page_knows() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    let trade = shop.order(&gateway, "T1").await;
    let pay = format!("http://{}/cashier/{}/pay", gateway.address(), trade.trade_no());
    let response = browser().post(pay).form_body("channel=balance").send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "paid 0.01");
    assert!(shop.is_paid("T1").await);
    assert_eq!(shop.log(), ["settled"]);
    let deliveries = gateway.deliveries();
    assert_eq!((deliveries.len(), deliveries[0].outcome), (1, Outcome::Acknowledged));
    assert_eq!(gateway.trade("T1").unwrap().status(), &TradeStatus::TradeSuccess);
    gateway.shutdown().await;
}

#[tokio::test]
async fn the_notification_has_the_facts_of_the_request() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let request = recorder
        .request("T1")
        .with_body("说明")
        .with_extra_common_param("ref 7")
        .with_buyer_email("someone@example.com");
    open(request.sign(&merchant).unwrap().url()).await;
    let trade = gateway.trade("T1").unwrap();
    let back = gateway.pay(trade.trade_no(), "CMB").await.unwrap().unwrap();
    let [received] = recorder.received().try_into().unwrap();
    assert_eq!(received.content_type, CONTENT_TYPE);
    for (name, value) in [
        ("body", "说明"),
        ("buyer_email", "someone@example.com"),
        ("extra_common_param", "ref 7"),
        ("is_total_fee_adjust", "N"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T1"),
        ("price", "0.01"),
        ("quantity", "1"),
        ("seller_email", "seller@example.com"),
        ("seller_id", "2088000000000001"),
        ("subject", "测试订单"),
        ("total_fee", "0.01"),
        ("trade_no", trade.trade_no()),
        ("trade_status", "TRADE_SUCCESS"),
    ] {
        assert_eq!(received.field(&merchant, name).as_deref(), Some(value), "{name}");
    }
    // The id of the return is escaped on its own, so twice on the wire.
    assert!(back.contains("%252F") && back.contains("is_success=T"), "{back}");
}

#[tokio::test]
async fn price_and_quantity_are_multiplied_and_told_apart() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let price = |quantity: &str| {
        let notify_url = format!("http://{}/notify", recorder.address);
        let fields = [
            ("service", "create_direct_pay_by_user"),
            ("partner", "2088000000000001"),
            ("_input_charset", "utf-8"),
            ("seller_id", "2088000000000001"),
            ("payment_type", "1"),
            ("out_trade_no", "P1"),
            ("subject", "x"),
            ("price", "2.50"),
            ("quantity", quantity),
            ("notify_url", &notify_url),
        ];
        merchant.sign_fields(fields).unwrap().url().to_owned()
    };
    open(&price("3")).await;
    let trade = gateway.trade("P1").unwrap();
    assert_eq!(trade.total_fee().to_string(), "7.50");
    let (_, page) = open(&price("4")).await;
    assert!(page.contains("TRADE_QUANTITY_NOT_MATCH"));
    assert_eq!(gateway.pay(trade.trade_no(), "balance").await, Ok(None));
    let [received] = recorder.received().try_into().unwrap();
    assert_eq!(received.field(&merchant, "total_fee").as_deref(), Some("7.50"));
    assert_eq!(received.field(&merchant, "price").as_deref(), Some("2.50"));
    assert_eq!(received.field(&merchant, "quantity").as_deref(), Some("3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gbk_shop_is_paid_by_get_and_by_post() {
    let gateway = SimulatedGateway::start().await.unwrap();
    for (charset, label) in [(Charset::Gbk, "gbk"), (Charset::Gb2312, "gb2312")] {
        let merchant = gateway.merchant().with_charset(charset);
        let (by_get, by_post) = (format!("{label}-get"), format!("{label}-post"));
        let shop = Shop::open(merchant.clone()).await;
        shop.order(&gateway, &by_get).await;
        let recorder = Recorder::open().await;
        let signed = recorder.request(&by_post).sign(&merchant).unwrap();
        let (address, query) = signed.url().split_once('?').unwrap();
        let action = format!("{address}?_input_charset={label}");
        let response = browser().post(action).form_body(query).send().await.unwrap();
        assert!(response.url().path().starts_with("/cashier/"));
        assert!(response.text().await.unwrap().contains("测试订单"));
        for order in [&by_get, &by_post] {
            gateway.pay(gateway.trade(order).unwrap().trade_no(), "balance").await.unwrap();
        }
        quiet(&gateway).await;
        assert!(shop.is_paid(&by_get).await);
        let [received] = recorder.received().try_into().unwrap();
        assert_eq!(
            received.content_type,
            format!("application/x-www-form-urlencoded; text/html; charset={label}")
        );
        assert!(received.body.windows(24).any(|bytes| bytes == b"%B2%E2%CA%D4%B6%A9%B5%A5"));
        assert_eq!(received.field(&merchant, "subject").as_deref(), Some("测试订单"));
    }
}

#[tokio::test]
async fn three_arrivals() {
    let gateway =
        SimulatedGateway::builder().return_lead(std::time::Duration::from_millis(600)).start().await.unwrap();
    let recorder = Recorder::open().await;
    recorder.pause(std::time::Duration::from_millis(300));
    for (arrival, expected) in [
        (Arrival::NotifyFirst, ["notify", "return"]),
        (Arrival::ReturnFirst, ["return", "notify"]),
        // Both leave at once, and this shop takes its time over notifications.
        (Arrival::Both, ["return", "notify"]),
    ] {
        gateway.arrange(arrival);
        let before = recorder.order().len();
        let trade = buy(&gateway, &recorder, arrival.name()).await;
        let pay = format!("http://{}/cashier/{}/pay", gateway.address(), trade.trade_no());
        let response = browser().post(pay).form_body("channel=bank&bank=ICBCB2C").send().await.unwrap();
        assert_eq!(response.text().await.unwrap(), "thank you");
        quiet(&gateway).await;
        assert_eq!(recorder.order()[before..], expected, "{}", arrival.name());
    }
}

/// reqwest's own `form` is behind a feature, and these bodies are encoded already.
pub(crate) trait FormBody {
    fn form_body(self, body: impl Into<String>) -> Self;
}

impl FormBody for reqwest::RequestBuilder {
    fn form_body(self, body: impl Into<String>) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(body.into())
    }
}
