//! `split_fund_info`: other accounts that receive a part of a payment, or give back a part of a refund.

use std::fmt;

use super::ForexAmount;

/// One account's part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SplitFund {
    /// `transIn`: the account, 16 digits beginning with 2088.
    pub trans_in: String,
    /// The part, in the settlement currency of the order.
    pub amount: ForexAmount,
    /// What it is for, without quotes, backslashes and `&`.
    pub desc: String,
}

impl SplitFund {
    /// A part for one account.
    #[must_use]
    pub fn new(trans_in: impl Into<String>, amount: ForexAmount, desc: impl Into<String>) -> Self {
        Self { trans_in: trans_in.into(), amount, desc: desc.into() }
    }
}

/// A character that would end the text stands as a control character, which no value may have.
fn quoted(text: &str) -> String {
    text.chars().map(|c| if "'\"\\".contains(c) { '\u{0}' } else { c }).collect()
}

impl fmt::Display for SplitFund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{{'transIn':'{}','amount':'{}','currency':'{}','desc':'{}'}}",
            quoted(&self.trans_in),
            self.amount,
            self.amount.currency(),
            quoted(&self.desc)
        )
    }
}

/// A list in the notation of Alipay's own sample, with single quotes: the gateway signs double ones as single ones
/// (Alipay, *Signature verification*), so these have one reading.
pub(in crate::protocol) fn written(parts: impl IntoIterator<Item = SplitFund>) -> String {
    format!("[{}]", crate::protocol::request::joined(parts, ","))
}
