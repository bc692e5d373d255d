//! What every answer has in common.

use super::AnswerError;
use crate::protocol::{ErrorCode, Fields, Merchant, TradeNo, XmlAnswer};

/// An answer that is not a refusal, its signature verified when it has one.
pub(super) fn accepted(answer: &[u8], merchant: &Merchant) -> Result<XmlAnswer, AnswerError> {
    let answer = unrefused(answer)?;
    answer.verify_if_signed(merchant)?;
    Ok(answer)
}

/// An answer that is not a refusal; nobody looked at its signature yet.
pub(super) fn unrefused(answer: &[u8]) -> Result<XmlAnswer, AnswerError> {
    let answer = XmlAnswer::parse(answer)?;
    if answer.is_success() || answer.is_processing() {
        return Ok(answer);
    }
    // Refusals are not signed: they are believed on the connection's word, which can only hide a success.
    Err(AnswerError::Refused(ErrorCode::new(answer.error().unwrap_or_default())))
}

/// `P` is an answer of services that work later, and of no other.
pub(super) fn done(answer: XmlAnswer) -> Result<XmlAnswer, AnswerError> {
    if answer.is_success() {
        Ok(answer)
    } else {
        Err(crate::protocol::ParseError::BadValue("is_success").into())
    }
}

/// Whether a name of the answer is absent or the one that was asked for.
pub(super) fn speaks_of(fields: Option<&str>, asked: Option<&str>) -> Result<(), AnswerError> {
    match fields.zip(asked) {
        Some((answered, asked)) if answered != asked => Err(AnswerError::OtherTrade),
        _ => Ok(()),
    }
}

/// The response of an answer as text, unknown fields kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Response(Option<Fields>);

impl Response {
    pub(super) fn of(answer: XmlAnswer) -> Self {
        Self(answer.into_fields())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.as_ref()?.get(name)?;
        std::str::from_utf8(value).ok().filter(|text| !text.is_empty())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        self.0.iter().flat_map(Fields::iter).map(move |(name, value)| (text(name), text(value)))
    }

    pub(super) fn trade_no(&self) -> Option<TradeNo> {
        self.get("trade_no").and_then(|text| TradeNo::new(text).ok())
    }
}

/// The two accessors that every answer has.
macro_rules! response {
    ($name:ident) => {
        impl $name {
            /// A value of the answer's response by its Alipay name; unknown ones are kept too.
            #[must_use]
            pub fn field(&self, name: &str) -> Option<&str> {
                self.response.get(name)
            }

            /// All values of the answer's response, sorted by name.
            pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
                self.response.iter()
            }
        }
    };
}

pub(super) use response;
