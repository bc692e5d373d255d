//! Other methods, other paths.

use alipay_tower::RejectionKind::{Forged, Malformed, MethodNotAllowed};

use super::{rows, stage::Stage};
use crate::wire::{bare, head, post};

rows! { get_on_the_notify_path, other_methods_on_the_notify_path, method_override, almost_the_notify_path, query_on_the_notify_path }

/// A request of this method, and its answer.
async fn send(stage: &mut Stage, method: &str, request: Vec<u8>) -> crate::wire::Answer {
    let mut connection = stage.connect().await;
    connection.send(request).await;
    let answer = connection.answer_to(method).await;
    stage.note(&answer);
    answer
}

async fn get_on_the_notify_path(stage: &mut Stage) {
    let answer = send(stage, "GET", bare("GET", shop::NOTIFY_PATH)).await;
    stage.was_refused(&answer, MethodNotAllowed, "GET on the notify path").await;
    // A genuine message in the address is no notification.
    let path = format!("{}?{}", shop::NOTIFY_PATH, stage.body());
    let answer = send(stage, "GET", bare("GET", &path)).await;
    stage.was_refused(&answer, MethodNotAllowed, "GET on the notify path").await;
}

async fn other_methods_on_the_notify_path(stage: &mut Stage) {
    let body = stage.body();
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "PROPFIND", "post"] {
        let length = body.len().to_string();
        let mut request = head(method, shop::NOTIFY_PATH, "HTTP/1.1", &[("content-length", &length)]);
        request.extend_from_slice(body.as_bytes());
        let answer = send(stage, method, request).await;
        stage.was_refused(&answer, MethodNotAllowed, "on the notify path, which takes POST").await;
    }
    let answer = send(stage, "HEAD", bare("HEAD", shop::NOTIFY_PATH)).await;
    assert_eq!((answer.status, answer.text(), answer.header("content-length")), (405, "", Some("4")));
    stage.is_journaled("notify", MethodNotAllowed, "HEAD on the notify path").await;
}

/// Some frameworks let a form choose its own method.
async fn method_override(stage: &mut Stage) {
    let body = stage.body();
    for method in ["PUT", "put", "DELETE", "GET", "BREW"] {
        stage.refuses(format!("_method={method}&{body}"), Forged, "does not verify").await;
    }
    for header in ["x-http-method-override", "x-method-override"] {
        let (order, genuine) = stage.another().await;
        let answer = stage.send(crate::wire::post_as(shop::NOTIFY_PATH, &[(header, "PUT")], genuine)).await;
        stage.was_accepted(&answer, &order).await;
    }
}

/// Paths are compared byte by byte; what is only similar is somebody else's, and never answered `success`.
async fn almost_the_notify_path(stage: &mut Stage) {
    let body = stage.body();
    for path in [
        "/alipay/notify/",
        "//alipay/notify",
        "/alipay//notify",
        "/alipay/%6eotify",
        "/Alipay/notify",
        "/alipay/./notify",
        "/x/../alipay/notify",
        "/alipay/notify%20",
        "/alipay/notify;x",
    ] {
        let answer = stage.send(post(path, &body)).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("success"), "{path}");
    }
    assert!(stage.shop.journal().await.is_empty());
    assert!(stage.shop.simulator.questions().is_empty());
}

/// The body is read and nothing else.
async fn query_on_the_notify_path(stage: &mut Stage) {
    let genuine = stage.body();
    let path = |query: &str| format!("{}?{query}", shop::NOTIFY_PATH);
    let answer = stage.send(post(&path(&genuine), "")).await;
    stage.was_refused(&answer, Malformed, "no parameters").await;
    let answer = stage.send(post(&path(&genuine), "total_fee=0.01")).await;
    stage.was_refused(&answer, Malformed, "`sign` is missing").await;
    for query in ["total_fee=0.01&sign=0&trade_status=TRADE_CLOSED", "%zz&%00", "s=/alipay/notify", "?"] {
        let (order, body) = stage.another().await;
        let answer = stage.send(post(&path(query), body)).await;
        stage.was_accepted(&answer, &order).await;
    }
}
