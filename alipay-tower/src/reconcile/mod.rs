//! Lost notifications: open orders are looked through, and the gateway is asked about each.
//!
//! A notification can be lost for good: the shop was down for more than a day, a proxy answered `success` by itself, a
//! certificate ran out. The [`Reconciler`] asks about every order that has waited for a while; what the gateway says walks
//! the same way as a notification and is settled by the same [`OrderStore::settle`](crate::OrderStore::settle), so that
//! neither of the two can settle an order twice.
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/stage.rs")); }
//! # stage::classic(async |shop| {
//! # shop.sell_unheard("T1").await?;
//! # let stage::Stage { alipay, store, .. } = shop;
//! use std::time::{Duration, SystemTime};
//!
//! use alipay_tower::{OrderStore, protocol::{OutTradeNo, Timestamp}};
//! use alipay_tower::reconcile::{Finding, ReconcileOptions, Reconciler};
//!
//! let order = OutTradeNo::new("T1")?; // paid at Alipay, and the shop was never told
//! assert!(store.find(&order).await?.is_some_and(|order| order.settled_by().is_none()));
//!
//! let reconciler = Reconciler::new(alipay, store.clone()) // the desk, and the store that it settles in
//!     .with_options(ReconcileOptions::default().with_close_after(Some(Duration::from_secs(2 * 3600))));
//!
//! // In an application: `tokio::spawn(async move { reconciler.run(shutdown).await })`. One round of it, five minutes later:
//! let report = reconciler.sweep(Timestamp::from(SystemTime::now() + Duration::from_secs(300))).await;
//! assert_eq!(report.count(Finding::Settled), 1);
//! assert!(store.find(&order).await?.is_some_and(|order| order.settled_by().is_some()));
//! # Ok(()) });
//! ```
//!
//! # How much it asks
//!
//! An order is asked about for the first time when it is [older than](ReconcileOptions::with_older_than) two minutes, and
//! then after growing pauses. One sweep asks about [so many](ReconcileOptions::with_budget) orders at most, so many
//! [at a time](ReconcileOptions::with_concurrency), and ends early when the gateway does not answer.
//!
//! # Several instances
//!
//! Every instance may run it: a [lease](crate::store::ReconcileStore::lease) in the store sees to it that one of them
//! sweeps in each interval, and another goes on when that one has gone. Give each merchant a store of its own (or its own
//! tables in it): an order of another merchant is one that the gateway does not know.
//!
//! # Orders that nobody pays
//!
//! With [`ReconcileOptions::with_close_after`] an order that is still unpaid after that time is closed, first at Alipay and
//! then in the books, so that no payment can slip between the two; [`Reconciler::close`] does the same for one order at
//! once. A payment that comes for a closed order all the same is kept as one that fits no order
//! ([`OrderStore::unmatched`](crate::OrderStore::unmatched)): never dropped, never shipped unseen.

mod close;
mod confirm;
mod options;
mod report;
mod run;
mod sweep;

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

pub use self::{
    close::Closing,
    options::ReconcileOptions,
    report::{Finding, Report},
};
use crate::{alipay::Alipay, desks::Desks, store::ReconcileStore};

/// Asks the gateway about orders that have waited for too long, and closes those that nobody pays.
///
/// Cheap to clone; clones are one instance.
#[derive(Clone)]
pub struct Reconciler {
    alipay: Alipay,
    desks: Option<Desks>,
    store: Arc<dyn ReconcileStore>,
    options: ReconcileOptions,
    lease: Arc<str>,
    holder: Arc<str>,
}

impl Reconciler {
    /// For this desk and the store that it settles in: give both the same [`Arc`].
    #[must_use]
    pub fn new(alipay: Alipay, store: impl ReconcileStore) -> Self {
        let lease = format!("reconcile:{}", alipay.merchant().id()).into();
        let options = ReconcileOptions::default();
        Self { alipay, desks: None, store: Arc::new(store), options, lease, holder: holder() }
    }

    /// Asks through the desk that has the notify path among these at the time, and so with the new keys after
    /// [`Desks::replace`]; while no desk has it, through the one that the reconciler was made with. Default: always through
    /// that one.
    ///
    /// The store stays the same: a desk that settles in another one needs another reconciler.
    #[must_use]
    pub fn with_desks(self, desks: Desks) -> Self {
        Self { desks: Some(desks), ..self }
    }

    /// Settings. Default: [`ReconcileOptions::default`].
    #[must_use]
    pub fn with_options(self, options: ReconcileOptions) -> Self {
        Self { options, ..self }
    }

    /// The settings.
    pub const fn options(&self) -> &ReconcileOptions {
        &self.options
    }

    /// The same instance at the desk that serves the merchant at this moment; what begins with it ends with it.
    fn at_present(&self) -> Self {
        let desk = self.desks.as_ref().and_then(|desks| desks.desk(self.alipay.endpoints().notify_path()));
        let mut present = self.clone();
        if let Some(alipay) = desk {
            present.alipay = alipay;
        }
        present
    }
}

impl fmt::Debug for Reconciler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconciler")
            .field("lease", &self.lease)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A name for this instance that no other has. Each hasher of the standard library has a key of its own, seeded by the
/// system; it need not be a secret.
fn holder() -> Arc<str> {
    let word = || RandomState::new().hash_one("alipay-tower");
    format!("{:016x}{:016x}", word(), word()).into()
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
