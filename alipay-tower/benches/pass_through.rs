//! What the layer costs a request that is not its own, beside the bare service.
#![expect(clippy::needless_pass_by_value, reason = "a service takes its request by value")]

use std::{convert::Infallible, hint::black_box};

use alipay_tower::{
    Alipay, Endpoints, Merchant, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{Confirmation, Md5Key, NotifyCheck, PartnerId},
    store::MemoryStore,
};
use bytes::Bytes;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Full;
use tower::{Layer, Service, service_fn};

struct Unreachable;

#[async_trait]
impl NotifyGateway for Unreachable {
    async fn ask(&self, _check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Err(GatewayError::Status(503))
    }
}

fn page<B>(request: Request<B>) -> std::future::Ready<Result<Response<Full<Bytes>>, Infallible>> {
    black_box(&request);
    std::future::ready(Ok(Response::new(Full::new(Bytes::new()))))
}

fn pass_through(c: &mut Criterion) {
    let alipay = || -> Result<Alipay, Box<dyn std::error::Error>> {
        let merchant = Merchant::md5(
            PartnerId::new("2088000000000001")?,
            Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?,
        );
        let endpoints = Endpoints::new("https://a.example/alipay/notify", "https://a.example/alipay/return")?;
        Ok(Alipay::new(merchant, Unreachable, MemoryStore::new(), endpoints))
    };
    let alipay = alipay().unwrap_or_else(|error| panic!("{error}"));
    let request = || Request::new(Full::new(Bytes::new()));
    let mut group = c.benchmark_group("pass_through");
    let mut bare = service_fn(page);
    group.bench_function("bare service", |b| {
        b.iter_batched(request, |request| bare.call(request).now_or_never(), BatchSize::SmallInput);
    });
    let mut shop = alipay.layer().layer(service_fn(page));
    group.bench_function("with the layer", |b| {
        b.iter_batched(
            request,
            |request| Service::<Request<Full<Bytes>>>::call(&mut shop, request).now_or_never(),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, pass_through);
criterion_main!(benches);
