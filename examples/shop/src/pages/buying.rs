//! From the shelf to the cashier.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::protocol::Scheme;
use askama::Template;

use super::Frame;
use crate::{
    catalogue::Item,
    forms::{OrderForm, PayOptions},
};

/// `GET /`
#[derive(Debug, Template)]
#[template(path = "catalogue.html")]
pub(crate) struct Catalogue {
    pub(crate) frame: Frame,
    pub(crate) items: &'static [Item],
}

/// `GET /items/{id}`, and again when the form was wrong.
#[derive(Debug, Template)]
#[template(path = "item.html")]
pub(crate) struct ItemPage<'a> {
    pub(crate) frame: Frame,
    pub(crate) item: &'static Item,
    pub(crate) form: &'a OrderForm,
    pub(crate) max: u16,
    pub(crate) problem: Option<&'a str>,
}

/// A bank that the buyer can be sent to directly (Alipay, *Bank codes*).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bank {
    pub(crate) code: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

static BANKS: [Bank; 6] = [
    Bank { code: "ICBCB2C", zh: "中国工商银行", en: "Industrial and Commercial Bank of China" },
    Bank { code: "CCB", zh: "中国建设银行", en: "China Construction Bank" },
    Bank { code: "ABC", zh: "中国农业银行", en: "Agricultural Bank of China" },
    Bank { code: "BOCB2C", zh: "中国银行", en: "Bank of China" },
    Bank { code: "CMB", zh: "招商银行", en: "China Merchants Bank" },
    Bank { code: "POSTGC", zh: "中国邮政储蓄银行", en: "Postal Savings Bank of China" },
];

impl Bank {
    pub(crate) fn all() -> &'static [Self] {
        &BANKS
    }

    pub(crate) fn find(code: &str) -> Option<&'static Self> {
        BANKS.iter().find(|bank| bank.code == code)
    }
}

/// How the buyer wants to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Instantly; the rest is chosen at the cashier.
    Any,
    /// Instantly, straight from this bank.
    Bank(&'static Bank),
    /// Alipay holds the money until the goods have arrived.
    Escrow,
}

impl Way {
    /// The OpenAPI generation leaves the choice to its own page.
    pub(crate) fn find(options: &PayOptions, scheme: Scheme) -> Self {
        match (scheme, options.product.as_str(), Bank::find(&options.bank)) {
            (Scheme::Mapi, "escrow", _) => Self::Escrow,
            (Scheme::Mapi, _, Some(bank)) => Self::Bank(bank),
            _ => Self::Any,
        }
    }
}

/// `GET /orders/{no}/qr`
#[derive(Debug, Template)]
#[template(path = "qr.html")]
pub(crate) struct QrPage<'a> {
    pub(crate) frame: Frame,
    pub(crate) order: &'a OrderRecord,
    /// The library's picture: HTML that is not ours to escape.
    pub(crate) svg: String,
    pub(crate) text: &'a str,
}

/// `GET /orders/{no}/pay`
#[derive(Debug, Template)]
#[template(path = "pay.html")]
pub(crate) struct PayPage<'a> {
    pub(crate) frame: Frame,
    pub(crate) order: &'a OrderRecord,
    pub(crate) way: Way,
    pub(crate) banks: &'static [Bank],
    /// The library's form element: the one piece of HTML that is not ours to escape.
    pub(crate) form: String,
    pub(crate) link: &'a str,
    pub(crate) fields: Vec<(&'a str, &'a str)>,
    pub(crate) openapi: bool,
}

impl PayPage<'_> {
    fn chosen(&self, bank: &'static Bank) -> bool {
        self.way == Way::Bank(bank)
    }

    fn is_escrow(&self) -> bool {
        self.way == Way::Escrow
    }

    const fn bank(&self) -> Option<&'static Bank> {
        match self.way {
            Way::Bank(bank) => Some(bank),
            Way::Any | Way::Escrow => None,
        }
    }
}
