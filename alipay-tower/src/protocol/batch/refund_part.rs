//! What is refunded together with a trade: Alipay's fee, receivers' shares, a sub-trade.

use std::fmt;

use super::RefundResult;
use crate::protocol::Money;

/// A part that is refunded together with a trade.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefundPart {
    /// The fee that Alipay had charged (`$`).
    Fee {
        /// The login of the account that had been charged.
        account: Box<str>,
        /// That account, 16 digits beginning with 2088.
        user_id: Box<str>,
        /// What was to go back.
        amount: Money,
        /// What became of it.
        result: RefundResult,
    },
    /// Anything else, with its separator, as it came.
    Other(Box<str>),
    /// One receiver's share (`|`).
    Royalty {
        /// The login of the account that gives its share back.
        out_account: Box<str>,
        /// That account, 16 digits beginning with 2088.
        out_id: Box<str>,
        /// The login of the account that had paid the share.
        in_account: Box<str>,
        /// That account, 16 digits beginning with 2088.
        in_id: Box<str>,
        /// What was to go back.
        amount: Money,
        /// What became of it.
        result: RefundResult,
    },
    /// A sub-trade (`$$`).
    SubTrade {
        /// What was to go back.
        amount: Money,
        /// What else was paid for it, in messages that say so.
        compensation: Option<Box<str>>,
        /// What became of it.
        result: RefundResult,
    },
}

impl RefundPart {
    /// Reads the parts behind a trade, each with its separator in front.
    pub(super) fn read_all(mut text: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        while !text.is_empty() {
            let separator = if text.starts_with("$$") { 2 } else { 1 };
            let (_, body) = text.split_at_checked(separator).unwrap_or_default();
            let end = separator + body.find(['$', '|']).unwrap_or(body.len());
            let (part, rest) = text.split_at_checked(end).unwrap_or((text, ""));
            parts.push(Self::read(part));
            text = rest;
        }
        parts
    }

    fn read(part: &str) -> Self {
        let known = match part.strip_prefix("$$") {
            Some(body) => Self::sub_trade(body),
            None => part
                .strip_prefix('$')
                .and_then(Self::fee)
                .or_else(|| part.strip_prefix('|').and_then(Self::royalty)),
        };
        known.unwrap_or_else(|| Self::Other(part.into()))
    }

    fn fee(body: &str) -> Option<Self> {
        let columns: Vec<&str> = body.split('^').collect();
        let [account, user_id, amount, result] = *columns.as_slice() else { return None };
        Some(Self::Fee {
            account: account.into(),
            user_id: user_id.into(),
            amount: amount.parse().ok()?,
            result: result.into(),
        })
    }

    fn royalty(body: &str) -> Option<Self> {
        let columns: Vec<&str> = body.split('^').collect();
        let [out_account, out_id, in_account, in_id, amount, result] = *columns.as_slice() else {
            return None;
        };
        Some(Self::Royalty {
            out_account: out_account.into(),
            out_id: out_id.into(),
            in_account: in_account.into(),
            in_id: in_id.into(),
            amount: amount.parse().ok()?,
            result: result.into(),
        })
    }

    fn sub_trade(body: &str) -> Option<Self> {
        let columns: Vec<&str> = body.split('^').collect();
        let (amount, compensation, result) = match *columns.as_slice() {
            [amount, result] => (amount, None, result),
            [amount, compensation, result] => (amount, Some(compensation.into()), result),
            _ => return None,
        };
        Some(Self::SubTrade { amount: amount.parse().ok()?, compensation, result: result.into() })
    }
}

/// As on the wire.
impl fmt::Display for RefundPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fee { account, user_id, amount, result } => {
                write!(f, "${account}^{user_id}^{amount}^{result}")
            }
            Self::Other(text) => f.write_str(text),
            Self::Royalty { out_account, out_id, in_account, in_id, amount, result } => {
                write!(f, "|{out_account}^{out_id}^{in_account}^{in_id}^{amount}^{result}")
            }
            Self::SubTrade { amount, compensation: Some(compensation), result } => {
                write!(f, "$${amount}^{compensation}^{result}")
            }
            Self::SubTrade { amount, compensation: None, result } => write!(f, "$${amount}^{result}"),
        }
    }
}

/// Without the accounts, which are personal data.
impl fmt::Debug for RefundPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, known) = match self {
            Self::Fee { amount, result, .. } => ("Fee", Some((amount, result))),
            Self::Other(_) => ("Other", None),
            Self::Royalty { amount, result, .. } => ("Royalty", Some((amount, result))),
            Self::SubTrade { amount, result, .. } => ("SubTrade", Some((amount, result))),
        };
        let mut shown = f.debug_struct(kind);
        if let Some((amount, result)) = known {
            shown.field("amount", amount).field("result", result);
        }
        shown.finish_non_exhaustive()
    }
}
