//! The ways of paying: products of the classic gateway, each with a contract of its own.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::protocol::{Currency, Scheme};

use super::Bank;
use crate::{forms::PayOptions, lang::Lang};

/// How the buyer wants to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Instantly; the rest is chosen at the cashier.
    Any,
    /// Instantly, straight from this bank.
    Bank(&'static Bank),
    /// The buyer says at the cashier whether Alipay holds the money.
    Dual,
    /// Alipay holds the money until the goods have arrived.
    Escrow,
    /// Across the border, in the currency of the order.
    Forex,
    /// The same on a phone.
    ForexWap,
    /// Instantly, on a phone.
    Wap,
}

/// One line of the choice.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The word in `?product=`.
    pub(crate) product: &'static str,
    pub(crate) way: Way,
    zh: &'static str,
    en: &'static str,
}

/// The first of each list is what is offered unasked.
static DOMESTIC: [Choice; 4] = [
    Choice { product: "", way: Way::Any, zh: "即时到账", en: "The shop is paid at once" },
    Choice {
        product: "escrow",
        way: Way::Escrow,
        zh: "担保交易：收货后付给本店",
        en: "The shop is paid when the goods have arrived (escrow)",
    },
    Choice {
        product: "dual",
        way: Way::Dual,
        zh: "到收银台再选：即时或担保",
        en: "Choose at the cashier: at once, or escrow",
    },
    Choice { product: "wap", way: Way::Wap, zh: "手机网页：即时到账", en: "At once, on a phone" },
];
static ABROAD: [Choice; 2] = [
    Choice {
        product: "forex", way: Way::Forex, zh: "跨境付款：电脑网页", en: "Cross-border, on a computer"
    },
    Choice {
        product: "forex_wap",
        way: Way::ForexWap,
        zh: "跨境付款：手机网页",
        en: "Cross-border, on a phone",
    },
];

impl Choice {
    /// What an order may be paid by: a cross-border payment names the currency that the order is in, and no other does.
    pub(crate) fn of(order: &OrderRecord) -> &'static [Self] {
        if order.order().currency() == Currency::CNY { &DOMESTIC } else { &ABROAD }
    }

    pub(crate) const fn label(&self, lang: Lang) -> &'static str {
        lang.t(self.zh, self.en)
    }
}

impl Way {
    /// The way that the query names, of those that the order has; what it names else is the first of them. The OpenAPI
    /// generation leaves the choice to its own page.
    pub(crate) fn find(options: &PayOptions, order: &OrderRecord, scheme: Scheme) -> Self {
        if scheme != Scheme::Mapi {
            return Self::Any;
        }
        let choices = Choice::of(order);
        let first = choices.first().map_or(Self::Any, |choice| choice.way);
        let named = choices.iter().find(|choice| choice.product == options.product);
        match (named.map_or(first, |choice| choice.way), Bank::find(&options.bank)) {
            (Self::Any, Some(bank)) => Self::Bank(bank),
            (way, _) => way,
        }
    }

    /// Whether it is what this line offers; a bank is an instant payment.
    pub(crate) fn is_of(self, choice: &Choice) -> bool {
        self == choice.way || choice.way == Self::Any && matches!(self, Self::Bank(_))
    }

    /// What the buyer is to know before going to the cashier.
    pub(crate) const fn hint(self, lang: Lang) -> Option<&'static str> {
        Some(match self {
            Self::Any | Self::Bank(_) | Self::Wap => return None,
            Self::Dual => lang.t(
                "到收银台再选：即时到账，或由支付宝暂管货款，您确认收货后才付给本店。",
                "At the cashier you say whether the shop is paid at once, or Alipay holds the money until the goods arrived.",
            ),
            Self::Escrow => lang.t(
                "担保交易：支付宝收款后暂管，您确认收货后才付给本店。",
                "Escrow: Alipay holds the money until you have confirmed that the goods arrived.",
            ),
            Self::Forex | Self::ForexWap => lang.t(
                "跨境付款：您付人民币，支付宝按牌价折算，本店收外币。",
                "Cross-border: you pay yuan at Alipay's rate, and the shop is paid in the currency of the order.",
            ),
        })
    }
}
