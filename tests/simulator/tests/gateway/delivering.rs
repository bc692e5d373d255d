//! The retry ladder.

use std::time::Duration;

use alipay_simulator::{Outcome, SimulatedGateway};

use crate::shop::{Recorder, buy, quiet};

#[tokio::test]
async fn retries_until_exactly_success() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    recorder.answer([(200, "fail"), (500, "success"), (302, "success"), (200, "success\n")]);
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    let deliveries = gateway.deliveries();
    let outcomes: Vec<_> = deliveries.iter().map(|line| (line.attempt, line.status, line.outcome)).collect();
    assert_eq!(
        outcomes,
        [
            (1, Some(200), Outcome::Refused),
            (2, Some(500), Outcome::Refused),
            (3, Some(302), Outcome::Refused),
            (4, Some(200), Outcome::Refused),
            (5, Some(200), Outcome::Acknowledged),
        ]
    );
    let received = recorder.received();
    assert_eq!(received.len(), 5);
    assert!(received.iter().all(|one| one.body == received[0].body), "retries repeat the message");
    assert!(recorder.order().iter().all(|way| *way == "notify"), "redirects are not followed");
}

#[tokio::test]
async fn gives_up_after_eight() {
    let gateway = SimulatedGateway::builder().clock_speed(1_000_000).start().await.unwrap();
    let recorder = Recorder::open().await;
    recorder.answer(vec![(200, "fail"); 20]);
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert_eq!(recorder.received().len(), 8);
}

#[tokio::test]
async fn the_gaps_are_the_documented_ones_on_a_faster_clock() {
    // 2 minutes become 100 ms, 10 minutes 500 ms.
    let gateway = SimulatedGateway::builder().clock_speed(1200).start().await.unwrap();
    let recorder = Recorder::open().await;
    recorder.answer([(200, "fail"), (200, "fail")]);
    let trade = buy(&gateway, &recorder, "T1").await;
    let begin = std::time::Instant::now();
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert_eq!(recorder.received().len(), 3);
    assert!(begin.elapsed() >= Duration::from_millis(600), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_slow_or_absent_shop_is_no_acknowledgement() {
    let gateway =
        SimulatedGateway::builder().delivery_timeout(Duration::from_millis(200)).start().await.unwrap();
    let recorder = Recorder::open().await;
    recorder.pause(Duration::from_secs(5));
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    recorder.pause(Duration::ZERO);
    quiet(&gateway).await;
    let first = &gateway.deliveries()[0];
    assert_eq!((first.status, first.outcome), (None, Outcome::Failed));
    assert_eq!(first.answer, "no answer in time");
    assert_eq!(gateway.deliveries().last().unwrap().outcome, Outcome::Acknowledged);

    // Nobody listens on the port of a listener that was dropped.
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let absent = recorder.request("T2").with_notify_url(format!("http://{nobody}/notify"));
    crate::shop::open(absent.sign(&gateway.merchant()).unwrap().url()).await;
    gateway.pay(gateway.trade("T2").unwrap().trade_no(), "balance").await.unwrap();
    let last = gateway.deliveries().pop().unwrap();
    assert_eq!((last.out_trade_no.as_str(), last.outcome), ("T2", Outcome::Failed));
}

#[tokio::test]
async fn an_endless_answer_is_cut_short() {
    let gateway = SimulatedGateway::builder().clock_speed(u32::MAX).start().await.unwrap();
    let recorder = Recorder::open().await;
    let endless: &'static str = Box::leak("success".repeat(500_000).into_boxed_str());
    recorder.answer([(200, endless)]);
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    let first = &gateway.deliveries()[0];
    assert_eq!((first.outcome, first.answer.len()), (Outcome::Refused, 200));
}

#[tokio::test]
async fn shutting_down_ends_a_ladder() {
    let gateway = SimulatedGateway::builder().clock_speed(1).start().await.unwrap();
    let recorder = Recorder::open().await;
    recorder.answer([(200, "fail")]);
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    let address = gateway.address();
    tokio::time::timeout(crate::shop::LONG, gateway.shutdown()).await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());

    let dropped = SimulatedGateway::start().await.unwrap();
    let address = dropped.address();
    drop(dropped);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
