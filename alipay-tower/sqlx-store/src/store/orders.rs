//! Orders, their history, and money that fits none.

use alipay_tower::protocol::OutTradeNo;

use super::{Result, SqlStore};
use crate::records::{ExtraPayment, NewOrder, OrderEvent, OrderRecord, UnmatchedRecord};

/// Orders.
impl SqlStore {
    /// Records an order that waits for payment. Do it before the buyer is sent to pay: the notification may be faster
    /// than the buyer's next page.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::DuplicateOrder`](crate::SqlStoreError::DuplicateOrder) when the number was used before; the old order is untouched.
    pub async fn create_order(&self, order: NewOrder) -> Result<()> {
        self.backend.create_order(order).await
    }

    /// One order.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn order(&self, id: &OutTradeNo) -> Result<Option<OrderRecord>> {
        self.backend.order(id).await
    }

    /// The newest orders, newest first.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn orders(&self, limit: u32) -> Result<Vec<OrderRecord>> {
        self.backend.orders(limit).await
    }

    /// Closes an order that waits for payment; a paid one stays paid. Whether it was waiting.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`](crate::SqlStoreError) when it could not be written.
    pub async fn close_order(&self, id: &OutTradeNo) -> Result<bool> {
        self.backend.close_order(id).await
    }

    /// What became of an order: its newest lines, in the order in which they were written. Every line was written in the
    /// transaction of what it tells.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn events(&self, id: &OutTradeNo, limit: u32) -> Result<Vec<OrderEvent>> {
        self.backend.events(id, limit).await
    }

    /// The newest payments that came for an order which another trade had paid: money that must go back.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn extra_payments(&self, limit: u32) -> Result<Vec<ExtraPayment>> {
        self.backend.extra_payments(limit).await
    }

    /// The newest confirmed payments that fit no order: real money that needs a person. One that was settled, or kept as
    /// an [extra payment](Self::extra_payments), by a later try is not among them; one that
    /// [paid after the close](alipay_tower::protocol::OrderState::PaidAfterClose) is.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn unmatched_payments(&self, limit: u32) -> Result<Vec<UnmatchedRecord>> {
        self.backend.unmatched_payments(limit).await
    }
}
