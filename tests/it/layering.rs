//! Other layers around ours and inside of it: what they do to bodies and answers is their business and never reaches the
//! gateway's word.

use alipay_tower::{Alipay, Endpoints};
use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request, Response, StatusCode, header},
    middleware::map_response,
    response::Redirect,
};
use tower::{Layer, ServiceExt};
use tower_http::{
    catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer, normalize_path::NormalizePathLayer,
    trace::TraceLayer,
};

use crate::{
    doubles::{Honest, Permissive},
    wire::Message,
};

const MESSAGE: &[u8] = b"notify_id=abc&notify_type=trade_status_sync&out_trade_no=T1&total_fee=0.00\
    &trade_no=2024010121001004010200000001&trade_status=TRADE_SUCCESS";

fn alipay() -> Alipay {
    let endpoints =
        Endpoints::new("https://a.example/alipay/notify", "https://a.example/alipay/return").unwrap();
    let merchant = alipay_simulator::demo_merchant().unwrap();
    Alipay::new(merchant, Honest::default(), Permissive::default(), endpoints)
}

fn notification(alipay: &Alipay) -> String {
    Message::read(MESSAGE).body(alipay.merchant())
}

fn post(body: String) -> Request<Body> {
    let request = Request::post("/alipay/notify").header(header::CONTENT_LENGTH, body.len());
    request.body(Body::from(body)).unwrap()
}

async fn assert_word(answer: Response<Body>, status: StatusCode, word: &str) {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/plain");
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    assert_eq!(body, word);
}

/// An application that answers everything, and layers that spoil every answer.
fn polluted() -> Router {
    async fn spoil(mut answer: Response<Body>) -> Response<Body> {
        *answer.status_mut() = StatusCode::OK;
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        *answer.body_mut() = Body::from("\u{feff}<html>success</html>\n");
        answer
    }
    Router::new()
        .fallback(async || Redirect::to("https://www.a.example/"))
        .layer(RequestBodyLimitLayer::new(10))
        .layer(CatchPanicLayer::new())
        .layer(map_response(spoil))
}

#[tokio::test]
async fn layers_inside_do_not_touch_the_word() {
    let alipay = alipay();
    let app = polluted().layer(alipay.layer());
    let answer = app.clone().oneshot(post(notification(&alipay))).await.unwrap();
    assert_word(answer, StatusCode::OK, "success").await;
    let answer = app.clone().oneshot(post(notification(&alipay) + "&x=1")).await.unwrap();
    assert_word(answer, StatusCode::FORBIDDEN, "fail").await;
    let get = Request::get("/alipay/notify").body(Body::empty()).unwrap();
    assert_word(app.oneshot(get).await.unwrap(), StatusCode::METHOD_NOT_ALLOWED, "fail").await;
}

#[tokio::test]
async fn the_usual_layers_go_around_it() {
    let alipay = alipay();
    let app = tower::ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyLimitLayer::new(128 * 1024))
        .layer(NormalizePathLayer::trim_trailing_slash())
        .concurrency_limit(8)
        .service(alipay.layer().layer(polluted()));
    let answer = app.clone().oneshot(post(notification(&alipay))).await.unwrap();
    assert_word(answer.map(Body::new), StatusCode::OK, "success").await;
    // A proxy that adds a slash is forgiven when the host says so.
    let mut slashed = post(notification(&alipay));
    *slashed.uri_mut() = "/alipay/notify/".parse().unwrap();
    let answer = app.oneshot(slashed).await.unwrap();
    assert_word(answer.map(Body::new), StatusCode::OK, "success").await;
}

/// A limit outside that is too tight for a notification: nothing is lost, because nothing is answered `success`.
#[tokio::test]
async fn a_tighter_limit_outside_is_a_refusal() {
    let alipay = alipay();
    let app = RequestBodyLimitLayer::new(10).layer(alipay.layer().layer(polluted()));
    let answer = app.clone().oneshot(post(notification(&alipay))).await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let unannounced = Request::post("/alipay/notify").body(Body::from(notification(&alipay))).unwrap();
    let answer = app.oneshot(unannounced).await.unwrap();
    assert_word(answer.map(Body::new), StatusCode::BAD_REQUEST, "fail").await;
}
