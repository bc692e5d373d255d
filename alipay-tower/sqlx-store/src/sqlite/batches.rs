//! Batches of refunds and payouts: their numbers, and what became of payouts.

use alipay_tower::protocol::{BatchNo, BatchTransfer, Timestamp, TransferRecord};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    decode::{parsed, unreadable},
    operation::Operation,
};
use crate::{clock, records::RefundBatch};

/// Takes the day's next number. The writer's transaction holds the lock from its beginning, so two never take the same.
pub(super) struct Next {
    pub(super) day: Timestamp,
    pub(super) kind: String,
    pub(super) details: String,
}

impl Operation for Next {
    type Output = BatchNo;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<BatchNo, sqlx::Error> {
        let sql = "INSERT INTO alipay_refund_batches (batch_no, day, serial, created_at, kind, details)
            SELECT ?1 || printf('%03d', next), ?1, next, ?2, ?3, ?4 FROM
                (SELECT coalesce(max(serial), 0) + 1 AS next FROM alipay_refund_batches WHERE day = ?1)
            RETURNING batch_no";
        let row = sqlx::query(sql)
            .bind(self.day.date())
            .bind(clock::seconds())
            .bind(self.kind.as_str())
            .bind(self.details.as_str())
            .fetch_one(connection)
            .await?;
        parsed(&row, "batch_no")
    }
}

/// What became of the payouts of a batch of the shop's own; the first word stays.
pub(super) async fn tell(
    connection: &mut SqliteConnection,
    batch: &BatchTransfer,
    at: i64,
) -> Result<(), sqlx::Error> {
    let sql =
        "UPDATE alipay_refund_batches SET told_at = ?2, results = ?3 WHERE batch_no = ?1 AND told_at IS NULL";
    let results: String = batch.records().iter().map(ToString::to_string).collect();
    sqlx::query(sql).bind(batch.batch_no().as_str()).bind(at).bind(results).execute(connection).await?;
    Ok(())
}

/// One batch.
pub(super) struct Read(pub(super) BatchNo);

impl Operation for Read {
    type Output = Option<RefundBatch>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Option<RefundBatch>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_refund_batches WHERE batch_no = ?1";
        let row = sqlx::query(sql).bind(self.0.as_str()).fetch_optional(connection).await?;
        row.as_ref().map(batch).transpose()
    }
}

/// The newest batches.
pub(super) struct Newest(pub(super) u32);

impl Operation for Newest {
    type Output = Vec<RefundBatch>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<RefundBatch>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_refund_batches ORDER BY rowid DESC LIMIT ?1";
        sqlx::query(sql).bind(self.0).fetch_all(connection).await?.iter().map(batch).collect()
    }
}

fn batch(row: &SqliteRow) -> Result<RefundBatch, sqlx::Error> {
    let results: Option<&str> = row.try_get("results")?;
    let results = TransferRecord::parse_all(results.unwrap_or_default());
    Ok(RefundBatch {
        batch_no: parsed(row, "batch_no")?,
        created_at: row.try_get("created_at")?,
        kind: row.try_get("kind")?,
        details: row.try_get("details")?,
        told_at: row.try_get("told_at")?,
        results: results.map_err(|error| unreadable("results", error))?,
    })
}
