//! The notify path, request by request.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use alipay_rocket::AlipayFairing;
use rocket::{
    data::{Limits, ToByteUnit},
    http::{ContentType, Method, Status},
    local::asynchronous::{Client, LocalResponse},
};

use crate::support::*;

async fn client(shop: &Arc<Shop>) -> Client {
    Client::untracked(build().attach(AlipayFairing::new(alipay(shop)))).await.unwrap()
}

async fn assert_reply(response: LocalResponse<'_>, status: u16, word: &str) {
    assert_eq!(response.status().code, status);
    assert_eq!(response.headers().get_one("Content-Type"), Some("text/plain"));
    assert_eq!(response.headers().get_one("Cache-Control"), Some("no-store"));
    assert_eq!(response.headers().get_one("Allow"), (status == 405).then_some("POST"));
    assert_eq!(response.into_string().await.as_deref(), Some(word));
}

#[rocket::async_test]
async fn settles_once_and_says_success_each_time() {
    let shop = Shop::new();
    let client = client(&shop).await;
    for _ in 0..3 {
        assert_reply(client.post(NOTIFY).body(paid()).dispatch().await, 200, "success").await;
    }
    assert_eq!(shop.settled.load(Ordering::SeqCst), 1);
    assert_eq!(shop.heard(), ["notify settled ", "notify already_settled ", "notify already_settled "]);
}

#[rocket::async_test]
async fn observes_what_is_no_payment() {
    let shop = Shop::new();
    let client = client(&shop).await;
    let closed = message("T1", "TRADE_CLOSED", "10.50");
    assert_reply(client.post(NOTIFY).body(closed).dispatch().await, 200, "success").await;
    assert_eq!(shop.settled.load(Ordering::SeqCst), 0);
}

#[rocket::async_test]
async fn refuses_with_the_status_of_the_reason() {
    let shop = Shop::new();
    let client = client(&shop).await;
    let cases = [
        (String::new(), 400),
        ("sign=nonsense".to_owned(), 400),
        ("a=%zz".to_owned(), 400),
        (paid().replace("total_fee=10.50", "total_fee=10.51"), 403),
        (format!("{}&extra=1", paid()), 403),
        (format!("{}&total_fee=10.50", paid()), 400),
        (message("T2", "TRADE_SUCCESS", "10.50"), 404),
        (message("T1", "TRADE_SUCCESS", "0.01"), 409),
    ];
    for (body, status) in cases {
        let response = client.post(NOTIFY).header(ContentType::Form).body(&body).dispatch().await;
        assert_reply(response, status, "fail").await;
    }
    assert_eq!(shop.settled.load(Ordering::SeqCst), 0);
    assert_eq!(shop.heard().len(), 8);
}

#[rocket::async_test]
async fn the_content_type_decides_nothing() {
    for content_type in [ContentType::JSON, ContentType::FormData, ContentType::HTML] {
        let shop = Shop::new();
        let response =
            client(&shop).await.post(NOTIFY).header(content_type).body(paid()).dispatch().await.status();
        assert_eq!(response, Status::Ok);
    }
}

#[rocket::async_test]
async fn other_methods_are_refused_in_the_same_words() {
    let shop = Shop::new();
    let client = client(&shop).await;
    let methods = [
        (Method::Get, "GET"),
        (Method::Put, "PUT"),
        (Method::Delete, "DELETE"),
        (Method::Options, "OPTIONS"),
        (Method::Patch, "PATCH"),
        (Method::Trace, "another method"),
        (Method::Connect, "another method"),
    ];
    for (method, name) in methods {
        let response = client.req(method, NOTIFY).body(paid()).dispatch().await;
        assert_reply(response, 405, "fail").await;
        let said = shop.heard().pop().unwrap();
        assert_eq!(said, format!("notify method_not_allowed {name} on the notify path, which takes POST"));
    }
    let head = client.head(NOTIFY).dispatch().await;
    assert_eq!(head.status(), Status::MethodNotAllowed);
    assert_eq!(head.headers().get_one("Allow"), Some("POST"));
    assert_eq!(shop.heard().len(), 8);
}

#[rocket::async_test]
async fn a_field_named_method_is_a_field_like_any_other() {
    let shop = Shop::new();
    let client = client(&shop).await;
    for method in ["put", "get", "delete", "patch", "head", "nonsense"] {
        let body = format!("_method={method}&{}", paid());
        let status = client.post(NOTIFY).header(ContentType::Form).body(&body).dispatch().await.status();
        assert_eq!(status, Status::Forbidden, "{method}");
    }
    assert_eq!(shop.settled.load(Ordering::SeqCst), 0);
    assert!(shop.heard().iter().all(|heard| heard.starts_with("notify forged ")));
}

#[rocket::async_test]
async fn only_the_exact_path_is_ours() {
    let shop = Shop::new();
    let client = client(&shop).await;
    for path in ["/pay/notify/", "/pay//notify", "/pay/%6eotify", "/PAY/notify", "/notify"] {
        let response = client.post(path).body(paid()).dispatch().await;
        assert_eq!(response.status(), Status::NotFound, "{path}");
    }
    assert!(shop.heard().is_empty());
    let response = client.post("/pay/notify?anything=1").body(paid()).dispatch().await;
    assert_reply(response, 200, "success").await;
}

#[rocket::async_test]
async fn the_body_limit_is_rockets_data_limit() {
    let shop = Shop::new();
    let default = client(&shop).await;
    let filled = |length: usize| format!("a={}", "x".repeat(length - 2));
    assert_reply(default.post(NOTIFY).body(filled(65_536)).dispatch().await, 400, "fail").await;
    assert_reply(default.post(NOTIFY).body(filled(65_537)).dispatch().await, 413, "fail").await;
    assert_eq!(shop.heard().pop().unwrap(), "notify too_large the body is larger than 65536 bytes");

    let limits = figment().merge(("limits", Limits::default().limit("alipay", 100.bytes())));
    let rocket = rocket::custom(limits).attach(AlipayFairing::new(alipay(&shop)));
    let small = Client::untracked(rocket).await.unwrap();
    assert_reply(small.post(NOTIFY).body(filled(100)).dispatch().await, 400, "fail").await;
    assert_reply(small.post(NOTIFY).body(filled(101)).dispatch().await, 413, "fail").await;
}

#[rocket::async_test]
async fn a_panic_of_the_shop_is_a_fail() {
    let shop = Shop::new();
    shop.panics.store(true, Ordering::SeqCst);
    let client = client(&shop).await;
    assert_reply(client.post(NOTIFY).body(paid()).dispatch().await, 500, "fail").await;
    assert_eq!(shop.heard(), ["notify panicked the shop's code panicked"]);
    shop.panics.store(false, Ordering::SeqCst);
    assert_reply(client.post(NOTIFY).body(paid()).dispatch().await, 200, "success").await;
}

#[rocket::async_test]
async fn the_deadline_is_kept() {
    let shop = Shop::new();
    let alipay = desk(&Gateway::slow(Duration::from_secs(60)), &shop);
    let fairing = AlipayFairing::new(alipay).with_deadline(Duration::from_millis(50));
    let client = Client::untracked(build().attach(fairing)).await.unwrap();
    assert_reply(client.post(NOTIFY).body(paid()).dispatch().await, 503, "fail").await;
    assert_eq!(shop.heard(), ["notify deadline_exceeded the answer was not ready before the deadline"]);
}
