//! A stranger's slow body holds no place of the application.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{convert::Infallible, time::Duration};

use alipay_tower::{
    Alipay, Endpoints, Merchant, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{Confirmation, Md5Key, NotifyCheck, PartnerId},
    store::MemoryStore,
};
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::{Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use tower::{Layer, Service, ServiceExt, limit::ConcurrencyLimit, service_fn};

struct Unreachable;

#[async_trait]
impl NotifyGateway for Unreachable {
    async fn ask(&self, _check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Err(GatewayError::Status(503))
    }
}

type Body = UnsyncBoxBody<Bytes, Infallible>;

fn alipay() -> Alipay {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    let merchant = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key);
    let endpoints = Endpoints::new("https://a.example/pay/notify", "https://a.example/pay/return").unwrap();
    Alipay::new(merchant, Unreachable, MemoryStore::new(), endpoints)
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_holds_no_place_of_the_application() {
    let page = service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::new(Bytes::from("shop")))));
    let mut app = alipay().layer().layer(ConcurrencyLimit::new(page, 1));
    let never = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>());
    let slow = Request::post("/pay/notify").body(Body::new(never)).unwrap();
    let mut waiting = Box::pin(app.ready().await.unwrap().call(slow));
    assert!((&mut waiting).now_or_never().is_none());

    let other = Request::get("/").body(Body::new(Full::default().map_err(|never| match never {}))).unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(1), app.oneshot(other)).await;
    assert_eq!(answer.unwrap().unwrap().status(), StatusCode::OK);
    assert_eq!(waiting.await.unwrap().status(), StatusCode::REQUEST_TIMEOUT);
}
