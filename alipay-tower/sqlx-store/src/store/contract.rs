//! The store as the desk and the reconciler know it.

use std::time::Duration;

use alipay_tower::{
    Order, OrderStore, Rejection, VerifiedPayment, async_trait,
    protocol::{OutTradeNo, Timestamp, TradeEvent, TradeNo, UnmatchedPayment},
    store::{Hit, ReconcileStore, Settlement, StoreError},
};

use super::{Result, SqlStore};

#[async_trait]
impl OrderStore for SqlStore {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        Ok(self.backend.find(id).await?)
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        Ok(self.backend.settle(payment).await?)
    }

    /// A line in the journal; what the message says of its trade is joined with what is known of it, and never takes
    /// anything back. Only the trade that paid an order moves the order's progress. A pending order is closed by a
    /// [`TradeEvent::Closed`] that knows of no payment. A message that
    /// [nobody confirmed](alipay_tower::protocol::ConfirmedBy::Nobody) is journaled and moves nothing.
    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        Ok(self.backend.observe(event).await?)
    }

    /// One row in the books, and at first sight a message in the outbox; the same payment again is only counted in its
    /// row. A payment of exactly the amount of a closed order moves it to
    /// [`OrderState::PaidAfterClose`](alipay_tower::protocol::OrderState::PaidAfterClose), and the message is of the kind
    /// [`OutboxKind::PaidAfterClose`](crate::OutboxKind::PaidAfterClose).
    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
        Ok(self.backend.unmatched(payment, reason).await?)
    }

    /// A line in the journal, written a little later, when no other work waits. When hits come faster than they can be
    /// written, or more than a hundred a second without a good signature, the rest is counted only. What
    /// [`unmatched`](Self::unmatched) keeps has its line there.
    fn journal(&self, hit: &Hit<'_>) {
        self.backend.journal(hit);
    }
}

#[async_trait]
impl ReconcileStore for SqlStore {
    async fn due(
        &self,
        now: Timestamp,
        created_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError> {
        Ok(self.backend.due(now, created_before, limit).await?)
    }

    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<(), StoreError> {
        Ok(self.backend.postpone(id, until).await?)
    }

    async fn attempts(&self, id: &OutTradeNo) -> Result<u32, StoreError> {
        Ok(self.backend.attempts(id).await?)
    }

    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        Ok(self.backend.confirm(id, trade_no).await?)
    }

    /// The order waits for payment again, a person is told by a message of the kind
    /// [`OutboxKind::SettlementDenied`](crate::OutboxKind::SettlementDenied), and a receipt that has not left is withdrawn.
    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        Ok(self.backend.deny(id, trade_no).await?)
    }

    async fn close(&self, id: &OutTradeNo) -> Result<bool, StoreError> {
        Ok(self.backend.close_order(id).await?)
    }

    /// By the clocks of the hosts, so that they must agree to within much less than the lease. A lease of no time gives it
    /// up.
    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool, StoreError> {
        Ok(self.backend.lease(name, holder, time).await?)
    }
}
