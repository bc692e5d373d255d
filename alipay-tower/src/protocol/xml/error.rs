//! Why an answer could not be read.

use std::fmt;

use super::MAX_BYTES;
use crate::protocol::AuthenticityError;

/// An answer that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum XmlError {
    /// The signature does not verify.
    Authenticity(AuthenticityError),
    /// Not text in the declared encoding.
    Encoding,
    /// The answer lacks this element.
    Missing(&'static str),
    /// Alipay's error code.
    Refused(Box<str>),
    /// No well-formed XML, or with a DTD, or nested too deeply, or with too many nodes.
    Syntax,
    /// Too many bytes.
    TooLarge,
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authenticity(error) => error.fmt(f),
            Self::Encoding => f.write_str("the answer is not text in its declared encoding"),
            Self::Missing(name) => write!(f, "the answer has no `{name}`"),
            Self::Refused(code) => write!(f, "Alipay answered {code}"),
            Self::Syntax => f.write_str("the answer is no well-formed XML"),
            Self::TooLarge => write!(f, "the answer is larger than {MAX_BYTES} bytes"),
        }
    }
}

impl std::error::Error for XmlError {}
