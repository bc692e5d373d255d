//! Fields of `biz_content`, as text.

use alipay_tower::{Money, protocol::Currency};
use serde_json::{Map, Value};

use super::{call::Call, failure::Failure};
use crate::{money, shared::Shared, trade::Trade};

impl Call {
    /// A text, or a number as it is written.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.content.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A text of at most so many characters.
    pub(super) fn bounded(&self, name: &str, max: usize) -> Result<Option<String>, Failure> {
        match self.text(name) {
            Some(text) if text.chars().count() > max => {
                Err(Failure::parameter(format!("{name}: longer than {max}")))
            }
            other => Ok(other),
        }
    }

    pub(super) fn required(&self, name: &str, max: usize) -> Result<String, Failure> {
        self.bounded(name, max)?.ok_or_else(|| Failure::parameter(format!("{name}: missing")))
    }

    /// An amount of yuan, more than nothing.
    pub(super) fn amount(&self, name: &str) -> Result<Money, Failure> {
        let text = self.required(name, 12)?;
        money::read(&text, Currency::CNY)
            .ok_or_else(|| Failure::parameter(format!("{name}: 0.01 to 100000000.00, at most two decimals")))
    }

    /// Whether `query_options` has this word.
    pub(super) fn asks_for(&self, word: &str) -> bool {
        let options = self.content.get("query_options").and_then(Value::as_array);
        options.is_some_and(|options| options.iter().any(|option| option.as_str() == Some(word)))
    }

    /// The application's trade by `trade_no`, which wins, or by `out_trade_no`.
    pub(super) fn trade(&self, shared: &Shared) -> Result<Trade, Failure> {
        let own = self.account.id();
        let found = match (self.bounded("trade_no", 64)?, self.bounded("out_trade_no", 64)?) {
            (Some(number), _) => shared.trades.by_number(&number).filter(|trade| trade.account() == own),
            (None, Some(number)) => shared.trades.by_order(own, &number),
            (None, None) => return Err(Failure::parameter("send trade_no or out_trade_no")),
        };
        found.ok_or_else(|| {
            Failure::business("ACQ.TRADE_NOT_EXIST", "no such trade: the buyer never reached the cashier")
        })
    }
}

/// A successful node with these members; empty ones are left out.
pub(super) fn node<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> Map<String, Value> {
    let done = [("code", "10000".to_owned()), ("msg", "Success".to_owned())];
    done.into_iter()
        .chain(members)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect()
}
