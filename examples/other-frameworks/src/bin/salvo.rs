//! The layer in salvo 1, through its feature `tower-compat`.
//!
//! ```text
//! cargo run -p other-frameworks --bin salvo [PORT]
//! ```
//!
//! * The layer is a hoop of the *service*: a hoop of a router runs only where a route matched, and notifications have
//!   no route.
//! * salvo's inner service takes only requests with salvo's own body, so one `map_request` puts ours into it.
//! * Outside of any tower layer salvo cannot see any more that a body is empty, and leaves error pages empty; the hoop
//!   inside of it writes them.

use std::{error::Error, sync::Arc};

use alipay_simulator::SimulatedGateway;
use alipay_tower::{
    Alipay, Endpoints, Order, PaymentRequest, Rejection, VerifiedPayment,
    gateway::{GatewayOptions, ReqwestGateway},
    middleware::RequestBody,
    protocol::{OrderState, OutTradeNo},
    store::{MemoryStore, OrderStore},
};
use http_body_util::BodyExt;
use salvo::{catcher::DefaultGoal, conn::tcp::TcpAcceptor, http::ReqBody, prelude::*};
use tower::ServiceBuilder;

type BoxError = Box<dyn Error + Send + Sync>;
type Page = Result<Text<String>, StatusError>;

const ORDER: &str = "T20240101000001";

struct Shop {
    alipay: Alipay,
    orders: Arc<MemoryStore>,
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
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

    let layer = ServiceBuilder::new().layer(alipay.layer()).map_request(to_salvo).compat();
    let pages = Router::with_hoop(affix_state::inject(Arc::new(Shop { alipay, orders })))
        .get(index)
        .push(Router::with_path("buy").get(buy))
        .push(Router::with_path("alipay/return").get(thanks));

    println!("The shop, on salvo: {address}/");
    println!("Open it, buy, and pay at the simulated cashier ({}).", gateway.dashboard_url());
    Server::new(TcpAcceptor::try_from(listener)?)
        .serve(Service::new(pages).hoop(layer).hoop(error_pages))
        .await;
    Ok(())
}

fn to_salvo(request: http::Request<RequestBody<ReqBody>>) -> http::Request<ReqBody> {
    request.map(|body| ReqBody::Boxed { inner: Box::pin(body.map_err(Into::into)), fuse_config: None })
}

#[handler]
async fn index(depot: &mut Depot) -> Page {
    let order = shop(depot)?.order().await.map_err(failed)?;
    let state = match order.state() {
        OrderState::Paid(trade_no) => format!("paid by trade {trade_no}"),
        _ => "<a href=\"/buy\">buy it</a>".to_owned(),
    };
    Ok(Text::Html(format!("<p>One teapot, {} CNY: {state}</p>", order.amount())))
}

#[handler]
async fn buy(depot: &mut Depot) -> Result<Redirect, StatusError> {
    let shop = shop(depot)?;
    // The order is in the store before the buyer leaves: the notification may be faster than the browser.
    let order = shop.order().await.map_err(failed)?;
    let request = PaymentRequest::new(order.out_trade_no().clone(), "One teapot", order.amount());
    Ok(Redirect::other(shop.alipay.checkout(&request).map_err(failed)?.url()))
}

#[handler]
async fn thanks(request: &Request, response: &mut Response) -> Page {
    let found = request.extensions();
    match (found.get::<VerifiedPayment>(), found.get::<Rejection>()) {
        (Some(payment), _) => {
            let (order, amount) = (payment.out_trade_no(), payment.amount());
            Ok(Text::Html(format!("<p>Order {order} is paid: {amount} CNY.</p>")))
        }
        (None, Some(rejection)) => {
            response.status_code(StatusCode::from_u16(rejection.status()).map_err(failed)?);
            Ok(Text::Html("<p>This payment could not be verified (yet).</p>".to_owned()))
        }
        (None, None) => Err(failed("the layer did not see this request")),
    }
}

#[handler]
async fn error_pages(request: &mut Request, depot: &mut Depot, response: &mut Response, flow: &mut FlowCtrl) {
    flow.call_next(request, depot, response).await;
    DefaultGoal::new().handle(request, depot, response, flow).await;
}

impl Shop {
    async fn order(&self) -> Result<Order, BoxError> {
        Ok(self.orders.find(&OutTradeNo::new(ORDER)?).await?.ok_or("the order is gone")?)
    }
}

fn shop(depot: &Depot) -> Result<&Arc<Shop>, StatusError> {
    depot.get_typed().map_err(|_| failed("the shop is not in the depot"))
}

fn failed(error: impl Into<BoxError>) -> StatusError {
    StatusError::internal_server_error().cause(error)
}
