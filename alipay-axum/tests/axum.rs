//! The layer under axum: where it works, what the extractor tells apart, forward mode.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::convert::Infallible;

use alipay_axum::{
    Checkout, Paid, PaidRejection,
    alipay_tower::{
        Alipay, Endpoints, Merchant, Order, PaymentRequest, RejectionKind, VerifiedPayment, async_trait,
        gateway::{GatewayError, NotifyGateway},
        middleware::NotifyMode,
        protocol::{Confirmation, Md5Key, NotifyCheck, OutTradeNo, PartnerId},
        store::{MemoryStore, Receipt},
    },
};
use axum::{
    Extension, Router,
    body::Body,
    http::{Request, StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use http_body_util::BodyExt;
use tower::{Layer, Service, ServiceExt};

struct Yes;

#[async_trait]
impl NotifyGateway for Yes {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Ok(check.read(b"true")?)
    }
}

fn alipay() -> Alipay {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    let merchant = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key);
    let store = MemoryStore::new();
    store.insert(Order::new(OutTradeNo::new("T1").unwrap(), "10.50".parse().unwrap()));
    let endpoints =
        Endpoints::new("https://shop.example.com/pay/notify", "https://shop.example.com/pay/return").unwrap();
    Alipay::new(merchant, Yes, store, endpoints)
}

/// A signed message about order T1, as a form.
fn message(alipay: &Alipay, status: &str, total_fee: &str) -> String {
    let fields = [
        ("notify_id", "abc"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T1"),
        ("total_fee", total_fee),
        ("trade_no", "2024010121001004010200000001"),
        ("trade_status", status),
    ];
    let signed = alipay.merchant().sign_fields(fields).unwrap();
    signed.url().split_once('?').unwrap().1.to_owned()
}

async fn send<S>(app: S, request: Request<Body>) -> (StatusCode, String)
where
    S: Service<Request<Body>, Response = axum::response::Response, Error = Infallible>,
{
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn notify<S>(app: S, body: String) -> (StatusCode, String)
where
    S: Service<Request<Body>, Response = axum::response::Response, Error = Infallible>,
{
    send(app, Request::post("/pay/notify").body(Body::from(body)).unwrap()).await
}

async fn thanks(paid: Result<Paid, PaidRejection>) -> String {
    match paid {
        Ok(Paid(payment)) => format!("paid {}", payment.amount()),
        Err(PaidRejection::LayerMissing) => "no layer".to_owned(),
        Err(PaidRejection::NotVerified(rejection)) => rejection.kind().as_str().to_owned(),
        Err(other) => other.to_string(),
    }
}

fn pages() -> Router {
    Router::new().route("/pay/return", get(thanks))
}

#[tokio::test]
async fn placements_that_work() {
    let alipay = alipay();
    let inside = Router::new().nest("/shop", Router::new().route("/x", get(async || "x")));
    let with_layer = pages().merge(inside).fallback(async || "fallback").layer(alipay.layer());
    let around = alipay.layer().layer(pages());
    let message = message(&alipay, "TRADE_SUCCESS", "10.50");
    let back = || Request::get(format!("/pay/return?{message}")).body(Body::empty()).unwrap();

    assert_eq!(send(with_layer.clone(), back()).await, (StatusCode::OK, "paid 10.50".to_owned()));
    assert_eq!(notify(with_layer.clone(), message.clone()).await, (StatusCode::OK, "success".to_owned()));
    assert_eq!(notify(around.clone(), message.clone()).await, (StatusCode::OK, "success".to_owned()));
    assert_eq!(send(around, back()).await, (StatusCode::OK, "paid 10.50".to_owned()));
    let other = Request::get("/shop/x").body(Body::empty()).unwrap();
    assert_eq!(send(with_layer, other).await, (StatusCode::OK, "x".to_owned()));
}

#[tokio::test]
async fn placements_that_do_not_work_are_told_from_missing_payments() {
    let alipay = alipay();
    let message = message(&alipay, "TRADE_SUCCESS", "10.50");
    let route_layer = pages().route_layer(alipay.layer());
    assert_eq!(notify(route_layer, message.clone()).await.0, StatusCode::NOT_FOUND);
    let merged_later = Router::new().route("/", get(async || "")).layer(alipay.layer()).merge(pages());
    let back = Request::get(format!("/pay/return?{message}")).body(Body::empty()).unwrap();
    assert_eq!(send(merged_later, back).await.1, "no layer");
    let strict = Router::new().route("/pay/return", get(async |paid: Paid| paid.amount().to_string()));
    let (status, body) = send(strict.clone(), Request::get("/pay/return").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body.contains("outermost Router"), "{body}");
    let optional =
        Router::new().route("/pay/return", get(async |paid: Option<Paid>| paid.is_some().to_string()));
    let (status, _) = send(optional, Request::get("/pay/return").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let unsigned = Request::get("/pay/return?out_trade_no=T1").body(Body::empty()).unwrap();
    assert_eq!(send(strict.layer(alipay.layer()), unsigned).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_form_of_the_extractor() {
    let alipay = alipay();
    let message = message(&alipay, "TRADE_SUCCESS", "10.50");
    let app = |handler| Router::new().route("/pay/return", handler).layer(alipay.layer());
    let back = |query: &str| Request::get(format!("/pay/return?{query}")).body(Body::empty()).unwrap();
    let optional = || app(get(async |paid: Option<Paid>| paid.is_some().to_string()));
    assert_eq!(send(optional(), back(&message)).await.1, "true");
    assert_eq!(send(optional(), back("x=1")).await.1, "false");
    let extension = app(get(async |Extension(paid): Extension<VerifiedPayment>| paid.trade_no().to_string()));
    assert_eq!(send(extension, back(&message)).await.1, "2024010121001004010200000001");
    let waiting = message_of(&alipay, "WAIT_BUYER_PAY");
    assert_eq!(send(pages().layer(alipay.layer()), back(&waiting)).await.1, "not_paid");
    let posted = Request::post(format!("/pay/return?{message}")).body(Body::empty()).unwrap();
    let any = Router::new().route("/pay/return", post(thanks)).layer(alipay.layer());
    assert_eq!(send(any, posted).await.1, "method_not_allowed");
}

fn message_of(alipay: &Alipay, status: &str) -> String {
    message(alipay, status, "10.50")
}

#[tokio::test]
async fn forward_mode_runs_the_handler_and_keeps_the_word() {
    let alipay = alipay();
    let layer = || alipay.layer().with_notify(NotifyMode::Forward);
    let message = message(&alipay, "TRADE_SUCCESS", "10.50");
    let expected = message.clone();
    let handler = async move |Extension(receipt): Extension<Receipt>, Paid(payment): Paid, body: String| {
        assert_eq!(body, expected);
        (StatusCode::CREATED, format!("<html>{} {}\n", receipt.name(), payment.out_trade_no()))
    };
    let app = Router::new().route("/pay/notify", post(handler)).layer(layer());
    assert_eq!(notify(app.clone(), message.clone()).await, (StatusCode::OK, "success".to_owned()));
    let failing = Router::new().route("/pay/notify", post(async || StatusCode::BAD_GATEWAY)).layer(layer());
    assert_eq!(notify(failing, message.clone()).await, (StatusCode::BAD_GATEWAY, "fail".to_owned()));
    let panics = async || -> String { panic!("the handler is broken") };
    let panicking = Router::new().route("/pay/notify", post(panics)).layer(layer());
    assert_eq!(notify(panicking, message).await, (StatusCode::INTERNAL_SERVER_ERROR, "fail".to_owned()));
    let unreached = Router::new().layer(layer());
    assert_eq!(
        notify(unreached, message_of(&alipay, "TRADE_CLOSED")).await,
        (StatusCode::OK, "success".to_owned())
    );
    assert_eq!(notify(app, "sign=x".to_owned()).await, (StatusCode::BAD_REQUEST, "fail".to_owned()));
}

#[tokio::test]
async fn a_refusal_is_found_in_the_response() {
    let alipay = alipay();
    let app = pages().layer(alipay.layer());
    let body = Body::from(message(&alipay, "TRADE_SUCCESS", "10.51"));
    let response = app.oneshot(Request::post("/pay/notify").body(body).unwrap()).await.unwrap();
    let rejection = response.extensions().get::<alipay_axum::alipay_tower::Rejection>().unwrap();
    assert_eq!(rejection.kind(), RejectionKind::WrongAmount);
    assert_eq!(rejection.to_string(), "the order is 10.50, the message says 10.51");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain");
}

#[tokio::test]
async fn checkout_is_a_redirect_or_a_page() {
    let alipay = alipay();
    let order = PaymentRequest::new(OutTradeNo::new("T1").unwrap(), "茶壶 \"一\"", "10.50".parse().unwrap());
    let signed = alipay.checkout(&order).unwrap();
    let redirect = Checkout::redirect(signed.clone()).into_response();
    assert_eq!(redirect.status(), StatusCode::SEE_OTHER);
    assert_eq!(redirect.headers()[header::LOCATION], signed.url());
    assert!(signed.url().contains("notify_url=https%3A%2F%2Fshop.example.com%2Fpay%2Fnotify"));
    let page = Checkout::form(signed.clone()).into_response();
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    let html = String::from_utf8(page.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap();
    assert!(html.contains("value=\"茶壶 &quot;一&quot;\"") && html.contains("<script>"));
    let long = order.with_item_orders_info("a".repeat(20_000));
    let instead = Checkout::redirect(alipay.checkout(&long).unwrap()).into_response();
    assert_eq!((instead.status(), instead.headers().contains_key(header::LOCATION)), (StatusCode::OK, false));
    let plain = Checkout::form_without_script(signed).into_response();
    assert!(!plain.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("script-src"));
}
