//! Several merchants under one router: nobody's message on another's path, and one return page for all.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use alipay_axum::{
    Paid, PaidRejection,
    alipay_tower::{
        Alipay, Desks, Endpoints, Merchant, Order, async_trait,
        gateway::{GatewayError, NotifyGateway},
        protocol::{Confirmation, Md5Key, NotifyCheck, OutTradeNo, PartnerId, PrivateKey},
        store::MemoryStore,
    },
};
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{Request, StatusCode},
    routing::get,
};
use http_body_util::BodyExt;
use tower::ServiceExt;

const MERCHANTS: usize = 5;

struct Yes;

#[async_trait]
impl NotifyGateway for Yes {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Ok(check.read(b"true")?)
    }
}

/// A merchant, and the hand that signs Alipay's messages to it.
struct Party {
    merchant: Merchant,
    alipay: Merchant,
}

fn partner(at: usize) -> PartnerId {
    PartnerId::new(&format!("208800000000000{at}")).unwrap()
}

fn md5(at: usize) -> Party {
    let key = Md5Key::new(&format!("abcdefghijklmnopqrstuvwxyz{at:06}")).unwrap();
    let merchant = Merchant::md5(partner(at), key);
    Party { alipay: merchant.clone(), merchant }
}

fn desk(party: &Party, at: usize) -> Alipay {
    let store = MemoryStore::new();
    store.insert(Order::new(OutTradeNo::new("T1").unwrap(), "10.50".parse().unwrap()));
    let url = |path: &str| format!("https://shop.example.com/pay/shop-{at}/{path}");
    let endpoints = Endpoints::new(&url("notify"), &url("return")).unwrap();
    Alipay::new(party.merchant.clone(), Yes, store, endpoints)
}

fn message(party: &Party) -> String {
    let partner = party.merchant.partner().as_str();
    let fields = [
        ("notify_id", "abc"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T1"),
        ("seller_id", partner),
        ("total_fee", "10.50"),
        ("trade_no", &format!("202401012100{partner}")),
        ("trade_status", "TRADE_SUCCESS"),
    ];
    party.alipay.sign_fields(fields).unwrap().url().split_once('?').unwrap().1.to_owned()
}

async fn thanks(Path(shop): Path<String>, paid: Result<Paid, PaidRejection>) -> String {
    match paid {
        Ok(Paid(payment)) => format!("{shop} {}", payment.field("seller_id").unwrap()),
        Err(PaidRejection::NotVerified(rejection)) => rejection.kind().as_str().to_owned(),
        Err(other) => other.to_string(),
    }
}

async fn merchant(State(desks): State<Desks>, Path(shop): Path<String>) -> Result<String, StatusCode> {
    let desk = desks.desk(&format!("/pay/{shop}/notify")).ok_or(StatusCode::NOT_FOUND)?;
    Ok(desk.merchant().id().to_owned())
}

fn app(desks: &Desks) -> Router {
    Router::new()
        .route("/pay/{shop}/return", get(thanks))
        .route("/pay/{shop}", get(merchant))
        .with_state(desks.clone())
        .layer(desks.layer())
}

async fn send(app: &Router, request: Request<Body>) -> (StatusCode, String) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn only_ones_own(parties: &[Party], word: &str) {
    let desks = Desks::under("/pay").unwrap();
    // The router stands before the first desk does.
    let app = app(&desks);
    for (at, party) in parties.iter().enumerate() {
        desks.add(desk(party, at)).unwrap();
    }
    for (from, party) in parties.iter().enumerate() {
        let message = message(party);
        for at in 0..parties.len() {
            let notify = Request::post(format!("/pay/shop-{at}/notify")).body(Body::from(message.clone()));
            let (status, said) = send(&app, notify.unwrap()).await;
            let back = Request::get(format!("/pay/shop-{at}/return?{message}")).body(Body::empty());
            let (_, shown) = send(&app, back.unwrap()).await;
            if at == from {
                let paid = format!("shop-{at} {}", party.merchant.partner());
                assert_eq!((status, said.as_str(), shown), (StatusCode::OK, "success", paid));
            } else {
                let refused = (StatusCode::FORBIDDEN, "fail", word);
                assert_eq!((status, said.as_str(), shown.as_str()), refused, "{from} on {at}");
            }
        }
    }
}

#[tokio::test]
async fn nobodys_message_is_accepted_on_anothers_path() {
    only_ones_own(&(0..MERCHANTS).map(md5).collect::<Vec<_>>(), "forged").await;
}

#[tokio::test]
async fn nor_when_all_verify_with_one_key_of_alipays() {
    let (platform, shop) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let party = |at| Party {
        merchant: Merchant::rsa(partner(at), shop.clone(), platform.public().clone()).unwrap(),
        alipay: Merchant::rsa(partner(at), platform.clone(), shop.public().clone()).unwrap(),
    };
    only_ones_own(&(0..MERCHANTS).map(party).collect::<Vec<_>>(), "not_ours").await;
}

#[tokio::test]
async fn a_path_without_a_desk_is_the_routers() {
    let desks = Desks::under("/pay").unwrap();
    let app = app(&desks);
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    assert_eq!(send(&app, get("/pay/shop-0")).await.0, StatusCode::NOT_FOUND);
    desks.add(desk(&md5(0), 0)).unwrap();
    assert_eq!(send(&app, get("/pay/shop-0")).await, (StatusCode::OK, partner(0).to_string()));
    let missing = send(&app, get("/pay/shop-1/return?x=1")).await;
    assert!(missing.1.contains("layer"), "{missing:?}");
    let notify = || Request::post("/pay/shop-0/notify").body(Body::from(message(&md5(0)))).unwrap();
    assert_eq!(send(&app, notify()).await, (StatusCode::OK, "success".to_owned()));
    desks.remove("/pay/shop-0/notify").unwrap();
    assert_eq!(send(&app, notify()).await.0, StatusCode::NOT_FOUND);
}
