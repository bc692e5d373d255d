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

#[test]
fn a_message_costs_single_digits() {
    let merchant = merchant();
    let fields: Vec<(String, String)> =
        (0..25).map(|n| (format!("field_{n:02}"), format!("value {n} +&% and some more text"))).collect();
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signed = merchant.sign_fields(fields.chain([("notify_id", "abc")])).unwrap();
    let body = signed.url().split_once('?').unwrap().1.as_bytes();
    let receive =
        |body: &[u8]| Notification::parse(Channel::Notify, body).unwrap().authenticate(&merchant).is_ok();
    let accepted = count(|| assert!(receive(body)));
    assert!(accepted <= 9, "{accepted} allocations for an accepted message");
    let forged = [body, b"&field_99=x"].concat();
    let refused = count(|| assert!(!receive(&forged)));
    assert!(refused < accepted, "a forgery costs {refused}, a genuine message {accepted}");
}
