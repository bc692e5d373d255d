//! The answers of the gateway: signed first, read second.

mod raw;
mod refusal;

use std::fmt;

pub use self::{raw::RawAnswer, refusal::Refusal};
use super::Json;
use crate::protocol::{Fields, KeyMatch, Merchant, Money, ParseError, Timestamp};

/// The `code` of a call that was carried out.
const SUCCESS: &str = "10000";

/// An answer that Alipay signed and that says that the call was carried out. Typed answers are made of it; every field is
/// kept.
#[derive(Clone, Debug)]
pub struct Answer {
    key: KeyMatch,
    json: Json,
}

impl Answer {
    /// Verifies an answer to `method`, such as `alipay.trade.query`, and reads what was verified, and nothing else of it.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Refused`] when the gateway did not carry the call out; all others when nobody knows.
    pub fn read(body: &[u8], method: &str, merchant: &Merchant) -> Result<Self, AnswerError> {
        let text = raw::decode(body, merchant.charset())?;
        let (content, key) = RawAnswer::read(&text, method)?.verified(merchant)?;
        let json = match Json::parse(&content).map_err(|_| AnswerError::Malformed)? {
            Json::String(encrypted) => {
                Json::parse(&merchant.decrypted(&encrypted)?).map_err(|_| AnswerError::Malformed)?
            }
            json => json,
        };
        let code = json.text("code").ok_or(AnswerError::Malformed)?;
        if code != SUCCESS {
            return Err(AnswerError::Refused(Refusal::new(code, json.text("sub_code"), key.is_some())));
        }
        // Refusals may come unsigned, when the gateway does not know whose they are; a success never does.
        let key = key.ok_or(AnswerError::Unsigned)?;
        Ok(Self { key, json })
    }

    /// Which of Alipay's keys signed it.
    #[must_use]
    pub const fn key(&self) -> KeyMatch {
        self.key
    }

    /// The text of a field by its Alipay name, when it came and is not empty.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.json.text(name)
    }

    /// A field of any kind.
    #[must_use]
    pub fn json(&self, name: &str) -> Option<&Json> {
        self.json.get(name)
    }

    /// An amount.
    pub(super) fn money(&self, name: &str) -> Option<Money> {
        self.field(name)?.parse().ok()
    }

    /// A moment.
    pub(super) fn time(&self, name: &str) -> Option<Timestamp> {
        self.field(name)?.parse().ok()
    }

    /// An identifier that every such answer has.
    pub(super) fn id<T, E>(
        &self,
        name: &'static str,
        new: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, AnswerError> {
        let text = self.field(name).ok_or(AnswerError::Field(name))?;
        new(text).map_err(|_| AnswerError::Field(name))
    }

    /// Refuses an answer about another thing than was asked about; a field that did not come says nothing.
    pub(super) fn is_about(&self, name: &'static str, asked: Option<&str>) -> Result<(), AnswerError> {
        match (asked, self.field(name)) {
            (Some(asked), Some(answered)) if asked != answered => Err(AnswerError::Field(name)),
            _ => Ok(()),
        }
    }

    /// The same as the fields of a message: objects and lists as their compact text.
    pub(super) fn fields(&self) -> Result<Fields, ParseError> {
        let Json::Object(values) = &self.json else { return Err(ParseError::Empty) };
        let text = |json: &Json| json.as_str().map_or_else(|| json.to_string(), str::to_owned);
        let about_the_call = |name: &str| matches!(name, "code" | "msg" | "sub_code" | "sub_msg");
        let pairs: Vec<_> = values
            .iter()
            .filter(|(name, _)| !about_the_call(name))
            .map(|(name, value)| (name, text(value)))
            .collect();
        Fields::from_pairs(pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())))
    }
}

/// An answer that is no clear word of Alipay's that the call was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// It is encrypted, and not with the AES key of this merchant.
    Encrypted,
    /// This field is missing, is not of its form, or is about something else than was asked.
    Field(&'static str),
    /// It is not of the form of an answer, or has two readings.
    Malformed,
    /// The gateway did not carry the call out, and says why.
    Refused(Refusal),
    /// Its signature does not verify with Alipay's key.
    Signature,
    /// It is signed by a certificate that the merchant does not have, or names none although the merchant is in
    /// certificate mode.
    UnknownCertificate,
    /// It claims success and has no signature.
    Unsigned,
}

impl AnswerError {
    /// One stable word for logs and metrics, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Encrypted => "answer_encrypted",
            Self::Field(_) | Self::Malformed => "answer_malformed",
            Self::Refused(_) => "refused",
            Self::Signature | Self::UnknownCertificate => "answer_not_authentic",
            Self::Unsigned => "answer_unsigned",
        }
    }

    /// Whether the call may have been carried out all the same: then ask, and repeat only with the same numbers.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.is_outcome_unknown(),
            _ => true,
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encrypted => f.write_str("the answer is encrypted, and not with this merchant's AES key"),
            Self::Field(name) => write!(f, "`{name}` of the answer is missing or not what was asked for"),
            Self::Malformed => f.write_str("not an answer of the gateway, or one with two readings"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Signature => f.write_str("the signature of the answer does not verify"),
            Self::UnknownCertificate => {
                f.write_str("the answer is signed by a certificate that the merchant does not have")
            }
            Self::Unsigned => f.write_str("the answer claims success and is not signed"),
        }
    }
}

impl std::error::Error for AnswerError {}
