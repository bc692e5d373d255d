//! Requests that send a buyer to the gateway, one builder for each product, checked before they are signed.
//!
//! Every builder collects [`Parameters`] by Alipay's own names. The documented limits of a product are a table
//! ([`limits::Limits`]) beside its builder, applied in one place before anything is signed.

mod direct;
mod error;
mod escrow;
mod forex;
pub(in crate::protocol) mod limits;
pub(in crate::protocol) mod macros;
mod names;
mod page;
mod parameters;
mod public;
mod script;
mod values;
mod wap;

pub(in crate::protocol) use self::forex::{split_funds, whole};
pub use self::{
    direct::PaymentRequest,
    error::RequestError,
    escrow::{Discount, DualPayment, EscrowPayment, Logistics, LogisticsPayment, LogisticsType},
    forex::{ForexAmount, ForexPayment, ForexWapPayment, SplitFund, Wallet},
    page::PageRequest,
    values::{PayMethod, QrPayMode, Royalty, Timeout},
    wap::WapPayment,
};
pub(in crate::protocol) use self::{
    limits::Limits,
    macros::{operator_page, payment_page, request, setters},
    parameters::Parameters,
};

pub(in crate::protocol) fn joined<T: ToString>(
    items: impl IntoIterator<Item = T>,
    separator: &str,
) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(separator)
}

/// Stands for a separator that a text brought along, so that [`limits`] refuses the whole value.
pub(in crate::protocol) const FOREIGN_SEPARATOR: char = '\u{1a}';

/// One column of a value whose grammar has separators: a text that has one itself cannot pass for two columns.
pub(in crate::protocol) fn column(text: &str) -> String {
    text.chars().map(|c| if "^|$#".contains(c) { FOREIGN_SEPARATOR } else { c }).collect()
}

/// `name^value|name^value`, as extension parameters are written.
pub(in crate::protocol) fn joined_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    joined(pairs.into_iter().map(|(name, value)| format!("{}^{}", column(name), column(value))), "|")
}

/// A sum of amounts, which may be more than [`Money`](super::Money) holds.
pub(in crate::protocol) fn fen_text(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

pub(in crate::protocol) const fn yes_no(yes: bool) -> &'static str {
    if yes { "Y" } else { "N" }
}
