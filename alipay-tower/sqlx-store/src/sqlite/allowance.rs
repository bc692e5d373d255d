//! How much of what strangers send is written down.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So many a second, and no more in a burst.
const PER_SECOND: u32 = 100;
const SECOND: Duration = Duration::from_secs(1);

/// Rows that may still be written in the second that runs.
#[derive(Default)]
pub(super) struct Allowance(Mutex<Option<Window>>);

struct Window {
    began: Instant,
    left: u32,
}

impl Allowance {
    /// Whether one more may be written.
    pub(super) fn take(&self) -> bool {
        self.take_at(Instant::now())
    }

    fn take_at(&self, now: Instant) -> bool {
        // The window is whole between any two statements, so a panic elsewhere does not spoil it.
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = match &*window {
            Some(window) if now.saturating_duration_since(window.began) < SECOND => window.left,
            _ => {
                *window = Some(Window { began: now, left: PER_SECOND });
                PER_SECOND
            }
        };
        if let Some(window) = &mut *window {
            window.left = left.saturating_sub(1);
        }
        left > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_a_second() {
        let allowance = Allowance::default();
        let mut now = Instant::now();
        for _ in 0..3 {
            assert_eq!((0..1_000).filter(|_| allowance.take_at(now)).count(), 100);
            assert!(!allowance.take_at(now + Duration::from_millis(999)));
            now += SECOND;
        }
    }
}
