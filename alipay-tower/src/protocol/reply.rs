//! The one word that the gateway reads.

/// The body of the answer to a notification: exactly these bytes, no newline (Alipay, *Notification rules*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the protocol has two words")]
pub enum Reply {
    /// `fail`: send it again.
    Fail,
    /// `success`: it is in our books.
    Success,
}

impl Reply {
    /// The bytes of the body.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Success => "success",
        }
    }
}
