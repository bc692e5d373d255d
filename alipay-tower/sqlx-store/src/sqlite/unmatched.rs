//! Payments that fit no order.

use alipay_tower::{
    Money, Rejection, RejectionKind,
    protocol::{ConfirmedBy, Currency, UnmatchedPayment},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    decode::{count, optional_money, parsed},
    events::Line,
    journal,
    operation::Operation,
    trades::News,
};
use crate::records::{JournalRow, OrderEventKind, UnmatchedRecord, is_unmatched};

const KEEP: &str = "
    INSERT INTO alipay_unmatched_payments (out_trade_no, trade_no, amount, kind, reason, raw, first_at, last_at, times)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1)
    ON CONFLICT (out_trade_no, trade_no) DO UPDATE SET amount = excluded.amount, kind = excluded.kind,
        reason = excluded.reason, raw = excluded.raw, last_at = excluded.last_at, times = times + 1";

const TELL: &str = "
    INSERT INTO alipay_outbox (kind, out_trade_no, idempotency_key, created_at, payload)
        VALUES ('unmatched_payment', ?1, 'unmatched_payment:' || ?1 || ':' || ?2, ?6, json_object('out_trade_no', ?1,
            'trade_no', ?2, 'amount_fen', ?3, 'kind', ?4, 'reason', ?5))";

/// Only the order's exact amount pays it late; anything else stays a payment that fits no order.
const PAY_AFTER_CLOSE: &str = "
    UPDATE alipay_orders SET state = 'paid_after_close', trade_no = $2, paid_at = $5
        WHERE out_trade_no = $1 AND state = 'closed' AND amount = $3 AND currency = $4;
    INSERT INTO alipay_order_events (out_trade_no, trade_no, at, kind, amount)
        SELECT $1, $2, $5, 'paid_after_close', $3 WHERE changes() = 1;
    INSERT INTO alipay_outbox (kind, out_trade_no, idempotency_key, created_at, payload)
        SELECT 'paid_after_close', $1, 'paid_after_close:' || $1, $5, json_object('out_trade_no', $1, 'trade_no', $2,
            'amount_fen', amount, 'subject', subject, 'contact', contact)
        FROM alipay_orders WHERE out_trade_no = $1 AND changes() = 1";

/// A payment that came for an order which is unknown, closed, or of another amount.
pub(super) struct Keep {
    news: News,
    /// The currency that the amount is in.
    currency: String,
    confirmed: bool,
    /// Whether it may pay a closed order after all.
    closed: bool,
    row: JournalRow,
    /// Whether the hit gets its line here and nowhere else.
    journaled: bool,
}

impl Keep {
    pub(super) fn new(payment: &UnmatchedPayment, reason: &Rejection) -> Self {
        let notice = payment.notice();
        let row = JournalRow::of_unmatched(payment, reason);
        Self {
            news: News::of(notice, row.at),
            // A message of the mainland products names no currency: it is the yuan.
            currency: notice.field("currency").unwrap_or(Currency::CNY.as_str()).to_owned(),
            confirmed: notice.confirmed_by() != ConfirmedBy::Nobody,
            closed: reason.kind() == RejectionKind::OrderClosed,
            row,
            journaled: is_unmatched(reason.kind()),
        }
    }

    /// The amount, when it is in yuan.
    fn yuan(&self) -> Option<Money> {
        self.news.amount.filter(|_| self.currency == Currency::CNY.as_str())
    }

    /// Whether it was this that paid the closed order.
    async fn pay_after_close(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let Some(amount) = self.news.amount.filter(|_| self.closed && self.confirmed) else {
            return Ok(false);
        };
        let done = sqlx::query(PAY_AFTER_CLOSE)
            .bind(self.news.out_trade_no.as_str())
            .bind(self.news.trade_no.as_str())
            .bind(amount.fen().cast_signed())
            .bind(self.currency.as_str())
            .bind(self.news.at)
            .execute(connection)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn keep(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let row = &self.row;
        sqlx::query(KEEP)
            .bind(self.news.out_trade_no.as_str())
            .bind(self.news.trade_no.as_str())
            .bind(self.yuan().map(|amount| amount.fen().cast_signed()))
            .bind(row.outcome)
            .bind(row.reason.as_deref())
            .bind(row.raw.as_slice())
            .bind(row.at)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// A person is told once.
    async fn tell(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let row = &self.row;
        sqlx::query(TELL)
            .bind(self.news.out_trade_no.as_str())
            .bind(self.news.trade_no.as_str())
            .bind(self.yuan().map(|amount| amount.fen().cast_signed()))
            .bind(row.outcome)
            .bind(row.reason.as_deref())
            .bind(row.at)
            .execute(&mut *connection)
            .await?;
        let line = Line {
            out_trade_no: &self.news.out_trade_no,
            trade_no: Some(&self.news.trade_no),
            at: row.at,
            kind: OrderEventKind::Unmatched,
            amount: self.news.amount,
            detail: Some(row.outcome),
        };
        line.write(connection).await
    }
}

impl Operation for Keep {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let row = &self.row;
        let sql = "SELECT reason FROM alipay_unmatched_payments WHERE out_trade_no = ?1 AND trade_no = ?2";
        let known: Option<String> = sqlx::query_scalar(sql)
            .bind(self.news.out_trade_no.as_str())
            .bind(self.news.trade_no.as_str())
            .fetch_optional(&mut *connection)
            .await?;
        let paid = self.pay_after_close(connection).await?;
        self.keep(connection).await?;
        if self.confirmed {
            self.news.join_silently(connection).await?;
        }
        if known.is_none() && !paid {
            self.tell(connection).await?;
        }
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
            AND NOT EXISTS (SELECT 1 FROM alipay_orders AS o WHERE o.out_trade_no = alipay_unmatched_payments.out_trade_no
                AND o.trade_no = alipay_unmatched_payments.trade_no AND o.state = 'paid')
            ORDER BY rowid DESC LIMIT ?1";
        sqlx::query(sql).bind(self.0).fetch_all(connection).await?.iter().map(record).collect()
    }
}

fn record(row: &SqliteRow) -> Result<UnmatchedRecord, sqlx::Error> {
    Ok(UnmatchedRecord {
        out_trade_no: parsed(row, "out_trade_no")?,
        trade_no: parsed(row, "trade_no")?,
        amount: optional_money(row, "amount")?,
        kind: row.try_get("kind")?,
        reason: row.try_get("reason")?,
        raw: row.try_get("raw")?,
        first_at: row.try_get("first_at")?,
        last_at: row.try_get("last_at")?,
        times: count(row, "times")?,
    })
}
