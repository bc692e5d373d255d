//! The breaker under a paused clock.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use tokio::time::{advance, sleep};

use super::*;
use crate::protocol::{Channel, CheckError, Md5Key, Merchant, Notification, PartnerId};

/// What the gateway is like at the moment.
#[derive(Clone, Copy)]
enum Mood {
    Confused,
    Denying,
    Down,
    Mute,
    Slow(Duration),
    Unsupported,
}

struct Moody {
    mood: Mutex<Mood>,
    asked: AtomicUsize,
}

impl Moody {
    async fn answer(&self) -> Result<(), GatewayError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Confused => Err(GatewayError::Check(CheckError::Unintelligible)),
            Mood::Denying => Err(GatewayError::Check(CheckError::Denied)),
            Mood::Down => Err(GatewayError::Status(502)),
            Mood::Mute => std::future::pending().await,
            Mood::Slow(time) => {
                sleep(time).await;
                Ok(())
            }
            Mood::Unsupported => Err(GatewayError::Unsupported),
        }
    }
}

#[async_trait]
impl NotifyGateway for Moody {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        self.answer().await?;
        Ok(check.read(b"true")?)
    }

    async fn send(&self, _request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        self.answer().await?;
        Ok(b"<alipay/>".to_vec())
    }
}

fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

fn check() -> NotifyCheck {
    let merchant = merchant();
    let signed = merchant.sign_fields([("notify_id", "abc")]).unwrap();
    let query = signed.url().split_once('?').unwrap().1;
    let message = Notification::parse(Channel::Return, query.as_bytes()).unwrap();
    message.authenticate(&merchant).unwrap().check(&merchant).unwrap()
}

struct Fixture {
    breaker: CircuitBreaker<Moody>,
    check: NotifyCheck,
}

impl Fixture {
    fn new(options: &BreakerOptions) -> Self {
        let moody = Moody { mood: Mutex::new(Mood::Slow(Duration::ZERO)), asked: AtomicUsize::new(0) };
        Self { breaker: CircuitBreaker::new(moody, options), check: check() }
    }

    fn is(&self, mood: Mood) {
        *self.breaker.gateway().mood.lock().unwrap() = mood;
    }

    async fn ask(&self) -> Result<Confirmation, GatewayError> {
        self.breaker.ask(&self.check).await
    }

    /// A call: no two of them are one question.
    async fn call(&self) -> Result<Vec<u8>, GatewayError> {
        let request = merchant().sign_fields([("service", "close_trade")]).unwrap();
        self.breaker.send(&request).await
    }

    /// How often the gateway was really asked since the last time.
    fn asked(&self) -> usize {
        self.breaker.gateway().asked.swap(0, Ordering::SeqCst)
    }

    async fn opened(options: &BreakerOptions) -> Self {
        let fixture = Self::new(options);
        fixture.is(Mood::Down);
        while fixture.breaker.state() == BreakerState::Closed {
            assert!(matches!(fixture.ask().await, Err(GatewayError::Status(502))));
        }
        fixture
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[tokio::test(start_paused = true)]
async fn opens_after_failures_in_a_row_and_asks_nothing() {
    let fixture = Fixture::new(&BreakerOptions::default());
    for _ in 0..3 {
        fixture.is(Mood::Down);
        for _ in 0..4 {
            assert!(fixture.ask().await.is_err());
        }
        // One answer, and the count begins anew.
        fixture.is(Mood::Denying);
        assert!(matches!(fixture.ask().await, Err(GatewayError::Check(CheckError::Denied))));
        assert_eq!(fixture.breaker.state(), BreakerState::Closed);
    }
    let fixture = Fixture::opened(&BreakerOptions::default()).await;
    assert_eq!(fixture.asked(), 5);
    let began = Instant::now();
    for _ in 0..100 {
        assert!(matches!(fixture.ask().await, Err(GatewayError::CircuitOpen)));
    }
    assert!(matches!(fixture.call().await, Err(GatewayError::CircuitOpen)));
    assert_eq!((fixture.asked(), began.elapsed()), (0, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn every_answer_is_a_sign_of_life() {
    for mood in [Mood::Denying, Mood::Confused, Mood::Unsupported] {
        let fixture = Fixture::new(&BreakerOptions::default());
        fixture.is(mood);
        for _ in 0..50 {
            assert!(fixture.ask().await.is_err());
        }
        assert_eq!(fixture.breaker.state(), BreakerState::Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn one_question_tries_and_closes() {
    let fixture = Fixture::opened(&BreakerOptions::default()).await;
    fixture.asked();
    fixture.is(Mood::Slow(Duration::from_millis(100)));
    advance(Duration::from_millis(999)).await;
    assert!(matches!(fixture.ask().await, Err(GatewayError::CircuitOpen)));
    advance(Duration::from_millis(1)).await;
    let answers = join_all((0..20).map(|_| fixture.ask())).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(GatewayError::CircuitOpen))).count(), 19);
    assert_eq!((fixture.asked(), fixture.breaker.state()), (1, BreakerState::Closed));
    assert!(join_all((0..20).map(|_| fixture.ask())).await.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn the_pause_grows_to_its_bound_and_begins_anew() {
    let options = BreakerOptions::default().with_failures(1).with_max_pause(seconds(5));
    let fixture = Fixture::opened(&options).await;
    for pause in [1, 2, 4, 5, 5] {
        advance(seconds(pause) - Duration::from_millis(1)).await;
        assert!(matches!(fixture.ask().await, Err(GatewayError::CircuitOpen)), "{pause}");
        advance(Duration::from_millis(1)).await;
        assert!(matches!(fixture.ask().await, Err(GatewayError::Status(502))), "{pause}");
    }
    fixture.is(Mood::Denying);
    advance(seconds(5)).await;
    assert!(matches!(fixture.ask().await, Err(GatewayError::Check(CheckError::Denied))));
    fixture.is(Mood::Down);
    assert!(fixture.ask().await.is_err());
    advance(seconds(1)).await;
    assert!(matches!(fixture.ask().await, Err(GatewayError::Status(502))));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_given_up_leaves_its_place() {
    let fixture = Fixture::opened(&BreakerOptions::default()).await;
    advance(seconds(1)).await;
    fixture.is(Mood::Mute);
    assert!(timeout(Duration::from_millis(10), fixture.ask()).await.is_err());
    assert_eq!(fixture.breaker.state(), BreakerState::HalfOpen);
    fixture.is(Mood::Slow(Duration::ZERO));
    assert!(fixture.ask().await.is_ok());
    assert_eq!(fixture.breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_hurried_asker_proves_nothing_and_a_patient_one_does() {
    let fixture = Fixture::new(&BreakerOptions::default().with_failures(2));
    fixture.is(Mood::Mute);
    for _ in 0..10 {
        assert!(timeout(seconds(1), fixture.ask()).await.is_err());
    }
    assert_eq!(fixture.breaker.state(), BreakerState::Closed);
    for _ in 0..2 {
        assert!(timeout(seconds(3), fixture.ask()).await.is_err());
    }
    assert_eq!(fixture.breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_silent_gateway_costs_the_budget_and_no_more() {
    let fixture = Fixture::new(&BreakerOptions::default().with_failures(1).with_budget(seconds(3)));
    fixture.is(Mood::Mute);
    let began = Instant::now();
    assert!(
        matches!(fixture.ask().await, Err(GatewayError::Transport(reason)) if &*reason == "no answer in time")
    );
    assert_eq!((began.elapsed(), fixture.breaker.state()), (seconds(3), BreakerState::Open));
}

#[tokio::test(start_paused = true)]
async fn what_finds_no_place_is_shed() {
    let fixture = Fixture::new(&BreakerOptions::default().with_concurrency(2));
    fixture.is(Mood::Slow(Duration::from_millis(700)));
    let began = Instant::now();
    let answers = join_all((0..6).map(|_| fixture.call())).await;
    // Two at once, two who waited less than a second for their places, and two who would have waited longer.
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 4);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(GatewayError::Overloaded))).count(), 2);
    assert_eq!((began.elapsed(), fixture.asked()), (Duration::from_millis(1400), 4));
    // Being busy says nothing against the gateway.
    assert_eq!(fixture.breaker.state(), BreakerState::Closed);
    let none = Fixture::new(&BreakerOptions::default().with_concurrency(0).with_wait(Duration::ZERO));
    assert!(matches!(none.ask().await, Err(GatewayError::Overloaded)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_an_earlier_round_comes_too_late() {
    let fixture = Fixture::new(&BreakerOptions::default().with_failures(1));
    fixture.is(Mood::Slow(seconds(2)));
    let mut late = std::pin::pin!(fixture.call());
    assert!(timeout(Duration::from_millis(1), &mut late).await.is_err());
    fixture.is(Mood::Down);
    assert!(fixture.call().await.is_err());
    assert!(late.await.is_ok());
    assert_eq!(fixture.breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn however_many_wait_for_an_answer_its_failure_counts_once() {
    let fixture = Fixture::new(&BreakerOptions::default().with_failures(2).with_concurrency(1));
    fixture.is(Mood::Mute);
    for state in [BreakerState::Closed, BreakerState::Open] {
        let answers = join_all((0..20).map(|_| fixture.ask())).await;
        // They share the one place too: nobody is shed.
        assert!(
            answers.iter().all(|answer| matches!(answer, Err(GatewayError::Transport(_)))),
            "{answers:?}"
        );
        assert_eq!((fixture.asked(), fixture.breaker.state()), (1, state));
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_asks_anew_when_the_asker_has_given_up() {
    let fixture = Fixture::new(&BreakerOptions::default().with_budget(seconds(3)));
    fixture.is(Mood::Mute);
    let began = Instant::now();
    let hurried = timeout(seconds(1), fixture.ask());
    let (hurried, waiting) = tokio::join!(hurried, fixture.ask());
    assert!(hurried.is_err() && matches!(waiting, Err(GatewayError::Transport(_))));
    // In the time that was its own from the beginning.
    assert_eq!((fixture.asked(), began.elapsed()), (2, seconds(3)));
    assert!(fixture.breaker.shared.flights.is_empty());
}
