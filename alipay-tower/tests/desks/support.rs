//! Merchants, their books, and messages as Alipay sends them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use alipay_tower::{
    Alipay, Endpoints, Merchant, Order, OrderStore, Rejection, VerifiedPayment, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{CheckError, Confirmation, Md5Key, NotifyCheck, OutTradeNo, PartnerId},
    store::{MemoryStore, Settlement, StoreError},
};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tower::{Layer, ServiceExt, service_fn};

/// How many merchants there are.
pub(crate) const MERCHANTS: usize = 6;

/// A merchant, and the hand that signs Alipay's messages to it.
#[derive(Clone)]
pub(crate) struct Party {
    pub(crate) merchant: Merchant,
    pub(crate) alipay: Merchant,
}

pub(crate) fn partner(at: usize) -> String {
    format!("208800000000000{at}")
}

pub(crate) fn key(at: usize) -> Md5Key {
    Md5Key::new(&format!("abcdefghijklmnopqrstuvwxyz{at:06}")).unwrap()
}

pub(crate) fn md5(at: usize) -> Party {
    let merchant = Merchant::md5(PartnerId::new(&partner(at)).unwrap(), key(at));
    Party { alipay: merchant.clone(), merchant }
}

/// Merchants whose messages all verify with one key of Alipay's.
#[cfg(feature = "rsa")]
pub(crate) fn rsa() -> Vec<Party> {
    use alipay_tower::protocol::PrivateKey;

    rsa_of(&PrivateKey::generate().unwrap(), &PrivateKey::generate().unwrap())
}

#[cfg(feature = "rsa")]
pub(crate) fn rsa_of(
    platform: &alipay_tower::protocol::PrivateKey,
    shop: &alipay_tower::protocol::PrivateKey,
) -> Vec<Party> {
    let party = |at| {
        let partner = PartnerId::new(&partner(at)).unwrap();
        let merchant = Merchant::rsa(partner.clone(), shop.clone(), platform.public().clone()).unwrap();
        let alipay = Merchant::rsa(partner, platform.clone(), shop.public().clone()).unwrap();
        Party { merchant, alipay }
    };
    (0..MERCHANTS).map(party).collect()
}

/// A payment of order T1 of the merchant; with `more` fields, of which empty ones are left out.
pub(crate) fn message(party: &Party, more: &[(&str, &str)]) -> String {
    let partner = party.merchant.partner().to_string();
    let notify_id = format!("{partner}.abc");
    // Alipay numbers the trades of all merchants in one sequence.
    let trade_no = format!("202401012100{partner}");
    let mut fields = vec![
        ("notify_id", notify_id.as_str()),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T1"),
        ("seller_id", partner.as_str()),
        ("total_fee", "10.50"),
        ("trade_no", trade_no.as_str()),
        ("trade_status", "TRADE_SUCCESS"),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    let signed = party.alipay.sign_fields(fields).unwrap();
    signed.url().split_once('?').unwrap().1.to_owned()
}

/// The same of the OpenAPI generation, where a message is signed without `sign_type`.
#[cfg(feature = "rsa")]
pub(crate) fn application_message(party: &Party, app_id: &str) -> String {
    let partner = party.merchant.partner();
    let text = format!(
        "app_id={app_id}&notify_id={partner}.abc&notify_type=trade_status_sync&out_trade_no=T1&seller_id={partner}\
         &total_amount=10.50&trade_no=202401012100{partner}&trade_status=TRADE_SUCCESS"
    );
    let sign = party.alipay.sign_text(text.as_bytes()).replace('+', "%2B");
    format!("{text}&sign={sign}&sign_type={}", party.alipay.sign_type().as_str())
}

/// Says yes to everybody, so that nothing but the message itself can be what is refused.
#[derive(Clone, Copy)]
pub(crate) struct Yes;

#[async_trait]
impl NotifyGateway for Yes {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Ok(check.read(b"true")?)
    }
}

/// Knows to whom it sent what: `notify_id` begins with the partner.
#[derive(Clone, Copy)]
pub(crate) struct Knowing;

#[async_trait]
impl NotifyGateway for Knowing {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        let (partner, _) = check.notify_id().as_str().split_once('.').unwrap();
        let sent = check.urls()[0].contains(&format!("partner={partner}&"));
        if sent { Ok(check.read(b"true")?) } else { Err(CheckError::Denied.into()) }
    }
}

/// The books of one merchant. No payment of another may ever be in them.
pub(crate) struct Books {
    orders: MemoryStore,
    owner: String,
    pub(crate) settled: AtomicUsize,
}

impl Books {
    pub(crate) fn of(party: &Party) -> Arc<Self> {
        let orders = MemoryStore::new();
        orders.insert(Order::new(OutTradeNo::new("T1").unwrap(), "10.50".parse().unwrap()));
        let owner = party.merchant.partner().to_string();
        Arc::new(Self { orders, owner, settled: AtomicUsize::new(0) })
    }
}

#[async_trait]
impl OrderStore for Books {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        self.orders.find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        assert!(payment.field("notify_id").unwrap().starts_with(&self.owner), "another merchant's payment");
        self.settled.fetch_add(1, Ordering::SeqCst);
        self.orders.settle(payment).await
    }
}

pub(crate) fn notify_path(at: usize) -> String {
    format!("/pay/shop-{at}/notify")
}

pub(crate) fn return_path(at: usize) -> String {
    format!("/pay/shop-{at}/return")
}

pub(crate) fn endpoints(at: usize) -> Endpoints {
    let url = |path: String| format!("https://shop.example.com{path}");
    Endpoints::new(&url(notify_path(at)), &url(return_path(at))).unwrap()
}

/// The desk of a merchant, on the paths of the given number.
pub(crate) fn desk(party: &Party, gateway: impl NotifyGateway, books: &Arc<Books>, at: usize) -> Alipay {
    Alipay::new(party.merchant.clone(), gateway, Arc::clone(books), endpoints(at))
}

pub(crate) type Page = Response<Full<Bytes>>;

/// The host behind the layer: says what it found in the request.
async fn host<B>(request: Request<B>) -> Result<Page, std::convert::Infallible> {
    let extensions = request.extensions();
    let page = match (extensions.get::<VerifiedPayment>(), extensions.get::<Rejection>()) {
        (Some(payment), _) => format!("paid {}", payment.field("notify_id").unwrap_or_default()),
        (None, Some(rejection)) => rejection.kind().as_str().to_owned(),
        (None, None) => "the host".to_owned(),
    };
    Ok(Response::new(Full::from(page)))
}

async fn send(layer: &alipay_tower::AlipayLayer, request: Request<Full<Bytes>>) -> (StatusCode, String) {
    let response = layer.layer(service_fn(host)).oneshot(request).await.unwrap();
    let rejection = response.extensions().get::<Rejection>().map(|rejection| rejection.kind().as_str());
    let (rejection, status) = (rejection.map(str::to_owned), response.status());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    (status, rejection.map_or(body.clone(), |kind| format!("{body} {kind}")))
}

/// The answer to a notification: the word, and the kind of a refusal; or the host's page.
pub(crate) async fn notify(layer: &alipay_tower::AlipayLayer, path: &str, body: &str) -> String {
    let request = Request::post(path).body(Full::from(body.to_owned())).unwrap();
    send(layer, request).await.1
}

/// What the host's page says to a return.
pub(crate) async fn back(layer: &alipay_tower::AlipayLayer, path: &str, query: &str) -> String {
    let request = Request::get(format!("{path}?{query}")).body(Full::default()).unwrap();
    send(layer, request).await.1
}
