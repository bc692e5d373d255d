//! Refunds that the shop begins: a number is taken once, and what may still leave is not offered again.

use alipay_tower::{
    Money,
    protocol::{BatchNo, OutTradeNo, Timestamp},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    batches,
    decode::{money, parsed},
    operation::Operation,
};
use crate::{
    clock,
    error::SqlStoreError,
    records::{RefundIntent, RefundRequest, RefundStart, cut},
};

const MAX_KEY: usize = 128;

/// The trade that paid the order, and what is left of it when everything unfinished counts as gone.
const LEFT: &str = "
    SELECT trade.trade_no, iif(trade.closed, 0, max(0, own.amount - trade.refunded - (SELECT coalesce(sum(amount), 0)
        FROM alipay_refund_requests WHERE out_trade_no = ?1 AND ended_at IS NULL))) AS amount
    FROM alipay_orders AS own JOIN alipay_trades AS trade
        ON trade.out_trade_no = own.out_trade_no AND trade.trade_no = own.trade_no
    WHERE own.out_trade_no = ?1 AND trade.stage >= 20";

const BEGIN: &str = "
    INSERT INTO alipay_refund_requests
        (batch_no, out_trade_no, trade_no, amount, reason, idempotency_key, begun_at, doubts, accepted)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 0)
    RETURNING *";

/// Each of them is a refund that has succeeded, known by its number, and then it is unfinished no longer.
const EXPLAINED: &str = "
    INSERT INTO alipay_refunds (trade_no, key, out_trade_no, amount, at, counted)
        SELECT trade_no, batch_no, out_trade_no, amount, $3, 1 FROM alipay_refund_requests
        WHERE trade_no = $1 AND ended_at IS NULL AND $2 =
            (SELECT coalesce(sum(amount), 0) FROM alipay_refund_requests WHERE trade_no = $1 AND ended_at IS NULL)
            + (SELECT coalesce(sum(amount), 0) FROM alipay_refunds WHERE trade_no = $1 AND counted = 1)
        ON CONFLICT (trade_no, key) DO NOTHING;
    UPDATE alipay_refund_requests SET ended_at = $3 WHERE trade_no = $1 AND ended_at IS NULL
        AND EXISTS (SELECT 1 FROM alipay_refunds AS one
            WHERE one.trade_no = alipay_refund_requests.trade_no AND one.key = alipay_refund_requests.batch_no)";

/// Takes a number for a refund, or finds the one that it has. The writer's transaction holds the lock from its beginning, so
/// of two presses at once one is the second.
pub(super) struct Begin {
    pub(super) day: Timestamp,
    pub(super) intent: RefundIntent,
}

impl Operation for Begin {
    type Output = Result<RefundStart, SqlStoreError>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        let RefundIntent { out_trade_no, amount, .. } = &self.intent;
        if let Some(before) = self.pressed(connection).await? {
            let same = before.amount == *amount && before.out_trade_no == *out_trade_no;
            return Ok(Ok(if same {
                self.again(connection, before).await?
            } else {
                RefundStart::OtherAmount(before)
            }));
        }
        if let Some(before) = self.unfinished(connection).await? {
            return Ok(Ok(self.again(connection, before).await?));
        }
        let row = sqlx::query(LEFT).bind(out_trade_no.as_str()).fetch_optional(&mut *connection).await?;
        let Some(row) = row else { return Ok(Err(SqlStoreError::NotPaid(out_trade_no.clone()))) };
        let left = money(&row, "amount")?;
        if *amount > left || *amount == Money::default() {
            return Ok(Ok(RefundStart::TooMuch { left }));
        }
        self.take(connection, row.try_get("trade_no")?).await.map(|request| Ok(RefundStart::New(request)))
    }
}

impl Begin {
    fn key(&self) -> Option<&str> {
        self.intent.idempotency_key.as_deref().map(|key| cut(key, MAX_KEY))
    }

    /// What the same press has begun.
    async fn pressed(&self, connection: &mut SqliteConnection) -> Result<Option<RefundRequest>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_refund_requests WHERE idempotency_key = ?1";
        sqlx::query(sql).bind(self.key()).fetch_optional(connection).await?.as_ref().map(request).transpose()
    }

    async fn unfinished(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Option<RefundRequest>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_refund_requests
            WHERE out_trade_no = ?1 AND amount = ?2 AND ended_at IS NULL ORDER BY rowid LIMIT 1";
        let query = sqlx::query(sql).bind(self.intent.out_trade_no.as_str()).bind(fen(self.intent.amount));
        query.fetch_optional(connection).await?.as_ref().map(request).transpose()
    }

    /// It is about to be sent once more, and may work this time as well.
    async fn again(
        &self,
        connection: &mut SqliteConnection,
        before: RefundRequest,
    ) -> Result<RefundStart, sqlx::Error> {
        let sql =
            "UPDATE alipay_refund_requests SET doubts = doubts + 1 WHERE batch_no = ?1 AND ended_at IS NULL";
        sqlx::query(sql).bind(before.batch_no.as_str()).execute(connection).await?;
        Ok(RefundStart::Again(before))
    }

    async fn take(
        &self,
        connection: &mut SqliteConnection,
        trade_no: &str,
    ) -> Result<RefundRequest, sqlx::Error> {
        let RefundIntent { out_trade_no, amount, reason, .. } = &self.intent;
        let details = format!("{trade_no} {amount}");
        let next = batches::Next { day: self.day, kind: "refund".to_owned(), details };
        let batch_no = next.run(&mut *connection).await?;
        let row = sqlx::query(BEGIN)
            .bind(batch_no.as_str())
            .bind(out_trade_no.as_str())
            .bind(trade_no)
            .bind(fen(*amount))
            .bind(reason.as_str())
            .bind(self.key())
            .bind(clock::seconds())
            .fetch_one(connection)
            .await?;
        request(&row)
    }
}

/// What the answer to a request means, or a person's word.
#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    /// Alipay has it.
    Accepted,
    /// This one sending had no effect.
    Refused,
    /// A person knows that nothing is to be waited for.
    Released,
}

/// Whether the request has ended with that.
pub(super) struct Hear {
    pub(super) batch_no: BatchNo,
    pub(super) word: Word,
}

impl Operation for Hear {
    type Output = bool;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let sql = match self.word {
            Word::Accepted => "UPDATE alipay_refund_requests SET accepted = 1 WHERE batch_no = ?1 AND ?2 > 0",
            // An earlier or a simultaneous sending may have worked all the same. When none has, the press is as good as new.
            Word::Refused => {
                "UPDATE alipay_refund_requests SET doubts = max(doubts - 1, 0),
                    ended_at = iif(doubts <= 1 AND accepted = 0, ?2, NULL),
                    idempotency_key = iif(doubts <= 1 AND accepted = 0, NULL, idempotency_key)
                    WHERE batch_no = ?1 AND ended_at IS NULL"
            }
            Word::Released => {
                "UPDATE alipay_refund_requests SET ended_at = ?2, idempotency_key = NULL
                    WHERE batch_no = ?1 AND ended_at IS NULL"
            }
        };
        sqlx::query(sql)
            .bind(self.batch_no.as_str())
            .bind(clock::seconds())
            .execute(&mut *connection)
            .await?;
        let sql = "SELECT count(*) FROM alipay_refund_requests WHERE batch_no = ?1 AND ended_at IS NOT NULL";
        let ended: i64 = sqlx::query_scalar(sql).bind(self.batch_no.as_str()).fetch_one(connection).await?;
        Ok(ended > 0)
    }
}

/// What the shop has asked for under a number, finished or not.
pub(super) struct Read(pub(super) BatchNo);

impl Operation for Read {
    type Output = Option<RefundRequest>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Option<RefundRequest>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_refund_requests WHERE batch_no = ?1";
        let row = sqlx::query(sql).bind(self.0.as_str()).fetch_optional(connection).await?;
        row.as_ref().map(request).transpose()
    }
}

/// The unfinished ones of all orders, oldest first.
pub(super) struct Unfinished {
    pub(super) begun_after: Timestamp,
    pub(super) begun_before: Timestamp,
    pub(super) limit: u32,
}

impl Operation for Unfinished {
    type Output = Vec<RefundRequest>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<RefundRequest>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_refund_requests
            WHERE ended_at IS NULL AND begun_at >= ?1 AND begun_at < ?2 ORDER BY rowid LIMIT ?3";
        let query = sqlx::query(sql)
            .bind(self.begun_after.unix_seconds())
            .bind(self.begun_before.unix_seconds())
            .bind(self.limit);
        query.fetch_all(connection).await?.iter().map(request).collect()
    }
}

/// The unfinished ones of an order, oldest first.
pub(super) struct Open(pub(super) OutTradeNo);

impl Operation for Open {
    type Output = Vec<RefundRequest>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<RefundRequest>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_refund_requests WHERE out_trade_no = ?1 AND ended_at IS NULL ORDER BY rowid";
        sqlx::query(sql).bind(self.0.as_str()).fetch_all(connection).await?.iter().map(request).collect()
    }
}

/// A message has told what became of the refund under this number.
pub(super) async fn end(
    connection: &mut SqliteConnection,
    batch_no: &str,
    trade_no: &str,
    at: i64,
) -> Result<(), sqlx::Error> {
    let sql = "UPDATE alipay_refund_requests SET ended_at = ?3
        WHERE batch_no = ?1 AND trade_no = ?2 AND ended_at IS NULL";
    sqlx::query(sql).bind(batch_no).bind(trade_no).bind(at).execute(connection).await?;
    Ok(())
}

/// A query has told how much of the trade went back in all. When that is exactly what is known and what is unfinished
/// together, nothing is unfinished.
pub(super) async fn end_by_total(
    connection: &mut SqliteConnection,
    trade_no: &str,
    total: Money,
    at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(EXPLAINED).bind(trade_no).bind(fen(total)).bind(at).execute(connection).await?;
    Ok(())
}

fn fen(amount: Money) -> i64 {
    amount.fen().cast_signed()
}

fn request(row: &SqliteRow) -> Result<RefundRequest, sqlx::Error> {
    Ok(RefundRequest {
        batch_no: parsed(row, "batch_no")?,
        out_trade_no: parsed(row, "out_trade_no")?,
        trade_no: parsed(row, "trade_no")?,
        amount: money(row, "amount")?,
        reason: row.try_get("reason")?,
        begun_at: row.try_get("begun_at")?,
        accepted: row.try_get("accepted")?,
        ended: row.try_get::<Option<i64>, _>("ended_at")?.is_some(),
    })
}
