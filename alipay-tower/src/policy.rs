//! What a shop may choose about messages that are no notifications of payments.

/// How messages of Alipay's message service (`msg_method`), and those of its other services (`method`), are answered. Both
/// are journaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessagePolicy {
    /// Hands them to [`OrderStore::observe`](crate::OrderStore::observe) and answers `success`, so that they do not come
    /// again.
    #[default]
    Acknowledge,
    /// Answers `fail`: the shop takes them elsewhere, and this address should not have got them.
    Refuse,
}

/// What a shop chose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policies {
    pub(crate) confirm_by_query: bool,
    pub(crate) messages: MessagePolicy,
    pub(crate) return_query: bool,
}

impl Default for Policies {
    fn default() -> Self {
        Self { confirm_by_query: false, messages: MessagePolicy::default(), return_query: true }
    }
}
