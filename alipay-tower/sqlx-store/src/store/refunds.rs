//! Refunds, and the numbers of their batches.

use alipay_tower::{
    Money,
    protocol::{BatchNo, OutTradeNo, Timestamp, TradeNo},
};

use super::{Result, SqlStore};
use crate::records::{RefundBatch, RefundEntry, RefundRecord};

/// Refunds.
impl SqlStore {
    /// The refunds of an order's trades, oldest first: of the trade that paid it, and of further ones.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn refunds(&self, id: &OutTradeNo) -> Result<Vec<RefundRecord>> {
        self.backend.refunds(id).await
    }

    /// Records a refund that the gateway has reported as *done* in its answer to the shop's own call, without waiting for
    /// the notification, which may never come. `amount` is that of this refund alone, in fen, and `key` what the
    /// notification will know it by: the `out_request_no` of `alipay.trade.refund`. Whichever comes first is recorded, the
    /// other changes nothing.
    ///
    /// Not for `refund_fastpay_by_platform_nopwd`: its answer `T` means that the batch was accepted, not that money went
    /// back (Alipay, *Refund without password*). Its notification is the record.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::NotPaid`](crate::SqlStoreError::NotPaid) when no trade has paid the order.
    pub async fn record_refund(&self, id: &OutTradeNo, key: &str, amount: Money) -> Result<RefundEntry> {
        self.backend.record_refund(id, None, key, amount).await
    }

    /// The same for a further trade of the order: an [extra](Self::extra_payments) or an
    /// [unmatched](Self::unmatched_payments) payment that goes back.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::NotPaid`](crate::SqlStoreError::NotPaid) when the books know of no such payment of the order.
    pub async fn record_refund_of_trade(
        &self,
        id: &OutTradeNo,
        trade_no: &TradeNo,
        key: &str,
        amount: Money,
    ) -> Result<RefundEntry> {
        self.backend.record_refund(id, Some(trade_no), key, amount).await
    }

    /// Takes the next `batch_no` of the day in Beijing, `yyyyMMdd` and a serial from `001`, and records what it is for. The
    /// number is on disk when this returns, and is never given again: a batch whose outcome is unknown is sent again under
    /// its own number. [`begin_refund`](Self::begin_refund) keeps that in mind for single refunds; of a batch whose number
    /// was taken here the store does not know what is in it.
    ///
    /// `kind` is the shop's word, `details` what the shop needs to send the batch again.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`](crate::SqlStoreError) when it could not be written; use no number then.
    pub async fn next_batch_no(&self, day: Timestamp, kind: &str, details: &str) -> Result<BatchNo> {
        self.backend.next_refund_batch(day, kind, details).await
    }

    /// One batch, of refunds or payouts.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn refund_batch(&self, batch_no: &BatchNo) -> Result<Option<RefundBatch>> {
        self.backend.refund_batch(batch_no).await
    }

    /// The newest batches, newest first.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn refund_batches(&self, limit: u32) -> Result<Vec<RefundBatch>> {
        self.backend.refund_batches(limit).await
    }
}
