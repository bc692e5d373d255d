//! SQLite: one writer with group commit, a few readers.

mod alarms;
mod allowance;
mod batch_refunds;
mod batches;
mod connect;
mod decode;
mod events;
mod finder;
mod journal;
mod observe;
mod operation;
mod orders;
mod outbox;
mod queue;
mod readers;
mod reconcile;
mod refund_requests;
mod refunds;
mod settle;
mod together;
mod trades;
mod unmatched;
mod writer;

use std::time::Duration;

use alipay_tower::{
    Money, Order, Rejection, VerifiedPayment, async_trait,
    protocol::{BatchNo, OutTradeNo, Timestamp, TradeEvent, TradeNo, UnmatchedPayment},
    store::{Hit, Settlement},
};

use self::{
    connect::Database,
    finder::Finder,
    operation::Operation,
    queue::Sender,
    readers::Readers,
    refund_requests::{Hear, Word},
    writer::Writer,
};
use crate::{
    backend::Backend,
    error::SqlStoreError,
    options::SqlStoreOptions,
    records::{
        ExtraPayment, JournalEntry, JournalRow, NewOrder, OrderEvent, OrderRecord, OutboxMessage,
        RefundBatch, RefundEntry, RefundIntent, RefundRecord, RefundRequest, RefundStart, RefusedHits,
        UnmatchedRecord,
    },
};

type Result<T> = std::result::Result<T, SqlStoreError>;

/// The books in one SQLite file.
pub(crate) struct Sqlite {
    writer: Sender,
    /// None for a database in memory, where the one connection does everything.
    readers: Option<Readers>,
    /// The same for what is looked for at every notification.
    finder: Option<Finder>,
}

impl Sqlite {
    pub(crate) async fn open(url: &str, options: &SqlStoreOptions) -> Result<Self> {
        let database = Database::parse(url, options)?;
        let connection = database.create().await?;
        let readers = (!database.in_memory).then(|| Readers::new(database.clone(), options.readers));
        let finder = (!database.in_memory).then(|| Finder::new(database.clone(), options.queue));
        let (writer, queue) = queue::queue(options.queue);
        let journal = journal::Journal::new(options.refused_hits_kept);
        let (connection, max) = (Some(connection), options.group_commit);
        tokio::spawn(Writer { database, connection, queue, journal, max }.run());
        Ok(Self { writer, readers, finder })
    }

    async fn read<O: Operation>(&self, operation: O) -> Result<O::Output> {
        match &self.readers {
            Some(readers) => readers.run(operation).await,
            None => self.writer.submit(operation).await,
        }
    }
}

#[async_trait]
impl Backend for Sqlite {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>> {
        match &self.finder {
            Some(finder) => finder.find(id).await,
            None => self.writer.submit(orders::Find(id.clone())).await,
        }
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement> {
        self.writer.settle(settle::Settle::new(payment)).await?
    }

    async fn observe(&self, event: &TradeEvent) -> Result<()> {
        self.writer.submit(observe::Observe::new(event)).await
    }

    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<()> {
        self.writer.submit(unmatched::Keep::new(payment, reason)).await
    }

    fn journal(&self, hit: &Hit<'_>) {
        if JournalRow::wanted(hit) {
            self.writer.hit(hit);
        }
    }

    async fn create_order(&self, order: NewOrder) -> Result<()> {
        self.writer.submit(orders::Create(order)).await?
    }

    async fn order(&self, id: &OutTradeNo) -> Result<Option<OrderRecord>> {
        self.read(orders::Read(id.clone())).await
    }

    async fn orders(&self, limit: u32) -> Result<Vec<OrderRecord>> {
        self.read(orders::Newest(limit)).await
    }

    async fn close_order(&self, id: &OutTradeNo) -> Result<bool> {
        self.writer.submit(orders::Close(id.clone())).await
    }

    async fn events(&self, id: &OutTradeNo, limit: u32) -> Result<Vec<OrderEvent>> {
        self.read(events::History { id: id.clone(), limit }).await
    }

    async fn extra_payments(&self, limit: u32) -> Result<Vec<ExtraPayment>> {
        self.read(orders::Extra(limit)).await
    }

    async fn unmatched_payments(&self, limit: u32) -> Result<Vec<UnmatchedRecord>> {
        self.read(unmatched::Newest(limit)).await
    }

    async fn journal_entries(&self, limit: u32) -> Result<Vec<JournalEntry>> {
        // A page that shows what is on disk is better than none.
        let _ = self.writer.flush().await;
        self.read(journal::Entries(limit)).await
    }

    async fn journal_entry(&self, id: i64) -> Result<Option<JournalEntry>> {
        let _ = self.writer.flush().await;
        self.read(journal::Read(id)).await
    }

    async fn refused_hits(&self) -> Result<RefusedHits> {
        let _ = self.writer.flush().await;
        self.read(journal::CountRefused).await
    }

    async fn outbox(&self, limit: u32) -> Result<Vec<OutboxMessage>> {
        self.read(outbox::Newest(limit)).await
    }

    async fn claim_outbox(&self, limit: u32, lease: Duration) -> Result<Vec<OutboxMessage>> {
        self.writer.submit(outbox::Claim { limit, lease }).await
    }

    async fn outbox_done(&self, id: i64, note: &str) -> Result<()> {
        self.writer.submit(outbox::Done { id, note: note.to_owned() }).await?
    }

    async fn outbox_failed(&self, id: i64, note: &str) -> Result<()> {
        self.writer.submit(outbox::Failed { id, note: note.to_owned() }).await?
    }

    async fn refunds(&self, id: &OutTradeNo) -> Result<Vec<RefundRecord>> {
        self.read(refunds::List(id.clone())).await
    }

    async fn record_refund(
        &self,
        id: &OutTradeNo,
        trade_no: Option<&TradeNo>,
        key: &str,
        amount: Money,
    ) -> Result<RefundEntry> {
        let (id, trade_no, key) = (id.clone(), trade_no.cloned(), key.to_owned());
        self.writer.submit(refunds::Record { id, trade_no, key, amount }).await?
    }

    async fn next_refund_batch(&self, day: Timestamp, kind: &str, details: &str) -> Result<BatchNo> {
        let (kind, details) = (kind.to_owned(), details.to_owned());
        self.writer.submit(batches::Next { day, kind, details }).await
    }

    async fn refund_batch(&self, batch_no: &BatchNo) -> Result<Option<RefundBatch>> {
        self.read(batches::Read(batch_no.clone())).await
    }

    async fn refund_batches(&self, limit: u32) -> Result<Vec<RefundBatch>> {
        self.read(batches::Newest(limit)).await
    }

    async fn begin_refund(&self, day: Timestamp, intent: RefundIntent) -> Result<RefundStart> {
        self.writer.submit(refund_requests::Begin { day, intent }).await?
    }

    async fn refund_accepted(&self, batch_no: &BatchNo) -> Result<bool> {
        self.writer.submit(Hear { batch_no: batch_no.clone(), word: Word::Accepted }).await
    }

    async fn refund_refused(&self, batch_no: &BatchNo) -> Result<bool> {
        self.writer.submit(Hear { batch_no: batch_no.clone(), word: Word::Refused }).await
    }

    async fn release_refund(&self, batch_no: &BatchNo) -> Result<bool> {
        self.writer.submit(Hear { batch_no: batch_no.clone(), word: Word::Released }).await
    }

    async fn refund_request(&self, batch_no: &BatchNo) -> Result<Option<RefundRequest>> {
        self.read(refund_requests::Read(batch_no.clone())).await
    }

    async fn unfinished_refunds(
        &self,
        begun_after: Timestamp,
        begun_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<RefundRequest>> {
        self.read(refund_requests::Unfinished { begun_after, begun_before, limit }).await
    }

    async fn open_refunds(&self, id: &OutTradeNo) -> Result<Vec<RefundRequest>> {
        self.read(refund_requests::Open(id.clone())).await
    }

    async fn due(&self, now: Timestamp, created_before: Timestamp, limit: u32) -> Result<Vec<Order>> {
        self.read(reconcile::Due { now, created_before, limit }).await
    }

    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<()> {
        self.writer.submit(reconcile::Postpone { id: id.clone(), until }).await
    }

    async fn attempts(&self, id: &OutTradeNo) -> Result<u32> {
        self.read(reconcile::Attempts(id.clone())).await
    }

    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<()> {
        self.writer.submit(reconcile::Confirm { id: id.clone(), trade_no: trade_no.clone() }).await
    }

    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<()> {
        self.writer.submit(reconcile::Deny { id: id.clone(), trade_no: trade_no.clone() }).await
    }

    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.writer.submit(reconcile::Lease { name, holder, time }).await
    }

    async fn flush(&self) -> Result<()> {
        self.writer.flush().await
    }

    async fn close(&self) {
        self.writer.stop().await;
        if let Some(finder) = &self.finder {
            finder.close().await;
        }
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
    }
}
