//! Why a message could not be read, or is not authentic.

use std::fmt;

use super::CharsetError;

/// A message that is no well-formed Alipay message; nothing in it was believed.
///
/// The text of this error may be logged: it holds names and positions, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// The signed text can be cut into fields in another way; the name stands where it must not.
    Ambiguous(&'static str),
    /// A `%` that is not followed by two hex digits.
    BadEscape,
    /// The field's value is not of its documented form.
    BadValue(&'static str),
    /// The bytes are not text in the merchant's charset.
    Charset(CharsetError),
    /// The name stands twice.
    Duplicate(String),
    /// No field at all.
    Empty,
    /// The field is absent or empty.
    Missing(&'static str),
    /// A NUL byte.
    Nul,
    /// More than [`MAX_FIELDS`](super::MAX_FIELDS) fields.
    TooManyFields,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous(name) => {
                write!(f, "the signed text can be re-split: `{name}=` stands inside another value")
            }
            Self::BadEscape => f.write_str("a percent sign without two hex digits"),
            Self::BadValue(name) => write!(f, "`{name}` is not of its documented form"),
            Self::Charset(error) => write!(f, "text {error}"),
            Self::Duplicate(name) => write!(f, "`{name}` stands twice"),
            Self::Empty => f.write_str("no parameters"),
            Self::Missing(name) => write!(f, "`{name}` is missing"),
            Self::Nul => f.write_str("a NUL byte"),
            Self::TooManyFields => write!(f, "more than {} parameters", super::MAX_FIELDS),
        }
    }
}

impl std::error::Error for ParseError {}

impl From<CharsetError> for ParseError {
    fn from(error: CharsetError) -> Self {
        Self::Charset(error)
    }
}

/// A message that was read and is not Alipay's word to this merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthenticityError {
    /// `app_id` names another application.
    App,
    /// Not a well-formed message.
    Malformed(ParseError),
    /// `partner` names another merchant.
    Partner,
    /// `seller_id` or `seller_email` names another seller.
    Seller,
    /// `sign` does not verify with the merchant's key.
    Signature,
    /// `sign_type` is not the one the merchant is configured for.
    SignType,
    /// `alipay_cert_sn` names a certificate that the merchant does not have. Nobody is asked about it meanwhile: configure
    /// the new certificate, or download it outside of the request.
    UnknownCertificate,
}

impl fmt::Display for AuthenticityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App => f.write_str("`app_id` is another application's"),
            Self::Malformed(error) => error.fmt(f),
            Self::Partner => f.write_str("`partner` is another merchant's"),
            Self::Seller => f.write_str("`seller_id` or `seller_email` is another seller's"),
            Self::Signature => f.write_str("the signature does not verify"),
            Self::SignType => f.write_str("`sign_type` is not the configured one"),
            Self::UnknownCertificate => {
                f.write_str("`alipay_cert_sn` names a certificate that the merchant does not have")
            }
        }
    }
}

impl std::error::Error for AuthenticityError {}

impl From<ParseError> for AuthenticityError {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

/// A mistake in the configuration, found before anything starts.
///
/// Every text says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// Two settings that must differ are equal.
    EqualPaths(String),
    /// A setting that is missing or not of its form: the setting's name, and what to write there.
    Invalid(&'static str, &'static str),
    /// A path that is not usable, and why.
    Path(String, &'static str),
    /// An address that is not usable: the setting's name, the address, and what is wrong.
    Url(&'static str, String, &'static str),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EqualPaths(path) => {
                write!(f, "notify_url and return_url have the same path `{path}`: give each its own")
            }
            Self::Invalid(name, advice) => write!(f, "{name}: {advice}"),
            Self::Path(path, problem) => write!(f, "the path `{path}` {problem}"),
            Self::Url(name, url, problem) => write!(f, "{name} `{url}`: {problem}"),
        }
    }
}

impl std::error::Error for ConfigError {}
