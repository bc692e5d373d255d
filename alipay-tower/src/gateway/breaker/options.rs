//! The bounds.

use std::time::Duration;

/// Settings of a [`CircuitBreaker`](super::CircuitBreaker).
#[derive(Clone, Debug)]
#[must_use]
pub struct BreakerOptions {
    pub(super) failures: u32,
    pub(super) pause: Duration,
    pub(super) max_pause: Duration,
    pub(super) concurrency: usize,
    pub(super) wait: Duration,
    pub(super) budget: Duration,
}

impl Default for BreakerOptions {
    fn default() -> Self {
        Self {
            failures: 5,
            pause: Duration::from_secs(1),
            max_pause: Duration::from_secs(60),
            concurrency: 64,
            wait: Duration::from_secs(1),
            budget: Duration::from_secs(8),
        }
    }
}

impl BreakerOptions {
    /// After how many failures in a row the circuit opens; at least one. Default: 5.
    pub const fn with_failures(mut self, count: u32) -> Self {
        self.failures = count;
        self
    }

    /// How long nothing is asked after the circuit has opened; each failed attempt to close it doubles this. Default: 1
    /// second.
    pub const fn with_pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// The longest that the pause grows to. Default: 60 seconds.
    pub const fn with_max_pause(mut self, pause: Duration) -> Self {
        self.max_pause = pause;
        self
    }

    /// How many questions are asked at once; with none allowed every question is shed. Default: 64.
    pub const fn with_concurrency(mut self, count: usize) -> Self {
        self.concurrency = count;
        self
    }

    /// How long a question waits for its place among those. Default: 1 second.
    pub const fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// How long a question may take in all, the wait for its place included; what takes longer had no answer in time.
    /// Default: 8 seconds; keep it above the client's own time-out and below the layer's deadline.
    pub const fn with_budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }
}
