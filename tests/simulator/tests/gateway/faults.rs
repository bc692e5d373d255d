//! Mischief of the network.

use std::time::{Duration, Instant};

use alipay_simulator::{Mischief, Outcome, SimulatedGateway};

use crate::shop::{Recorder, Shop, buy, quiet};

async fn paid(gateway: &SimulatedGateway, recorder: &Recorder, order: &str) {
    let trade = buy(gateway, recorder, order).await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
}

#[tokio::test]
async fn a_lost_delivery_comes_a_gap_later() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    gateway.behave(Mischief::Drop.times(2));
    paid(&gateway, &recorder, "T1").await;
    quiet(&gateway).await;
    let outcomes: Vec<_> = gateway.deliveries().iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, [Outcome::Dropped, Outcome::Dropped, Outcome::Acknowledged]);
    assert_eq!(recorder.received().len(), 1);
}

#[tokio::test]
async fn a_delayed_one_comes_after_the_browser() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    gateway.behave(Mischief::Delay(Duration::from_millis(800)).once());
    let begin = Instant::now();
    paid(&gateway, &recorder, "T1").await;
    assert!(recorder.received().is_empty());
    quiet(&gateway).await;
    assert!(begin.elapsed() >= Duration::from_millis(800));
    assert_eq!(recorder.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_copies_settles_once() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    let trade = shop.order(&gateway, "T1").await;
    gateway.behave(Mischief::Duplicate(200).once());
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    let deliveries = gateway.deliveries();
    assert_eq!(deliveries.iter().filter(|line| line.attempt == 1).count(), 200);
    let mut copies: Vec<_> = deliveries.iter().map(|line| line.copy).collect();
    copies.sort_unstable();
    assert_eq!((copies[0], copies.last()), (1, Some(&200)));
    let log = shop.log();
    assert_eq!(log.iter().filter(|word| *word == "settled").count(), 1, "{log:?}");
    assert_eq!(log.len(), 200);
}

#[tokio::test]
async fn the_next_notification_overtakes_a_held_one() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    gateway.behave(Mischief::Reorder.once());
    paid(&gateway, &recorder, "T1").await;
    assert!(recorder.received().is_empty());
    let trade = gateway.trade("T1").unwrap();
    gateway.refund(trade.trade_no(), "0.01".parse().unwrap()).unwrap();
    quiet(&gateway).await;
    let statuses: Vec<_> = recorder
        .received()
        .iter()
        .map(|received| received.field(&merchant, "trade_status").unwrap())
        .collect();
    assert_eq!(statuses, ["TRADE_CLOSED", "TRADE_SUCCESS"]);
}

#[tokio::test]
async fn a_cut_connection_brought_the_whole_request() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    gateway.behave(Mischief::CutConnection.once());
    paid(&gateway, &recorder, "T1").await;
    quiet(&gateway).await;
    let deliveries = gateway.deliveries();
    assert_eq!((deliveries[0].outcome, deliveries[0].status), (Outcome::Cut, None));
    assert_eq!(deliveries.last().unwrap().outcome, Outcome::Acknowledged);
    let received = recorder.received();
    assert!(received.iter().all(|one| one.body == received[0].body));
}

#[tokio::test]
async fn a_slow_body_trickles_in() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    gateway.behave(Mischief::SlowBody(Duration::from_millis(600)).once());
    let begin = Instant::now();
    paid(&gateway, &recorder, "T1").await;
    assert!(begin.elapsed() >= Duration::from_millis(500), "{:?}", begin.elapsed());
    quiet(&gateway).await;
    let deliveries = gateway.deliveries();
    assert_eq!((deliveries.len(), deliveries[0].outcome), (1, Outcome::Acknowledged));
    recorder.received()[0].signed(&gateway.merchant());
}
