//! Lost notifications: open orders are looked through, and the gateway is asked about each.
//!
//! A notification can be lost for good: the shop was down for more than a day, a proxy answered `success` by itself, a
//! certificate ran out. The [`Reconciler`] asks about every order that has waited for a while; what the gateway says walks
//! the same way as a notification and is settled by the same [`OrderStore::settle`](crate::OrderStore::settle), so that
//! neither of the two can settle an order twice.
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//!
//! use alipay_tower::{
//!     Alipay, Endpoints, Merchant, Order, OrderStore, async_trait,
//!     gateway::{GatewayError, NotifyGateway},
//!     protocol::{Confirmation, Md5Key, NotifyCheck, OutTradeNo, PartnerId, SignedRequest, Timestamp},
//!     reconcile::{Finding, ReconcileOptions, Reconciler},
//!     store::MemoryStore,
//! };
//!
//! /// In place of the network: Alipay knows of a payment that the shop was never told of.
//! struct Knows(Merchant);
//!
//! #[async_trait]
//! impl NotifyGateway for Knows {
//!     async fn ask(&self, _: &NotifyCheck) -> Result<Confirmation, GatewayError> {
//!         Err(GatewayError::Unsupported)
//!     }
//!
//!     async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
//!         assert_eq!(request.field("service"), Some("single_trade_query"));
//!         let fields = "out_trade_no=T1&total_fee=10.50&trade_no=2024010121001004010200000001&trade_status=TRADE_SUCCESS";
//!         let sign = self.0.sign_text(fields.as_bytes());
//!         Ok(format!(
//!             "<alipay><is_success>T</is_success><response><trade><out_trade_no>T1</out_trade_no>\
//!              <total_fee>10.50</total_fee><trade_no>2024010121001004010200000001</trade_no>\
//!              <trade_status>TRADE_SUCCESS</trade_status></trade></response>\
//!              <sign>{sign}</sign><sign_type>MD5</sign_type></alipay>"
//!         )
//!         .into_bytes())
//!     }
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! let merchant = Merchant::md5(
//!     PartnerId::new("2088000000000001")?,
//!     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
//! );
//! let store = Arc::new(MemoryStore::new());
//! let id = OutTradeNo::new("T1")?;
//! store.insert(Order::new(id.clone(), "10.50".parse()?));
//!
//! let endpoints = Endpoints::new("https://a.example/alipay/notify", "https://a.example/alipay/return")?;
//! let alipay = Alipay::new(merchant.clone(), Knows(merchant), Arc::clone(&store), endpoints);
//! let reconciler = Reconciler::new(alipay, Arc::clone(&store))
//!     .with_options(ReconcileOptions::default().with_close_after(Some(Duration::from_secs(2 * 3600))));
//!
//! // In an application: `tokio::spawn(async move { reconciler.run(shutdown).await })`. One round of it, five minutes later:
//! let now = Timestamp::from(std::time::SystemTime::now() + Duration::from_secs(300));
//! let report = reconciler.sweep(now).await;
//! assert_eq!(report.count(Finding::Settled), 1);
//! assert!(store.find(&id).await?.is_some_and(|order| order.settled_by().is_some()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
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
