//! Whole fen, and never a float.

use std::fmt;

/// An amount in whole fen (1/100 yuan), from `0.00` to `100000000.00` yuan.
///
/// Comparing two amounts is comparing two integers; `1.4` and `1.40` parse to the same value.
///
/// ```
/// use alipay_tower::Money;
///
/// let price: Money = "10.50".parse()?;
/// assert_eq!(price.fen(), 1050);
/// assert_eq!(price.to_string(), "10.50");
/// assert!("10.505".parse::<Money>().is_err());
/// # Ok::<(), alipay_tower::protocol::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(u64);

/// Text or a number that is no amount of [`Money`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyError {
    /// Not digits with at most two decimals: no sign, exponent, space or leading zero is taken.
    Format,
    /// More than [`Money::MAX`].
    TooLarge,
}

impl Money {
    /// The largest amount, 100,000,000.00 yuan (Alipay, *create_direct_pay_by_user*, `total_fee`).
    pub const MAX: Self = Self(10_000_000_000);

    /// An amount of whole fen.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] above [`Money::MAX`].
    pub const fn from_fen(fen: u64) -> Result<Self, MoneyError> {
        if fen > Self::MAX.0 { Err(MoneyError::TooLarge) } else { Ok(Self(fen)) }
    }

    /// The amount in whole fen.
    #[must_use]
    pub const fn fen(self) -> u64 {
        self.0
    }
}

impl std::str::FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (yuan, cents) = text.split_once('.').unwrap_or((text, "00"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let canonical =
            digits(yuan) && digits(cents) && cents.len() <= 2 && (yuan == "0" || !yuan.starts_with('0'));
        if !canonical {
            return Err(MoneyError::Format);
        }
        let yuan: u64 = yuan.parse().map_err(|_| MoneyError::TooLarge)?;
        let hundredths: u64 = cents.parse().map_err(|_| MoneyError::Format)?;
        let fen = if cents.len() == 1 { hundredths * 10 } else { hundredths };
        Self::from_fen(yuan.checked_mul(100).and_then(|whole| whole.checked_add(fen)).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => "not an amount in yuan with at most two decimals",
            Self::TooLarge => "more than 100000000.00 yuan",
        })
    }
}

impl std::error::Error for MoneyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_alipay_writes() {
        let fen = |text: &str| text.parse().map(Money::fen);
        assert_eq!(fen("0.01"), Ok(1));
        assert_eq!(fen("1.4"), Ok(140));
        assert_eq!(fen("88"), Ok(8800));
        assert_eq!(fen("100000000.00"), Ok(Money::MAX.fen()));
        assert_eq!(fen("100000000.01"), Err(MoneyError::TooLarge));
        assert_eq!(fen("99999999999999999999"), Err(MoneyError::TooLarge));
        for bad in [
            "", ".", "1.", ".5", "1.005", "-1.00", "+1", "1e2", " 1", "1 ", "01.00", "1,00", "１.00", "1.00&",
        ] {
            assert_eq!(fen(bad), Err(MoneyError::Format), "{bad}");
        }
    }
}
