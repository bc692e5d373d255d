//! Refunds: each known by its key, their sum never above what was paid.

use alipay_tower::{
    Money,
    protocol::{BatchNo, Channel, OutTradeNo, RefundItem, TradeNo, TradeNotice},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    alarms::Alarm,
    decode::{optional_money, parsed},
    events::Line,
    operation::Operation,
    refund_requests,
};
use crate::{
    clock,
    error::SqlStoreError,
    records::{OrderEventKind, OutboxKind, RefundEntry, RefundRecord, cut},
};

const MAX_KEY: usize = 128;

/// What was known of a refund but for its amount gets it later; nothing else of it changes.
const ENTER: &str = "
    INSERT INTO alipay_refunds (trade_no, key, out_trade_no, amount, at, counted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (trade_no, key) DO UPDATE SET amount = excluded.amount, counted = excluded.counted
        WHERE amount IS NULL AND excluded.amount IS NOT NULL";

const SUM_UP: &str = "
    UPDATE alipay_trades SET refund_seen = 1, stage = max(stage, 20), refunded = max(refunded, coalesce(?3, 0),
        min(coalesce(amount, 10000000000), (SELECT coalesce(sum(one.amount), 0) FROM alipay_refunds AS one
            WHERE one.trade_no = ?2 AND one.counted = 1)))
    WHERE out_trade_no = ?1 AND trade_no = ?2 AND (?4 OR EXISTS
        (SELECT 1 FROM alipay_refunds AS one WHERE one.trade_no = ?2 AND one.counted = 1))";

/// Brings the sum of the trade up to its single refunds, and to the total that a message named.
pub(super) async fn sum_up(
    connection: &mut SqliteConnection,
    out_trade_no: &str,
    trade_no: &str,
    seen: Option<Seen>,
) -> Result<(), sqlx::Error> {
    let total = seen.and_then(|seen| seen.total).map(|total| total.fen().cast_signed());
    let query = sqlx::query(SUM_UP).bind(out_trade_no).bind(trade_no).bind(total).bind(seen.is_some());
    query.execute(connection).await?;
    Ok(())
}

/// A message has said that money went back; how much in all, when it said that too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) total: Option<Money>,
}

/// A refund that has succeeded.
#[derive(Clone, Debug)]
pub(super) struct Refund {
    /// Unknown when the message names only the trade, and the books do not know it.
    pub(super) out_trade_no: Option<String>,
    pub(super) trade_no: String,
    /// Without it only the total counts.
    pub(super) key: Option<String>,
    /// Of this one refund.
    pub(super) amount: Option<Money>,
    /// Of all refunds of the trade so far.
    pub(super) total: Option<Money>,
    pub(super) at: i64,
}

/// What the books know of the trade: its total, and what went back of it.
struct Before {
    paid: Option<Money>,
    refunded: Money,
}

impl Refund {
    /// The refund of which a message about a trade's status tells. `out_biz_no` names it in the OpenAPI generation; the
    /// classic gateway tells of refunds made on Alipay's site, by their time alone (Alipay, *Refund status*). An answer of
    /// the gateway names no single refund.
    pub(super) fn of(notice: &TradeNotice, at: i64) -> Option<Self> {
        if !notice.progress().is_refund_seen() {
            return None;
        }
        let from_query = notice.channel() == Channel::Query;
        let key = notice.field("out_biz_no").or_else(|| notice.field("gmt_refund")).filter(|_| !from_query);
        Some(Self {
            out_trade_no: Some(notice.out_trade_no().to_string()),
            trade_no: notice.trade_no().to_string(),
            key: key.map(|key| cut(key, MAX_KEY).to_owned()),
            amount: None,
            total: notice.refunded(),
            at,
        })
    }

    /// The refund of one item of a batch, which succeeded.
    pub(super) fn of_item(
        item: &RefundItem,
        batch_no: &BatchNo,
        out_trade_no: Option<String>,
        at: i64,
    ) -> Self {
        Self {
            out_trade_no,
            trade_no: item.trade_no.to_string(),
            key: Some(batch_no.to_string()),
            amount: Some(item.amount),
            total: None,
            at,
        }
    }

    pub(super) async fn enter(&self, connection: &mut SqliteConnection) -> Result<RefundEntry, sqlx::Error> {
        let before = self.before(connection).await?;
        let paid = before.as_ref().and_then(|before| before.paid);
        let above = |fen: u64| paid.is_some_and(|paid| fen > paid.fen());
        let too_much = match self.amount {
            Some(amount) => above(amount.fen().saturating_add(self.others(connection).await?)),
            None => false,
        };
        let new = self.row(connection, !too_much).await?;
        let total = self.total.filter(|total| !above(total.fen()));
        if let Some(id) = &self.out_trade_no {
            sum_up(connection, id, &self.trade_no, (!too_much).then_some(Seen { total })).await?;
        }
        self.end_request(connection).await?;
        if (new && too_much) || total != self.total {
            self.alarm(connection).await?;
        } else if let Some(before) = before {
            self.tell(connection, new, before.refunded).await?;
        }
        Ok(match (new, too_much) {
            (false, _) => RefundEntry::Known,
            (true, false) => RefundEntry::Recorded,
            (true, true) => RefundEntry::Exceeds,
        })
    }

    async fn before(&self, connection: &mut SqliteConnection) -> Result<Option<Before>, sqlx::Error> {
        let sql = "SELECT amount, refunded FROM alipay_trades WHERE trade_no = ?1 AND out_trade_no = ?2";
        let query = sqlx::query(sql).bind(self.trade_no.as_str()).bind(self.out_trade_no.as_deref());
        let row = query.fetch_optional(connection).await?;
        let before = |row: &SqliteRow| -> Result<Before, sqlx::Error> {
            let refunded = optional_money(row, "refunded")?.unwrap_or_default();
            Ok(Before { paid: optional_money(row, "amount")?, refunded })
        };
        row.as_ref().map(before).transpose()
    }

    /// The fen of the trade's other refunds.
    async fn others(&self, connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
        let sql = "SELECT coalesce(sum(amount), 0) FROM alipay_refunds
            WHERE trade_no = ?1 AND counted = 1 AND key IS NOT ?2";
        let query = sqlx::query_scalar(sql).bind(self.trade_no.as_str()).bind(self.key.as_deref());
        let sum: i64 = query.fetch_one(connection).await?;
        Ok(sum.unsigned_abs())
    }

    /// Whether it is news.
    async fn row(&self, connection: &mut SqliteConnection, counted: bool) -> Result<bool, sqlx::Error> {
        let Some(key) = &self.key else { return Ok(false) };
        let done = sqlx::query(ENTER)
            .bind(self.trade_no.as_str())
            .bind(key.as_str())
            .bind(self.out_trade_no.as_deref())
            .bind(self.amount.map(|amount| amount.fen().cast_signed()))
            .bind(self.at)
            .bind(counted)
            .execute(connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// By how much the sum grew; a new refund of unknown amount is told too.
    async fn tell(
        &self,
        connection: &mut SqliteConnection,
        new: bool,
        before: Money,
    ) -> Result<(), sqlx::Error> {
        let after = self.before(connection).await?.map_or(before, |after| after.refunded);
        let grown = after.fen().saturating_sub(before.fen());
        let amount = Money::from_fen(grown).ok().filter(|grown| grown.fen() > 0);
        if amount.is_none() && !(new && self.amount.is_none()) {
            return Ok(());
        }
        let line = Line {
            out_trade_no: self.out_trade_no.as_deref().unwrap_or_default(),
            trade_no: Some(&self.trade_no),
            at: self.at,
            kind: OrderEventKind::Refunded,
            amount,
            detail: self.key.as_deref(),
        };
        line.write(connection).await
    }

    /// What the shop has begun under this number is no longer unfinished.
    async fn end_request(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        match (&self.key, self.total) {
            (Some(key), _) => refund_requests::end(connection, key, &self.trade_no, self.at).await,
            (None, Some(total)) => {
                refund_requests::end_by_total(connection, &self.trade_no, total, self.at).await
            }
            (None, None) => Ok(()),
        }
    }

    async fn alarm(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let alarm = Alarm {
            out_trade_no: self.out_trade_no.as_deref().unwrap_or_default(),
            trade_no: &self.trade_no,
            at: self.at,
            kind: OutboxKind::RefundExceeds,
            key: self.key.as_deref().unwrap_or("total"),
            amount: self.amount.or(self.total),
        };
        alarm.write(connection).await
    }
}

/// A refund that the shop's own call has reported.
pub(super) struct Record {
    pub(super) id: OutTradeNo,
    /// The one that paid the order, unless another is named.
    pub(super) trade_no: Option<TradeNo>,
    pub(super) key: String,
    pub(super) amount: Money,
}

impl Operation for Record {
    type Output = Result<RefundEntry, SqlStoreError>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        let sql = "SELECT trade_no FROM alipay_trades WHERE out_trade_no = ?1 AND stage >= 20
            AND trade_no = coalesce(?2, (SELECT trade_no FROM alipay_orders WHERE out_trade_no = ?1))";
        let trade_no: Option<String> = sqlx::query_scalar(sql)
            .bind(self.id.as_str())
            .bind(self.trade_no.as_ref().map(TradeNo::as_str))
            .fetch_optional(&mut *connection)
            .await?;
        let Some(trade_no) = trade_no else { return Ok(Err(SqlStoreError::NotPaid(self.id.clone()))) };
        let refund = Refund {
            out_trade_no: Some(self.id.to_string()),
            trade_no,
            key: Some(cut(&self.key, MAX_KEY).to_owned()),
            amount: Some(self.amount),
            total: None,
            at: clock::seconds(),
        };
        refund.enter(connection).await.map(Ok)
    }
}

/// The refunds of one order's trades, oldest first.
pub(super) struct List(pub(super) OutTradeNo);

impl Operation for List {
    type Output = Vec<RefundRecord>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<RefundRecord>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_refunds WHERE out_trade_no = ?1 OR (out_trade_no IS NULL
            AND trade_no = (SELECT trade_no FROM alipay_orders WHERE out_trade_no = ?1)) ORDER BY rowid";
        sqlx::query(sql).bind(self.0.as_str()).fetch_all(connection).await?.iter().map(record).collect()
    }
}

fn record(row: &SqliteRow) -> Result<RefundRecord, sqlx::Error> {
    Ok(RefundRecord {
        trade_no: parsed(row, "trade_no")?,
        key: row.try_get("key")?,
        amount: optional_money(row, "amount")?,
        at: row.try_get("at")?,
        counted: row.try_get("counted")?,
    })
}
