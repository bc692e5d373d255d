//! Frozen money that was set free for a batch of refunds.

use std::fmt;

use super::{ParseError, records};
use crate::protocol::Money;

/// One record of `unfreezed_details` (also spelt `unfreezed_deta`).
///
/// Shorter records were seen than the one that is documented, so whatever is not that one is kept as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfreeze {
    /// A record of another form, as it came.
    Other(Box<str>),
    /// The documented record.
    Record {
        /// Alipay's number of the release.
        unfreeze_no: Box<str>,
        /// Alipay's number of the freezing.
        freeze_no: Box<str>,
        /// What was set free.
        amount: Money,
        /// Alipay's number of the trade.
        trade_no: Box<str>,
        /// When, as it came.
        time: Box<str>,
        /// How it stands, as it came.
        status: Box<str>,
        /// The code that goes with the status, as it came.
        code: Box<str>,
    },
}

impl Unfreeze {
    /// Reads records joined by `#`.
    ///
    /// # Errors
    ///
    /// [`ParseError::BadValue`] when there are more than 1000.
    pub fn parse_all(details: &str) -> Result<Vec<Self>, ParseError> {
        let read = |text: &str| Some(Self::record(text).unwrap_or_else(|| Self::Other(text.into())));
        records(details, '#', read, "unfreezed_details")
    }

    fn record(text: &str) -> Option<Self> {
        let columns: Vec<&str> = text.split('^').collect();
        let [unfreeze_no, freeze_no, amount, trade_no, time, status, code] = *columns.as_slice() else {
            return None;
        };
        Some(Self::Record {
            unfreeze_no: unfreeze_no.into(),
            freeze_no: freeze_no.into(),
            amount: amount.parse().ok()?,
            trade_no: trade_no.into(),
            time: time.into(),
            status: status.into(),
            code: code.into(),
        })
    }
}

/// As on the wire.
impl fmt::Display for Unfreeze {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(text) => f.write_str(text),
            Self::Record { unfreeze_no, freeze_no, amount, trade_no, time, status, code } => {
                write!(f, "{unfreeze_no}^{freeze_no}^{amount}^{trade_no}^{time}^{status}^{code}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_documented_record_and_keeps_others() {
        let text =
            "u1^f1^88.00^2024060721001004330200001234^2024-06-09 10:00:00^S^SUCCESS#2024^88.00^SUCCESS";
        let read = Unfreeze::parse_all(text).unwrap();
        assert!(matches!(&read[0], Unfreeze::Record { amount, .. } if amount.fen() == 8800));
        assert_eq!(read[1], Unfreeze::Other("2024^88.00^SUCCESS".into()));
        assert_eq!(read.iter().map(ToString::to_string).collect::<Vec<_>>().join("#"), text);
        assert!(Unfreeze::parse_all(&"x#".repeat(1001)).is_err());
    }
}
