//! SQL stores on a file that goes with them.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use alipay_sqlx_store::{NewOrder, SqlStore, SqlStoreOptions};
use alipay_tower::{
    Order, OrderStore, Rejection, VerifiedPayment, async_trait,
    protocol::{OrderState, OutTradeNo, Timestamp, TradeEvent, TradeNo, UnmatchedPayment},
    store::{Hit, ReconcileStore, Settlement, StoreError},
};
use tempfile::TempDir;

/// A database file that goes with its last user.
pub(super) struct File(TempDir);

impl File {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn url(&self) -> String {
        format!("sqlite://{}", self.0.path().join("shop.db").display())
    }

    pub(super) async fn open(&self) -> SqlStore {
        self.open_with(SqlStoreOptions::new()).await
    }

    pub(super) async fn open_with(&self, options: SqlStoreOptions) -> SqlStore {
        SqlStore::connect_with(&self.url(), options).await.unwrap()
    }
}

/// Stores on one file, which take turns.
pub(super) struct Kept {
    stores: Vec<SqlStore>,
    turn: AtomicUsize,
    _file: File,
}

impl Kept {
    /// So many stores on one file, which share nothing but the file, as processes do.
    pub(super) async fn open(count: usize, options: &SqlStoreOptions, orders: Vec<Order>) -> Self {
        let file = File::new();
        let mut stores = Vec::new();
        for _ in 0..count {
            stores.push(file.open_with(options.clone()).await);
        }
        record(&stores[0], orders).await;
        Self { stores, turn: AtomicUsize::new(0), _file: file }
    }

    fn next(&self) -> &SqlStore {
        &self.stores[self.turn.fetch_add(1, Ordering::Relaxed) % self.stores.len()]
    }
}

#[async_trait]
impl OrderStore for Kept {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        self.next().find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        self.next().settle(payment).await
    }

    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        self.next().observe(event).await
    }

    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
        self.next().unmatched(payment, reason).await
    }

    fn journal(&self, hit: &Hit<'_>) {
        self.next().journal(hit);
    }
}

#[async_trait]
impl ReconcileStore for Kept {
    async fn due(
        &self,
        now: Timestamp,
        created_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError> {
        self.next().due(now, created_before, limit).await
    }

    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<(), StoreError> {
        self.next().postpone(id, until).await
    }

    async fn attempts(&self, id: &OutTradeNo) -> Result<u32, StoreError> {
        self.next().attempts(id).await
    }

    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        self.next().confirm(id, trade_no).await
    }

    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        self.next().deny(id, trade_no).await
    }

    async fn close(&self, id: &OutTradeNo) -> Result<bool, StoreError> {
        ReconcileStore::close(self.next(), id).await
    }

    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool, StoreError> {
        self.next().lease(name, holder, time).await
    }
}

/// Puts the orders into the books as they are.
pub(super) async fn record(store: &SqlStore, orders: Vec<Order>) {
    let creations = orders.into_iter().map(|order| async move {
        let id = order.out_trade_no().clone();
        let mut new = NewOrder::new(id.clone(), order.amount(), "a pot of tea");
        if let Some(seller_id) = order.seller_id() {
            new = new.with_seller_id(seller_id.clone());
        }
        if order.accepts_escrow() {
            new = new.with_escrow_accepted();
        }
        store.create_order(new).await.unwrap();
        if order.state() == &OrderState::Closed {
            assert!(store.close_order(&id).await.unwrap());
        }
    });
    futures_util::future::join_all(creations).await;
}
