//! How often, how much, and how long.

use std::time::Duration;

use crate::protocol::Timestamp;

/// Settings of a [`Reconciler`](super::Reconciler).
///
/// ```
/// use std::time::Duration;
/// use alipay_tower::reconcile::ReconcileOptions;
///
/// let options = ReconcileOptions::default()
///     .with_older_than(Duration::from_secs(60))
///     .with_close_after(Some(Duration::from_secs(3600)));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ReconcileOptions {
    pub(super) older_than: Duration,
    pub(super) interval: Duration,
    pub(super) budget: u32,
    pub(super) concurrency: usize,
    pub(super) give_up_after: u32,
    backoff: Duration,
    max_backoff: Duration,
    pub(super) close_after: Option<Duration>,
}

impl Default for ReconcileOptions {
    fn default() -> Self {
        Self {
            older_than: Duration::from_secs(2 * 60),
            interval: Duration::from_secs(60),
            budget: 100,
            concurrency: 4,
            give_up_after: 3,
            backoff: Duration::from_secs(2 * 60),
            max_backoff: Duration::from_secs(6 * 3600),
            close_after: None,
        }
    }
}

impl ReconcileOptions {
    /// How old an order must be before it is asked about: a notification mostly comes within seconds. Default: 2 minutes.
    pub const fn with_older_than(mut self, age: Duration) -> Self {
        self.older_than = age;
        self
    }

    /// How long from one sweep to the next, over all instances together; at least a second. Default: 1 minute.
    pub const fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = if interval.as_secs() == 0 { Duration::from_secs(1) } else { interval };
        self
    }

    /// About how many orders one sweep asks at most. Default: 100.
    pub const fn with_budget(mut self, orders: u32) -> Self {
        self.budget = orders;
        self
    }

    /// How many questions may be under way at a time; at least one. Default: 4.
    pub const fn with_concurrency(mut self, questions: usize) -> Self {
        self.concurrency = if questions == 0 { 1 } else { questions };
        self
    }

    /// After how many questions without an answer, one after the other, a sweep leaves the rest to the next; at least one.
    /// Default: 3.
    pub const fn with_give_up_after(mut self, failures: u32) -> Self {
        self.give_up_after = if failures == 0 { 1 } else { failures };
        self
    }

    /// How long an order rests after it was asked about in vain: this long the first time, then twice as long each time.
    /// Default: 2 minutes, at most 6 hours.
    pub const fn with_backoff(mut self, first: Duration, most: Duration) -> Self {
        (self.backoff, self.max_backoff) = (first, most);
        self
    }

    /// When an order that nobody has paid is closed, at Alipay and in the books. Default: never.
    ///
    /// Choose it longer than the payment deadline that buyers are given.
    pub const fn with_close_after(mut self, age: Option<Duration>) -> Self {
        self.close_after = age;
        self
    }

    /// How long an order rests that has rested so often.
    pub(super) fn rest(&self, attempts: u32) -> Duration {
        // An order that is to be closed must not sleep through it.
        let most = self.close_after.map_or(self.max_backoff, |age| self.max_backoff.min(age));
        self.backoff.saturating_mul(2_u32.saturating_pow(attempts)).min(most)
    }
}

/// A moment this long before another.
pub(super) fn before(now: Timestamp, age: Duration) -> Timestamp {
    let seconds = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_unix_seconds(now.unix_seconds().saturating_sub(seconds))
}

/// A moment this long after another.
pub(super) fn after(now: Timestamp, time: Duration) -> Timestamp {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_unix_seconds(now.unix_seconds().saturating_add(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let options = ReconcileOptions::default();
        let minutes = |attempts| options.rest(attempts).as_secs() / 60;
        assert_eq!([0, 1, 2, 3, 7, 8, 40, u32::MAX].map(minutes), [2, 4, 8, 16, 256, 360, 360, 360]);
        let closing = options.with_close_after(Some(Duration::from_secs(600)));
        assert_eq!(closing.rest(40), Duration::from_secs(600));
    }

    #[test]
    fn moments_do_not_run_over() {
        let now = Timestamp::from_unix_seconds(1_000);
        assert_eq!(before(now, Duration::from_secs(60)).unix_seconds(), 940);
        assert_eq!(after(now, Duration::from_secs(60)).unix_seconds(), 1_060);
        assert!(before(now, Duration::MAX) < now && after(now, Duration::MAX) > now);
    }
}
