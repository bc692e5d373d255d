//! The wall clock. Nothing is decided by it but when a lease ends.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds since 1970 in UTC.
pub(crate) fn seconds() -> i64 {
    i64::try_from(since_epoch().as_secs()).unwrap_or(i64::MAX)
}

/// Milliseconds since 1970 in UTC.
pub(crate) fn millis() -> i64 {
    saturating_millis(since_epoch())
}

/// A span in milliseconds.
pub(crate) fn saturating_millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
