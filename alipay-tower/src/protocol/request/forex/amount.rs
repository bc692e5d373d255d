//! Currencies, and amounts in their smallest units.

use std::fmt;

use crate::protocol::{IdError, Money, request::Parameters};

/// `currency`: a settlement currency by its ISO 4217 code, `USD`, `EUR`, `JPY`, …
///
/// ```
/// use alipay_tower::protocol::Currency;
///
/// assert_eq!(Currency::new("USD")?.decimals(), 2);
/// assert_eq!(Currency::new("KRW")?.decimals(), 0);
/// assert!(Currency::new("usd").is_err());
/// # Ok::<(), alipay_tower::protocol::IdError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Takes a code of three capital letters.
    ///
    /// # Errors
    ///
    /// [`IdError`] for any other text.
    pub fn new(code: &str) -> Result<Self, IdError> {
        match *code.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(IdError::new("currency", "three capital letters, as USD")),
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals an amount has: none for `JPY` and `KRW`, two for all others.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        match &self.0 {
            b"JPY" | b"KRW" => 0,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Currency {
    type Err = IdError;

    fn from_str(code: &str) -> Result<Self, IdError> {
        Self::new(code)
    }
}

/// An amount of a cross-border trade: in the settlement currency, or in yuan.
///
/// ```
/// use alipay_tower::protocol::{Currency, ForexAmount};
///
/// let dollars = ForexAmount::new(Currency::new("USD")?, 1050);
/// assert_eq!(dollars.to_string(), "10.50");
/// let yen = ForexAmount::new(Currency::new("JPY")?, 1050);
/// assert_eq!(yen.to_string(), "1050");
/// let yuan = ForexAmount::in_rmb(Currency::new("USD")?, "70.00".parse()?);
/// assert_eq!((yuan.to_string().as_str(), yuan.currency().as_str()), ("70.00", "USD"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForexAmount {
    currency: Currency,
    units: u64,
    rmb: bool,
}

impl ForexAmount {
    /// So many smallest units of the settlement currency: cents, but whole yen and won.
    #[must_use]
    pub const fn new(currency: Currency, units: u64) -> Self {
        Self { currency, units, rmb: false }
    }

    /// An amount of yuan, settled in this currency.
    #[must_use]
    pub const fn in_rmb(currency: Currency, rmb: Money) -> Self {
        Self { currency, units: rmb.fen(), rmb: true }
    }

    /// The settlement currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether the amount is in yuan.
    #[must_use]
    pub const fn is_rmb(&self) -> bool {
        self.rmb
    }

    /// The amount in smallest units: of the currency, or fen.
    #[must_use]
    pub const fn units(&self) -> u64 {
        self.units
    }

    /// Sets `currency`, and one of the two exclusive amounts.
    pub(in crate::protocol) fn add_to(
        &self,
        parameters: &mut Parameters,
        foreign: &'static str,
        rmb: &'static str,
    ) {
        parameters.set("currency", self.currency);
        parameters.set(if self.rmb { rmb } else { foreign }, self);
    }
}

impl fmt::Display for ForexAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rmb || self.currency.decimals() == 2 {
            write!(f, "{}.{:02}", self.units / 100, self.units % 100)
        } else {
            self.units.fmt(f)
        }
    }
}
