//! The README's program for axum, word for word.

use alipay_axum::alipay_tower::{Alipay, PaymentRequest, protocol::OutTradeNo};
use alipay_axum::{Checkout, Paid};
use axum::{Router, extract::State, http::StatusCode, routing::get};

async fn buy(State(alipay): State<Alipay>) -> Result<Checkout, StatusCode> {
    let order = OutTradeNo::new("T20240101000001").map_err(|_| StatusCode::BAD_REQUEST)?; // in your database already
    let price = "10.50".parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    let request = PaymentRequest::new(order, "One teapot", price);
    Ok(Checkout::redirect(alipay.checkout(&request).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?))
}

async fn thanks(paid: Option<Paid>) -> String {
    match paid {
        Some(Paid(payment)) => format!("Order {} is paid: {} CNY", payment.out_trade_no(), payment.amount()),
        None => "We are waiting for Alipay's confirmation.".to_owned(),
    }
}

fn shop(alipay: Alipay) -> Router {
    let layer = alipay.layer();
    let pages = Router::new().route("/buy", get(buy)).route("/alipay/return", get(thanks));
    pages.with_state(alipay).layer(layer) // last, on the outermost router; notifications need no route
}

use alipay_axum::alipay_tower::{
    Endpoints, GatewayUrl, Merchant,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{Md5Key, PartnerId},
    reconcile::Reconciler,
};
use alipay_sqlx_store::{NewOrder, SqlStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (partner, key) = (PartnerId::new("2088000000000001")?, Md5Key::new(&std::env::var("ALIPAY_KEY")?)?);
    let merchant =
        Merchant::md5(partner, key).with_gateway(GatewayUrl::new("http://127.0.0.1:4001/gateway.do")?);
    let gateway = ReqwestGateway::new(&GatewayOptions::default())?;
    let store = SqlStore::connect("sqlite://orders.db").await?; // or your own type that implements `OrderStore`
    let order = NewOrder::new(OutTradeNo::new("T20240101000001")?, "10.50".parse()?, "One teapot");
    store.create_order(order).await?; // before the buyer pays; fails when the number was used before
    let at = |path: &str| format!("http://127.0.0.1:3000/alipay/{path}");
    let endpoints = Endpoints::new(&at("notify"), &at("return"))?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let alipay = Alipay::new(merchant, gateway, store.clone(), endpoints);
    let reconciler = Reconciler::new(alipay.clone(), store); // asks about payments whose notification never came
    tokio::spawn(async move { reconciler.run(std::future::pending()).await });
    axum::serve(listener, shop(alipay)).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
