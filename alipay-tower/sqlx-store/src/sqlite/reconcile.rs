//! What looking for lost notifications needs of the books.

use std::time::Duration;

use alipay_tower::{
    Order,
    protocol::{OutTradeNo, Timestamp, TradeNo},
};
use sqlx::SqliteConnection;

use super::{
    operation::Operation,
    orders::{order, select_orders},
};
use crate::clock;

const CONFIRM: &str = "
    UPDATE alipay_orders SET unconfirmed = 0, checks = 0, next_check_at = NULL
        WHERE out_trade_no = $1 AND trade_no = $2 AND unconfirmed = 1;
    INSERT INTO alipay_order_events (out_trade_no, trade_no, at, kind)
        SELECT $1, $2, $3, 'confirmed' WHERE changes() = 1";

/// What the trade was said to have done was said by nobody. A receipt that has not left is withdrawn.
const DENY: &str = "
    UPDATE alipay_orders SET state = 'pending', trade_no = NULL, paid_at = NULL, unconfirmed = 0, checks = 0,
            next_check_at = NULL, denials = denials + 1
        WHERE out_trade_no = $1 AND trade_no = $2 AND state = 'paid' AND unconfirmed = 1;
    INSERT INTO alipay_order_events (out_trade_no, trade_no, at, kind, amount)
        SELECT $1, $2, $3, 'denied', amount FROM alipay_orders WHERE out_trade_no = $1 AND changes() = 1;
    INSERT INTO alipay_outbox (kind, out_trade_no, idempotency_key, created_at, payload)
        SELECT 'settlement_denied', $1, 'settlement_denied:' || $1 || ':' || denials, $3, json_object('out_trade_no', $1,
            'trade_no', $2, 'amount_fen', amount, 'subject', subject, 'contact', contact)
        FROM alipay_orders WHERE out_trade_no = $1 AND changes() = 1;
    DELETE FROM alipay_trades WHERE out_trade_no = $1 AND trade_no = $2 AND changes() = 1;
    UPDATE alipay_outbox SET done_at = $3, note = 'withdrawn: the gateway denies the trade'
        WHERE changes() = 1 AND done_at IS NULL AND idempotency_key =
            (SELECT 'receipt:' || $1 || iif(denials = 1, '', ':' || (denials - 1))
            FROM alipay_orders WHERE out_trade_no = $1)";

/// The orders about which the gateway is to be asked.
pub(super) struct Due {
    pub(super) now: Timestamp,
    pub(super) created_before: Timestamp,
    pub(super) limit: u32,
}

impl Operation for Due {
    type Output = Vec<Order>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<Order>, sqlx::Error> {
        let sql = select_orders!(
            "WHERE o.rowid IN (SELECT * FROM (SELECT rowid FROM alipay_orders WHERE state = 'pending' AND created_at < ?2
                AND coalesce(next_check_at, ?1) <= ?1 ORDER BY created_at, rowid LIMIT ?3))
            OR o.rowid IN (SELECT * FROM (SELECT rowid FROM alipay_orders WHERE unconfirmed = 1
                AND coalesce(next_check_at, ?1) <= ?1 ORDER BY created_at, rowid LIMIT ?3))
            ORDER BY o.created_at, o.rowid LIMIT ?3"
        );
        let rows = sqlx::query(sql)
            .bind(self.now.unix_seconds())
            .bind(self.created_before.unix_seconds())
            .bind(self.limit)
            .fetch_all(connection)
            .await?;
        rows.iter().map(order).collect()
    }
}

/// Not before then.
pub(super) struct Postpone {
    pub(super) id: OutTradeNo,
    pub(super) until: Timestamp,
}

impl Operation for Postpone {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let sql = "UPDATE alipay_orders SET next_check_at = ?2, checks = checks + 1
            WHERE out_trade_no = ?1 AND (state = 'pending' OR unconfirmed = 1)";
        let query = sqlx::query(sql).bind(self.id.as_str()).bind(self.until.unix_seconds());
        query.execute(connection).await.map(drop)
    }
}

/// How often it was postponed.
pub(super) struct Attempts(pub(super) OutTradeNo);

impl Operation for Attempts {
    type Output = u32;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<u32, sqlx::Error> {
        let sql = "SELECT checks FROM alipay_orders WHERE out_trade_no = ?1";
        let query = sqlx::query_scalar(sql).bind(self.0.as_str());
        Ok(query.fetch_optional(connection).await?.unwrap_or_default())
    }
}

/// The gateway has confirmed the trade.
pub(super) struct Confirm {
    pub(super) id: OutTradeNo,
    pub(super) trade_no: TradeNo,
}

impl Operation for Confirm {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        confirm(connection, self.id.as_str(), self.trade_no.as_str(), clock::seconds()).await
    }
}

pub(super) async fn confirm(
    connection: &mut SqliteConnection,
    out_trade_no: &str,
    trade_no: &str,
    at: i64,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(CONFIRM).bind(out_trade_no).bind(trade_no).bind(at);
    query.execute(connection).await.map(drop)
}

/// The gateway denies the trade.
pub(super) struct Deny {
    pub(super) id: OutTradeNo,
    pub(super) trade_no: TradeNo,
}

impl Operation for Deny {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let query = sqlx::query(DENY).bind(self.id.as_str()).bind(self.trade_no.as_str());
        query.bind(clock::seconds()).execute(connection).await.map(drop)
    }
}

/// The right to do something alone.
pub(super) struct Lease {
    pub(super) name: String,
    pub(super) holder: String,
    pub(super) time: Duration,
}

impl Operation for Lease {
    type Output = bool;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let sql = "INSERT INTO alipay_leases (name, holder, leased_until) VALUES (?1, ?2, ?4)
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until
            WHERE holder = excluded.holder OR leased_until <= ?3";
        let now = clock::millis();
        let done = sqlx::query(sql)
            .bind(self.name.as_str())
            .bind(self.holder.as_str())
            .bind(now)
            .bind(now.saturating_add(clock::saturating_millis(self.time)))
            .execute(connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }
}
