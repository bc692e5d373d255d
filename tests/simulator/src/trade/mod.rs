//! One trade: what was ordered, and what became of it.

mod answer;
mod application;
mod message;

use alipay_tower::{
    Money,
    protocol::{Currency, PartnerId, Timestamp, TradeStatus},
};

use crate::{
    goods::{Carrier, Consignee, Parcel},
    money,
    product::Product,
    purchase::Purchase,
    random,
};

/// A trade as the gateway knows it.
#[derive(Clone, Debug)]
pub struct Trade {
    pub(crate) purchase: Purchase,
    pub(crate) trade_no: String,
    pub(crate) status: TradeStatus,
    pub(crate) mode: Mode,
    /// With the carrier that the buyer chose.
    pub(crate) total: Money,
    /// The chosen one among the carriers of the purchase.
    pub(crate) carrier: usize,
    /// Known when the buyer has confirmed it.
    pub(crate) consignee: Option<Consignee>,
    pub(crate) parcel: Option<Parcel>,
    pub(crate) channel: Option<String>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) times: Times,
}

/// How the money goes to the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Alipay holds it until the buyer has the goods.
    Escrow,
    Instant,
    /// The buyer of a dual trade has not chosen yet.
    Open,
}

/// When what happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) create: Timestamp,
    pub(crate) logistics: Option<Timestamp>,
    pub(crate) payment: Option<Timestamp>,
    pub(crate) send_goods: Option<Timestamp>,
    pub(crate) refund: Option<Timestamp>,
    pub(crate) close: Option<Timestamp>,
}

/// Money that went back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refund {
    /// What the shop calls it: `out_request_no`, `out_return_no`, or a batch number.
    pub(crate) number: String,
    pub(crate) amount: Money,
    pub(crate) reason: String,
    pub(crate) at: Timestamp,
    /// The part of the second that [`Timestamp`] leaves out.
    pub(crate) millis: u32,
}

impl Trade {
    pub(crate) fn new(purchase: Purchase, now: Timestamp) -> Self {
        let mode = match purchase.product {
            Product::Dual => Mode::Open,
            Product::Escrow => Mode::Escrow,
            _ => Mode::Instant,
        };
        Self {
            total: purchase.fee.total,
            purchase,
            trade_no: format!("{}{}", now.date(), random::digits(20)),
            status: TradeStatus::WaitBuyerPay,
            mode,
            carrier: 0,
            consignee: None,
            parcel: None,
            channel: None,
            refunds: Vec::new(),
            times: Times {
                create: now,
                logistics: None,
                payment: None,
                send_goods: None,
                refund: None,
                close: None,
            },
        }
    }

    /// Alipay's number of the trade.
    #[must_use]
    pub fn trade_no(&self) -> &str {
        &self.trade_no
    }

    /// The shop's order number.
    #[must_use]
    pub fn out_trade_no(&self) -> &str {
        &self.purchase.out_trade_no
    }

    /// The merchant's PID; of an application, its seller's.
    #[must_use]
    pub const fn partner(&self) -> &PartnerId {
        &self.purchase.partner
    }

    /// Who asked for it: the PID of a classic merchant, the `app_id` of an application.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.purchase.account
    }

    /// What it was opened with.
    #[must_use]
    pub const fn product(&self) -> Product {
        self.purchase.product
    }

    /// The title of the goods.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.purchase.subject
    }

    /// What is paid, in the [currency](Self::currency).
    #[must_use]
    pub const fn total_fee(&self) -> Money {
        self.total
    }

    /// The currency of the amounts: CNY, but for cross-border trades.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.purchase.fee.currency
    }

    /// Where the trade stands.
    #[must_use]
    pub const fn status(&self) -> &TradeStatus {
        &self.status
    }

    /// What was paid back, in all.
    #[must_use]
    pub fn refunded(&self) -> Money {
        self.refunds.iter().fold(Money::default(), |sum, refund| money::sum(sum, refund.amount))
    }

    /// What paid it: `balance`, or the code of a bank; `None` while unpaid.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    /// When the buyer paid.
    #[must_use]
    pub const fn paid_at(&self) -> Option<Timestamp> {
        self.times.payment
    }

    /// Whether Alipay holds, or is to hold, the money until the buyer has the goods; the buyer of a dual trade decides
    /// that when he pays.
    #[must_use]
    pub fn is_escrow(&self) -> bool {
        self.mode == Mode::Escrow
    }

    /// Where notifications go.
    #[must_use]
    pub fn notify_url(&self) -> Option<&str> {
        self.purchase.notify_url.as_deref()
    }

    /// Where the browser goes after payment.
    #[must_use]
    pub fn return_url(&self) -> Option<&str> {
        self.purchase.return_url.as_deref()
    }

    /// The page of the goods, if it is an address that a browser can go to.
    pub(crate) fn show_url(&self) -> Option<&str> {
        let web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
        self.purchase.show_url.as_deref().filter(web)
    }

    pub(crate) fn refund_of(&self, number: &str) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.number == number)
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.status == TradeStatus::WaitBuyerPay
    }

    /// What is left of the payment.
    pub(crate) fn left(&self) -> Money {
        money::rest(self.total, self.refunded())
    }

    /// The carrier that the buyer chose, of a trade with goods to ship.
    pub(crate) fn chosen_carrier(&self) -> Option<&Carrier> {
        self.purchase.goods.as_ref()?.carriers.get(self.carrier)
    }

    /// The amount as messages write it.
    pub(crate) fn total_text(&self) -> String {
        money::written(self.total, self.currency())
    }

    /// The amount as a page shows it.
    pub(crate) fn shown_total(&self) -> String {
        let currency = self.currency();
        if currency == Currency::CNY {
            format!("¥{}", self.total)
        } else {
            format!("{currency} {}", self.total_text())
        }
    }
}
