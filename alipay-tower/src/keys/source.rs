//! Text from a file or a variable, wiped after it was read.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use zeroize::Zeroizing;

use super::{KeyError, KeyErrorKind};
use crate::protocol::ConfigError;

/// No key and no certificate file of Alipay is longer.
const MAX_FILE: u64 = 64 * 1024;

/// Reads a file and hands its text to a constructor, such as `PrivateKey::new`. The text is wiped afterwards.
///
/// # Errors
///
/// [`KeyError`] when there is no such file, when it cannot be read, or when the constructor refuses the text.
pub fn from_file<T>(
    path: impl AsRef<Path>,
    parse: impl FnOnce(&str) -> Result<T, ConfigError>,
) -> Result<T, KeyError> {
    let path = path.as_ref();
    let failed = |kind| KeyError { place: path.display().to_string(), kind };
    let text = read(path).map_err(failed)?;
    parse(&text).map_err(|error| failed(KeyErrorKind::Content(error)))
}

/// Reads an environment variable and hands its text to a constructor, such as `PrivateKey::new`. Our copy is wiped
/// afterwards; the environment itself keeps the text.
///
/// # Errors
///
/// [`KeyError`] when the variable is not set or empty, or when the constructor refuses the text.
pub fn from_env<T>(name: &str, parse: impl FnOnce(&str) -> Result<T, ConfigError>) -> Result<T, KeyError> {
    let failed = |kind| KeyError { place: name.to_owned(), kind };
    let text = match std::env::var(name) {
        Ok(text) if text.trim().is_empty() => return Err(failed(KeyErrorKind::Missing)),
        Ok(text) => Zeroizing::new(text),
        Err(std::env::VarError::NotPresent) => return Err(failed(KeyErrorKind::Missing)),
        Err(std::env::VarError::NotUnicode(_)) => return Err(failed(KeyErrorKind::NotText)),
    };
    parse(&text).map_err(|error| failed(KeyErrorKind::Content(error)))
}

fn read(path: &Path) -> Result<Zeroizing<String>, KeyErrorKind> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => KeyErrorKind::Missing,
        io::ErrorKind::InvalidData => KeyErrorKind::NotText,
        kind => KeyErrorKind::Unreadable(kind),
    };
    let file = File::open(path).map_err(failed)?;
    // Room for the whole file at once: a growing text would leave parts of a key behind.
    let length = usize::try_from(MAX_FILE + 1).unwrap_or(usize::MAX);
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() >= length {
        return Err(KeyErrorKind::TooLong);
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| KeyErrorKind::NotText)?;
    Ok(Zeroizing::new(text.to_owned()))
}
