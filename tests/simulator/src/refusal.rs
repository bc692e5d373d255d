//! A request that the gateway does not take: Alipay's code, and a sentence for the developer.

use alipay_tower::protocol::Charset;

use crate::delivery::cut;

/// The most of a text that the page repeats, in bytes.
const MAX_PRESIGN: usize = 8000;

/// An error code and what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) advice: String,
    /// The text whose signature was expected, for `ILLEGAL_SIGN`.
    pub(crate) presign: Option<String>,
    pub(crate) charset: Charset,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, advice: impl Into<String>) -> Self {
        Self { code, advice: advice.into(), presign: None, charset: Charset::Utf8 }
    }

    pub(crate) fn with_presign(self, text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let more = if text.len() > MAX_PRESIGN { "…" } else { "" };
        Self { presign: Some(cut(&text, MAX_PRESIGN) + more), ..self }
    }

    pub(crate) fn in_charset(self, charset: Charset) -> Self {
        Self { charset, ..self }
    }
}
