//! Slow, rude and old-fashioned senders.

use std::time::Duration;

use alipay_tower::RejectionKind::{BodyTimeout, Forged, Malformed};

use super::{rows, stage::Stage};
use crate::wire::{CONTENT_TYPE, head, post, post_as};

rows! {
    slow_body,
    stalled_body,
    silent_body,
    early_disconnect,
    disconnect_before_the_body,
    noise_in_the_content_type,
    noise_in_the_headers,
    http_1_0,
    pipelined,
    one_connection_for_all,
    oversized_head,
    reordered_fields,
}

/// The head of a POST that announces the body.
fn announce(body: &str) -> Vec<u8> {
    let length = body.len().to_string();
    head(
        "POST",
        shop::NOTIFY_PATH,
        "HTTP/1.1",
        &[("content-type", CONTENT_TYPE), ("content-length", &length)],
    )
}

/// A byte at a time, for ever.
async fn slow_body(stage: &mut Stage) {
    let body = stage.body();
    let (mut reading, mut writing) = stage.connect().await.split();
    let trickle = async {
        writing.send(announce(&body)).await;
        for byte in body.as_bytes().chunks(1) {
            writing.send(byte).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let answer = tokio::select! {
        answer = reading.answer() => answer,
        () = trickle => panic!("the shop waited for all of it"),
    };
    stage.note(&answer);
    stage.was_refused(&answer, BodyTimeout, "did not arrive in time").await;
}

async fn stalled_body(stage: &mut Stage) {
    let body = stage.body();
    let mut stalled = Vec::new();
    for sent in [100, body.len() - 1] {
        let mut connection = stage.connect().await;
        connection.send(announce(&body)).await;
        connection.send(&body[..sent]).await;
        stalled.push(connection);
    }
    for mut connection in stalled {
        let answer = connection.answer().await;
        stage.note(&answer);
        stage.was_refused(&answer, BodyTimeout, "did not arrive in time").await;
    }
}

/// Announced, and then not a byte. Not every framework answers before the first one; it holds a connection and nothing
/// else, and everybody else is served meanwhile.
async fn silent_body(stage: &mut Stage) {
    let body = stage.body();
    let mut silent = Vec::new();
    for _ in 0..50 {
        let mut connection = stage.connect().await;
        connection.send(announce(&body)).await;
        silent.push(connection);
    }
    let (order, another) = stage.another().await;
    let answer = stage.notify(&another).await;
    stage.was_accepted(&answer, &order).await;
    drop(silent);
}

async fn disconnect_before_the_body(stage: &mut Stage) {
    for (before, sent) in ["", "a=1", "discount=0.00"].into_iter().enumerate() {
        let mut connection = stage.connect().await;
        connection.send(announce(&stage.body())).await;
        connection.send(sent).await;
        drop(connection);
        let shop = &stage.shop;
        crate::until("the journal has a line", async || shop.journal().await.len() > before).await;
        stage.is_journaled("notify", Malformed, "the body broke off").await;
    }
}

async fn early_disconnect(stage: &mut Stage) {
    let body = stage.body();
    for (before, sent) in [100, body.len() - 1].into_iter().enumerate() {
        let mut connection = stage.connect().await;
        connection.send(announce(&body)).await;
        connection.send(&body[..sent]).await;
        drop(connection);
        let shop = &stage.shop;
        crate::until("the journal has a line", async || shop.journal().await.len() > before).await;
        stage.is_journaled("notify", Malformed, "the body broke off").await;
    }
    // Gone before the answer: what was decided stays decided.
    let (order, another) = stage.another().await;
    let mut connection = stage.connect().await;
    connection.send(post(shop::NOTIFY_PATH, &another)).await;
    drop(connection);
    let answer = stage.notify(&another).await;
    stage.was_accepted(&answer, &order).await;
}

async fn noise_in_the_content_type(stage: &mut Stage) {
    for noise in [
        None,
        Some(""),
        Some("application/x-www-form-urlencoded"),
        Some("application/x-www-form-urlencoded; charset=GBK"),
        Some("application/x-www-form-urlencoded;;;"),
        Some("application/json"),
        Some("multipart/form-data; boundary=x"),
        Some("text/html; charset=\u{ff}"),
        Some("nonsense"),
    ] {
        let (order, body) = stage.another().await;
        let headers: Vec<_> = noise.into_iter().map(|value| ("content-type", value)).collect();
        let answer = stage.send(post_as(shop::NOTIFY_PATH, &headers, body)).await;
        stage.was_accepted(&answer, &order).await;
    }
}

/// Nothing in the headers is a reason to believe or to doubt.
async fn noise_in_the_headers(stage: &mut Stage) {
    for noise in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("cookie", "shop_lang=en; shop_orders=x"),
        ("authorization", "Basic Og=="),
        ("accept", "application/json"),
        ("accept-encoding", "gzip, br"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-original-url", "/operator"),
        ("range", "bytes=0-1"),
        ("if-none-match", "*"),
        ("content-encoding", "gzip"),
        ("user-agent", ""),
    ] {
        let (order, body) = stage.another().await;
        let answer = stage.send(post_as(shop::NOTIFY_PATH, &[noise], body)).await;
        stage.was_accepted(&answer, &order).await;
    }
}

async fn http_1_0(stage: &mut Stage) {
    let (order, body) = stage.another().await;
    let length = body.len().to_string();
    let request = format!("POST {} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}", shop::NOTIFY_PATH);
    let answer = stage.send(request).await;
    stage.was_accepted(&answer, &order).await;
}

async fn pipelined(stage: &mut Stage) {
    let (order, body) = stage.another().await;
    let forged = post(shop::NOTIFY_PATH, format!("{body}&x=1"));
    let genuine = post(shop::NOTIFY_PATH, &body);
    let mut connection = stage.connect().await;
    connection.send([forged.as_slice(), &genuine, &genuine, &forged].concat()).await;
    for (status, word) in [(403, "fail"), (200, "success"), (200, "success"), (403, "fail")] {
        let answer = connection.answer().await;
        stage.note(&answer);
        stage.assert_word(&answer, status, word);
    }
    stage.shop.assert_settled_once(&order).await;
}

/// A refusal does not cost the connection.
async fn one_connection_for_all(stage: &mut Stage) {
    let (order, body) = stage.another().await;
    let mut connection = stage.connect().await;
    for spoiled in ["", "a=%", &format!("{body}&x=1"), &"&".repeat(2000), &"a".repeat(100_000)] {
        connection.send(post(shop::NOTIFY_PATH, spoiled)).await;
        let answer = connection.answer().await;
        stage.note(&answer);
        assert_eq!(answer.text(), "fail");
    }
    connection.send(post(shop::NOTIFY_PATH, &body)).await;
    let answer = connection.answer().await;
    stage.note(&answer);
    stage.was_accepted(&answer, &order).await;
}

async fn oversized_head(stage: &mut Stage) {
    let body = stage.body();
    let long = "x".repeat(1 << 20);
    let answer = stage.send(post_as(shop::NOTIFY_PATH, &[("x-long", &long)], &body)).await;
    assert_eq!((answer.status, answer.text()), (431, ""));
    let many: Vec<(String, String)> = (0..200).map(|n| (format!("x-{n}"), "1".to_owned())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = stage.send(post_as(shop::NOTIFY_PATH, &many, &body)).await;
    assert_eq!((answer.status, answer.text()), (431, ""));
    stage.refuses(format!("{body}&x=1"), Forged, "does not verify").await;
}

/// The order on the wire is nobody's business; the one of the signed text is.
async fn reordered_fields(stage: &mut Stage) {
    let (order, body) = stage.another().await;
    let mut fields: Vec<&str> = body.split('&').collect();
    fields.reverse();
    fields.swap(1, 7);
    let answer = stage.notify(fields.join("&")).await;
    stage.was_accepted(&answer, &order).await;
}
