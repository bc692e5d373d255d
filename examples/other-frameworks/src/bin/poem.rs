//! The layer in poem 3, through its feature `tower-compat`.
//!
//! ```text
//! cargo run -p other-frameworks --bin poem [PORT]
//! ```
//!
//! `layer.compat()` runs tower layers on poem's own `Request`, around an inner service that cannot be cloned, and leaves
//! the rest to them. So four steps stand around ours; read from the outside in:
//!
//! 1. requests become `http` ones, and responses poem's again;
//! 2. the layer;
//! 3. requests become poem's again, and responses `http` ones;
//! 4. poem's pages behind a lock that makes them cloneable. A `Buffer` would do too, but a notification whose body dawdles
//!    would keep a place in it.
//!
//! What an `http` request has no place for (the peer's address, the upgrade) rides through the layer in its extensions.
//! poem still uses tower 0.4 itself; the traits are those of 0.5, so layers of 0.5 fit.

use std::{
    error::Error,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use alipay_simulator::SimulatedGateway;
use alipay_tower::{
    Alipay, Endpoints, Order, PaymentRequest, Rejection, VerifiedPayment,
    gateway::{GatewayOptions, ReqwestGateway},
    middleware::RequestBody,
    protocol::{OrderState, OutTradeNo},
    store::{MemoryStore, OrderStore},
};
use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use poem::{
    Body, EndpointExt, Request, RequestParts, Response, Route, Server, get, handler,
    http::StatusCode,
    listener::TcpAcceptor,
    middleware::TowerLayerCompatExt,
    web::{Data, Html, Redirect},
};
use tokio::net::TcpListener;
use tower::{Service, ServiceBuilder, service_fn};

type BoxError = Box<dyn Error + Send + Sync>;
type PoemBody = BoxBody<Bytes, std::io::Error>;

const ORDER: &str = "T20240101000001";

struct Shop {
    alipay: Alipay,
    orders: Arc<MemoryStore>,
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let address = format!("http://{}", listener.local_addr()?);

    // A real shop has Merchant::md5(partner, key) here, and no simulated gateway.
    let gateway = SimulatedGateway::start().await?;
    let orders = Arc::new(MemoryStore::new());
    orders.insert(Order::new(OutTradeNo::new(ORDER)?, "10.50".parse()?));
    let alipay = Alipay::new(
        gateway.merchant(),
        ReqwestGateway::new(&GatewayOptions::default())?,
        Arc::clone(&orders),
        Endpoints::new(&format!("{address}/alipay/notify"), &format!("{address}/alipay/return"))?,
    );

    let layer = ServiceBuilder::new()
        .map_request(to_http)
        .map_response(|response: http::Response<Body>| Response::from(response.map(PoemBody::from)))
        .layer(alipay.layer())
        .map_response(|response: Response| http::Response::<PoemBody>::from(response).map(Body::from))
        .map_request(to_poem)
        .layer_fn(cloneable);
    let pages = Route::new()
        .at("/", get(index))
        .at("/buy", get(buy))
        .at("/alipay/return", get(thanks))
        .data(Arc::new(Shop { alipay, orders }))
        .with(layer.compat());

    println!("The shop, on poem: {address}/");
    println!("Open it, buy, and pay at the simulated cashier ({}).", gateway.dashboard_url());
    Ok(Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?).run(pages).await?)
}

/// What a poem request has and an `http` request has not.
#[derive(Clone)]
struct Rest(Arc<Mutex<RequestParts>>);

fn to_http(request: Request) -> http::Request<PoemBody> {
    let (mut rest, body) = request.into_parts();
    let mut request = http::Request::new(body.into());
    mem::swap(request.method_mut(), &mut rest.method);
    mem::swap(request.uri_mut(), &mut rest.uri);
    mem::swap(request.headers_mut(), &mut rest.headers);
    mem::swap(request.extensions_mut(), &mut rest.extensions);
    request.extensions_mut().insert(Rest(Arc::new(Mutex::new(rest))));
    request
}

fn to_poem(request: http::Request<RequestBody<PoemBody>>) -> Request {
    let (mut parts, body) = request.into_parts();
    let mut all = Request::default().into_parts().0;
    if let Some(Rest(rest)) = parts.extensions.remove() {
        mem::swap(&mut all, &mut *lock(&rest));
    }
    (all.method, all.uri, all.headers, all.extensions) =
        (parts.method, parts.uri, parts.headers, parts.extensions);
    Request::from_parts(all, Body::from(PoemBody::new(body)))
}

/// For services that are always ready, as poem's are. The lock is held while a future is made, not while it runs.
fn cloneable<S: Service<Request>>(
    pages: S,
) -> impl Service<Request, Response = S::Response, Error = S::Error, Future = S::Future> + Clone {
    let pages = Arc::new(Mutex::new(pages));
    service_fn(move |request| lock(&pages).call(request))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[handler]
async fn index(Data(shop): Data<&Arc<Shop>>) -> Result<Html<String>, BoxError> {
    let order = shop.order().await?;
    let state = match order.state() {
        OrderState::Paid(trade_no) => format!("paid by trade {trade_no}"),
        _ => "<a href=\"/buy\">buy it</a>".to_owned(),
    };
    Ok(Html(format!("<p>One teapot, {} CNY: {state}</p>", order.amount())))
}

#[handler]
async fn buy(Data(shop): Data<&Arc<Shop>>) -> Result<Redirect, BoxError> {
    // The order is in the store before the buyer leaves: the notification may be faster than the browser.
    let order = shop.order().await?;
    let request = PaymentRequest::new(order.out_trade_no().clone(), "One teapot", order.amount());
    Ok(Redirect::see_other(shop.alipay.checkout(&request)?.url()))
}

#[handler]
fn thanks(request: &Request) -> Result<(StatusCode, Html<String>), BoxError> {
    let found = request.extensions();
    match (found.get::<VerifiedPayment>(), found.get::<Rejection>()) {
        (Some(payment), _) => {
            let (order, amount) = (payment.out_trade_no(), payment.amount());
            Ok((StatusCode::OK, Html(format!("<p>Order {order} is paid: {amount} CNY.</p>"))))
        }
        (None, Some(rejection)) => {
            let page = "<p>This payment could not be verified (yet).</p>".to_owned();
            Ok((StatusCode::from_u16(rejection.status())?, Html(page)))
        }
        (None, None) => Err("the layer did not see this request".into()),
    }
}

impl Shop {
    async fn order(&self) -> Result<Order, BoxError> {
        Ok(self.orders.find(&OutTradeNo::new(ORDER)?).await?.ok_or("the order is gone")?)
    }
}
