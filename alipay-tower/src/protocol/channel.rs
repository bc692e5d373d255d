//! Which way a message came, and whose word stands behind it.

/// Which way a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// The gateway's POST to `notify_url`.
    Notify,
    /// The gateway's answer when it was asked about the trade.
    Query,
    /// The buyer's browser on `return_url`.
    Return,
}

impl Channel {
    /// `notify`, `query` or `return`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Query => "query",
            Self::Return => "return",
        }
    }
}

/// Whose word says that a message is really the gateway's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfirmedBy {
    /// The shop's own books: they hold this very trade.
    Books,
    /// Nobody yet: the shop chose to trust the signature while the gateway is out of reach, and asks later.
    Nobody,
    /// The gateway, asked about the `notify_id`.
    NotifyId,
    /// The gateway, asked about the trade.
    Query,
    /// The signature itself, which only Alipay's private key can make.
    Signature,
}

impl ConfirmedBy {
    /// One stable word for logs, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Books => "books",
            Self::Nobody => "nobody",
            Self::NotifyId => "notify_id",
            Self::Query => "query",
            Self::Signature => "signature",
        }
    }
}
