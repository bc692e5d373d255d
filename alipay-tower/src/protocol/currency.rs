//! Currencies of the cross-border products.

use std::fmt;

use super::ConfigError;

/// A currency by its three-letter code (ISO 4217), for the cross-border products. Default: `CNY`.
///
/// Amounts of it are [`Money`](super::Money) in hundredths, also of currencies that have no smaller unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The yuan.
    pub const CNY: Self = Self(*b"CNY");

    /// Takes three capital letters.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] for any other text.
    pub fn new(code: &str) -> Result<Self, ConfigError> {
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(ConfigError::Invalid("currency", "must be three capital letters, such as USD")),
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether amounts are whole: the yen and the won have no smaller unit (Alipay, *create_forex_trade*, `currency`).
    #[must_use]
    pub const fn is_whole(self) -> bool {
        matches!(&self.0, b"JPY" | b"KRW")
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::CNY
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Currency {
    type Err = ConfigError;

    fn from_str(code: &str) -> Result<Self, ConfigError> {
        Self::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_codes_only() {
        assert_eq!(Currency::new("USD").unwrap().to_string(), "USD");
        assert!(Currency::new("JPY").unwrap().is_whole() && !Currency::CNY.is_whole());
        for bad in ["", "usd", "US", "USDX", "U D", "美元"] {
            assert!(Currency::new(bad).is_err(), "{bad}");
        }
    }
}
