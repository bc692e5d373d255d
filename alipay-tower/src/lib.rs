//! A verified payment, or a polite refusal.
//!
//! `alipay-tower` takes Alipay payments in any web framework that speaks [tower]: one layer signs nothing, trusts nothing
//! and answers the gateway, one trait ([`OrderStore`]) is the shop's, and the only way to a [`VerifiedPayment`] leads
//! through the whole chain: signature, addressee, the gateway's own word, order, amount, seller.
//!
//! [tower]: https://docs.rs/tower
//!
//! # The walk of a notification
//!
//! ```text
//!  POST /alipay/notify
//!    │ 1  middleware   ours?  no → inner service, untouched
//!    │ 2  middleware   gather the body, at most 64 KiB, at most 5 seconds
//!    ▼
//!  Alipay::receive_notify(body)
//!    │ 3  protocol     parse: strict, each name once                      bytes only
//!    │ 4  protocol     authenticate: sign_type, signature, addressee      bytes only
//!    │ 5  store.find   settled before by this very trade? → `success`     database, read
//!    │ 6  gateway      did you send this notify_id?                       network, once
//!    │ 7  protocol     what does it say? paid, closed, refunded, …
//!    │ 8  protocol     match_order → VerifiedPayment
//!    │ 9  store.settle                                                    database, the one write
//!    ▼
//!  10  exactly `success`, or exactly `fail`
//! ```
//!
//! A *return* (the buyer's browser) walks 1 and 3 to 8, never writes, and always reaches the host's page, with
//! [`VerifiedPayment`] or [`Rejection`] in the request's extensions.
//!
//! # Rooms
//!
//! * [`protocol`]: pure functions on bytes; usable without any of the rest.
//! * [`gateway`]: the one outbound question, [`NotifyGateway`](gateway::NotifyGateway), and its client.
//! * [`store`]: the host's orders.
//! * [`reconcile`]: asks about orders whose notification was lost.
//! * [`Alipay`]: the desk, which knows the order of the steps; [`Desks`]: those of several merchants.
//! * [`middleware`]: the tower layer.
//! * [`keys`]: keys from files and environment variables.
//! * [`adapter`]: what adapters for other frameworks share with it.
//! * [`docs`]: pages to read: how things are done, and what to do when something does not work.
//!
//! Adapters: `alipay-axum` (extractors and responses), `alipay-rocket` (fairing and guards). A ready store:
//! `alipay-sqlx-store`. A gateway on your laptop: `alipay-simulator`.
//!
//! # What a `VerifiedPayment` proves
//!
//! That somebody with the merchant's key signed the message, that it names this merchant, that the gateway says it sent
//! it (or described the trade itself when it was asked, or the shop's own books already hold this very trade), that it says *paid*, and that order number, amount and
//! seller are those of the order that the shop recorded. A shop that chose [`OutagePolicy::AcceptThenConfirm`] has such a
//! payment before the gateway has said anything; it says so itself
//! ([`ConfirmedBy::Nobody`](protocol::ConfirmedBy::Nobody)). With MD5 the shop holds that key too: the type prevents accident
//! and omission, not treachery by the key's owner.
//!
//! # Operating
//!
//! * [Products](docs::products): what a shop sells by, each from the order to the money.
//! * [The gateway is out of reach](docs::operating): what then, a circuit breaker, bounds, and asking again later.
//! * [Why did verification fail?](docs::why_did_verification_fail) The sixteen causes, and how to tell them apart.
//! * [Lost notifications](reconcile) are found by asking, and what nobody pays is closed.
//! * [Calls](docs::calls): how a trade stands, closing it, shipping, giving money back, paying out.
//! * [Several merchants](Desks), and [keys that change](Desks#keys-that-change), while the application runs.
//! * [Events](events): stable names for logs, metrics and alarms.
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `breaker` | yes | [`gateway::CircuitBreaker`] |
//! | `layer` | yes | the tower layer |
//! | `reconcile` | yes | [`reconcile::Reconciler`] |
//! | `reqwest` | yes | [`gateway::ReqwestGateway`] |
//! | `rustls-tls` | yes | https for it, with the system's root certificates |
//! | `bundled-roots` | | root certificates compiled in, for slim containers |
//! | `gbk` | | GBK and GB 2312 merchants |
//! | `qr` | | pictures of the codes that buyers scan, as SVG and PNG |
//! | `rsa` | | the OpenAPI generation, and RSA for the classic one: keys, certificates, payments, calls |
//! | `tracing` | | the [`events`] |
//!
//! The minimum Rust version is 1.88.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod adapter;
pub mod docs;
pub mod gateway;
pub mod keys;
#[cfg(feature = "layer")]
#[cfg_attr(docsrs, doc(cfg(feature = "layer")))]
pub mod middleware;
pub mod protocol;
#[cfg(feature = "reconcile")]
#[cfg_attr(docsrs, doc(cfg(feature = "reconcile")))]
pub mod reconcile;
pub mod store;

mod alipay;
mod call;
mod desks;
mod endpoints;
pub mod events;
mod outage;
mod policy;
mod rejection;
#[cfg(test)]
#[cfg(feature = "reconcile")]
mod scripted;
mod walk;

pub use async_trait::async_trait;

#[cfg(feature = "layer")]
#[cfg_attr(docsrs, doc(cfg(feature = "layer")))]
pub use self::middleware::AlipayLayer;
pub use self::{
    alipay::Alipay,
    call::CallError,
    desks::Desks,
    endpoints::Endpoints,
    outage::OutagePolicy,
    policy::MessagePolicy,
    protocol::{ConfigError, GatewayUrl, Merchant, Money, Order, PaymentRequest, VerifiedPayment},
    rejection::{Rejection, RejectionKind},
    store::OrderStore,
};
