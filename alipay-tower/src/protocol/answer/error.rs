//! Why an answer is not the answer.

use std::fmt;

#[cfg(feature = "rsa")]
use crate::protocol::openapi;
use crate::protocol::{AuthenticityError, ErrorCode, ParseError, XmlError};

/// An answer that came and is not success.
///
/// Its text may be logged: it holds names and Alipay's codes, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// The signature is wrong, or the answer speaks of another merchant.
    Authenticity(AuthenticityError),
    /// Not an answer of its documented form.
    Malformed(ParseError),
    /// No word of the OpenAPI generation that the call was carried out.
    #[cfg(feature = "rsa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
    OpenApi(openapi::AnswerError),
    /// The answer is about another trade than was asked for.
    OtherTrade,
    /// Alipay refused the call, and says why.
    Refused(ErrorCode),
    /// Nobody signed the answer, and the merchant's configuration demands it.
    Unsigned,
    /// No readable XML.
    Xml(XmlError),
}

impl AnswerError {
    /// Alipay's code, when it gave one.
    #[must_use]
    pub const fn refused(&self) -> Option<&ErrorCode> {
        match self {
            Self::Refused(code) => Some(code),
            _ => None,
        }
    }

    /// `code` and `sub_code` of the OpenAPI generation, when it refused the call.
    #[cfg(feature = "rsa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
    #[must_use]
    pub const fn refusal(&self) -> Option<&openapi::Refusal> {
        match self {
            Self::OpenApi(openapi::AnswerError::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// One stable word for logs and metrics, in snake case; Alipay's own code is [`refused`](Self::refused).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Authenticity(_) => "answer_not_authentic",
            Self::Malformed(_) => "answer_malformed",
            #[cfg(feature = "rsa")]
            Self::OpenApi(error) => error.code(),
            Self::OtherTrade => "answer_about_another_trade",
            Self::Refused(_) => "refused",
            Self::Unsigned => "answer_unsigned",
            Self::Xml(_) => "answer_unreadable",
        }
    }

    /// Whether the call may have had its effect all the same. Only a clear refusal says that it had none; everything else
    /// has to be asked about, or sent again where the service knows a repetition by its number.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            #[cfg(feature = "rsa")]
            Self::OpenApi(error) => error.is_outcome_unknown(),
            Self::Refused(code) => code.is_outcome_unknown(),
            _ => true,
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authenticity(error) => write!(f, "the gateway's answer: {error}"),
            Self::Malformed(error) => write!(f, "the gateway's answer: {error}"),
            #[cfg(feature = "rsa")]
            Self::OpenApi(error) => error.fmt(f),
            Self::OtherTrade => f.write_str("the gateway's answer is about another trade"),
            Self::Refused(code) => match code.meaning() {
                Some(meaning) => write!(f, "Alipay answered {code}: {meaning}"),
                None => write!(f, "Alipay answered {code}"),
            },
            Self::Unsigned => f.write_str("the gateway's answer is not signed"),
            Self::Xml(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AnswerError {}

#[cfg(feature = "rsa")]
impl From<openapi::AnswerError> for AnswerError {
    fn from(error: openapi::AnswerError) -> Self {
        Self::OpenApi(error)
    }
}

impl From<AuthenticityError> for AnswerError {
    fn from(error: AuthenticityError) -> Self {
        Self::Authenticity(error)
    }
}

impl From<ParseError> for AnswerError {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

impl From<XmlError> for AnswerError {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::Authenticity(error) => Self::Authenticity(error),
            XmlError::Refused(code) => Self::Refused(ErrorCode::new(&code)),
            other => Self::Xml(other),
        }
    }
}
