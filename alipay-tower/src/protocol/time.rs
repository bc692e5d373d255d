//! Beijing time, fixed at +08:00 in code: no time-zone data, no daylight saving.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

const BEIJING: i64 = 8 * 3600;
const DAY: i64 = 86_400;

/// A moment, to the second, written and read as Beijing time `yyyy-MM-dd HH:mm:ss`.
///
/// Alipay writes every date without an offset and means UTC+8.
///
/// ```
/// use alipay_tower::protocol::Timestamp;
///
/// let paid: Timestamp = "2024-01-01 10:00:30".parse()?;
/// assert_eq!(paid.unix_seconds(), 1_704_074_430);
/// assert_eq!(paid.to_string(), "2024-01-01 10:00:30");
/// # Ok::<(), alipay_tower::protocol::TimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Text that is no date in the form `yyyy-MM-dd HH:mm:ss`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimestampError;

impl Timestamp {
    /// A moment by its seconds since 1970-01-01 00:00:00 UTC, kept inside the years 0000 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(-62_167_219_200 - BEIJING, 253_402_300_799 - BEIJING))
    }

    /// A date as answers write it: milliseconds may follow, and are dropped (Alipay, *single_trade_query*).
    #[must_use]
    pub fn of_answer(text: &str) -> Option<Self> {
        let (date, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = (1..=3).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
        date.parse().ok().filter(|_| digits)
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// The date alone, `yyyyMMdd`, as batch numbers begin.
    #[must_use]
    pub fn date(self) -> String {
        let (year, month, day) = civil((self.0 + BEIJING).div_euclid(DAY));
        format!("{year:04}{month:02}{day:02}")
    }

    /// The moment without separators, `yyyyMMddHHmmss`, as some services and details have it.
    #[must_use]
    pub fn compact(self) -> String {
        self.to_string().chars().filter(char::is_ascii_digit).collect()
    }

    /// Reads a moment without separators, `yyyyMMddHHmmss`.
    ///
    /// # Errors
    ///
    /// [`TimestampError`] for any other text.
    pub fn from_compact(text: &str) -> Result<Self, TimestampError> {
        match *text.as_bytes() {
            [y1, y2, y3, y4, mo1, mo2, d1, d2, h1, h2, mi1, mi2, s1, s2] => {
                let spaced = [
                    y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b' ', h1, h2, b':', mi1, mi2, b':', s1, s2,
                ];
                std::str::from_utf8(&spaced).map_err(|_| TimestampError)?.parse()
            }
            _ => Err(TimestampError),
        }
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self::from_unix_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.0 + BEIJING;
        let (year, month, day) = civil(local.div_euclid(DAY));
        let second = local.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

impl std::str::FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let shape = text.len() == 19
            && text.bytes().zip(b"0000-00-00 00:00:00".iter()).all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                other => byte == *other,
            });
        let number = |range: std::ops::Range<usize>| -> Result<i64, TimestampError> {
            text.get(range).and_then(|part| part.parse().ok()).ok_or(TimestampError)
        };
        if !shape {
            return Err(TimestampError);
        }
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        let days = days_from_civil(year, month, day);
        if civil(days) != (year, month, day) || hour > 23 || minute > 59 || second > 59 {
            return Err(TimestampError);
        }
        Ok(Self(days * DAY + hour * 3600 + minute * 60 + second - BEIJING))
    }
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date in the form yyyy-MM-dd HH:mm:ss")
    }
}

impl std::error::Error for TimestampError {}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, counted in years that begin in March.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * shifted + 2) / 5 + 1, (shifted + 2) % 12 + 1);
    let year = year_of_era + days.div_euclid(146_097) * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_beijing_time() {
        assert_eq!(Timestamp::from_unix_seconds(0).to_string(), "1970-01-01 08:00:00");
        assert_eq!(Timestamp::from_unix_seconds(951_782_400).date(), "20000229");
        assert_eq!("1970-01-01 08:00:00".parse(), Ok(Timestamp::from_unix_seconds(0)));
        assert_eq!(Timestamp::from_unix_seconds(i64::MAX).to_string(), "9999-12-31 23:59:59");
        assert_eq!(Timestamp::from_unix_seconds(i64::MIN).to_string(), "0000-01-01 00:00:00");
    }

    #[test]
    fn answers_may_have_milliseconds() {
        let date = "2017-01-14 17:03:56".parse().ok();
        for text in ["2017-01-14 17:03:56", "2017-01-14 17:03:56.7", "2017-01-14 17:03:56.744"] {
            assert_eq!(Timestamp::of_answer(text), date, "{text}");
        }
        for bad in ["2017-01-14 17:03:56.", "2017-01-14 17:03:56.7440", "2017-01-14 17:03:56.x", ".744", ""] {
            assert_eq!(Timestamp::of_answer(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_round_trips() {
        for day in 0..146_097 {
            let moment = Timestamp::from_unix_seconds(day * DAY + 5);
            assert_eq!(moment.to_string().parse(), Ok(moment));
        }
    }

    #[test]
    fn reads_and_writes_without_separators() {
        let moment: Timestamp = "2024-01-04 12:00:01".parse().unwrap();
        assert_eq!(moment.compact(), "20240104120001");
        assert_eq!(Timestamp::from_compact("20240104120001"), Ok(moment));
        for bad in ["", "2024010412000", "20241304120001", "2024010412000x", "2024-1-4 12:00", "二〇二四12"]
        {
            assert_eq!(Timestamp::from_compact(bad), Err(TimestampError), "{bad}");
        }
    }

    #[test]
    fn refuses_other_forms() {
        for bad in [
            "",
            "2024-02-30 00:00:00",
            "2024-13-01 00:00:00",
            "2024-01-01 24:00:00",
            "2024-01-01T00:00:00",
            "2024-1-1 00:00:00",
        ] {
            assert_eq!(bad.parse::<Timestamp>(), Err(TimestampError), "{bad}");
        }
    }
}
