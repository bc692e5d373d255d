//! The library's own builders and calls, against this gateway: what one side writes, the other reads.

use std::time::SystemTime;

use alipay_simulator::{Application, SimulatedGateway};
use alipay_tower::{
    Order, OrderStore,
    protocol::EscrowPayment,
    protocol::{
        AppId, BatchNo, CloseTrade, Currency, ForexAmount, ForexPayment, ForexRefund, Logistics,
        LogisticsType, OrderState, OutTradeNo, QueriedTrade, RefundAnswer, RefundDetail,
        RefundWithoutPassword, SellerId, SendGoods, SingleTradeQuery, Timestamp, TradeNo, TradeQueryAnswer,
        TradeStatus, WapPayment,
        openapi::{self, CancelAction, PagePay, Precreate, QueryTrade, RefundTrade},
    },
};

use crate::shop::{Shop, open, quiet};

fn number(text: &str) -> OutTradeNo {
    OutTradeNo::new(text).unwrap()
}

fn trade_no(gateway: &SimulatedGateway, order: &str) -> TradeNo {
    TradeNo::new(gateway.trade(order).unwrap().trade_no()).unwrap()
}

fn found(answer: TradeQueryAnswer) -> QueriedTrade {
    let TradeQueryAnswer::Trade(trade) = answer else { panic!("{answer:?}") };
    trade
}

#[tokio::test(flavor = "multi_thread")]
async fn escrow_from_the_order_to_the_refund() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    shop.store.insert(Order::new(number("L1"), "20.00".parse().unwrap()).with_escrow_accepted());
    let payment = EscrowPayment::new(number("L1"), "茶", "10.00".parse().unwrap(), 2, Logistics::none());
    open(shop.alipay.checkout(&payment).unwrap().url()).await;
    let trade = trade_no(&gateway, "L1");
    gateway.pay(trade.as_str(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert!(shop.is_paid("L1").await, "{:?}", shop.log());

    let sent = SendGoods::new(trade.clone(), "顺丰", LogisticsType::Express);
    let sent = shop.alipay.call(&sent).await.unwrap();
    assert_eq!(sent.trade_status(), Some(TradeStatus::WaitBuyerConfirmGoods));
    let query = SingleTradeQuery::by_trade_no(trade.clone());
    let queried = found(shop.alipay.call(&query).await.unwrap());
    assert_eq!(queried.total_fee().unwrap().to_string(), "20.00");
    assert!(queried.shipped_at().is_some());

    let now = Timestamp::from(SystemTime::now());
    let detail = RefundDetail::new(trade, "20.00".parse().unwrap(), "returned");
    let batch = RefundWithoutPassword::new(BatchNo::of_day(now, "000001").unwrap(), [detail])
        .with_notify_url(format!("http://{}/notify", shop.address));
    assert_eq!(shop.alipay.call(&batch).await.unwrap(), RefundAnswer::Accepted);
    let twice = shop.alipay.call(&batch).await.unwrap_err();
    assert!(twice.to_string().contains("DUPLICATE_BATCH_NO"), "{twice}");
    quiet(&gateway).await;
    let queried = found(shop.alipay.call(&query).await.unwrap());
    assert_eq!(queried.refund_fee().unwrap().to_string(), "20.00");
    let refused: Vec<_> = gateway.deliveries().into_iter().filter(|line| line.answer != "success").collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn abroad_on_the_phone_and_closed() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    let dollars = Currency::new("USD").unwrap();
    let price = "10.50".parse().unwrap();
    shop.store.insert(Order::new(number("L1"), price).with_currency(dollars));
    let payment = ForexPayment::new(number("L1"), "tea", ForexAmount::new(dollars, price));
    open(shop.alipay.checkout(&payment).unwrap().url()).await;
    gateway.pay(trade_no(&gateway, "L1").as_str(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert!(shop.is_paid("L1").await, "{:?}", shop.log());
    let part = ForexAmount::new(dollars, "0.50".parse().unwrap());
    let refund = ForexRefund::new(number("R1"), number("L1"), part).with_synchronous_result(true);
    assert!(shop.alipay.call(&refund).await.unwrap().is_result());
    assert_eq!(gateway.trade("L1").unwrap().refunded().to_string(), "0.50");

    let cents = "0.01".parse().unwrap();
    let wap = WapPayment::new(number("L2"), "tea", cents, "http://shop.example.com/p");
    open(shop.alipay.checkout(&wap).unwrap().url()).await;
    shop.alipay.call(&CloseTrade::by_out_order_no(number("L2"))).await.unwrap();
    assert_eq!(gateway.trade("L2").unwrap().status(), &TradeStatus::TradeClosed);
}

async fn application(certified: bool) -> (SimulatedGateway, Shop) {
    let (app, seller) = (AppId::new("9021000000000002").unwrap(), SellerId::new("2088000000000001").unwrap());
    let application = Application::new(app, seller);
    let application = if certified { application.with_certificates() } else { application };
    let gateway = SimulatedGateway::builder().application(application).start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    (gateway, shop)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_paid_asks_and_refunds() {
    for certified in [false, true] {
        let (gateway, shop) = application(certified).await;
        let ten = "10.00".parse().unwrap();
        shop.store.insert(Order::new(number("L1"), ten));
        let page = PagePay::new(&number("L1"), "茶", ten);
        open(shop.alipay.checkout(&page).unwrap().url()).await;
        gateway.pay(trade_no(&gateway, "L1").as_str(), "balance").await.unwrap();
        quiet(&gateway).await;
        assert!(shop.is_paid("L1").await, "{:?}", shop.log());
        let answer = shop.alipay.call(&QueryTrade::by_out_trade_no(&number("L1"))).await.unwrap();
        assert_eq!(answer.receipt_amount(), Some(ten));
        let part = RefundTrade::by_out_trade_no(&number("L1"), "4.00".parse().unwrap());
        let answer = shop.alipay.call(&part.with_out_request_no("A")).await.unwrap();
        assert_eq!(answer.send_back_fee().unwrap().to_string(), "4.00");
        quiet(&gateway).await;
        let found = shop.store.find(&number("L1")).await.unwrap().unwrap();
        assert!(matches!(found.state(), OrderState::Paid(_)));
        let cancel = openapi::CancelTrade::by_out_trade_no(&number("L1"));
        let cancelled = shop.alipay.call(&cancel).await.unwrap();
        assert_eq!(cancelled.action(), Some(CancelAction::Refund));
        assert_eq!(gateway.trade("L1").unwrap().refunded(), ten);
        quiet(&gateway).await;
        let refused: Vec<_> =
            gateway.deliveries().into_iter().filter(|line| line.answer != "success").collect();
        assert!(refused.is_empty(), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_scanned_and_a_certificate_renewed() {
    let (gateway, shop) = application(true).await;
    let cents = "0.01".parse().unwrap();
    shop.store.insert(Order::new(number("L1"), cents));
    let precreate =
        Precreate::new(&number("L1"), "茶", cents).with_notify_url(format!("http://{}/notify", shop.address));
    let code = shop.alipay.call(&precreate).await.unwrap();
    let trade = gateway.scan(code.qr_code()).unwrap();
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert!(shop.is_paid("L1").await, "{:?}", shop.log());

    let merchant = gateway.merchant();
    gateway.renew_certificate(merchant.app_id().unwrap()).unwrap();
    let unknown = shop.alipay.call(&QueryTrade::by_out_trade_no(&number("L1"))).await.unwrap_err();
    let files = gateway.credentials()[0].certificates().unwrap().clone();
    let sn = alipay_tower::protocol::Certificate::from_pem(files.alipay()).unwrap().sn().to_owned();
    let now = Timestamp::from(SystemTime::now());
    let download = openapi::CertificateDownload::new(sn);
    let signed = download.sign(&merchant, now).unwrap();
    let raw = crate::shop::browser().get(signed.url()).send().await.unwrap().bytes().await.unwrap();
    let certificates = download.read(&raw, &merchant, now).unwrap();
    let renewed = merchant.with_certificates(certificates).unwrap();
    let shop = Shop::open(renewed).await;
    shop.alipay.call(&QueryTrade::by_out_trade_no(&number("L1"))).await.unwrap();
    assert!(unknown.is_outcome_unknown() || !unknown.to_string().is_empty());
}
