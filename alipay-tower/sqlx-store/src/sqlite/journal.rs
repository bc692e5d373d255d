//! The journal's rows, and the count of illegal hits.

use std::collections::BTreeMap;

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{decode::count, operation::Operation, queue::Hits};
use crate::records::{Capped, JournalEntry, JournalRow, RefusedHits};

/// After so many new rows the oldest are looked for.
const PRUNE_EVERY: usize = 1000;

/// Writes hits for the writer.
pub(super) struct Journal {
    kept: u32,
    new_rows: usize,
}

impl Journal {
    pub(super) const fn new(kept: u32) -> Self {
        // The first hits of a process find what an earlier one may have left.
        Self { kept, new_rows: PRUNE_EVERY }
    }

    pub(super) async fn write(
        &mut self,
        connection: &mut SqliteConnection,
        hits: &Hits,
    ) -> Result<(), sqlx::Error> {
        let mut refused = BTreeMap::new();
        for row in &hits.rows {
            insert(connection, row).await?;
            if row.capped == Some(Capped::Refused) {
                *refused.entry(row.outcome).or_insert(0_u64) += 1;
            }
        }
        if hits.unrecorded > 0 {
            refused.insert(RefusedHits::UNRECORDED, hits.unrecorded);
        }
        for (kind, hits) in refused {
            count_refused(connection, kind, hits).await?;
        }
        self.new_rows += hits.rows.len();
        if !hits.rows.is_empty() && self.new_rows >= PRUNE_EVERY {
            self.new_rows = 0;
            self.prune(connection).await?;
        }
        Ok(())
    }

    async fn prune(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let sql = "DELETE FROM alipay_journal WHERE capped = ?1 AND id <=
            (SELECT id FROM alipay_journal WHERE capped = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
        for class in [Capped::Refused, Capped::Repeated] {
            sqlx::query(sql).bind(class.as_str()).bind(self.kept).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

pub(super) async fn count_refused(
    connection: &mut SqliteConnection,
    kind: &str,
    hits: u64,
) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO alipay_refused_hits (kind, hits) VALUES (?1, ?2)
        ON CONFLICT (kind) DO UPDATE SET hits = hits + excluded.hits";
    let hits = i64::try_from(hits).unwrap_or(i64::MAX);
    sqlx::query(sql).bind(kind).bind(hits).execute(connection).await?;
    Ok(())
}

pub(super) async fn insert(connection: &mut SqliteConnection, row: &JournalRow) -> Result<(), sqlx::Error> {
    let sql =
        "INSERT INTO alipay_journal (at, channel, outcome, reason, out_trade_no, trade_no, raw, refused, capped)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    sqlx::query(sql)
        .bind(row.at)
        .bind(row.channel)
        .bind(row.outcome)
        .bind(row.reason.as_deref())
        .bind(row.out_trade_no.as_deref())
        .bind(row.trade_no.as_deref())
        .bind(row.raw.as_slice())
        .bind(row.refused)
        .bind(row.capped.map(Capped::as_str))
        .execute(connection)
        .await?;
    Ok(())
}

/// The newest lines.
pub(super) struct Entries(pub(super) u32);

impl Operation for Entries {
    type Output = Vec<JournalEntry>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<JournalEntry>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_journal ORDER BY id DESC LIMIT ?1";
        let rows = sqlx::query(sql).bind(self.0).fetch_all(connection).await?;
        rows.iter().map(entry).collect()
    }
}

/// One line.
pub(super) struct Read(pub(super) i64);

impl Operation for Read {
    type Output = Option<JournalEntry>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Option<JournalEntry>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_journal WHERE id = ?1";
        let row = sqlx::query(sql).bind(self.0).fetch_optional(connection).await?;
        row.as_ref().map(entry).transpose()
    }
}

fn entry(row: &SqliteRow) -> Result<JournalEntry, sqlx::Error> {
    Ok(JournalEntry {
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        channel: row.try_get("channel")?,
        outcome: row.try_get("outcome")?,
        reason: row.try_get("reason")?,
        out_trade_no: row.try_get("out_trade_no")?,
        trade_no: row.try_get("trade_no")?,
        raw: row.try_get("raw")?,
        refused: row.try_get("refused")?,
    })
}

/// The count of illegal hits.
pub(super) struct CountRefused;

impl Operation for CountRefused {
    type Output = RefusedHits;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<RefusedHits, sqlx::Error> {
        let rows = sqlx::query("SELECT kind, hits FROM alipay_refused_hits").fetch_all(connection).await?;
        let kinds = rows.iter().map(|row| Ok((row.try_get("kind")?, count(row, "hits")?)));
        Ok(RefusedHits { kinds: kinds.collect::<Result<_, sqlx::Error>>()? })
    }
}
