//! Payments that fit no order.

use alipay_tower::{Money, Rejection, protocol::UnmatchedPayment};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    decode::{count, parsed, unreadable},
    journal,
    operation::Operation,
};
use crate::records::{JournalRow, UnmatchedRecord, is_unmatched};

const FIRST_SIGHT: &str = "
    INSERT INTO alipay_unmatched_payments (out_trade_no, trade_no, amount, kind, reason, raw, first_at, last_at, times)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1);
    INSERT INTO alipay_outbox (kind, out_trade_no, idempotency_key, created_at, payload)
        VALUES ('unmatched_payment', ?1, 'unmatched_payment:' || ?1 || ':' || ?2, ?7, json_object('out_trade_no', ?1,
            'trade_no', ?2, 'amount_fen', ?3, 'kind', ?4, 'reason', ?5))";

const SEEN_AGAIN: &str = "UPDATE alipay_unmatched_payments
    SET amount = ?3, kind = ?4, reason = ?5, raw = ?6, last_at = ?7, times = times + 1
    WHERE out_trade_no = ?1 AND trade_no = ?2";

/// A payment that came for an order which is unknown, closed, or of another amount.
pub(super) struct Keep {
    amount: Option<Money>,
    row: JournalRow,
    /// Whether the hit gets its line here and nowhere else.
    journaled: bool,
}

impl Keep {
    pub(super) fn new(payment: &UnmatchedPayment, reason: &Rejection) -> Self {
        let notice = payment.notice();
        let in_yuan = notice.field("currency").is_none_or(|currency| currency == "CNY");
        let amount = notice.field("total_fee").filter(|_| in_yuan).and_then(|text| text.parse().ok());
        let row = JournalRow::of_unmatched(payment, reason);
        Self { amount, row, journaled: is_unmatched(reason.kind()) }
    }
}

impl Operation for Keep {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let row = &self.row;
        let (out_trade_no, trade_no) = (row.out_trade_no.as_deref(), row.trade_no.as_deref());
        let sql = "SELECT reason FROM alipay_unmatched_payments WHERE out_trade_no = ?1 AND trade_no = ?2";
        let known: Option<String> = sqlx::query_scalar(sql)
            .bind(out_trade_no)
            .bind(trade_no)
            .fetch_optional(&mut *connection)
            .await?;
        sqlx::query(if known.is_none() { FIRST_SIGHT } else { SEEN_AGAIN })
            .bind(out_trade_no)
            .bind(trade_no)
            .bind(self.amount.map(|amount| amount.fen().cast_signed()))
            .bind(row.outcome)
            .bind(row.reason.as_deref())
            .bind(row.raw.as_slice())
            .bind(row.at)
            .execute(&mut *connection)
            .await?;
        if !self.journaled {
            return Ok(());
        }
        journal::count_refused(connection, row.outcome, 1).await?;
        // The gateway's repetitions are no news, another reason is.
        if known == row.reason { Ok(()) } else { journal::insert(connection, row).await }
    }
}

/// The newest that are still unmatched.
pub(super) struct Newest(pub(super) u32);

impl Operation for Newest {
    type Output = Vec<UnmatchedRecord>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<UnmatchedRecord>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_unmatched_payments
            WHERE (out_trade_no, trade_no) NOT IN (SELECT out_trade_no, trade_no FROM alipay_extra_payments)
            AND NOT EXISTS (SELECT 1 FROM alipay_orders WHERE alipay_orders.out_trade_no = alipay_unmatched_payments.out_trade_no
                AND alipay_orders.trade_no = alipay_unmatched_payments.trade_no)
            ORDER BY rowid DESC LIMIT ?1";
        sqlx::query(sql).bind(self.0).fetch_all(connection).await?.iter().map(record).collect()
    }
}

fn record(row: &SqliteRow) -> Result<UnmatchedRecord, sqlx::Error> {
    let fen: Option<i64> = row.try_get("amount")?;
    let amount = fen.map(|fen| Money::from_fen(u64::try_from(fen).unwrap_or(u64::MAX))).transpose();
    Ok(UnmatchedRecord {
        out_trade_no: parsed(row, "out_trade_no")?,
        trade_no: parsed(row, "trade_no")?,
        amount: amount.map_err(|error| unreadable("amount", error))?,
        kind: row.try_get("kind")?,
        reason: row.try_get("reason")?,
        raw: row.try_get("raw")?,
        first_at: row.try_get("first_at")?,
        last_at: row.try_get("last_at")?,
        times: count(row, "times")?,
    })
}
