//! A store in memory, for documentation and tests. It forgets everything when the process ends.

mod books;
mod entry;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use async_trait::async_trait;

use self::books::Books;
use super::{OrderStore, ReconcileStore, Settlement, StoreError};
use crate::{
    protocol::{Order, OutTradeNo, Timestamp, TradeEvent, TradeNo, UnmatchedPayment, VerifiedPayment},
    rejection::Rejection,
};

/// Orders in a map, with all that the desk and the reconciler ask of a store. It keeps no single refunds and tells nobody
/// of anything.
///
/// ```
/// use alipay_tower::{Order, protocol::OutTradeNo, store::{MemoryStore, OrderStore}};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let store = MemoryStore::new();
/// let id = OutTradeNo::new("T20240101000001")?;
/// store.insert(Order::new(id.clone(), "10.50".parse()?));
/// assert_eq!(store.find(&id).await?.unwrap().amount().fen(), 1050);
/// # Ok(()) })
/// # as Result<(), Box<dyn std::error::Error>>
/// # ;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    books: Mutex<Books>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records an order, before the buyer is sent to pay; replaces one of the same number.
    pub fn insert(&self, order: Order) {
        self.books().insert(order, Timestamp::from(SystemTime::now()));
    }

    /// The books are consistent between any two calls, so a panic elsewhere does not spoil them.
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OrderStore for MemoryStore {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        Ok(self.books().order(id).cloned())
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        self.books().settle(payment)
    }

    /// Joins what the message says with what is known of its trade, and closes a pending order whose trade was closed
    /// unpaid.
    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        self.books().observe(event);
        Ok(())
    }

    /// Keeps a payment of exactly a closed order's amount as the one that
    /// [paid it after the close](crate::protocol::OrderState::PaidAfterClose), and nothing of any other.
    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
        self.books().unmatched(payment, reason.kind());
        Ok(())
    }
}

#[async_trait]
impl ReconcileStore for MemoryStore {
    async fn due(
        &self,
        now: Timestamp,
        created_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError> {
        Ok(self.books().due(now, created_before, limit))
    }

    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<(), StoreError> {
        self.books().postpone(id, until);
        Ok(())
    }

    async fn attempts(&self, id: &OutTradeNo) -> Result<u32, StoreError> {
        Ok(self.books().attempts(id))
    }

    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        self.books().confirm(id, trade_no);
        Ok(())
    }

    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        self.books().deny(id, trade_no);
        Ok(())
    }

    async fn close(&self, id: &OutTradeNo) -> Result<bool, StoreError> {
        Ok(self.books().close(id))
    }

    /// A lease of no time gives it up.
    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool, StoreError> {
        Ok(self.books().lease(name, holder, Instant::now(), time))
    }
}
