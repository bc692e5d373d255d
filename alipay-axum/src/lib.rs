//! Alipay payments for axum: one layer, one extractor.
//!
//! 1. Implement [`OrderStore`](alipay_tower::OrderStore) for your orders, or take the crate `alipay-sqlx-store`.
//! 2. Put [`Alipay::layer`](alipay_tower::Alipay::layer) on the outermost router, as the last line.
//! 3. Send buyers away with [`Checkout`]; take [`Paid`] on the return page. Notifications need no route.
//!
//! ```
//! use alipay_axum::{Checkout, Paid, alipay_tower::{Alipay, PaymentRequest, protocol::OutTradeNo}};
//! use axum::{Router, extract::State, http::StatusCode, routing::get};
//!
//! async fn buy(State(alipay): State<Alipay>) -> Result<Checkout, (StatusCode, String)> {
//!     // A real shop has put the order into its database before this line.
//!     let order = OutTradeNo::new("T20240101000001").map_err(internal)?;
//!     let request = PaymentRequest::new(order, "One teapot", "10.50".parse().map_err(internal)?);
//!     Ok(Checkout::redirect(alipay.checkout(&request).map_err(internal)?))
//! }
//!
//! async fn thanks(paid: Option<Paid>) -> String {
//!     match paid {
//!         Some(Paid(payment)) => format!("Order {} is paid: {} CNY", payment.out_trade_no(), payment.amount()),
//!         None => "We are waiting for Alipay's confirmation.".to_owned(),
//!     }
//! }
//!
//! fn shop(alipay: Alipay) -> Router {
//!     let layer = alipay.layer();
//!     Router::new()
//!         .route("/buy", get(buy))
//!         .route("/alipay/return", get(thanks)) // the path of `return_url`
//!         .with_state(alipay)
//!         .layer(layer) // last, on the outermost router
//! }
//!
//! fn internal(error: impl std::fmt::Display) -> (StatusCode, String) {
//!     (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
//! }
//! # let _ = shop;
//! ```
//!
//! # Where the layer goes
//!
//! | placement | notification | return page |
//! |---|---|---|
//! | `.layer(l)` last, on the outermost `Router`, after `.nest` and `.fallback` | answered | verified |
//! | `l.layer(router)` around everything, then `axum::serve` | answered | verified |
//! | `.route_layer(l)` | **404**: only existing routes are wrapped | verified |
//! | `.layer(l)` and *then* `.fallback(..)` | **the fallback answers** | verified |
//! | `.layer(l)` and *then* `.merge(..)` | **404** | **not verified** on merged routes |
//! | inside a nested router | **404**: the path is stripped | **not verified** |
//!
//! Where the layer did not run, [`Paid`] answers 500 and says so; it never takes a missing layer for a missing payment.
//! Layers that read or change bodies, check CSRF tokens or demand a login belong inside this one.

mod checkout;
mod paid;
mod rejection;

pub use alipay_tower;

pub use self::{checkout::Checkout, paid::Paid, rejection::PaidRejection};
