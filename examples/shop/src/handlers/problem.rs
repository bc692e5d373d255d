//! Why a move of the operator's did not work, in both languages.

use std::fmt;

use crate::lang::Lang;

/// Why nothing moved; for the operator's eyes.
#[derive(Debug)]
pub(crate) struct MoveError {
    zh: String,
    en: String,
}

impl MoveError {
    pub(crate) fn new(zh: impl fmt::Display, en: impl fmt::Display) -> Self {
        Self { zh: zh.to_string(), en: en.to_string() }
    }

    pub(crate) fn text(self, lang: Lang) -> String {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

/// What the library says is in English.
impl<E: std::error::Error> From<E> for MoveError {
    fn from(error: E) -> Self {
        Self::new(&error, &error)
    }
}

/// For the log.
impl fmt::Display for MoveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}
