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
//!
//! # Several merchants
//!
//! [`Desks`](alipay_tower::Desks) instead of one `Alipay`: each merchant has its own paths, comes and goes while the
//! application runs, and one return page serves them all. On the path of a shop that has no desk (any more) the layer does
//! nothing, and [`Paid`] takes that for a missing layer: ask for the desk first where that may happen.
//!
//! ```
//! use alipay_axum::{Checkout, Paid, alipay_tower::{Desks, PaymentRequest, protocol::OutTradeNo}};
//! use axum::{Router, extract::{Path, State}, http::StatusCode, routing::get};
//!
//! async fn buy(State(desks): State<Desks>, Path(shop): Path<String>) -> Result<Checkout, (StatusCode, String)> {
//!     let desk = desks.desk(&format!("/pay/{shop}/notify")).ok_or((StatusCode::NOT_FOUND, "no such shop".to_owned()))?;
//!     // A real shop has put the order into its database before this line.
//!     let order = OutTradeNo::new("T20240101000001").map_err(internal)?;
//!     let request = PaymentRequest::new(order, "One teapot", "10.50".parse().map_err(internal)?);
//!     Ok(Checkout::redirect(desk.checkout(&request).map_err(internal)?))
//! }
//!
//! async fn thanks(Path(shop): Path<String>, paid: Option<Paid>) -> String {
//!     match paid {
//!         Some(Paid(payment)) => format!("{shop}: order {} is paid", payment.out_trade_no()),
//!         None => "We are waiting for Alipay's confirmation.".to_owned(),
//!     }
//! }
//!
//! fn shops(desks: Desks) -> Router {
//!     let layer = desks.layer();
//!     Router::new()
//!         .route("/pay/{shop}/buy", get(buy))
//!         .route("/pay/{shop}/return", get(thanks)) // the paths of all `return_url`s
//!         .with_state(desks)
//!         .layer(layer) // last, on the outermost router
//! }
//!
//! fn internal(error: impl std::fmt::Display) -> (StatusCode, String) {
//!     (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
//! }
//!
//! let desks = Desks::under("/pay")?; // keep a clone: `add`, `replace` and `remove` work while the router runs, too
//! let router = shops(desks.clone());
//! # let _ = (router, desks);
//! # Ok::<(), alipay_axum::alipay_tower::ConfigError>(())
//! ```

mod checkout;
mod paid;
mod rejection;

pub use alipay_tower;

pub use self::{checkout::Checkout, paid::Paid, rejection::PaidRejection};
