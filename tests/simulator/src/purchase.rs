//! A payment request that Alipay would take, as facts.

use alipay_tower::{
    Money,
    protocol::{Charset, PartnerId},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Purchase {
    pub(crate) partner: PartnerId,
    /// The charset of the request; the notifications come in it.
    pub(crate) charset: Charset,
    pub(crate) out_trade_no: String,
    pub(crate) subject: String,
    pub(crate) body: Option<String>,
    pub(crate) payment_type: String,
    pub(crate) fee: Fee,
    pub(crate) buyer: Buyer,
    pub(crate) notify_url: Option<String>,
    pub(crate) return_url: Option<String>,
    pub(crate) show_url: Option<String>,
    pub(crate) extra_common_param: Option<String>,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) channels: Channels,
    /// The bank that the cashier opens with.
    pub(crate) bank: Option<String>,
}

/// What is paid, and how the request said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fee {
    pub(crate) total: Money,
    pub(crate) price: Money,
    pub(crate) quantity: u64,
    pub(crate) by_price: bool,
}

/// What the cashier offers (`enable_paymethod`, `disable_paymethod`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Channels {
    pub(crate) balance: bool,
    pub(crate) bank: bool,
}

/// Who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Buyer {
    pub(crate) id: String,
    pub(crate) email: String,
}

impl Default for Buyer {
    fn default() -> Self {
        Self { id: "2088000000000002".to_owned(), email: "buyer@example.com".to_owned() }
    }
}

/// `it_b_pay`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    Midnight,
    Minutes(u64),
}

impl std::fmt::Display for Deadline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Midnight => f.write_str("1c"),
            Self::Minutes(minutes) => write!(f, "{minutes}m"),
        }
    }
}
