//! `batch_no`: the shop's number of a batch.

use std::fmt;

use crate::protocol::{IdError, Timestamp};

/// `batch_no`: the shop's own number of a batch of refunds or payouts, unique for ever per partner.
///
/// It is what keeps a batch from being carried out twice: record it *before* the batch is sent, and after an unknown
/// outcome send the same number again, never another.
///
/// ```
/// use alipay_tower::protocol::{BatchNo, Timestamp};
///
/// let now: Timestamp = "2024-01-03 12:00:00".parse()?;
/// let batch = BatchNo::of_day(now, "0001")?;
/// assert_eq!(batch.as_str(), "202401030001");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchNo(Box<str>);

impl BatchNo {
    /// Takes a number of 11 to 32 letters or digits; the case of letters matters.
    ///
    /// # Errors
    ///
    /// [`IdError`] for any other text.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let fits = (11..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits { Ok(Self(text.into())) } else { Err(IdError::new("batch_no", "11 to 32 letters or digits")) }
    }

    /// The number of a batch of this day, Beijing time: the date, and a serial of 3 to 24 letters or digits, not `000`.
    ///
    /// # Errors
    ///
    /// [`IdError`] for any other serial.
    pub fn of_day(at: Timestamp, serial: &str) -> Result<Self, IdError> {
        let expected = "a date and a serial of 3 to 24 letters or digits, not 000";
        match Self::new(&format!("{}{serial}", at.date())) {
            Ok(batch_no) if serial != "000" => Ok(batch_no),
            _ => Err(IdError::new("batch_no", expected)),
        }
    }

    /// The number's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the date of this day, when the number begins with it.
    pub(super) fn serial_on(&self, at: Timestamp) -> Option<&str> {
        self.0.strip_prefix(&at.date())
    }
}

impl fmt::Display for BatchNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for BatchNo {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_date_and_a_serial() {
        let at: Timestamp = "2024-01-03 23:59:59".parse().unwrap();
        assert_eq!(BatchNo::of_day(at, "001").unwrap().as_str(), "20240103001");
        assert_eq!(BatchNo::of_day(at, &"x".repeat(24)).unwrap().serial_on(at), Some(&*"x".repeat(24)));
        for bad in ["", "01", "000", "0-1", "一二三", &"x".repeat(25)] {
            assert!(BatchNo::of_day(at, bad).is_err(), "{bad}");
        }
        // A minute later it is another day in Beijing, though not in London.
        let next = Timestamp::from_unix_seconds(at.unix_seconds() + 1);
        assert_eq!(BatchNo::new("20240103001").unwrap().serial_on(next), None);
    }
}
