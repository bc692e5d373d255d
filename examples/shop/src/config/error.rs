//! Mistakes that are found before anything starts.

use std::fmt;

use alipay_tower::ConfigError;

/// A mistake in the configuration or the surroundings; its text names the setting and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupError {
    setting: &'static str,
    advice: String,
}

impl SetupError {
    pub(crate) fn new(setting: &'static str, advice: impl Into<String>) -> Self {
        Self { setting, advice: advice.into() }
    }

    /// The same mistake under the name that the operator knows it by: the library calls a key `key`, the operator
    /// wrote `ALIPAY_KEY`.
    pub(crate) fn library(setting: &'static str, error: ConfigError) -> Self {
        match error {
            ConfigError::Invalid(_, advice) => Self::new(setting, advice),
            ConfigError::Url(_, url, problem) => Self::new(setting, format!("`{url}` {problem}")),
            other => Self::new(setting, other.to_string()),
        }
    }

    /// The environment variable or argument that is wrong.
    #[must_use]
    pub const fn setting(&self) -> &'static str {
        self.setting
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.advice)
    }
}

impl std::error::Error for SetupError {}
