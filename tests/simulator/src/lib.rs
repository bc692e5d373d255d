//! A simulated Alipay gateway.
//!
//! On 127.0.0.1 it does what Alipay does at the other end of the classic gateway (MAPI): checks signed payment requests of
//! every product, shows a cashier page, notifies the shop until it says `success`, sends the browser back, holds the
//! money of escrow trades until the goods arrive, carries out batches of refunds and payouts, and answers
//! `notify_verify` and the operator's calls. It misbehaves on demand. It starts in one line inside anyone's test:
//!
//! ```
//! use alipay_simulator::SimulatedGateway;
//! use alipay_tower::{PaymentRequest, protocol::OutTradeNo};
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let gateway = SimulatedGateway::start().await?;
//!
//! // The shop signs a request with the demo merchant, and the buyer's browser opens it.
//! let order = PaymentRequest::new(OutTradeNo::new("T20240101000001")?, "测试订单", "0.01".parse()?)
//!     .with_return_url("http://127.0.0.1:8080/alipay/return");
//! let page = reqwest::get(order.sign(&gateway.merchant())?.url()).await?;
//! assert!(page.url().path().starts_with("/cashier/"));
//!
//! // The buyer pays; the simulated gateway says where the browser goes then.
//! let trade = gateway.trade("T20240101000001").unwrap();
//! let back = gateway.pay(trade.trade_no(), "balance").await?.unwrap();
//! assert!(back.starts_with("http://127.0.0.1:8080/alipay/return?"));
//!
//! gateway.shutdown().await;
//! # Ok(()) })
//! # as Result<(), Box<dyn std::error::Error>>
//! # ;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Both generations
//!
//! The same address answers the OpenAPI generation, where requests name a `method` and an `app_id`: page, wap, app and QR
//! payments, `query`, `refund`, `close`, `cancel`, bills, and certificates by their numbers; answers are JSON, signed over
//! the very bytes of their node, and notifications and returns have that generation's fields. An [`Application`] gets its
//! keys (and, in certificate mode, a chain of certificates) when the gateway starts, and
//! [`SimulatedGateway::credentials`] gives the shop's half of them:
//!
//! ```
//! use alipay_simulator::{Application, SimulatedGateway};
//! use alipay_tower::protocol::{AppId, SellerId};
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let (app_id, seller_id) = (AppId::new("9021000000000002")?, SellerId::new("2088000000000001")?);
//! let gateway = SimulatedGateway::builder().application(Application::new(app_id, seller_id)).start().await?;
//! let shop = gateway.merchant(); // its private key, and the public key of this gateway's Alipay
//! assert!(shop.app_id().is_some());
//! # Ok(()) })
//! # as Result<(), Box<dyn std::error::Error>>
//! # ;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Classic merchants may sign with RSA too ([`rsa_merchant`](SimulatedGatewayBuilder::rsa_merchant)). The gateway holds a
//! mirror of each: Alipay's private key, and the shop's public one.
//!
//! # No backdoor
//!
//! It holds keys, signs bytes and answers questions. A test gets a verified payment only by sending those bytes through
//! the true pipeline. It listens on loopback addresses, and posts to loopback addresses: requests that name another
//! `notify_url` or `return_url` get an error page.
//!
//! # Not for strangers
//!
//! A web page anywhere can make the browser on this machine call loopback addresses. Requests under another `Host` than
//! a loopback one, forms and scripts of other origins, and images or frames that point at `gateway.do` get 403; programs
//! without a browser's headers are served. Whoever knows the key can still *navigate* a browser to `gateway.do`, and
//! [`DEMO_KEY`] is published: a gateway that runs for longer than a test takes a [`random_merchant`], as the example
//! shops do. The `serve` command keeps the demo key, because `notify` and a shop in another process must sign with the
//! same one; give it `--key` for another.
//!
//! # Single messages
//!
//! [`Notice`] builds one signed message in one call, without any gateway.
//!
//! # Mischief
//!
//! [`SimulatedGateway::behave`] takes a [`Mischief`]; so do the page at [`SimulatedGateway::dashboard_url`] and
//! `POST /simulator/mischief` (a [`Wish`] in JSON). The rest of that interface: `GET /simulator/trades`,
//! `POST /simulator/trades/{trade_no}/{pay|close|finish|refund|ship|confirm}`, `GET /simulator/batches`,
//! `POST /simulator/batches/{batch_no}/{approve|reject}`, `GET /simulator/deliveries`, `GET /simulator/questions`,
//! `POST /simulator/messages` (the message service), `POST /simulator/certificates/{app_id}/{announce|renew|roll_over}`,
//! `GET /simulator/calls`, `POST /simulator/app` (an order string), `POST /simulator/scan` (a QR code), `GET` and `DELETE /simulator/mischief`,
//! `PUT /simulator/arrival`.
//!
//! # What is real and what is not
//!
//! The gaps of the retry ladder and the payment deadline run on a compressed clock
//! ([`clock_speed`](SimulatedGatewayBuilder::clock_speed), [`deadline_speed`](SimulatedGatewayBuilder::deadline_speed)).
//! The minute of a return's `notify_id` and the 30 seconds of an anti-phishing key are real unless set otherwise.
//! Foreign currencies have one rate each, which never moves, and receivers of payouts fail by their names: accounts that
//! begin with `nobody`, `blocked`, `limit`, `released` or `unverified`, and a known one (`payee1@example.com` is `张三`) under
//! another name. Which of two spellings of a return's id Alipay wants in `notify_verify` is not known, so both are answered: the value
//! of the field (`…%2F…`, which arrives when the question's address was encoded), and the value with its escapes undone
//! (which arrives when the value was put into the address as it stands).

pub mod contract;
pub mod doctor;
pub mod explain;

mod access;
mod account;
mod actions;
mod api;
mod banks;
mod batch_page;
mod batches;
mod builder;
mod callers;
mod cashier;
mod dashboard;
mod delivery;
mod demo;
mod filled;
mod forgery;
mod goods;
mod issued;
mod ladder;
mod loopback;
mod mischief;
mod money;
mod notice;
mod openapi;
mod outage;
mod pages;
mod product;
mod purchase;
mod random;
mod receivers;
mod refusal;
mod sender;
mod server;
mod services;
mod settings;
mod shared;
mod simulated;
mod trade;
mod trades;
mod wire;
mod xml;

pub use self::{
    account::{Application, CertificateFiles, Credentials},
    builder::SimulatedGatewayBuilder,
    delivery::{Delivery, Outcome, Question},
    demo::{
        DEMO_APP_ID, DEMO_KEY, DEMO_PARTNER, DEMO_SELLER_EMAIL, demo_application, demo_merchant,
        demo_openapi, random_merchant,
    },
    mischief::{AnswerTrick, Arrival, Behaviour, CertificateLie, Lie, Mischief, Outage, QueryLie, Wish},
    notice::{CONTENT_TYPE, Notice, SignedNotice},
    product::Product,
    simulated::SimulatedGateway,
    trade::Trade,
    trades::TradeError,
};
