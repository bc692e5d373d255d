//! The circuit: closed, open, half-open.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::events;

/// The three states of a [`CircuitBreaker`](super::CircuitBreaker).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// Questions are asked.
    Closed,
    /// The pause is over and one question at a time may be asked, to see whether the gateway is back.
    HalfOpen,
    /// Nothing is asked.
    Open,
}

impl BreakerState {
    /// `closed`, `half_open` or `open`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }
}

pub(super) struct Circuit {
    failures: u32,
    pause: Duration,
    max_pause: Duration,
    now: Mutex<Now>,
}

struct Now {
    stage: Stage,
    /// Grows with each change of the state: what a question of an earlier round learns comes too late to count.
    round: u64,
}

#[derive(Clone, Copy)]
enum Stage {
    Closed { failures: u32 },
    HalfOpen { pause: Duration, asked: bool },
    Open { pause: Duration, until: Instant },
}

/// The leave to put one question.
#[derive(Clone, Copy)]
pub(super) struct Pass {
    round: u64,
}

impl Circuit {
    pub(super) const fn new(failures: u32, pause: Duration, max_pause: Duration) -> Self {
        let now = Mutex::new(Now { stage: Stage::Closed { failures: 0 }, round: 0 });
        Self { failures, pause, max_pause, now }
    }

    pub(super) fn state(&self) -> BreakerState {
        match self.now().stage {
            Stage::Closed { .. } => BreakerState::Closed,
            Stage::HalfOpen { .. } => BreakerState::HalfOpen,
            Stage::Open { .. } => BreakerState::Open,
        }
    }

    /// Whether a question would be let through at this moment.
    pub(super) fn lets_through(&self) -> bool {
        match self.now().stage {
            Stage::Closed { .. } => true,
            Stage::HalfOpen { asked, .. } => !asked,
            Stage::Open { until, .. } => Instant::now() >= until,
        }
    }

    pub(super) fn enter(&self) -> Option<Pass> {
        let mut now = self.now();
        match now.stage {
            Stage::Closed { .. } => Some(Pass { round: now.round }),
            Stage::HalfOpen { pause, asked: false } => {
                now.stage = Stage::HalfOpen { pause, asked: true };
                Some(Pass { round: now.round })
            }
            Stage::Open { pause, until } if Instant::now() >= until => {
                let round = now.turn(Stage::HalfOpen { pause, asked: true });
                drop(now);
                events::circuit(BreakerState::HalfOpen.as_str(), None);
                Some(Pass { round })
            }
            Stage::HalfOpen { .. } | Stage::Open { .. } => None,
        }
    }

    /// The gateway answered, whatever it said.
    pub(super) fn answered(&self, pass: Pass) {
        let mut now = self.now();
        match now.stage {
            _ if now.round != pass.round => {}
            Stage::HalfOpen { .. } => {
                now.turn(Stage::Closed { failures: 0 });
                drop(now);
                events::circuit(BreakerState::Closed.as_str(), None);
            }
            Stage::Closed { .. } => now.stage = Stage::Closed { failures: 0 },
            Stage::Open { .. } => {}
        }
    }

    /// The gateway was out of reach.
    pub(super) fn failed(&self, pass: Pass) {
        let mut now = self.now();
        let (failures, pause) = match now.stage {
            _ if now.round != pass.round => return,
            Stage::Closed { failures } => (failures.saturating_add(1), self.pause.min(self.max_pause)),
            Stage::HalfOpen { pause, .. } => (self.failures, pause.saturating_mul(2).min(self.max_pause)),
            Stage::Open { .. } => return,
        };
        if failures < self.failures {
            now.stage = Stage::Closed { failures };
            return;
        }
        let began = Instant::now();
        // A pause beyond what the clock can tell is one without an end, which nobody means.
        let until = began.checked_add(pause).unwrap_or(began);
        now.turn(Stage::Open { pause, until });
        drop(now);
        events::circuit(BreakerState::Open.as_str(), Some((failures, pause)));
    }

    /// The question was given up before anything was learnt; the next one may take its place.
    pub(super) fn given_up(&self, pass: Pass) {
        let mut now = self.now();
        if let Stage::HalfOpen { pause, .. } = now.stage
            && now.round == pass.round
        {
            now.stage = Stage::HalfOpen { pause, asked: false };
        }
    }

    /// Consistent between any two statements, so a panic elsewhere does not spoil it.
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Now {
    const fn turn(&mut self, stage: Stage) -> u64 {
        self.stage = stage;
        self.round = self.round.wrapping_add(1);
        self.round
    }
}
