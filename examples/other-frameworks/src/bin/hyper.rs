//! The layer without any framework: hyper 1, `tower::ServiceBuilder`, and a function.
//!
//! ```text
//! cargo run -p other-frameworks --bin hyper [PORT]
//! ```
//!
//! The layer wraps the function that answers everything, so it sees every path: notifications need no line of code
//! below. The return page is called with or without a payment and finds out which from the request's extensions.

use std::{convert::Infallible, error::Error, sync::Arc};

use alipay_simulator::SimulatedGateway;
use alipay_tower::{
    Alipay, Endpoints, Order, PaymentRequest, Rejection, VerifiedPayment,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{OrderState, OutTradeNo},
    store::{MemoryStore, OrderStore},
};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::net::TcpListener;
use tower::ServiceBuilder;

type BoxError = Box<dyn Error + Send + Sync>;
type Page = Response<Full<Bytes>>;

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

    let layer = alipay.layer();
    let shop = Arc::new(Shop { alipay, orders });
    let service =
        ServiceBuilder::new().layer(layer).service_fn(move |request| {
            let shop = Arc::clone(&shop);
            async move {
                Ok::<_, Infallible>(answer(&shop, &request).await.unwrap_or_else(|error| failed(&error)))
            }
        });

    println!("The shop, on hyper: {address}/");
    println!("Open it, buy, and pay at the simulated cashier ({}).", gateway.dashboard_url());
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
                eprintln!("connection: {error}");
            }
        });
    }
}

async fn answer<B>(shop: &Shop, request: &Request<B>) -> Result<Page, BoxError> {
    match request.uri().path() {
        "/" => index(shop).await,
        "/buy" => buy(shop).await,
        "/alipay/return" => thanks(request),
        _ => page(StatusCode::NOT_FOUND, "No such page.".to_owned()),
    }
}

async fn index(shop: &Shop) -> Result<Page, BoxError> {
    let order = shop.order().await?;
    let state = match order.state() {
        OrderState::Paid(trade_no) => format!("paid by trade {trade_no}"),
        _ => "<a href=\"/buy\">buy it</a>".to_owned(),
    };
    page(StatusCode::OK, format!("<p>One teapot, {} CNY: {state}</p>", order.amount()))
}

async fn buy(shop: &Shop) -> Result<Page, BoxError> {
    // The order is in the store before the buyer leaves: the notification may be faster than the browser.
    let order = shop.order().await?;
    let request = PaymentRequest::new(order.out_trade_no().clone(), "One teapot", order.amount());
    let signed = shop.alipay.checkout(&request)?;
    let redirect = Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, signed.url());
    Ok(redirect.body(Full::default())?)
}

fn thanks<B>(request: &Request<B>) -> Result<Page, BoxError> {
    let found = request.extensions();
    match (found.get::<VerifiedPayment>(), found.get::<Rejection>()) {
        (Some(payment), _) => page(
            StatusCode::OK,
            format!("<p>Order {} is paid: {} CNY.</p>", payment.out_trade_no(), payment.amount()),
        ),
        (None, Some(rejection)) => page(
            StatusCode::from_u16(rejection.status())?,
            "<p>This payment could not be verified (yet).</p>".to_owned(),
        ),
        (None, None) => Err("the layer did not see this request".into()),
    }
}

fn page(status: StatusCode, html: String) -> Result<Page, BoxError> {
    let page = Response::builder().status(status).header(header::CONTENT_TYPE, "text/html; charset=utf-8");
    Ok(page.body(Full::from(html))?)
}

impl Shop {
    async fn order(&self) -> Result<Order, BoxError> {
        Ok(self.orders.find(&OutTradeNo::new(ORDER)?).await?.ok_or("the order is gone")?)
    }
}

fn failed(error: &BoxError) -> Page {
    eprintln!("{error}");
    let mut page = Page::new(Full::from("Something went wrong."));
    *page.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    page
}
