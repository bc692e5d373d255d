//! The answer of `query_timestamp`.

use super::{XmlAnswer, XmlError};
use crate::protocol::Merchant;

/// The answer of `query_timestamp`: goes into a payment request within about 30 seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AntiPhishingKey(Box<str>);

impl AntiPhishingKey {
    /// Takes a key: 1 to 128 characters of Base64 or hex.
    ///
    /// # Errors
    ///
    /// [`XmlError::Missing`] for any other text.
    pub fn new(text: &str) -> Result<Self, XmlError> {
        let fits = (1..=128).contains(&text.len());
        let valid = fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
        if valid { Ok(Self(text.into())) } else { Err(XmlError::Missing("encrypt_key")) }
    }

    /// Reads the answer of `query_timestamp`, and verifies its signature when it carries one.
    ///
    /// # Errors
    ///
    /// [`XmlError`] when there is no key in it, or the signature is wrong.
    pub fn read(answer: &[u8], merchant: &Merchant) -> Result<Self, XmlError> {
        let answer = XmlAnswer::parse(answer)?;
        if !answer.is_success() {
            return Err(XmlError::Refused(answer.error().unwrap_or("no error code").into()));
        }
        answer.verify_if_signed(merchant).map_err(XmlError::Authenticity)?;
        Self::new(answer.field("encrypt_key").unwrap_or_default())
    }

    /// The key as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
