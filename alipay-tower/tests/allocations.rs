//! What a request costs in allocations, counted.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::needless_pass_by_value, reason = "a service takes its request by value")]

use std::{convert::Infallible, hint::black_box, sync::Mutex};

use alipay_tower::{
    Alipay, AlipayLayer, Desks, Endpoints, Merchant, async_trait,
    gateway::{GatewayError, NotifyGateway},
    middleware::RequestBody,
    protocol::{Channel, Confirmation, Md5Key, Notification, NotifyCheck, PartnerId},
    store::MemoryStore,
};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Full;
use tower::{Layer, Service, ServiceExt, service_fn};

struct Unreachable;

#[async_trait]
impl NotifyGateway for Unreachable {
    async fn ask(&self, _check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Err(GatewayError::Status(503))
    }
}

fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

fn count(work: impl FnOnce()) -> u64 {
    // Counting is per thread, but the first use of a thread's counters may itself allocate.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    allocation_counter::measure(work).count_total
}

type Page = Response<Full<Bytes>>;

fn page<B>(request: Request<B>) -> std::future::Ready<Result<Page, Infallible>> {
    black_box(request.uri().path().len());
    std::future::ready(Ok(Response::new(Full::new(Bytes::new()))))
}

/// Passes requests of other paths through the layer, and counts what it adds to the bare service.
fn passes_without_allocation(layer: &AlipayLayer) {
    let mut bare = service_fn(page::<Full<Bytes>>);
    let mut shop = layer.layer(service_fn(page::<RequestBody<Full<Bytes>>>));
    for path in ["/", "/pay/notify/", "/a/rather/long/path/of/the/shop?with=a&query=string"] {
        let request = || Request::get(path).body(Full::new(Bytes::new())).unwrap();
        let (first, second) = (request(), request());
        let floor =
            count(|| drop(bare.ready().now_or_never().unwrap().unwrap().call(first).now_or_never().unwrap()));
        let ours = count(|| {
            drop(shop.ready().now_or_never().unwrap().unwrap().call(second).now_or_never().unwrap())
        });
        assert_eq!(ours, floor, "{path}");
    }
}

#[test]
fn another_path_costs_no_allocation() {
    let endpoints = Endpoints::new("https://a.example/pay/notify", "https://a.example/pay/return").unwrap();
    passes_without_allocation(&Alipay::new(merchant(), Unreachable, MemoryStore::new(), endpoints).layer());
}

#[test]
fn another_path_costs_no_allocation_with_many_merchants_either() {
    let desks = Desks::new();
    for shop in 0..100 {
        let url = |path| format!("https://a.example/pay/{shop}/{path}");
        let endpoints = Endpoints::new(&url("notify"), &url("return")).unwrap();
        desks.add(Alipay::new(merchant(), Unreachable, MemoryStore::new(), endpoints)).unwrap();
    }
    passes_without_allocation(&desks.layer());
}

/// What 25 fields cost a merchant, accepted and refused; the sender signs as Alipay.
fn costs(merchant: &Merchant, alipay: &Merchant) -> (u64, u64) {
    let fields: Vec<(String, String)> =
        (0..25).map(|n| (format!("field_{n:02}"), format!("value {n} +&% and some more text"))).collect();
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("notify_id", "abc"));
    if let Some(app_id) = merchant.app_id() {
        fields.insert(0, ("app_id", app_id.as_str()));
    }
    // Without `sign_type`, unlike requests.
    let text: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = alipay.sign_text(text.join("&").as_bytes());
    fields.extend([("sign", sign.as_str()), ("sign_type", merchant.sign_type().as_str())]);
    let body = serde_urlencoded::to_string(fields).unwrap();
    let receive =
        |body: &[u8]| Notification::parse(Channel::Notify, body).unwrap().authenticate(merchant).is_ok();
    let accepted = count(|| assert!(receive(body.as_bytes())));
    let forged = [body.as_bytes(), b"&field_99=x"].concat();
    let refused = count(|| assert!(!receive(&forged)));
    assert!(refused < accepted, "a forgery costs {refused}, a genuine message {accepted}");
    (accepted, refused)
}

#[test]
fn a_message_costs_single_digits() {
    let merchant = merchant();
    let (accepted, _) = costs(&merchant, &merchant);
    assert!(accepted <= 9, "{accepted} allocations for an accepted message");
}

#[cfg(feature = "rsa")]
mod rsa {
    use alipay_tower::protocol::{AppId, Certificates, PrivateKey, SellerId};

    use super::*;

    fn key(pem: &str) -> PrivateKey {
        PrivateKey::new(pem).unwrap()
    }

    fn ids() -> (AppId, SellerId) {
        (AppId::new("2021000000000001").unwrap(), SellerId::new("2088000000000001").unwrap())
    }

    /// Alipay's side of the application.
    fn alipay() -> Merchant {
        let (app_id, seller_id) = ids();
        let (own, shop) = (include_str!("openapi/data/alipay_a.pem"), include_str!("openapi/data/app_a.pem"));
        Merchant::rsa2(app_id, seller_id, key(own), key(shop).public().clone()).unwrap()
    }

    fn application() -> Merchant {
        let (app_id, seller_id) = ids();
        let (own, alipay) =
            (include_str!("openapi/data/app_a.pem"), include_str!("openapi/data/alipay_a.pem"));
        Merchant::rsa2(app_id, seller_id, key(own), key(alipay).public().clone()).unwrap()
    }

    fn certified() -> Merchant {
        let (app_id, seller_id) = ids();
        let files = Certificates::from_pem(
            include_str!("openapi/data/app_a.crt"),
            include_str!("openapi/data/alipay_a.crt"),
            include_str!("openapi/data/root.crt"),
        );
        Merchant::certified(app_id, seller_id, key(include_str!("openapi/data/app_a.pem")), files.unwrap())
            .unwrap()
    }

    #[test]
    fn an_application_pays_for_the_message_and_nothing_for_the_key() {
        // The first signature of a thread sets up what the crypto library keeps.
        costs(&application(), &alipay());
        let (accepted, refused) = costs(&application(), &alipay());
        assert!(accepted <= 9, "{accepted} allocations for an accepted message");
        assert!(refused <= 9, "{refused} allocations for a forgery");
        let (accepted, refused) = costs(&certified(), &alipay());
        assert!(accepted <= 9, "{accepted} allocations for an accepted message of certificate mode");
        assert!(refused <= 9, "{refused} allocations for a forgery of certificate mode");
    }
}
