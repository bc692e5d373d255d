//! The logs: what was sent and what came back, what was asked and what was answered.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use alipay_tower::protocol::Timestamp;

use crate::settings::MAX_LOG;

/// One attempt to deliver one notification.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// When it ended.
    pub at: Timestamp,
    /// The notification's id, the same for all its attempts (a forged copy carries one of its own).
    pub notify_id: String,
    /// What kind of notification: `trade_status_sync`, `batch_refund_notify`, `batch_trans_notify`.
    pub notify_type: String,
    /// The order of the trade; of a batch, its `batch_no`.
    pub out_trade_no: String,
    /// Alipay's number of the trade; empty for a batch.
    pub trade_no: String,
    /// The status that the notification was about; of a batch, how many items of how many succeeded.
    pub trade_status: String,
    /// Where it went.
    pub url: String,
    /// 1 for the first delivery, up to 8.
    pub attempt: u32,
    /// 1, or more for copies.
    pub copy: u32,
    /// The HTTP status of the answer, if one came.
    pub status: Option<u16>,
    /// The first 200 bytes of the answer's body, or what went wrong.
    pub answer: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The [names](crate::Mischief::name) of the mischief that it met.
    pub mischief: Vec<&'static str>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// HTTP 200 and exactly `success`: no more attempts.
    Acknowledged,
    /// The connection was cut by [`CutConnection`](crate::Mischief::CutConnection); nobody knows what the shop did.
    Cut,
    /// Lost by [`Drop`](crate::Mischief::Drop).
    Dropped,
    /// No connection, or no answer in time.
    Failed,
    /// Another answer.
    Refused,
}

impl Outcome {
    /// One stable lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Cut => "cut",
            Self::Dropped => "dropped",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}

/// One question of `notify_verify`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Question {
    /// When it came.
    pub at: Timestamp,
    /// Who asked; at most 64 bytes.
    pub partner: String,
    /// The id in question as it arrived; at most 200 bytes.
    pub notify_id: String,
    /// What was answered: `true`, `false`, `invalid`, or the name of the mischief.
    pub answer: &'static str,
}

/// Lines, the oldest forgotten first.
#[derive(Debug)]
pub(crate) struct Log<T>(Mutex<VecDeque<T>>);

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Log<T> {
    pub(crate) fn write(&self, line: T) {
        let mut lines = self.lock();
        if lines.len() >= MAX_LOG {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    pub(crate) fn lines(&self) -> Vec<T> {
        self.lock().iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// At most so many bytes of a text, cut between characters.
pub(crate) fn cut(text: &str, max: usize) -> String {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded() {
        let log = Log::default();
        (0..MAX_LOG + 5).for_each(|line| log.write(line));
        assert_eq!((log.lines().len(), log.lines()[0]), (MAX_LOG, 5));
        assert_eq!(cut("测试", 4), "测");
    }
}
