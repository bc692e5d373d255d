//! SQLite: one writer with group commit, a few readers.

mod allowance;
mod connect;
mod decode;
mod journal;
mod operation;
mod orders;
mod outbox;
mod queue;
mod readers;
mod settle;
mod unmatched;
mod writer;

use std::time::Duration;

use alipay_tower::{
    Order, Rejection, VerifiedPayment, async_trait,
    protocol::{OutTradeNo, TradeEvent, UnmatchedPayment},
    store::{Hit, Settlement},
};

use self::{connect::Database, operation::Operation, queue::Sender, readers::Readers, writer::Writer};
use crate::{
    backend::Backend,
    error::SqlStoreError,
    options::SqlStoreOptions,
    records::{
        ExtraPayment, JournalEntry, JournalRow, NewOrder, OrderRecord, OutboxMessage, RefusedHits,
        UnmatchedRecord,
    },
};

type Result<T> = std::result::Result<T, SqlStoreError>;

/// The books in one SQLite file.
pub(crate) struct Sqlite {
    writer: Sender,
    /// None for a database in memory, where the one connection does everything.
    readers: Option<Readers>,
}

impl Sqlite {
    pub(crate) async fn open(url: &str, options: &SqlStoreOptions) -> Result<Self> {
        let database = Database::parse(url, options)?;
        let connection = database.create().await?;
        let readers = (!database.in_memory).then(|| Readers::new(database.clone(), options.readers));
        let (writer, queue) = queue::queue(options.queue);
        let journal = journal::Journal::new(options.refused_hits_kept);
        let (connection, max) = (Some(connection), options.group_commit);
        tokio::spawn(Writer { database, connection, queue, journal, max }.run());
        Ok(Self { writer, readers })
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
        self.read(orders::Find(id.clone())).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement> {
        self.writer.submit(settle::Settle::new(payment)).await?
    }

    async fn observe(&self, event: &TradeEvent) -> Result<()> {
        self.writer.submit(journal::Observe::new(event)).await
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

    async fn flush(&self) -> Result<()> {
        self.writer.flush().await
    }

    async fn close(&self) {
        self.writer.stop().await;
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
    }
}
