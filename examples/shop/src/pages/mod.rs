//! The pages: data in, HTML out. Askama escapes everything that is not marked as HTML.

mod buying;
mod message;
mod moves;
mod operator;
mod orders;
mod payouts;
mod way;
mod words;

use alipay_sqlx_store::OrderRecord;
use alipay_tower::protocol::Currency;
use askama::Template;

pub(crate) use self::{
    buying::{Bank, Catalogue, ItemPage, PayPage, QrPage},
    message::Messages,
    moves::{Moved, OperatorOrder},
    operator::{CertificateList, Door, Operator, Renewal},
    orders::{News, OrderList, OrderPage, Returned, State},
    payouts::{PayoutPage, Payouts, Recorded},
    way::{Choice, Way},
};
use crate::{answer::Answer, catalogue::Item, lang::Lang};

/// What the frame around every page needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) lang: Lang,
    /// The address of this page, without a query, for the language links.
    pub(crate) here: String,
    pub(crate) refresh: Option<Refresh>,
    pub(crate) simulated: bool,
    pub(crate) local: bool,
}

/// When the browser is to look again, and where.
#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    pub(crate) seconds: u32,
    pub(crate) to: String,
}

impl Frame {
    pub(crate) const fn lang(&self) -> Lang {
        self.lang
    }

    pub(crate) const fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.t(zh, en)
    }

    /// What an order is for.
    fn title(&self, order: &OrderRecord) -> String {
        Item::title(order.subject(), self.lang)
    }

    /// What stands before an amount of the order.
    fn sign(&self, order: &OrderRecord) -> String {
        match order.order().currency() {
            Currency::CNY => "¥".to_owned(),
            other => format!("{other} "),
        }
    }

    /// What an order costs.
    pub(crate) fn price(&self, order: &OrderRecord) -> String {
        format!("{}{}", self.sign(order), order.amount())
    }

    fn is(&self, code: &str) -> bool {
        self.lang.code() == code
    }

    /// Where the visitor goes on from here: the page that this one turns into by itself, if it does.
    fn onward(&self) -> &str {
        self.refresh.as_ref().map_or(&self.here, |refresh| &refresh.to)
    }

    /// The same in a language. Who waits for a payment goes on waiting: a page of another language must not ask for it
    /// again.
    fn in_lang(&self, code: &str) -> String {
        let onward = self.onward();
        let joint = if onward.contains('?') { '&' } else { '?' };
        format!("{onward}{joint}lang={code}")
    }

    pub(crate) fn refreshed(self, seconds: u32, to: String) -> Self {
        Self { refresh: Some(Refresh { seconds, to }), ..self }
    }
}

/// The page as an answer; a template that fails is a mistake of ours and says nothing to the visitor.
pub(crate) fn render(status: u16, page: &impl Template) -> Answer {
    match page.render() {
        Ok(html) => Answer::page(status, html),
        Err(error) => {
            tracing::error!(target: "shop", %error, "a page could not be rendered");
            Answer::page(500, "<!DOCTYPE html><title>500</title><p>500".to_owned())
        }
    }
}

#[cfg(test)]
mod tests;
