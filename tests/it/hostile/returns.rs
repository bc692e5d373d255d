//! The return path belongs to a person: he always gets a page, and the page claims nothing that is not proved.

use alipay_simulator::{Lie, Mischief, Outage, QueryLie};
use alipay_tower::RejectionKind::{
    self, DeadlineExceeded, Forged, GatewayDenied, GatewayUnreachable, Malformed, MethodNotAllowed, NotOurs,
    Panicked, StoreFailed, UnknownOrder, WrongAmount,
};

use super::{rows, stage::Stage};
use crate::{
    shops::Fault,
    wire::{Answer, Message, bare, encode, post},
};

rows! {
    no_message,
    forged_messages,
    tampered_in_turn,
    a_return_as_a_notification,
    our_own_request_as_a_message,
    post_on_the_return_path,
    head_on_the_return_path,
    genuine_and_replayed,
    database_driver_panics;
    // A return of the OpenAPI generation says neither the status nor a `notify_id`.
    classic: messages_for_others, wrong_orders_and_amounts, a_notification_as_a_return,
        nobody_can_tell_at_the_moment;
    openapi: silent_returns_for_others, a_notification_is_no_silent_return, nobody_can_be_asked_about_it,
}

pub(super) async fn visit(stage: &mut Stage, query: &str) -> Answer {
    let path = format!("{}?{query}", shop::RETURN_PATH);
    let mut connection = stage.connect().await;
    connection.send(bare("GET", &path)).await;
    let answer = connection.answer_to("GET").await;
    stage.note(&answer);
    answer
}

/// A page that does not say paid, with the refusal's status.
pub(super) async fn refuses(stage: &mut Stage, query: &str, kind: RejectionKind, reason: &str) {
    let answer = visit(stage, query).await;
    page_of(&answer, kind.status());
    let modest = ["refused", "processing"].iter().any(|state| says(&answer, state));
    assert!(modest && !says(&answer, "settled") && !says(&answer, "verified"), "{}", answer.text());
    stage.is_journaled("return", kind, reason).await;
}

/// Whether the page shows this state.
pub(super) fn says(answer: &Answer, state: &str) -> bool {
    answer.text().contains(&format!("data-state=\"{state}\""))
}

pub(super) fn page_of(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.text().trim_start().starts_with("<!DOCTYPE html>") && answer.text() != "fail");
}

async fn no_message(stage: &mut Stage) {
    refuses(stage, "", Malformed, "no parameters").await;
    let answer = stage.send(bare("GET", shop::RETURN_PATH)).await;
    page_of(&answer, 400);
}

async fn forged_messages(stage: &mut Stage) {
    let back = stage.back.clone();
    let (amount, own) = (stage.shop.amount_field(), stage.merchant().sign_type().as_str());
    for query in [
        format!("{back}&x=1"),
        back.replace(&format!("sign_type={own}"), "sign_type=DSA"),
        back.replace(&format!("{amount}=10.50"), &format!("{amount}=0.01")),
        back.replace("%252F", "%2F"), // unescaped once too often
    ] {
        if query == back && !stage.is_classic() {
            continue; // no id, nothing to unescape
        }
        assert_ne!(query, back);
        refuses(stage, &query, Forged, "").await;
    }
}

async fn tampered_in_turn(stage: &mut Stage) {
    let fields = Message::read(stage.back.as_bytes()).signed(stage.merchant());
    for at in 0..fields.len() {
        let mut spoiled = fields.clone();
        spoiled[at].1.push('x');
        refuses(stage, &encode(&spoiled), Forged, "").await;
    }
}

async fn messages_for_others(stage: &mut Stage) {
    let message = Message::read(stage.back.as_bytes());
    for (name, value) in
        [("seller_id", "2088000000000009"), ("seller_email", "thief@example.com"), ("partner", "x")]
    {
        let query = message.clone().with(name, value).body(stage.merchant());
        refuses(stage, &query, NotOurs, "").await;
    }
}

async fn wrong_orders_and_amounts(stage: &mut Stage) {
    let message = Message::read(stage.back.as_bytes());
    let signed =
        |stage: &Stage, name: &str, value: &str| message.clone().with(name, value).body(stage.merchant());
    stage.questions = 1;
    let query = signed(stage, "out_trade_no", "T19990101000001");
    refuses(stage, &query, UnknownOrder, "no such order").await;
    stage.questions = 2;
    let query = signed(stage, "total_fee", "10.49");
    refuses(stage, &query, WrongAmount, "10.49").await;
    // An escaped id is asked about in both spellings.
    stage.questions = 4;
    let query = signed(stage, "notify_id", "RqPnNever%2FSent");
    refuses(stage, &query, GatewayDenied, "`false`").await;
    stage.questions = 5;
    let query = signed(stage, "is_success", "F");
    refuses(stage, &query, Malformed, "is_success").await;
}

/// The shapes are the same and the proof too: the page may say what the message proves, and writes nothing.
async fn a_notification_as_a_return(stage: &mut Stage) {
    let body = stage.body();
    let answer = visit(stage, &body).await;
    page_of(&answer, 200);
    assert!(says(&answer, "verified"));
    assert_eq!(stage.shop.count("shown").await, 1);
    assert_eq!(stage.shop.count("settled").await, 0);
}

/// The key is the same, and the buyer has this message in his address bar: it moves nothing on the other path.
async fn a_return_as_a_notification(stage: &mut Stage) {
    let back = stage.back.clone();
    stage.refuses(back, Malformed, if stage.is_classic() { "`is_success`" } else { "`method`" }).await;
}

/// So is our own request, which every buyer is handed.
async fn our_own_request_as_a_message(stage: &mut Stage) {
    let request = stage.shop.checkout(&stage.order);
    let (_, query) = request.url().split_once('?').unwrap();
    // With RSA the two sides have keys of their own.
    let (kind, reason) =
        if stage.is_classic() { (Malformed, "`service`") } else { (Forged, "does not verify") };
    stage.refuses(query, kind, reason).await;
    refuses(stage, query, kind, reason).await;
}

async fn post_on_the_return_path(stage: &mut Stage) {
    let back = stage.back.clone();
    let path = format!("{}?{back}", shop::RETURN_PATH);
    for (path, body) in [(shop::RETURN_PATH, back.as_str()), (path.as_str(), ""), (path.as_str(), "x=1")] {
        let answer = stage.send(post(path, body)).await;
        page_of(&answer, 405);
        stage.is_journaled("return", MethodNotAllowed, "the return path takes GET").await;
    }
}

async fn head_on_the_return_path(stage: &mut Stage) {
    let path = format!("{}?{}", shop::RETURN_PATH, stage.back);
    let mut connection = stage.connect().await;
    connection.send(bare("HEAD", &path)).await;
    let answer = connection.answer_to("HEAD").await;
    assert_eq!((answer.status, answer.text()), (200, ""));
    assert_eq!(stage.shop.count("shown").await, 1);
    assert_eq!(stage.shop.count("settled").await, 0);
}

/// Books or gateway are out of order: the page says that it does not know, and does not call anybody a forger.
async fn nobody_can_tell_at_the_moment(stage: &mut Stage) {
    let back = stage.back.clone();
    stage.shop.faults.switch(Fault::Fails);
    refuses(stage, &back, StoreFailed, "the order store failed").await;
    stage.shop.faults.switch(Fault::Hangs);
    refuses(stage, &back, DeadlineExceeded, "before the deadline").await;
    stage.shop.faults.switch(Fault::None);
    stage.shop.simulator.behave(Mischief::Outage(Outage::Unavailable).once());
    stage.questions = 1;
    refuses(stage, &back, GatewayUnreachable, "503").await;
    stage.shop.simulator.behave(Mischief::Lie(Lie::Garbage).once());
    stage.questions = 2;
    refuses(stage, &back, GatewayUnreachable, "none of true, false, invalid").await;
    let answer = visit(stage, &back).await;
    assert!(says(&answer, "verified"));
}

async fn database_driver_panics(stage: &mut Stage) {
    let back = stage.back.clone();
    stage.shop.faults.switch(Fault::Panics);
    let answer = visit(stage, &back).await;
    page_of(&answer, 500);
    assert!(!says(&answer, "settled") && !says(&answer, "verified"), "{}", answer.text());
    stage.is_journaled("return", Panicked, "panicked").await;
    stage.shop.faults.switch(Fault::None);
}

/// Reloading, bookmarking and sharing a return moves nothing.
async fn genuine_and_replayed(stage: &mut Stage) {
    let back = stage.back.clone();
    for shown in 1..=3 {
        let answer = visit(stage, &back).await;
        page_of(&answer, 200);
        assert!(says(&answer, "verified"));
        assert_eq!(stage.shop.count("shown").await, shown);
    }
    assert_eq!(stage.shop.count("settled").await, 0);
}

/// The application's id and the seller's tell whose return it is; Alipay's key is the same for all.
async fn silent_returns_for_others(stage: &mut Stage) {
    let message = Message::read(stage.back.as_bytes());
    for (name, value) in [("seller_id", "2088000000000009"), ("app_id", "9021000000000009")] {
        let query = message.clone().with(name, value).body(stage.merchant());
        refuses(stage, &query, NotOurs, "").await;
    }
    let query = message.clone().with("out_trade_no", "T19990101000001").body(stage.merchant());
    let answer = visit(stage, &query).await;
    assert!(!says(&answer, "verified") && !says(&answer, "settled"), "{}", answer.text());
}

async fn a_notification_is_no_silent_return(stage: &mut Stage) {
    let body = stage.body();
    refuses(stage, &body, Malformed, "`notify_type`").await;
}

/// Books or gateway are out of order: the page says `processing`, and calls nobody a forger.
async fn nobody_can_be_asked_about_it(stage: &mut Stage) {
    let back = stage.back.clone();
    stage.shop.faults.switch(Fault::Fails);
    refuses(stage, &back, StoreFailed, "the order store failed").await;
    stage.shop.faults.switch(Fault::None);
    stage.shop.simulator.behave(Mischief::QueryOutage(Outage::Unavailable).once());
    let answer = visit(stage, &back).await;
    assert!(says(&answer, "processing"), "{}", answer.text());
    // What was answered, or not, is remembered for two seconds.
    let forgotten = || tokio::time::sleep(std::time::Duration::from_millis(2100));
    forgotten().await;
    stage.shop.simulator.behave(Mischief::QueryLie(QueryLie::Tampered).once());
    let answer = visit(stage, &back).await;
    assert!(!says(&answer, "verified") && !says(&answer, "settled"), "{}", answer.text());
    forgotten().await;
    let answer = visit(stage, &back).await;
    assert!(says(&answer, "verified"), "{}", answer.text());
    assert_eq!(stage.shop.count("settled").await, 0, "a return moves no money");
}
