//! From the shelf to the cashier.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::protocol::Currency;
use askama::Template;

use super::{Choice, Frame, Way};
use crate::{
    catalogue::{ABROAD, Item},
    forms::OrderForm,
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
    /// Whether it is sold abroad too.
    pub(crate) abroad: bool,
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
    fn choices(&self) -> &'static [Choice] {
        Choice::of(self.order)
    }

    fn is_domestic(&self) -> bool {
        self.order.order().currency() == Currency::CNY
    }

    fn chosen(&self, bank: &'static Bank) -> bool {
        self.way == Way::Bank(bank)
    }

    const fn bank(&self) -> Option<&'static Bank> {
        match self.way {
            Way::Bank(bank) => Some(bank),
            _ => None,
        }
    }
}
