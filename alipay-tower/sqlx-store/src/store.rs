//! The one public type.

use std::{fmt, sync::Arc, time::Duration};

use alipay_tower::{
    Order, OrderStore, Rejection, VerifiedPayment, async_trait,
    protocol::{OutTradeNo, TradeEvent, UnmatchedPayment},
    store::{Hit, Settlement, StoreError},
};

use crate::{
    backend::{self, Backend},
    error::SqlStoreError,
    options::SqlStoreOptions,
    records::{
        ExtraPayment, JournalEntry, NewOrder, OrderRecord, OutboxMessage, RefusedHits, UnmatchedRecord,
    },
};

type Result<T, E = SqlStoreError> = std::result::Result<T, E>;

/// The books of a shop in a SQL database: orders, journal, outbox. Cheap to clone; all clones share one writer.
///
/// Everything that is written is on disk when its future returns.
#[derive(Clone)]
pub struct SqlStore {
    backend: Arc<dyn Backend>,
}

/// Opening and shutting the books.
impl SqlStore {
    /// Opens the books, and makes and migrates them when needed. Several processes may do so at once.
    ///
    /// * `sqlite:///absolute/path.db`, `sqlite://relative/path.db`: a file, in a directory that exists.
    /// * `sqlite::memory:`: gone with the last clone; for tests.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Url`] says what is wrong with the URL or which feature it needs; [`SqlStoreError::Database`] when
    /// the database cannot be opened or migrated.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::connect_with(url, SqlStoreOptions::new()).await
    }

    /// Opens the books with other options than the defaults.
    ///
    /// # Errors
    ///
    /// Those of [`SqlStore::connect`].
    pub async fn connect_with(url: &str, options: SqlStoreOptions) -> Result<Self> {
        Ok(Self { backend: backend::open(url, options).await? })
    }

    /// Waits until everything that was handed in before is on disk, the journal's hits included.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`] when it could not be written.
    pub async fn flush(&self) -> Result<()> {
        self.backend.flush().await
    }

    /// Writes what is waiting and shuts the database, for all clones: the last act of a graceful shutdown, after the
    /// server has stopped.
    pub async fn close(&self) {
        self.backend.close().await;
    }
}

/// Orders.
impl SqlStore {
    /// Records an order that waits for payment. Do it before the buyer is sent to pay: the notification may be faster
    /// than the buyer's next page.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::DuplicateOrder`] when the number was used before; the old order is untouched.
    pub async fn create_order(&self, order: NewOrder) -> Result<()> {
        self.backend.create_order(order).await
    }

    /// One order.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`].
    pub async fn order(&self, id: &OutTradeNo) -> Result<Option<OrderRecord>> {
        self.backend.order(id).await
    }

    /// The newest orders, newest first.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`].
    pub async fn orders(&self, limit: u32) -> Result<Vec<OrderRecord>> {
        self.backend.orders(limit).await
    }

    /// Closes an order that waits for payment; a paid one stays paid. Whether it was waiting.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`] when it could not be written.
    pub async fn close_order(&self, id: &OutTradeNo) -> Result<bool> {
        self.backend.close_order(id).await
    }

    /// The newest payments that came for an order which another trade had paid: money that must go back.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`].
    pub async fn extra_payments(&self, limit: u32) -> Result<Vec<ExtraPayment>> {
        self.backend.extra_payments(limit).await
    }

    /// The newest confirmed payments that fit no order: real money that needs a person. One that was settled, or kept as
    /// an [extra payment](Self::extra_payments), by a later try is not among them.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`].
    pub async fn unmatched_payments(&self, limit: u32) -> Result<Vec<UnmatchedRecord>> {
        self.backend.unmatched_payments(limit).await
    }
}

/// The journal.
impl SqlStore {
    /// The newest lines, newest first, those included that are still waiting to be written.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`].
    pub async fn journal_entries(&self, limit: u32) -> Result<Vec<JournalEntry>> {
        self.backend.journal_entries(limit).await
    }

    /// How many illegal hits there were.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`].
    pub async fn refused_hits(&self) -> Result<RefusedHits> {
        self.backend.refused_hits().await
    }
}

/// The outbox.
impl SqlStore {
    /// The newest messages, sent or not, newest first.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`].
    pub async fn outbox(&self, limit: u32) -> Result<Vec<OutboxMessage>> {
        self.backend.outbox(limit).await
    }

    /// Takes the oldest messages that are due, for this caller alone until the lease ends. Any number of workers in any
    /// number of processes may call it at once; whoever dies with a lease gives it up by time.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`] when it could not be written; nothing is leased then.
    pub async fn claim_outbox(&self, limit: u32, lease: Duration) -> Result<Vec<OutboxMessage>> {
        self.backend.claim_outbox(limit, lease).await
    }

    /// The message has left; it is not claimed again. The note is for the operator, its first kilobyte is kept.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::NoSuchMessage`].
    pub async fn outbox_done(&self, id: i64, note: &str) -> Result<()> {
        self.backend.outbox_done(id, note).await
    }

    /// The message could not leave. It is due again when its lease has ended and a pause is over: ten seconds, doubled
    /// with every attempt up to an hour. The note is for the operator, its first kilobyte is kept.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::NoSuchMessage`].
    pub async fn outbox_failed(&self, id: i64, note: &str) -> Result<()> {
        self.backend.outbox_failed(id, note).await
    }
}

#[async_trait]
impl OrderStore for SqlStore {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        Ok(self.backend.find(id).await?)
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        Ok(self.backend.settle(payment).await?)
    }

    /// A line in the journal; a pending order is closed by [`TradeEvent::Closed`].
    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        Ok(self.backend.observe(event).await?)
    }

    /// One row in the books, and at first sight a message in the outbox; the same payment again is only counted in its
    /// row.
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

impl fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStore").finish_non_exhaustive()
    }
}
