//! Why a key could not be loaded.

use std::{fmt, io};

use crate::protocol::ConfigError;

/// A key that could not be loaded: from where, and why. The content is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyError {
    /// The path of the file or the name of the variable.
    pub place: String,
    /// What is wrong.
    pub kind: KeyErrorKind,
}

/// What is wrong with a place that a key should come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyErrorKind {
    /// It holds something else, or less.
    Content(ConfigError),
    /// There is no such file, or the variable is not set.
    Missing,
    /// It is not text: a DER file, or a key store.
    NotText,
    /// The file is longer than any key.
    TooLong,
    /// The file cannot be read.
    Unreadable(io::ErrorKind),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        match &self.kind {
            KeyErrorKind::Content(error) => write!(f, "{place}: {error}"),
            KeyErrorKind::Missing => write!(f, "{place} does not exist: make it, or correct its name"),
            KeyErrorKind::NotText => {
                write!(f, "{place} is not text: convert it to PEM (`openssl … -outform PEM`)")
            }
            KeyErrorKind::TooLong => write!(f, "{place} is longer than any key: is it the right file?"),
            KeyErrorKind::Unreadable(kind) => write!(f, "{place} cannot be read: {kind}"),
        }
    }
}

impl std::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            KeyErrorKind::Content(error) => Some(error),
            _ => None,
        }
    }
}
