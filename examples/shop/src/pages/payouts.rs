//! Payouts, as the operator sees them.

use alipay_sqlx_store::RefundBatch;
use askama::Template;

use super::Frame;
use crate::{forms::PayoutForm, lang::Lang, payout::Payout};

/// `GET /operator/payouts`, and again when the form was wrong.
#[derive(Template)]
#[template(path = "payouts.html")]
pub(crate) struct Payouts<'a> {
    pub(crate) frame: Frame,
    pub(crate) payouts: Vec<Recorded>,
    pub(crate) form: &'a PayoutForm,
    pub(crate) problem: Option<String>,
}

/// `GET /operator/payouts/{batch_no}`
#[derive(Template)]
#[template(path = "payout.html")]
pub(crate) struct PayoutPage {
    pub(crate) frame: Frame,
    pub(crate) one: Recorded,
    /// The library's form element: HTML that is not ours to escape. None when it is known what became of the payout.
    pub(crate) form: Option<String>,
}

/// A payout with what the books know of it.
pub(crate) struct Recorded {
    pub(crate) batch: RefundBatch,
    pub(crate) payout: Payout,
}

impl Recorded {
    /// None when the batch is another one than of a payout.
    pub(crate) fn of(batch: RefundBatch) -> Option<Self> {
        Payout::of(&batch).map(|payout| Self { batch, payout })
    }

    /// What became of it, in one word.
    fn state(&self) -> &'static str {
        match self.batch.results() {
            [] if self.batch.told_at().is_none() => "waiting",
            [one] if one.is_success() => "paid",
            _ => "failed",
        }
    }

    fn badge(&self) -> &'static str {
        match self.state() {
            "waiting" => "pending",
            "paid" => "paid",
            _ => "refused",
        }
    }

    /// The same for a reader, with Alipay's word where there is one.
    fn outcome(&self, lang: Lang) -> String {
        let word = match self.state() {
            "waiting" => lang.t("等待支付宝通知", "Alipay has not told yet"),
            "paid" => lang.t("已付出", "paid"),
            _ => lang.t("没有付出", "not paid"),
        };
        let reasons = self.batch.results().iter().filter_map(|record| record.reason.as_ref());
        reasons.fold(word.to_owned(), |text, reason| format!("{text}: {reason}"))
    }
}
