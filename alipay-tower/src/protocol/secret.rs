//! Secrets: never printed, never compared, wiped from memory when dropped.

use std::fmt;

use zeroize::Zeroizing;

use super::ConfigError;

/// The MD5 key of a MAPI merchant, 32 letters and digits ("transaction security check code" in the console).
///
/// ```
/// use alipay_tower::protocol::Md5Key;
///
/// let key = Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?;
/// assert_eq!(format!("{key:?}"), "Md5Key([redacted])");
/// assert!(Md5Key::new("too short").is_err());
/// # Ok::<(), alipay_tower::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Md5Key(Zeroizing<Vec<u8>>);

impl Md5Key {
    /// Takes the key as it stands in the merchant console.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the text is missing, is not 32 letters and digits, or is a placeholder.
    pub fn new(text: &str) -> Result<Self, ConfigError> {
        let problem = if text.is_empty() {
            "missing: copy the 32-character MD5 key from the merchant console"
        } else if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            "must be the 32 letters and digits of the merchant console, without spaces or quotes"
        } else if is_placeholder(text) {
            "is a placeholder: put the real MD5 key of the merchant console here"
        } else {
            return Ok(Self::dangerous_unchecked(text.as_bytes()));
        };
        Err(ConfigError::Invalid("key", problem))
    }

    /// Takes any bytes as a key, for tools that explain what a wrong key does. An empty or short key makes
    /// signatures that anyone can forge: a shop uses [`Md5Key::new`].
    #[must_use]
    pub fn dangerous_unchecked(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Md5Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Md5Key([redacted])")
    }
}

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let first = lower.as_bytes().first().copied();
    lower.bytes().all(|byte| Some(byte) == first)
        || ["yourkey", "xxxxxxxx", "placeholder", "changeme", "replaceme", "alipaykey", "md5key"]
            .iter()
            .any(|phrase| lower.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_cannot_be_a_key_and_says_what_to_do() {
        const MISSING: &str = "key: missing: copy the 32-character MD5 key from the merchant console";
        const FORM: &str =
            "key: must be the 32 letters and digits of the merchant console, without spaces or quotes";
        const PLACEHOLDER: &str = "key: is a placeholder: put the real MD5 key of the merchant console here";
        for (key, sentence) in [
            (String::new(), MISSING),
            ("abc".to_owned(), FORM),
            ("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a".to_owned(), FORM),
            ("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a99".to_owned(), FORM),
            (" r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a".to_owned(), FORM),
            ("\"r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7\"".to_owned(), FORM),
            ("x".repeat(32), PLACEHOLDER),
            ("0".repeat(32), PLACEHOLDER),
            ("YourKeyYourKeyYourKeyYourKeyYour".to_owned(), PLACEHOLDER),
            ("00000000changeme0000000000000000".to_owned(), PLACEHOLDER),
        ] {
            assert_eq!(Md5Key::new(&key).unwrap_err().to_string(), sentence, "{key}");
        }
        assert!(Md5Key::new("10000000000000000000000000000000").is_ok());
    }
}
