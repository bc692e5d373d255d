//! A payment request that Alipay would take, as facts.

use alipay_tower::{
    Money,
    protocol::{Charset, Currency, PartnerId},
};

use crate::{goods::Goods, product::Product};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Purchase {
    pub(crate) product: Product,
    /// The account that asked: a PID, or an `app_id`.
    pub(crate) account: String,
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
    /// What the notifications repeat: `extra_common_param`, or `passback_params`.
    pub(crate) echo: Option<String>,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) channels: Channels,
    /// The bank that the cashier opens with.
    pub(crate) bank: Option<String>,
    /// What is shipped, of products that ship.
    pub(crate) goods: Option<Goods>,
}

/// What is paid, and how the request said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fee {
    pub(crate) total: Money,
    pub(crate) price: Money,
    pub(crate) quantity: u64,
    pub(crate) by_price: bool,
    /// Added to the amount, in fen; a rebate is negative.
    pub(crate) discount: i64,
    pub(crate) currency: Currency,
    /// The amount in CNY, when a cross-border request gave that one.
    pub(crate) rmb: Option<Money>,
}

impl Fee {
    /// One amount, in yuan.
    pub(crate) const fn of(total: Money) -> Self {
        Self {
            total,
            price: total,
            quantity: 1,
            by_price: false,
            discount: 0,
            currency: Currency::CNY,
            rmb: None,
        }
    }

    /// Price by quantity, with the discount and what the buyer pays for the carrier; `None` when it is less than a fen
    /// or more than money goes.
    pub(crate) fn with_shipping(&self, cost: Money) -> Option<Money> {
        let goods = self.price.fen().checked_mul(self.quantity)?.checked_add(cost.fen())?;
        let total = goods.checked_add_signed(self.discount)?;
        Money::from_fen(total).ok().filter(|total| total.fen() > 0)
    }

    /// The discount as the messages write it.
    pub(crate) fn discount_text(&self) -> String {
        let sign = if self.discount < 0 { "-" } else { "" };
        let fen = self.discount.unsigned_abs();
        format!("{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

/// What the cashier offers (`enable_paymethod`, `disable_paymethod`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Channels {
    pub(crate) balance: bool,
    pub(crate) bank: bool,
}

impl Channels {
    pub(crate) const ALL: Self = Self { balance: true, bank: true };
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

/// `it_b_pay`, `timeout_rule`, `timeout_express`, `time_expire`.
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
