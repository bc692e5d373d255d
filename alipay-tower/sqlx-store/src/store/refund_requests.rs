//! Refunds that the shop begins.

use alipay_tower::protocol::{BatchNo, OutTradeNo, Timestamp};

use super::{Result, SqlStore};
use crate::records::{RefundIntent, RefundRequest, RefundStart};

/// Refunds that leave once, whatever becomes of the answer.
impl SqlStore {
    /// Begins a refund of the trade that paid an order, before anything is sent: takes the next number of the day in
    /// Beijing, or gives the number that the same refund has already. It is the same when it carries the same
    /// [idempotency key](RefundIntent::with_idempotency_key), or when one of the same amount is unfinished. What is
    /// unfinished counts as gone.
    ///
    /// Send what this gives under its number, in either generation, and say what the answer was:
    ///
    /// | the answer | say |
    /// |---|---|
    /// | money moved | [`record_refund`](Self::record_refund) with the number as key |
    /// | accepted, or `DUPLICATE_BATCH_NO` for a repetition | [`refund_accepted`](Self::refund_accepted) |
    /// | a certain no, or not sent | [`refund_refused`](Self::refund_refused) |
    /// | unknown, or the program died | nothing: the next call gives the same number again |
    ///
    /// A notification about the number ends it, and so does a query of the trade that explains all of its money.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::NotPaid`](crate::SqlStoreError::NotPaid) when no trade has paid the order; any other when it could
    /// not be written. Send nothing then.
    pub async fn begin_refund(&self, day: Timestamp, intent: RefundIntent) -> Result<RefundStart> {
        self.backend.begin_refund(day, intent).await
    }

    /// Alipay has said that it has the refund; its notification will end it. Gives whether it has ended already.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`](crate::SqlStoreError) when it could not be written.
    pub async fn refund_accepted(&self, batch_no: &BatchNo) -> Result<bool> {
        self.backend.refund_accepted(batch_no).await
    }

    /// One sending of the refund certainly had no effect. It ends when that is true of every sending; an earlier one, or
    /// one at the same moment, may have worked. Gives whether it has ended.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`](crate::SqlStoreError) when it could not be written.
    pub async fn refund_refused(&self, batch_no: &BatchNo) -> Result<bool> {
        self.backend.refund_refused(batch_no).await
    }

    /// Ends a refund on the word of a person who has looked at Alipay's site: its money counts as not gone. For one of
    /// another day, whose number the classic gateway no longer takes. Gives whether it has ended.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`](crate::SqlStoreError) when it could not be written.
    pub async fn release_refund(&self, batch_no: &BatchNo) -> Result<bool> {
        self.backend.release_refund(batch_no).await
    }

    /// What the shop has begun under a number, finished or not.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn refund_request(&self, batch_no: &BatchNo) -> Result<Option<RefundRequest>> {
        self.backend.refund_request(batch_no).await
    }

    /// The unfinished refunds of all orders that were begun at or after the first time and before the second, oldest first:
    /// those whose answer or notification may be lost.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn unfinished_refunds(
        &self,
        begun_after: Timestamp,
        begun_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<RefundRequest>> {
        self.backend.unfinished_refunds(begun_after, begun_before, limit).await
    }

    /// The unfinished refunds of an order, oldest first.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn open_refunds(&self, id: &OutTradeNo) -> Result<Vec<RefundRequest>> {
        self.backend.open_refunds(id).await
    }
}
