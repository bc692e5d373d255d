//! The README's program for Rocket, word for word.

use alipay_rocket::alipay_tower::{Alipay, PaymentRequest, protocol::OutTradeNo};
use alipay_rocket::{AlipayFairing, Checkout, Paid};
use rocket::{Build, Rocket, State, get, http::Status, routes};

#[get("/buy")]
fn buy(alipay: &State<Alipay>) -> Result<Checkout, Status> {
    let order = OutTradeNo::new("T20240101000001").map_err(|_| Status::BadRequest)?; // in your database already
    let request = PaymentRequest::new(order, "One teapot", "10.50".parse().map_err(|_| Status::BadRequest)?);
    Ok(Checkout::redirect(alipay.checkout(&request).map_err(|_| Status::InternalServerError)?))
}

#[get("/alipay/return")]
fn thanks(paid: Option<Paid>) -> String {
    match paid {
        Some(Paid(payment)) => format!("Order {} is paid: {} CNY", payment.out_trade_no(), payment.amount()),
        None => "We are waiting for Alipay's confirmation.".to_owned(),
    }
}

fn shop(alipay: Alipay) -> Rocket<Build> {
    rocket::build().attach(AlipayFairing::new(alipay)).mount("/", routes![buy, thanks])
}

#[cfg(test)]
mod tests;
