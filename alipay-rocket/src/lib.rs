//! Alipay payments for Rocket: one fairing, two guards.
//!
//! # Quickstart
//!
//! 1. **Store.** Implement [`OrderStore`](alipay_tower::OrderStore) for your orders, or take the crate
//!    `alipay-sqlx-store`.
//! 2. **Attach** [`AlipayFairing`]. It answers notifications by itself, on the path of `notify_url`, and manages
//!    [`Alipay`](alipay_tower::Alipay).
//! 3. **Mount** a route that sends buyers away with [`Checkout`], and one on the path of `return_url`.
//! 4. **Guard** the latter with [`Paid`].
//!
//! ```
//! use alipay_rocket::{
//!     AlipayFairing, Checkout, NotPaid, Paid,
//!     alipay_tower::{Alipay, PaymentRequest, protocol::OutTradeNo},
//! };
//! use rocket::{Build, Rocket, State, get, http::Status, routes};
//!
//! #[get("/buy")]
//! fn buy(alipay: &State<Alipay>) -> Result<Checkout, (Status, String)> {
//!     // A real shop has put the order into its database before this line.
//!     let order = OutTradeNo::new("T20240101000001").map_err(internal)?;
//!     let request = PaymentRequest::new(order, "One teapot", "10.50".parse().map_err(internal)?);
//!     Ok(Checkout::redirect(alipay.checkout(&request).map_err(internal)?))
//! }
//!
//! #[get("/alipay/return")] // the path of `return_url`
//! fn thanks(paid: Result<Paid, NotPaid>) -> String {
//!     match paid {
//!         Ok(Paid(payment)) => format!("Order {} is paid: {} CNY", payment.out_trade_no(), payment.amount()),
//!         Err(_) => "We are waiting for Alipay's confirmation.".to_owned(),
//!     }
//! }
//!
//! fn shop(alipay: Alipay) -> Rocket<Build> {
//!     rocket::build().attach(AlipayFairing::new(alipay)).mount("/", routes![buy, thanks])
//! }
//!
//! fn internal(error: impl std::fmt::Display) -> (Status, String) {
//!     (Status::InternalServerError, error.to_string())
//! }
//! # let _ = shop;
//! ```
//!
//! # Testing a shop
//!
//! Rocket's local client sees the notifications and the guards as the world does. What a test brings is a gateway that
//! says yes, and messages signed with the test merchant's key (the crate `alipay-simulator` makes all kinds of them):
//!
//! ```
//! # use alipay_rocket::{AlipayFairing, NotPaid, Paid};
//! use alipay_rocket::alipay_tower::{
//!     Alipay, Endpoints, Merchant, Order, async_trait,
//!     gateway::{GatewayError, NotifyGateway},
//!     protocol::{Confirmation, Md5Key, NotifyCheck, OutTradeNo, PartnerId},
//!     store::MemoryStore,
//! };
//! use rocket::{http::Status, local::asynchronous::Client};
//! # use rocket::{Build, Rocket, get, routes};
//! # #[get("/alipay/return")]
//! # fn thanks(paid: Result<Paid, NotPaid>) -> String {
//! #     match paid {
//! #         Ok(Paid(payment)) => format!("Order {} is paid: {} CNY", payment.out_trade_no(), payment.amount()),
//! #         Err(_) => "We are waiting for Alipay's confirmation.".to_owned(),
//! #     }
//! # }
//! # fn shop(alipay: Alipay) -> Rocket<Build> {
//! #     rocket::custom(rocket::Config { log_level: rocket::config::LogLevel::Off, ..Default::default() })
//! #         .attach(AlipayFairing::new(alipay)).mount("/", routes![thanks])
//! # }
//!
//! struct Yes;
//!
//! #[async_trait]
//! impl NotifyGateway for Yes {
//!     async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
//!         Ok(check.read(b"true")?)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # rocket::async_test(async {
//! let merchant = Merchant::md5(PartnerId::new("2088000000000001")?, Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?);
//! let store = MemoryStore::new();
//! store.insert(Order::new(OutTradeNo::new("T1")?, "10.50".parse()?));
//! let endpoints = Endpoints::new("https://shop.example.com/alipay/notify", "https://shop.example.com/alipay/return")?;
//! let client = Client::tracked(shop(Alipay::new(merchant.clone(), Yes, store, endpoints))).await?;
//!
//! let signed = merchant.sign_fields([
//!     ("notify_id", "0123456789abcdef"),
//!     ("notify_type", "trade_status_sync"),
//!     ("out_trade_no", "T1"),
//!     ("total_fee", "10.50"),
//!     ("trade_no", "2024010121001004010200000001"),
//!     ("trade_status", "TRADE_SUCCESS"),
//! ])?;
//! let message = signed.url().split_once('?').map_or("", |(_, query)| query);
//!
//! let reply = client.post("/alipay/notify").body(message).dispatch().await;
//! assert_eq!(reply.into_string().await.as_deref(), Some("success"));
//!
//! let page = client.get(format!("/alipay/return?{message}")).dispatch().await;
//! assert_eq!(page.into_string().await.as_deref(), Some("Order T1 is paid: 10.50 CNY"));
//!
//! let forged = message.replace("10.50", "0.01");
//! let reply = client.post("/alipay/notify").body(forged).dispatch().await;
//! assert_eq!(reply.status(), Status::Forbidden);
//! assert_eq!(reply.into_string().await.as_deref(), Some("fail"));
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # Configuration
//!
//! [`AlipayFairing::from_config`] takes the merchant from Rocket's own configuration and needs only the store:
//!
//! ```toml
//! [default.alipay]
//! partner = "2088000000000001"
//! key = "..."                                              # better: ROCKET_ALIPAY='{key="..."}'
//! notify_url = "https://shop.example.com/alipay/notify"
//! return_url = "https://shop.example.com/alipay/return"
//!
//! [default.limits]
//! alipay = "64KiB"                                         # the largest notification
//!
//! [default.shutdown]
//! grace = 10                                               # seconds; the deadline of a notification
//! ```
//!
//! | key | default | what |
//! |---|---|---|
//! | `scheme` | `mapi` | the generation: the classic gateway, or `openapi` with the feature `rsa` |
//! | `sign_type` | `MD5`, of openapi `RSA2` | or `RSA`, with the feature `rsa` |
//! | `partner`, `key` | | mapi: the PID and the MD5 key of the merchant console |
//! | `app_id`, `seller_id` | | openapi: the application, and the account that receives the money |
//! | `private_key_file`, `public_key_file` | | RSA and RSA2: your private key, and *Alipay's* public key; paths are relative to the `Rocket.toml` |
//! | `app_cert_file`, `alipay_cert_file`, `root_cert_file` | | certificate mode instead of the public key |
//! | `notify_url`, `return_url` | | the two complete public addresses |
//! | `notify_path`, `return_path` | the paths of these | as the application sees them, behind a proxy that changes paths |
//! | `https_required` | `false` | refuses plain http in the two addresses |
//! | `seller_id`, `seller_email` | mapi: the partner's | the account that receives the money |
//! | `input_charset` | `utf-8` | `gbk` and `gb2312` with the feature `gbk` |
//! | `gateway` | production, of the generation | another gateway's address; plain http for loopback addresses only |
//! | `body_timeout`, `deadline` | 5, 10 | seconds; see [`AlipayFairing::with_body_timeout`], [`AlipayFairing::with_deadline`] |
//! | `connect_timeout`, `gateway_timeout` | 3, 6 | seconds, for the question to the gateway |
//! | `outage_policy` | `fail_closed` | or `accept_then_confirm`; see [`OutagePolicy`](alipay_tower::OutagePolicy) |
//! | `circuit_breaker` | `false` | leaves a gateway alone that is out of reach; see [`CircuitBreaker`](alipay_tower::gateway::CircuitBreaker) |
//! | `env_proxy` | `false` | obeys `HTTPS_PROXY` and its relatives |
//! | `bundled_roots` | `false` | root certificates compiled in; with the feature `bundled-roots` |
//!
//! A key that is missing, wrong or unknown stops the launch with a sentence about it. The merchant's key is never printed.
//!
//! An application of the OpenAPI generation:
//!
//! ```toml
//! [default.alipay]
//! scheme = "openapi"
//! app_id = "2021000000000001"
//! seller_id = "2088000000000001"
//! private_key_file = "keys/app_private_key.pem"
//! public_key_file = "keys/alipay_public_key.pem"
//! notify_url = "https://shop.example.com/alipay/notify"
//! return_url = "https://shop.example.com/alipay/return"
//! ```
//!
//! Unless `gateway` is a sandbox or a simulator, keys that everybody has, short keys, and certificates without a chain to the
//! root file stop the launch too ([`Merchant::for_production`](alipay_tower::Merchant::for_production)).
//!
//! # Mounts
//!
//! The notify path is the path of `notify_url`, wherever the host mounts its own routes, and [`Paid`] compares the whole
//! path of the request: a shop under `/shop` writes `.mount("/shop", routes![thanks])` and
//! `https://example.com/shop/alipay/return`. Where a proxy strips the prefix, say so with
//! [`Endpoints::with_notify_path`](alipay_tower::Endpoints::with_notify_path) and
//! [`with_return_path`](alipay_tower::Endpoints::with_return_path).
//!
//! # axum and Rocket side by side
//!
//! | | `alipay-axum` | `alipay-rocket` |
//! |---|---|---|
//! | put in | `.layer(alipay.layer())`, last, outermost | `.attach(AlipayFairing::new(alipay))`, anywhere |
//! | several merchants | `.layer(desks.layer())` | [`.attach(AlipayFairing::desks(desks))`](AlipayFairing::desks) |
//! | from a file | the host's own code | [`AlipayFairing::from_config`] |
//! | notification | the layer answers | a mounted route answers, with the same statuses and bytes |
//! | the host's own notify handler | `NotifyMode::Forward`, body replayed | [`without_notify_route`](AlipayFairing::without_notify_route) and [`Notified`] |
//! | return page | `Paid`, verified by the layer before the page | [`Paid`], verified by the guard, once for each request |
//! | no payment | `Option<Paid>`, `Result<Paid, PaidRejection>` | `Option<Paid>`, `Result<Paid, NotPaid>` |
//! | forgotten | 500 on the page, with advice | no launch, with advice |
//! | checkout | `Checkout`, `State<Alipay>` | [`Checkout`], `&State<Alipay>` |
//! | body limit | `with_body_limit` | the data limit `alipay` |
//! | query of a return | the same, at most [`QUERY_LIMIT`](alipay_tower::adapter::QUERY_LIMIT) | the same |
//! | other methods on the notify path | 405 `fail` | 405 `fail` |
//!
//! # Several merchants
//!
//! Each merchant has its own paths below one prefix, and a desk there. Merchants come and go while the application runs;
//! one return page serves them all, and the path says whose desk verifies.
//!
//! ```
//! use alipay_rocket::{
//!     AlipayFairing, Checkout, NotPaid, Paid,
//!     alipay_tower::{Desks, PaymentRequest, protocol::OutTradeNo},
//! };
//! use rocket::{Build, Rocket, State, get, http::Status, routes};
//!
//! #[get("/pay/<shop>/buy")]
//! fn buy(shop: &str, desks: &State<Desks>) -> Result<Checkout, (Status, String)> {
//!     let desk = desks.desk(&format!("/pay/{shop}/notify")).ok_or((Status::NotFound, "no such shop".to_owned()))?;
//!     // A real shop has put the order into its database before this line.
//!     let order = OutTradeNo::new("T20240101000001").map_err(internal)?;
//!     let request = PaymentRequest::new(order, "One teapot", "10.50".parse().map_err(internal)?);
//!     Ok(Checkout::redirect(desk.checkout(&request).map_err(internal)?))
//! }
//!
//! #[get("/pay/<shop>/return")] // the paths of all `return_url`s
//! fn thanks(shop: &str, paid: Result<Paid, NotPaid>) -> String {
//!     match paid {
//!         Ok(Paid(payment)) => format!("{shop}: order {} is paid", payment.out_trade_no()),
//!         Err(_) => "We are waiting for Alipay's confirmation.".to_owned(),
//!     }
//! }
//!
//! fn shops(desks: Desks) -> Rocket<Build> {
//!     rocket::build().attach(AlipayFairing::desks(desks)).mount("/", routes![buy, thanks])
//! }
//!
//! fn internal(error: impl std::fmt::Display) -> (Status, String) {
//!     (Status::InternalServerError, error.to_string())
//! }
//!
//! let desks = Desks::under("/pay")?; // keep a clone: `add`, `replace` and `remove` work after the launch, too
//! let rocket = shops(desks.clone());
//! # let _ = (rocket, desks);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a fairing cannot do
//!
//! A fairing of Rocket 0.5 sees each request but cannot answer one, and of the body it sees 512 bytes at most, less than a
//! notification has; a request that was read cannot be handed on to another route. So nothing here happens in a request
//! fairing, and the tower layer has no place in Rocket. What Rocket offers instead is used as it is meant to be:
//!
//! * The notify path is a real route with a handler of its own. It takes raw bytes (Rocket's forms decode with
//!   replacement characters, under which a GBK signature breaks), and answers every request itself, so that no error
//!   catcher ever puts a page where the gateway looks for a word. Methods that Rocket does not know are refused before it
//!   routes; a catcher on that path answers those.
//! * The return path is a route of the host. Guards are where Rocket wants authentication, and sentinels make forgetting
//!   the fairing impossible.
//! * Rocket's router ignores slashes too many and percent escapes; route and guard compare the path byte by byte, as the
//!   layer does, and leave everything else to the host's 404.
//! * A form whose first field is named `_method` changes the method in Rocket. Here it is a field like any other, so the
//!   message is read, and refused, as the POST that it was.
//! * Rocket logs the address of a request that no route takes as an error; a `HEAD` on the return path is such a
//!   request, and its query names the buyer. So the host's return page gets a `HEAD` route too. At the level `normal`
//!   Rocket logs the address of every request: run shops at `critical`, which is the default of a release build.
//!
//! Two things stay out of reach. Rocket reads the first 14 bytes of every body before anything else, and waits for them
//! without an end: the time-out of a slow body begins after them. And it cuts connections `shutdown.grace` seconds after
//! the beginning of a shutdown, two by default: give it the ten of the deadline, or rely on the gateway's repetition. A
//! proxy in front of Rocket, which every shop needs for https, bounds the former.
//!
//! # Features
//!
//! | feature | what |
//! |---|---|
//! | `bundled-roots` | root certificates compiled in, for slim containers |
//! | `gbk` | GBK and GB 2312 merchants |
//! | `rsa` | RSA and RSA2, for merchants that are put together in code |
//! | `tracing` | one event for each hit |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod catcher;
mod checkout;
mod config;
mod desk;
mod fairing;
mod front;
mod mount;
mod not_paid;
mod notified;
mod notify;
mod paid;
mod reply;

pub use alipay_tower;

pub use self::{
    checkout::Checkout, fairing::AlipayFairing, not_paid::NotPaid, notified::Notified, paid::Paid,
    reply::NotifyReply,
};
