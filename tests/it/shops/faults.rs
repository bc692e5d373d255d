//! A store that fails on demand, around a real one.

use std::sync::{Arc, Mutex};

use alipay_sqlx_store::SqlStore;
use alipay_tower::{
    Order, OrderStore, Rejection, VerifiedPayment, async_trait,
    protocol::{OutTradeNo, TradeEvent, UnmatchedPayment},
    store::{Hit, Settlement, StoreError},
};

/// What the database does instead of its work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It refuses.
    Fails,
    /// It never answers.
    Hangs,
    #[default]
    None,
    /// Its driver has a bug.
    Panics,
}

/// The switch, shared by the test and the store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Arc<Mutex<Fault>>);

impl Faults {
    pub(crate) fn switch(&self, fault: Fault) {
        *self.0.lock().unwrap() = fault;
    }

    async fn strike(&self) -> Result<(), StoreError> {
        let fault = *self.0.lock().unwrap();
        match fault {
            Fault::Fails => return Err(StoreError::new("the database is out of order")),
            Fault::Hangs => std::future::pending().await,
            Fault::None => {}
            Fault::Panics => panic!("a bug in the database driver, on purpose"),
        }
        Ok(())
    }
}

pub(crate) struct FaultyStore {
    pub(crate) store: SqlStore,
    pub(crate) faults: Faults,
}

#[async_trait]
impl OrderStore for FaultyStore {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        self.faults.strike().await?;
        self.store.find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        self.faults.strike().await?;
        self.store.settle(payment).await
    }

    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        self.faults.strike().await?;
        self.store.observe(event).await
    }

    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
        self.faults.strike().await?;
        self.store.unmatched(payment, reason).await
    }

    fn journal(&self, hit: &Hit<'_>) {
        self.store.journal(hit);
    }
}
