//! Hosts that keep their own notify route.

use std::sync::{Arc, atomic::Ordering};

use alipay_rocket::{AlipayFairing, Notified, NotifyReply, alipay_tower::store::Receipt};
use rocket::{State, http::Status, local::asynchronous::Client, post, put, routes};

use crate::support::*;

/// What the host's handler does with a settled notification.
struct Handler(Status);

#[post("/shop/notify", data = "<notified>")]
async fn notify(
    notified: Result<Notified, NotifyReply>,
    shop: &State<Arc<Shop>>,
    handler: &State<Handler>,
) -> Result<NotifyReply, NotifyReply> {
    let notified = notified?;
    assert!(shop.settled.load(Ordering::SeqCst) > 0 || matches!(*notified, Receipt::Observed(_)));
    assert!(notified.payment().is_some() || matches!(notified.0, Receipt::Observed(_)));
    if handler.0 == Status::Ok { Ok(NotifyReply::success()) } else { Err(NotifyReply::fail(handler.0)) }
}

#[put("/shop/notify", data = "<notified>")]
async fn put_notify(notified: Result<Notified, NotifyReply>) -> NotifyReply {
    notified.unwrap_err()
}

#[post("/bare", data = "<_notified>")]
async fn bare(_notified: Notified) -> NotifyReply {
    NotifyReply::success()
}

async fn client(shop: &Arc<Shop>, handler: Status) -> Client {
    let rocket = build()
        .manage(Arc::clone(shop))
        .manage(Handler(handler))
        .attach(AlipayFairing::new(alipay(shop)).without_notify_route())
        .mount("/", routes![notify, put_notify, bare]);
    Client::untracked(rocket).await.unwrap()
}

#[rocket::async_test]
async fn the_handler_runs_after_settling() {
    let shop = Shop::new();
    let client = client(&shop, Status::Ok).await;
    let response = client.post("/shop/notify").body(paid()).dispatch().await;
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(response.headers().get_one("Content-Type"), Some("text/plain"));
    assert_eq!(response.into_string().await.unwrap(), "success");
    let closed = message("T1", "TRADE_CLOSED", "10.50");
    assert_eq!(client.post("/shop/notify").body(closed).dispatch().await.status(), Status::Ok);
    assert_eq!(client.post(NOTIFY).body(paid()).dispatch().await.status(), Status::NotFound);
}

#[rocket::async_test]
async fn a_refusal_leaves_as_the_word() {
    let shop = Shop::new();
    let client = client(&shop, Status::Ok).await;
    for (body, status) in [
        (paid().replace("total_fee=10.50", "total_fee=10.51"), Status::Forbidden),
        ("x".repeat(70_000), Status::PayloadTooLarge),
    ] {
        let response = client.post("/shop/notify").body(body).dispatch().await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().get_one("Content-Type"), Some("text/plain"));
        assert_eq!(response.headers().get_one("Cache-Control"), Some("no-store"));
        assert_eq!(response.into_string().await.unwrap(), "fail");
    }
    shop.panics.store(true, Ordering::SeqCst);
    let response = client.post("/shop/notify").body(paid()).dispatch().await;
    assert_eq!(response.status(), Status::InternalServerError);
    assert_eq!(response.into_string().await.unwrap(), "fail");
    assert_eq!(shop.heard().len(), 3);
}

#[rocket::async_test]
async fn a_handler_that_failed_is_called_again() {
    let shop = Shop::new();
    let client = client(&shop, Status::ServiceUnavailable).await;
    for _ in 0..2 {
        let response = client.post("/shop/notify").body(paid()).dispatch().await;
        assert_eq!(response.status(), Status::ServiceUnavailable);
        assert_eq!(response.into_string().await.unwrap(), "fail");
    }
    assert_eq!(shop.heard(), ["notify settled ", "notify already_settled "]);
}

#[rocket::async_test]
async fn only_a_post_settles() {
    let shop = Shop::new();
    let client = client(&shop, Status::Ok).await;
    let response = client.put("/shop/notify").body(paid()).dispatch().await;
    assert_eq!(response.status(), Status::MethodNotAllowed);
    assert_eq!(response.headers().get_one("Allow"), Some("POST"));
    assert_eq!(shop.settled.load(Ordering::SeqCst), 0);
}

#[rocket::async_test]
async fn a_bare_guard_fails_with_the_status_of_the_reason() {
    let shop = Shop::new();
    let client = client(&shop, Status::Ok).await;
    assert_eq!(client.post("/bare").body("sign=1").dispatch().await.status(), Status::BadRequest);
    assert_eq!(client.post("/bare").body(paid()).dispatch().await.status(), Status::Ok);
}

#[test]
fn a_reply_says_what_it_is() {
    let reply = NotifyReply::fail(Status::ImATeapot);
    assert_eq!((reply.word().as_str(), reply.status()), ("fail", Status::ImATeapot));
    assert!(reply.rejection().is_none());
}
