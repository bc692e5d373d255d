//! Amounts of cross-border trades.

use std::fmt;

use crate::protocol::{Currency, Money, request::Parameters};

/// An amount of a cross-border trade: in the settlement currency, or in yuan.
///
/// ```
/// use alipay_tower::protocol::{Currency, ForexAmount};
///
/// let dollars = ForexAmount::new(Currency::new("USD")?, "10.5".parse()?);
/// assert_eq!(dollars.to_string(), "10.50");
/// let yen = ForexAmount::new(Currency::new("JPY")?, "1050".parse()?);
/// assert_eq!(yen.to_string(), "1050");
/// let yuan = ForexAmount::in_rmb(Currency::new("USD")?, "70.00".parse()?);
/// assert_eq!((yuan.to_string().as_str(), yuan.currency().as_str()), ("70.00", "USD"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForexAmount {
    currency: Currency,
    amount: Money,
    rmb: bool,
}

impl ForexAmount {
    /// An amount of the settlement currency. Yen and won must be whole; signing refuses parts of them.
    #[must_use]
    pub const fn new(currency: Currency, amount: Money) -> Self {
        Self { currency, amount, rmb: false }
    }

    /// An amount of yuan, settled in this currency.
    #[must_use]
    pub const fn in_rmb(currency: Currency, amount: Money) -> Self {
        Self { currency, amount, rmb: true }
    }

    /// The settlement currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The amount, in hundredths of the settlement currency or in fen.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// Whether the amount is in yuan.
    #[must_use]
    pub const fn is_rmb(&self) -> bool {
        self.rmb
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
        let whole = !self.rmb && self.currency.is_whole() && self.amount.fen().is_multiple_of(100);
        if whole { (self.amount.fen() / 100).fmt(f) } else { self.amount.fmt(f) }
    }
}
