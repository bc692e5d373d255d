//! What becomes of a trade after the cashier: refunds, the end, the deadline.

use std::time::Duration;

use alipay_simulator::{SimulatedGateway, TradeError};
use alipay_tower::protocol::{Timeout, TradeStatus};

use crate::shop::{LONG, Recorder, Shop, open, quiet, request};

#[tokio::test]
async fn a_refund_is_told_on_the_notify_url() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let trade = crate::shop::buy(&gateway, &recorder, "T1").await;
    let fen = |text: &str| text.parse().unwrap();
    assert_eq!(
        gateway.refund(trade.trade_no(), fen("0.01")).unwrap_err(),
        TradeError::Status(TradeStatus::WaitBuyerPay)
    );
    // Two of three fen, then the rest.
    let signed = alipay_tower::PaymentRequest::new(
        alipay_tower::protocol::OutTradeNo::new("T2").unwrap(),
        "three",
        fen("0.03"),
    )
    .with_notify_url(format!("http://{}/notify", recorder.address))
    .sign(&merchant)
    .unwrap();
    open(signed.url()).await;
    let trade = gateway.trade("T2").unwrap();
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    for (amount, status) in [("0.02", "TRADE_SUCCESS"), ("0.01", "TRADE_CLOSED")] {
        for bad in ["0.00", "0.04"] {
            assert_eq!(gateway.refund(trade.trade_no(), fen(bad)).unwrap_err(), TradeError::Amount);
        }
        gateway.refund(trade.trade_no(), fen(amount)).unwrap();
        quiet(&gateway).await;
        let last = recorder.received().pop().unwrap();
        let field = |name: &str| last.field(&merchant, name);
        assert_eq!(field("trade_status").as_deref(), Some(status));
        assert_eq!(field("refund_status").as_deref(), Some("REFUND_SUCCESS"));
        assert!(field("gmt_refund").is_some() && field("gmt_payment").is_some());
        assert_eq!(field("gmt_close").is_some(), status == "TRADE_CLOSED");
        assert_eq!(field("refund_fee"), None, "the amount is not told");
    }
    assert_eq!(gateway.trade("T2").unwrap().refunded(), fen("0.03"));
    let ids: std::collections::HashSet<_> =
        recorder.received().iter().map(|one| one.field(&merchant, "notify_id")).collect();
    assert_eq!(ids.len(), 3, "each event has an id of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_trade_is_no_second_payment() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    let trade = shop.order(&gateway, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    gateway.finish(trade.trade_no()).unwrap();
    quiet(&gateway).await;
    assert_eq!(shop.log(), ["settled", "already_settled"]);
    assert_eq!(
        gateway.refund(trade.trade_no(), "0.01".parse().unwrap()).unwrap_err(),
        TradeError::Status(TradeStatus::TradeFinished)
    );
    assert_eq!(gateway.finish("nonsense").unwrap_err(), TradeError::Unknown);
}

#[tokio::test]
async fn a_trade_that_is_not_paid_in_time_closes() {
    // A minute is two seconds.
    let gateway = SimulatedGateway::builder().deadline_speed(30).start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let signed = recorder.request("T1").with_timeout(Timeout::Minutes(1)).sign(&merchant).unwrap();
    let paid = recorder.request("T2").with_timeout(Timeout::Minutes(1)).sign(&merchant).unwrap();
    open(paid.url()).await;
    gateway.pay(gateway.trade("T2").unwrap().trade_no(), "balance").await.unwrap();
    let (cashier, _) = open(signed.url()).await;
    let closed = async {
        while gateway.trade("T1").unwrap().status() != &TradeStatus::TradeClosed {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, closed).await.unwrap();
    quiet(&gateway).await;
    let last = recorder.received().pop().unwrap();
    assert_eq!(last.field(&merchant, "trade_status").as_deref(), Some("TRADE_CLOSED"));
    assert_eq!(last.field(&merchant, "gmt_payment"), None);
    assert_eq!(gateway.trade("T2").unwrap().status(), &TradeStatus::TradeSuccess);
    let (_, page) = open(&format!("http://{}{cashier}", gateway.address())).await;
    assert!(page.contains("nothing was paid"));
}

#[tokio::test]
async fn a_contract_without_close_notices() {
    let gateway = SimulatedGateway::builder().close_notices(false).start().await.unwrap();
    let recorder = Recorder::open().await;
    let trade = crate::shop::buy(&gateway, &recorder, "T1").await;
    gateway.close(trade.trade_no()).unwrap();
    quiet(&gateway).await;
    assert!(recorder.received().is_empty());
    assert_eq!(gateway.trade("T1").unwrap().status(), &TradeStatus::TradeClosed);
}

#[tokio::test]
async fn the_book_of_trades_is_bounded() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let merchant = gateway.merchant();
    let client =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for at in 0..1010 {
        let signed = request(&format!("T{at}")).sign(&merchant).unwrap();
        assert_eq!(client.get(signed.url()).send().await.unwrap().status(), 303);
    }
    assert_eq!(gateway.trades().len(), 1000);
    assert!(gateway.trade("T0").is_none() && gateway.trade("T1009").is_some());
}

#[tokio::test]
async fn it_listens_on_this_machine_only() {
    let error = SimulatedGateway::builder().listen(([0, 0, 0, 0], 0).into()).start().await.unwrap_err();
    assert!(error.to_string().contains("loopback"));
    let demo = || alipay_simulator::demo_merchant().unwrap();
    let error = SimulatedGateway::builder().merchant(demo()).merchant(demo()).start().await.unwrap_err();
    assert!(error.to_string().contains("one partner"));
}
