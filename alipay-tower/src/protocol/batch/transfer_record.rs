//! One payout of a `batch_trans_notify`.

use std::fmt;

use super::{ParseError, extra, records};
use crate::protocol::{ErrorCode, Money, Timestamp};

/// What became of one payout of a batch (`success_details`, `fail_details`).
///
/// ```
/// use alipay_tower::protocol::TransferRecord;
///
/// let records = TransferRecord::parse_all(
///     "1002^payee2@example.com^李四^2.00^F^ACCOUN_NAME_NOT_MATCH^20240104000000002^20240104120002|",
/// )?;
/// let [record] = &records[..] else { panic!("one payout") };
/// assert!(!record.is_success());
/// assert_eq!(record.amount.fen(), 200);
/// assert_eq!(record.reason.as_ref().unwrap(), "ACCOUN_NAME_NOT_MATCH");
/// assert_eq!(record.time.unwrap().to_string(), "2024-01-04 12:00:02");
/// # Ok::<(), alipay_tower::protocol::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransferRecord {
    /// The shop's number of the payout.
    pub serial: Box<str>,
    /// The payee's login.
    pub account: Box<str>,
    /// The payee's name.
    pub name: Box<str>,
    /// What was to be paid.
    pub amount: Money,
    /// What became of it.
    pub flag: TransferFlag,
    /// Why not, when it says so: `null` and nothing are no reason.
    pub reason: Option<ErrorCode>,
    /// Alipay's own number of the payout.
    pub alipay_serial: Box<str>,
    /// When it was done.
    pub time: Option<Timestamp>,
    /// Columns behind these that this version does not know.
    pub extra: Vec<Box<str>>,
}

/// What became of a payout.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransferFlag {
    /// `F`: nothing was paid.
    Failed,
    /// A flag that this version does not know.
    Other(Box<str>),
    /// `S`: the payee has the money.
    Succeeded,
}

impl From<&str> for TransferFlag {
    fn from(text: &str) -> Self {
        match text {
            "F" => Self::Failed,
            "S" => Self::Succeeded,
            other => Self::Other(other.into()),
        }
    }
}

/// As on the wire.
impl fmt::Display for TransferFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "F",
            Self::Other(other) => other,
            Self::Succeeded => "S",
        })
    }
}

impl TransferRecord {
    /// Reads details: payouts of eight columns, each followed by `|`.
    ///
    /// # Errors
    ///
    /// [`ParseError::BadValue`] when a payout has fewer columns, its amount or time is none, or there are more than 1000.
    pub fn parse_all(details: &str) -> Result<Vec<Self>, ParseError> {
        records(details, '|', Self::read, "success_details")
    }

    /// Whether the payee has the money.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.flag == TransferFlag::Succeeded
    }

    fn read(text: &str) -> Option<Self> {
        let mut columns = text.split('^');
        Some(Self {
            serial: columns.next()?.into(),
            account: columns.next()?.into(),
            name: columns.next()?.into(),
            amount: columns.next()?.parse().ok()?,
            flag: columns.next()?.into(),
            reason: Some(columns.next()?).filter(|reason| !["", "null"].contains(reason)).map(ErrorCode::new),
            alipay_serial: columns.next()?.into(),
            time: match columns.next()? {
                "" | "null" => None,
                time => Some(Timestamp::from_compact(time).ok()?),
            },
            extra: extra(columns),
        })
    }
}

/// As on the wire, with the `|` behind it.
impl fmt::Display for TransferRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { serial, account, name, amount, flag, alipay_serial, .. } = self;
        let reason = self.reason.as_ref().map_or("", ErrorCode::as_str);
        let time = self.time.map(Timestamp::compact).unwrap_or_default();
        write!(f, "{serial}^{account}^{name}^{amount}^{flag}^{reason}^{alipay_serial}^{time}")?;
        self.extra.iter().try_for_each(|column| write!(f, "^{column}"))?;
        f.write_str("|")
    }
}

/// Without the payee, who is a person.
impl fmt::Debug for TransferRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferRecord")
            .field("serial", &self.serial)
            .field("amount", &self.amount)
            .field("flag", &self.flag)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(records: &[TransferRecord]) -> String {
        records.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn reads_both_ways_of_having_no_reason() {
        let text = "10000008^a@example.com^张三^1.00^S^null^20151020528661960^20151020090839|\
            10000009^b@example.com^李四^1.00^S^^20151020528661961^20151020090840|";
        let records = TransferRecord::parse_all(text).unwrap();
        assert_eq!(records.len(), 2);
        assert!(records.iter().all(|record| record.is_success() && record.reason.is_none()));
        // The last separator is missing in a text that was cut elsewhere; it says the same.
        assert_eq!(TransferRecord::parse_all(text.trim_end_matches('|')).unwrap(), records);
    }

    #[test]
    fn refuses_other_forms() {
        for bad in ["1", "1^a^b^1.00^S^^2", "1^a^b^x^S^^2^20151020090839", "1^a^b^1.00^S^^2^2015-10-20"] {
            assert!(TransferRecord::parse_all(bad).is_err(), "{bad}");
        }
        let many = |count| "1^a^b^1.00^S^^2^|".repeat(count);
        assert_eq!(TransferRecord::parse_all(&many(1000)).unwrap().len(), 1000);
        assert!(TransferRecord::parse_all(&many(1001)).is_err());
    }

    fn column() -> impl Strategy<Value = Box<str>> {
        "[a-zA-Z0-9@._ 张三]{0,12}".prop_map(Box::from)
    }

    fn record() -> impl Strategy<Value = TransferRecord> {
        let reason = prop::option::of("[A-Z_]{1,20}".prop_map(|code| ErrorCode::new(&code)));
        let time = prop::option::of((0..4_102_444_800_i64).prop_map(Timestamp::from_unix_seconds));
        let flag = prop_oneof![Just("S".into()), Just("F".into()), column()];
        let fen = 0..=Money::MAX.fen();
        let extra = prop::collection::vec(column(), 0..2);
        (column(), column(), column(), fen, flag, reason, column(), time, extra).prop_map(
            |(serial, account, name, fen, flag, reason, alipay_serial, time, extra)| TransferRecord {
                serial,
                account,
                name,
                amount: Money::from_fen(fen).unwrap(),
                flag: TransferFlag::from(&*flag),
                reason,
                alipay_serial,
                time,
                extra,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

        #[test]
        fn what_is_printed_is_read_back(records in prop::collection::vec(record(), 0..6)) {
            prop_assert_eq!(TransferRecord::parse_all(&printed(&records)), Ok(records));
        }

        #[test]
        fn any_text_is_read_without_panic(text in "([0-9]{0,4}|\\^|\\||[.]|S|F|null|\\PC){0,40}") {
            if let Ok(records) = TransferRecord::parse_all(&text) {
                prop_assert_eq!(TransferRecord::parse_all(&printed(&records)), Ok(records));
            }
        }

        #[test]
        fn columns_are_read_or_refused(columns in prop::collection::vec("[0-9]{0,3}(\\.[0-9]{2})?|S|null|20151020090839", 6..10)) {
            let text = columns.join("^");
            if let Ok(records) = TransferRecord::parse_all(&text) {
                prop_assert_eq!(TransferRecord::parse_all(&printed(&records)), Ok(records));
            }
        }
    }
}
