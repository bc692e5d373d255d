//! One newtype for each identifier, checked once where it enters.

use std::fmt;

use super::ConfigError;

/// Text that is not of an identifier's form; the field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdError {
    /// The Alipay parameter that the text was meant for.
    pub field: &'static str,
    expected: &'static str,
}

impl IdError {
    pub(super) const fn new(field: &'static str, expected: &'static str) -> Self {
        Self { field, expected }
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.field, self.expected)
    }
}

impl std::error::Error for IdError {}

impl From<IdError> for ConfigError {
    fn from(error: IdError) -> Self {
        Self::Invalid(error.field, error.expected)
    }
}

macro_rules! id {
    ($(#[$docs:meta])* $name:ident, $field:literal, $expected:literal, $valid:expr) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks and keeps the identifier.
            ///
            /// # Errors
            ///
            /// [`IdError`] when the text is not of the documented form.
            pub fn new(text: &str) -> Result<Self, IdError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(IdError { field: $field, expected: $expected })
                }
            }

            /// The identifier's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
    };
}

/// The accessors of everything that names one trade.
macro_rules! trade_numbers {
    ($name:ident) => {
        impl $name {
            /// The shop's order number.
            #[must_use]
            pub const fn out_trade_no(&self) -> &$crate::protocol::OutTradeNo {
                &self.out_trade_no
            }

            /// Alipay's trade number.
            #[must_use]
            pub const fn trade_no(&self) -> &$crate::protocol::TradeNo {
                &self.trade_no
            }
        }
    };
}

pub(super) use trade_numbers;

fn is_2088(text: &str) -> bool {
    text.len() == 16 && text.starts_with("2088") && text.bytes().all(|byte| byte.is_ascii_digit())
}

id!(
    /// `partner`: the merchant's PID, 16 digits beginning with 2088.
    PartnerId, "partner", "16 digits beginning with 2088 (the PID of the merchant console)", is_2088
);

id!(
    /// `app_id`: an application of the OpenAPI generation, 16 digits today.
    AppId, "app_id", "1 to 32 digits",
    |text| (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
);

id!(
    /// `seller_id`: the account that receives the money; the partner's own unless the contract says otherwise.
    SellerId, "seller_id", "16 digits beginning with 2088", is_2088
);

id!(
    /// `out_trade_no`: the shop's own order number, 1 to 64 characters, unique for ever per partner.
    ///
    /// Alipay's newer text allows letters, digits and `_`; older shops use more, so printable ASCII without the
    /// characters that have a meaning in signed text or HTML is taken.
    OutTradeNo, "out_trade_no", "1 to 64 printable ASCII characters without any of & = # % + < > \" ' \\",
    |text| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b"&=#%+<>\"'\\".contains(&byte))
    }
);

id!(
    /// `trade_no`: Alipay's number of the trade, 16 digits in old samples, 28 in newer ones.
    TradeNo, "trade_no", "1 to 64 letters or digits",
    |text| (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
);

id!(
    /// `notify_id`: what the gateway is asked about. Lower-case letters and digits in a notification; longer and
    /// escaped once more than the other values in a return.
    NotifyId, "notify_id", "1 to 1024 letters, digits or any of % / + = _ . -",
    |text| {
        (1..=1024).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"%/+=_.-".contains(&byte))
    }
);

impl From<&SellerId> for PartnerId {
    fn from(seller: &SellerId) -> Self {
        Self(seller.0.clone())
    }
}

impl From<&PartnerId> for SellerId {
    fn from(partner: &PartnerId) -> Self {
        Self(partner.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_alipay_sends_and_nothing_that_injects() {
        assert!(PartnerId::new("2088000000000001").is_ok());
        for bad in ["", "208800000000001", "1088000000000001", "2088 00000000001", "20880000000000011"] {
            let error = PartnerId::new(bad).unwrap_err();
            let sentence = "must be 16 digits beginning with 2088 (the PID of the merchant console)";
            assert_eq!(error.to_string(), format!("partner {sentence}"), "{bad}");
            let advice = "partner: 16 digits beginning with 2088 (the PID of the merchant console)";
            assert_eq!(ConfigError::from(error).to_string(), advice);
        }
        assert!(OutTradeNo::new("2016-09-24 15:03:078138").is_ok());
        assert!(OutTradeNo::new("a&total_fee=1").is_err());
        assert!(OutTradeNo::new(&"x".repeat(65)).is_err());
        assert!(NotifyId::new("RqPnCoPT3K9%2Fvwbh3I%2BODmZ").is_ok());
        assert!(NotifyId::new("x&partner=2088000000000009").is_err());
        assert_eq!(TradeNo::new("").unwrap_err().to_string(), "trade_no must be 1 to 64 letters or digits");
    }
}
