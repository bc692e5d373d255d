//! What the adapters of all web frameworks do alike: their limits, and the refusals that they make before or around the
//! desk. The tower layer uses it too, so one message meets one answer under every framework.

use std::time::Duration;

use crate::{
    protocol::Channel,
    rejection::{Rejection, RejectionKind},
};

/// The largest notification, in bytes; a real one has one or two thousand.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The largest query of a return, in bytes; a real one has one or two thousand. Below what HTTP servers take for an address,
/// so that a longer one still gets the shop's page, and its line in the journal.
pub const QUERY_LIMIT: usize = 16 * 1024;

/// How long a body may take to arrive.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// When a message is answered at the latest. Alipay does not say how long it waits.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// How far an oversized body is read to no purpose, in bytes, so that the sender gets to see the answer.
pub const MAX_DRAIN: usize = 8 * 1024 * 1024;

/// The sender left, or broke the framing, before the body was complete.
#[must_use]
pub fn body_broke_off() -> Rejection {
    Rejection::new(RejectionKind::Malformed, "the body broke off")
}

/// The body is larger than `limit` bytes.
#[must_use]
pub fn body_too_large(limit: usize) -> Rejection {
    Rejection::new(RejectionKind::TooLarge, format_args!("the body is larger than {limit} bytes"))
}

/// The body took longer than the adapter waits.
#[must_use]
pub fn body_too_slow() -> Rejection {
    Rejection::new(RejectionKind::BodyTimeout, "the body did not arrive in time")
}

/// The desk was not done before the deadline.
#[must_use]
pub fn deadline_exceeded(channel: Channel) -> Rejection {
    let reason = match channel {
        Channel::Notify => "the answer was not ready before the deadline",
        Channel::Query | Channel::Return => "the gateway did not answer before the deadline",
    };
    Rejection::new(RejectionKind::DeadlineExceeded, reason)
}

/// A method that the path does not take.
#[must_use]
pub fn method_not_allowed(channel: Channel, method: &str) -> Rejection {
    // Extension methods are anyone's text, so only the name of a standard one is repeated.
    let standard = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"];
    let name = if standard.contains(&method) { method } else { "another method" };
    match channel {
        Channel::Notify => Rejection::new(
            RejectionKind::MethodNotAllowed,
            format_args!("{name} on the notify path, which takes POST"),
        ),
        Channel::Query | Channel::Return => {
            Rejection::new(RejectionKind::MethodNotAllowed, "the return path takes GET")
        }
    }
}

/// The host's code panicked.
#[must_use]
pub fn panicked() -> Rejection {
    Rejection::new(RejectionKind::Panicked, "the shop's code panicked")
}

/// The largest query of a return where a body may have `body_limit` bytes: tighter limits hold for both.
#[must_use]
pub const fn query_limit(body_limit: usize) -> usize {
    if body_limit < QUERY_LIMIT { body_limit } else { QUERY_LIMIT }
}

/// The query of a return is larger than `limit` bytes.
#[must_use]
pub fn query_too_large(limit: usize) -> Rejection {
    Rejection::new(RejectionKind::TooLarge, format_args!("the query is larger than {limit} bytes"))
}
