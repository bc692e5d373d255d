//! What looking for lost notifications needs of a store.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{OrderStore, StoreError};
use crate::protocol::{Order, OutTradeNo, Timestamp, TradeNo};

/// A store whose open orders can be looked through: what a notification that never came leaves behind.
#[async_trait]
pub trait ReconcileStore: OrderStore {
    /// Orders about which the gateway is to be asked now, oldest first, at most `limit`: those that were created before
    /// `created_before` and wait for payment, and those that were settled [unconfirmed](Order::is_unconfirmed), of any age.
    /// An order that is [postponed](Self::postpone) beyond `now` is not among them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer.
    async fn due(
        &self,
        now: Timestamp,
        created_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError>;

    /// Leaves an order out of [`due`](Self::due) until then.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<(), StoreError>;

    /// How often an order was postponed: what the back-off is counted from.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer.
    async fn attempts(&self, id: &OutTradeNo) -> Result<u32, StoreError>;

    /// The gateway has confirmed the trade that settled this order unconfirmed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError>;

    /// The gateway denies the trade that settled this order unconfirmed: the settlement is taken back, and a person is
    /// told.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError>;

    /// Closes an order that waits for payment, by one conditional statement; a paid one stays paid. Whether it was waiting.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn close(&self, id: &OutTradeNo) -> Result<bool, StoreError>;

    /// Takes the lease of this name for this holder, or prolongs it; `false` when another holder has it. Of several
    /// instances on one database, one at a time has it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written; the caller has no lease then.
    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool, StoreError>;
}

#[async_trait]
impl<T: ReconcileStore + ?Sized> ReconcileStore for Arc<T> {
    async fn due(
        &self,
        now: Timestamp,
        created_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError> {
        (**self).due(now, created_before, limit).await
    }

    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<(), StoreError> {
        (**self).postpone(id, until).await
    }

    async fn attempts(&self, id: &OutTradeNo) -> Result<u32, StoreError> {
        (**self).attempts(id).await
    }

    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        (**self).confirm(id, trade_no).await
    }

    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        (**self).deny(id, trade_no).await
    }

    async fn close(&self, id: &OutTradeNo) -> Result<bool, StoreError> {
        (**self).close(id).await
    }

    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool, StoreError> {
        (**self).lease(name, holder, time).await
    }
}
