//! The outbox: claimed under a lease, done once.

use std::time::Duration;

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    decode::{count, parsed},
    operation::Operation,
};
use crate::{
    clock,
    error::SqlStoreError,
    records::{OutboxKind, OutboxMessage, cut},
};

const MAX_NOTE: usize = 1024;
const FIRST_PAUSE_MS: i64 = 10_000;
const LONGEST_PAUSE_MS: i64 = 3_600_000;

/// The newest messages.
pub(super) struct Newest(pub(super) u32);

impl Operation for Newest {
    type Output = Vec<OutboxMessage>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<OutboxMessage>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_outbox ORDER BY id DESC LIMIT ?1";
        sqlx::query(sql).bind(self.0).fetch_all(connection).await?.iter().map(message).collect()
    }
}

/// The oldest messages that are due, for one worker.
pub(super) struct Claim {
    pub(super) limit: u32,
    pub(super) lease: Duration,
}

impl Operation for Claim {
    type Output = Vec<OutboxMessage>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<OutboxMessage>, sqlx::Error> {
        let sql = "UPDATE alipay_outbox SET attempts = attempts + 1, leased_until = ?2 WHERE id IN
            (SELECT id FROM alipay_outbox WHERE done_at IS NULL AND leased_until <= ?1 ORDER BY id LIMIT ?3) RETURNING *";
        let now = clock::millis();
        let rows = sqlx::query(sql)
            .bind(now)
            .bind(now.saturating_add(clock::saturating_millis(self.lease)))
            .bind(self.limit)
            .fetch_all(connection)
            .await?;
        let mut messages = rows.iter().map(message).collect::<Result<Vec<_>, _>>()?;
        messages.sort_by_key(OutboxMessage::id);
        Ok(messages)
    }
}

/// The message has left.
pub(super) struct Done {
    pub(super) id: i64,
    pub(super) note: String,
}

impl Operation for Done {
    type Output = Result<(), SqlStoreError>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        let sql = "UPDATE alipay_outbox SET done_at = coalesce(done_at, ?2), note = ?3 WHERE id = ?1";
        let done = sqlx::query(sql)
            .bind(self.id)
            .bind(clock::seconds())
            .bind(cut(&self.note, MAX_NOTE))
            .execute(connection)
            .await?;
        Ok(known(self.id, done.rows_affected()))
    }
}

/// The message could not leave.
pub(super) struct Failed {
    pub(super) id: i64,
    pub(super) note: String,
}

impl Operation for Failed {
    type Output = Result<(), SqlStoreError>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        // Never shorter than the lease that stands: it may be another worker's by now.
        let sql = "UPDATE alipay_outbox SET note = iif(done_at IS NULL, ?3, note), leased_until =
            max(leased_until, ?2 + min(?5, ?4 << min(max(attempts - 1, 0), 16))) WHERE id = ?1";
        let done = sqlx::query(sql)
            .bind(self.id)
            .bind(clock::millis())
            .bind(cut(&self.note, MAX_NOTE))
            .bind(FIRST_PAUSE_MS)
            .bind(LONGEST_PAUSE_MS)
            .execute(connection)
            .await?;
        Ok(known(self.id, done.rows_affected()))
    }
}

const fn known(id: i64, rows: u64) -> Result<(), SqlStoreError> {
    if rows == 1 { Ok(()) } else { Err(SqlStoreError::NoSuchMessage(id)) }
}

fn message(row: &SqliteRow) -> Result<OutboxMessage, sqlx::Error> {
    Ok(OutboxMessage {
        id: row.try_get("id")?,
        kind: OutboxKind::from(row.try_get::<&str, _>("kind")?),
        out_trade_no: parsed(row, "out_trade_no")?,
        payload: row.try_get("payload")?,
        idempotency_key: row.try_get("idempotency_key")?,
        created_at: row.try_get("created_at")?,
        attempts: count(row, "attempts")?,
        leased_until: row.try_get("leased_until")?,
        done_at: row.try_get("done_at")?,
        note: row.try_get("note")?,
    })
}
