//! Why a request was not signed.

use std::fmt;

use crate::protocol::ParseError;

/// A request that Alipay would refuse, found before it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    field: Box<str>,
    problem: Box<str>,
}

impl RequestError {
    pub(in crate::protocol) fn new(field: &str, problem: impl Into<Box<str>>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// The Alipay parameter that is wrong.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

impl std::error::Error for RequestError {}

impl From<ParseError> for RequestError {
    fn from(error: ParseError) -> Self {
        let field = match &error {
            ParseError::Ambiguous(name) | ParseError::BadValue(name) | ParseError::Missing(name) => *name,
            ParseError::Duplicate(name) => name,
            _ => "request",
        };
        Self::new(field, error.to_string())
    }
}
