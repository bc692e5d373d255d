//! The example shop, for any web framework.
//!
//! Everything that is not HTTP routing lives here: catalogue, orders, pages, receipts, configuration, and a buyer who
//! demonstrates it all. A web framework adds routes: it reads a [`Visitor`] from the headers, calls a method of
//! [`Shop`], and copies the [`Answer`] into its own response. `axum-shop` and `rocket-shop` are two such frameworks'
//! worth of routes around the same shop.
//!
//! | route | method |
//! |---|---|
//! | `GET /` | [`Shop::catalogue`] |
//! | `GET /items/{id}` | [`Shop::item`] |
//! | `POST /orders` | [`Shop::place_order`] |
//! | `GET /orders` | [`Shop::orders`] |
//! | `GET /orders/{no}` | [`Shop::order`] |
//! | `GET /orders/{no}/pay` | [`Shop::pay`] |
//! | [`RETURN_PATH`], any method | [`Shop::returned`] |
//! | `GET /operator` | [`Shop::operator`] |
//! | `POST /operator` | [`Shop::operator_enters`] |
//! | `GET /orders/{no}/qr` | [`Shop::qr`] |
//! | `GET /operator/orders/{no}` | [`Shop::operator_order`] |
//! | `POST /operator/orders/{no}/{what}` | [`Shop::operate`] |
//! | `GET /operator/journal/{id}/raw` | [`Shop::refused_message`] |
//! | `POST /operator/journal/{id}/replay` | [`Shop::replay`] |
//! | `GET /operator/payouts` | [`Shop::payouts`] |
//! | `POST /operator/payouts` | [`Shop::prepare_payout`] |
//! | `GET /operator/payouts/{batch_no}` | [`Shop::payout`] |
//! | `GET /style.css`, `GET /icon.svg` | [`Shop::stylesheet`], [`Shop::icon`] |
//! | anything else | [`Shop::not_found`] |
//!
//! [`NOTIFY_PATH`] has no route: it belongs to the library's layer or fairing.

mod answer;
mod catalogue;
mod command;
mod config;
mod counter;
mod demo;
mod forms;
mod handlers;
mod lang;
mod order_no;
mod pages;
mod payout;
mod receipts;
mod say;
mod setup;
mod shop;
mod stop;
mod visitor;

pub use self::{
    answer::Answer,
    catalogue::{Item, MAX_QUANTITY},
    command::run,
    config::{Config, SetupError},
    demo::Story,
    forms::{MoveForm, OperatorForm, OrderForm, PayOptions, PayoutForm, Waiting},
    lang::Lang,
    order_no::new_order_no,
    setup::{NOTIFY_PATH, RETURN_PATH, Setup},
    shop::Shop,
    visitor::Visitor,
};

/// An error of any kind, on its way to the operator.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
