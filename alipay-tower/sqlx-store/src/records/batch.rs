//! Batches of refunds and payouts that the shop has made.

use std::fmt;

use alipay_tower::protocol::{BatchNo, Timestamp, TransferRecord};

/// A batch of refunds or payouts, recorded before it is sent.
#[derive(Clone)]
pub struct RefundBatch {
    pub(crate) batch_no: BatchNo,
    pub(crate) created_at: i64,
    pub(crate) kind: String,
    pub(crate) details: String,
    pub(crate) told_at: Option<i64>,
    pub(crate) results: Vec<TransferRecord>,
}

impl RefundBatch {
    /// Its number: the day in Beijing, and a serial of three or more digits.
    #[must_use]
    pub const fn batch_no(&self) -> &BatchNo {
        &self.batch_no
    }

    /// When the number was taken.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.created_at)
    }

    /// The shop's word for it.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What the shop put in it. It may be personal data.
    #[must_use]
    pub fn details(&self) -> &str {
        &self.details
    }

    /// When a notification first said what became of the payouts.
    #[must_use]
    pub fn told_at(&self) -> Option<Timestamp> {
        self.told_at.map(Timestamp::from_unix_seconds)
    }

    /// What became of each payout, as that notification said it. What became of refunds stands with their orders.
    #[must_use]
    pub fn results(&self) -> &[TransferRecord] {
        &self.results
    }
}

/// Without details and results, which may be personal data.
impl fmt::Debug for RefundBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefundBatch")
            .field("batch_no", &self.batch_no)
            .field("created_at", &self.created_at())
            .field("kind", &self.kind)
            .field("told_at", &self.told_at())
            .finish_non_exhaustive()
    }
}
