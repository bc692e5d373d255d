//! The wall between the store and its databases: one file per database behind one trait.

use std::{sync::Arc, time::Duration};

use alipay_tower::{
    Money, Order, Rejection, VerifiedPayment, async_trait,
    protocol::{BatchNo, OutTradeNo, Timestamp, TradeEvent, TradeNo, UnmatchedPayment},
    store::{Hit, Settlement},
};

use crate::{
    error::SqlStoreError,
    options::SqlStoreOptions,
    records::{
        ExtraPayment, JournalEntry, NewOrder, OrderEvent, OrderRecord, OutboxMessage, RefundBatch,
        RefundEntry, RefundIntent, RefundRecord, RefundRequest, RefundStart, RefusedHits, UnmatchedRecord,
    },
};

type Result<T> = std::result::Result<T, SqlStoreError>;

/// What every database does; the contract of each method is told where [`SqlStore`](crate::SqlStore) offers it.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>>;
    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement>;
    async fn observe(&self, event: &TradeEvent) -> Result<()>;
    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<()>;
    fn journal(&self, hit: &Hit<'_>);

    async fn create_order(&self, order: NewOrder) -> Result<()>;
    async fn order(&self, id: &OutTradeNo) -> Result<Option<OrderRecord>>;
    async fn orders(&self, limit: u32) -> Result<Vec<OrderRecord>>;
    async fn close_order(&self, id: &OutTradeNo) -> Result<bool>;
    async fn events(&self, id: &OutTradeNo, limit: u32) -> Result<Vec<OrderEvent>>;
    async fn extra_payments(&self, limit: u32) -> Result<Vec<ExtraPayment>>;
    async fn unmatched_payments(&self, limit: u32) -> Result<Vec<UnmatchedRecord>>;

    async fn journal_entries(&self, limit: u32) -> Result<Vec<JournalEntry>>;
    async fn journal_entry(&self, id: i64) -> Result<Option<JournalEntry>>;
    async fn refused_hits(&self) -> Result<RefusedHits>;

    async fn outbox(&self, limit: u32) -> Result<Vec<OutboxMessage>>;
    async fn claim_outbox(&self, limit: u32, lease: Duration) -> Result<Vec<OutboxMessage>>;
    async fn outbox_done(&self, id: i64, note: &str) -> Result<()>;
    async fn outbox_failed(&self, id: i64, note: &str) -> Result<()>;

    async fn refunds(&self, id: &OutTradeNo) -> Result<Vec<RefundRecord>>;
    async fn record_refund(
        &self,
        id: &OutTradeNo,
        trade_no: Option<&TradeNo>,
        key: &str,
        amount: Money,
    ) -> Result<RefundEntry>;
    async fn next_refund_batch(&self, day: Timestamp, kind: &str, details: &str) -> Result<BatchNo>;
    async fn refund_batch(&self, batch_no: &BatchNo) -> Result<Option<RefundBatch>>;
    async fn refund_batches(&self, limit: u32) -> Result<Vec<RefundBatch>>;

    async fn begin_refund(&self, day: Timestamp, intent: RefundIntent) -> Result<RefundStart>;
    async fn refund_accepted(&self, batch_no: &BatchNo) -> Result<bool>;
    async fn refund_refused(&self, batch_no: &BatchNo) -> Result<bool>;
    async fn release_refund(&self, batch_no: &BatchNo) -> Result<bool>;
    async fn refund_request(&self, batch_no: &BatchNo) -> Result<Option<RefundRequest>>;
    async fn unfinished_refunds(
        &self,
        begun_after: Timestamp,
        begun_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<RefundRequest>>;
    async fn open_refunds(&self, id: &OutTradeNo) -> Result<Vec<RefundRequest>>;

    async fn due(&self, now: Timestamp, created_before: Timestamp, limit: u32) -> Result<Vec<Order>>;
    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<()>;
    async fn attempts(&self, id: &OutTradeNo) -> Result<u32>;
    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<()>;
    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<()>;
    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool>;

    async fn flush(&self) -> Result<()>;
    async fn close(&self);
}

/// Opens the database that the URL's scheme names.
pub(crate) async fn open(url: &str, options: SqlStoreOptions) -> Result<Arc<dyn Backend>> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    match scheme {
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok(Arc::new(crate::sqlite::Sqlite::open(url, &options).await?)),
        #[cfg(not(feature = "sqlite"))]
        "sqlite" => {
            drop(options);
            Err(unusable("this build has no SQLite; switch on the feature `sqlite` of alipay-sqlx-store"))
        }
        // Never the whole URL: it may hold a password.
        "" => Err(unusable("it has no scheme; sqlite://shop.db is one")),
        _ => Err(unusable(format!(
            "this build of alipay-sqlx-store has no database for `{scheme}:`; it has {}",
            if cfg!(feature = "sqlite") { "`sqlite:` (feature `sqlite`)" } else { "none (feature `sqlite`)" }
        ))),
    }
}

pub(crate) fn unusable(reason: impl Into<Box<str>>) -> SqlStoreError {
    SqlStoreError::Url(reason.into())
}
