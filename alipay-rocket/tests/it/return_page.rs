//! The return path and its guard.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use alipay_rocket::{AlipayFairing, NotPaid, Paid, alipay_tower::RejectionKind};
use rocket::{
    Request,
    data::{Limits, ToByteUnit},
    get,
    http::Status,
    local::asynchronous::{Client, LocalResponse},
    post,
    request::{FromRequest, Outcome},
    routes,
};

use crate::support::*;

#[get("/pay/return")]
fn strict(paid: Paid) -> String {
    format!("{} {}", paid.out_trade_no(), paid.amount())
}

#[get("/maybe/return")]
fn maybe(paid: Option<Paid>) -> &'static str {
    if paid.is_some() { "paid" } else { "not yet" }
}

#[get("/told/return")]
fn told(paid: Result<Paid, NotPaid>) -> Result<String, NotPaid> {
    let Paid(payment) = paid?;
    Ok(payment.trade_no().to_string())
}

#[post("/pay/return")]
fn posted(paid: Result<Paid, NotPaid>) -> (Status, String) {
    let reason = paid.unwrap_err();
    (reason.status(), reason.to_string())
}

struct Again;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Again {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match request.guard::<Paid>().await {
            Outcome::Success(_) => Outcome::Success(Self),
            _ => Outcome::Error((Status::ImATeapot, ())),
        }
    }
}

#[get("/pay/return")]
fn thrice(first: Option<Paid>, _again: Again, third: Result<Paid, NotPaid>) -> &'static str {
    assert!(first.is_some() && third.is_ok());
    "paid"
}

fn app(gateway: &Arc<Gateway>, shop: &Arc<Shop>) -> rocket::Rocket<rocket::Build> {
    build().attach(AlipayFairing::new(desk(gateway, shop)))
}

async fn text(response: LocalResponse<'_>) -> String {
    response.into_string().await.unwrap()
}

#[rocket::async_test]
async fn the_payment_is_shown_and_nothing_written() {
    let (gateway, shop) = (Arc::default(), Shop::new());
    let client = Client::untracked(app(&gateway, &shop).mount("/", routes![strict])).await.unwrap();
    let response = client.get(format!("{RETURN}?{}", paid())).dispatch().await;
    assert_eq!(text(response).await, "T1 10.50");
    assert_eq!(shop.settled.load(Ordering::SeqCst), 0);
    assert_eq!(shop.heard(), ["return shown "]);
}

#[rocket::async_test]
async fn a_refusal_has_the_status_of_its_reason() {
    let (gateway, shop) = (Arc::default(), Shop::new());
    let client = Client::untracked(app(&gateway, &shop).mount("/", routes![strict])).await.unwrap();
    let cases = [
        (String::new(), Status::BadRequest),
        ("?".to_owned(), Status::BadRequest),
        (format!("?{}", paid().replace("total_fee=10.50", "total_fee=10.51")), Status::Forbidden),
        (format!("?{}", message("T2", "TRADE_SUCCESS", "10.50")), Status::NotFound),
        (format!("?{}", message("T1", "TRADE_SUCCESS", "0.01")), Status::Conflict),
        (format!("?{}", message("T1", "WAIT_BUYER_PAY", "10.50")), Status::Conflict),
        (format!("?a={}", "x".repeat(16_384)), Status::PayloadTooLarge),
    ];
    for (query, status) in cases {
        assert_eq!(client.get(format!("{RETURN}{query}")).dispatch().await.status(), status, "{query:.60}");
    }
    assert_eq!(shop.heard().len(), 7);
    assert_eq!(shop.heard().pop().unwrap(), "return too_large the query is larger than 16384 bytes");
}

#[rocket::async_test]
async fn a_tighter_data_limit_holds_for_the_query_too() {
    let shop = Shop::new();
    let limits = figment().merge(("limits", Limits::default().limit("alipay", 10.bytes())));
    let rocket = rocket::custom(limits).attach(AlipayFairing::new(alipay(&shop))).mount("/", routes![strict]);
    let client = Client::untracked(rocket).await.unwrap();
    let status = client.get(format!("{RETURN}?{}", paid())).dispatch().await.status();
    assert_eq!(status, Status::PayloadTooLarge);
}

#[rocket::async_test]
async fn verified_once_however_many_ask() {
    let (gateway, shop) = (Arc::<Gateway>::default(), Shop::new());
    let client = Client::untracked(app(&gateway, &shop).mount("/", routes![thrice])).await.unwrap();
    let response = client.get(format!("{RETURN}?{}", paid())).dispatch().await;
    assert_eq!(text(response).await, "paid");
    assert_eq!(gateway.calls.load(Ordering::SeqCst), 1);
    assert_eq!(shop.heard(), ["return shown "]);
}

#[rocket::async_test]
async fn options_and_results() {
    let shop = Shop::new();
    for (path, good, bad, status) in [
        ("/maybe/return", "paid", "not yet", Status::Ok),
        (
            "/told/return",
            "2024010121001004010200000001",
            "This payment could not be verified (yet).",
            Status::Forbidden,
        ),
    ] {
        let endpoints = endpoints().with_return_path(path).unwrap();
        let alipay = alipay_rocket::alipay_tower::Alipay::new(
            merchant(),
            Arc::<Gateway>::default(),
            Arc::clone(&shop),
            endpoints,
        );
        let rocket = build().attach(AlipayFairing::new(alipay)).mount("/", routes![maybe, told]);
        let client = Client::untracked(rocket).await.unwrap();
        let response = client.get(format!("{path}?{}", paid())).dispatch().await;
        assert_eq!(text(response).await, good);
        let forged = paid().replace("total_fee=10.50", "total_fee=10.51");
        let response = client.get(format!("{path}?{forged}")).dispatch().await;
        assert_eq!(response.status(), status);
        assert_eq!(text(response).await, bad);
    }
}

#[rocket::async_test]
async fn other_paths_are_not_verified() {
    let (gateway, shop) = (Arc::<Gateway>::default(), Shop::new());
    let rocket = app(&gateway, &shop).mount("/", routes![strict, maybe, told]);
    let client = Client::untracked(rocket).await.unwrap();
    for path in ["/pay/return/", "/pay/retur%6e", "/pay//return", "/told/return"] {
        let response = client.get(format!("{path}?{}", paid())).dispatch().await;
        assert_eq!(response.status(), Status::NotFound, "{path}");
    }
    let response = client.get(format!("/maybe/return?{}", paid())).dispatch().await;
    assert_eq!(text(response).await, "not yet");
    assert!(shop.heard().is_empty());
    assert_eq!(gateway.calls.load(Ordering::SeqCst), 0);
}

#[rocket::async_test]
async fn the_return_path_takes_get() {
    let shop = Shop::new();
    let rocket = app(&Arc::default(), &shop).mount("/", routes![posted]);
    let client = Client::untracked(rocket).await.unwrap();
    let response = client.post(format!("{RETURN}?{}", paid())).body(paid()).dispatch().await;
    assert_eq!(response.status(), Status::MethodNotAllowed);
    assert_eq!(text(response).await, "the return path takes GET");
    assert_eq!(shop.heard(), ["return method_not_allowed the return path takes GET"]);
}

#[rocket::async_test]
async fn head_is_get_without_a_body() {
    let (gateway, shop) = (Arc::<Gateway>::default(), Shop::new());
    let rocket = app(&gateway, &shop).mount("/", routes![strict]);
    let client = Client::untracked(rocket).await.unwrap();
    let good = client.head(format!("{RETURN}?{}", paid())).dispatch().await;
    assert_eq!(good.status(), Status::Ok);
    assert_eq!(text(good).await, "");
    let bad = client.head(format!("{RETURN}?sign=1")).dispatch().await;
    assert_eq!(bad.status(), Status::BadRequest);
    assert_eq!(gateway.calls.load(Ordering::SeqCst), 1);
    assert_eq!(shop.heard().len(), 2);
}

#[rocket::async_test]
async fn the_deadline_is_kept() {
    let shop = Shop::new();
    let alipay = desk(&Gateway::slow(Duration::from_secs(60)), &shop);
    let fairing = AlipayFairing::new(alipay).with_deadline(Duration::from_millis(50));
    let client = Client::untracked(build().attach(fairing).mount("/", routes![strict])).await.unwrap();
    let response = client.get(format!("{RETURN}?{}", paid())).dispatch().await;
    assert_eq!(response.status(), Status::ServiceUnavailable);
    assert_eq!(shop.heard(), ["return deadline_exceeded the gateway did not answer before the deadline"]);
}

#[rocket::async_test]
async fn a_guard_asked_by_hand_without_the_fairing_says_so() {
    #[get("/")]
    fn page(_again: Again) {}
    let client = Client::untracked(build().mount("/", routes![page])).await.unwrap();
    assert_eq!(client.get("/").dispatch().await.status(), Status::ImATeapot);
    let request = client.get("/");
    match request.inner().guard::<Paid>().await {
        Outcome::Error((status, reason)) => {
            assert_eq!(status, Status::InternalServerError);
            assert!(reason.to_string().contains("attach"));
        }
        _ => panic!("the guard must fail"),
    };
}

#[test]
fn reasons_can_be_told_apart() {
    let rejection =
        alipay_rocket::alipay_tower::Rejection::new(RejectionKind::NotPaid, "the trade is waiting");
    let reason = NotPaid::NotVerified(rejection);
    assert_eq!((reason.status(), reason.to_string()), (Status::Conflict, "the trade is waiting".to_owned()));
    assert!(matches!(&reason, NotPaid::NotVerified(rejection) if rejection.kind() == RejectionKind::NotPaid));
    assert!(NotPaid::OtherPath.to_string().contains("return_url"));
}
