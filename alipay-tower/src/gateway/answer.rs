//! What came back from a call.

use std::fmt;

/// The longest `trace_id` that is kept.
const MAX_TRACE_ID: usize = 64;

/// The bytes of an answer, unread, and the number by which Alipay's support finds the call.
#[derive(Clone, Default)]
pub struct GatewayAnswer {
    body: Vec<u8>,
    trace_id: Option<Box<str>>,
}

impl GatewayAnswer {
    /// The bytes, of a client that sees no headers.
    #[must_use]
    pub const fn new(body: Vec<u8>) -> Self {
        Self { body, trace_id: None }
    }

    /// The header `trace_id` of the answer, as the OpenAPI generation sends it (Alipay, *Responses*). Nobody signs it, and it
    /// is written to logs: anything but a short word of letters, digits, `-`, `_` and `.` is passed over.
    #[must_use]
    pub fn with_trace_id(mut self, trace_id: &str) -> Self {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let fits = (1..=MAX_TRACE_ID).contains(&trace_id.len()) && trace_id.bytes().all(plain);
        self.trace_id = fits.then(|| trace_id.into());
        self
    }

    /// The bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The bytes, given away.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// What to quote to Alipay's support.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref()
    }
}

/// Without the bytes, which may hold personal data.
impl fmt::Debug for GatewayAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayAnswer")
            .field("bytes", &self.body.len())
            .field("trace_id", &self.trace_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_is_kept_of_a_header() {
        let of =
            |text: &str| GatewayAnswer::new(Vec::new()).with_trace_id(text).trace_id().map(str::to_owned);
        assert_eq!(of("0ba600421592898342158254e7d6a1").as_deref(), Some("0ba600421592898342158254e7d6a1"));
        for text in ["", "a b", "a\nERROR", "\u{1b}[31m", &"a".repeat(65)] {
            assert_eq!(of(text), None);
        }
        assert!(!format!("{:?}", GatewayAnswer::new(b"buyer".to_vec())).contains("buyer"));
    }
}
