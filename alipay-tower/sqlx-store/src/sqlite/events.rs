//! The history of each order.

use alipay_tower::{Money, protocol::OutTradeNo};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    decode::{optional, optional_money},
    operation::Operation,
};
use crate::records::{OrderEvent, OrderEventKind};

/// A line to be written.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    pub(super) out_trade_no: &'a str,
    pub(super) trade_no: Option<&'a str>,
    pub(super) at: i64,
    pub(super) kind: OrderEventKind,
    pub(super) amount: Option<Money>,
    pub(super) detail: Option<&'a str>,
}

impl Line<'_> {
    pub(super) async fn write(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let sql = "INSERT INTO alipay_order_events (out_trade_no, trade_no, at, kind, amount, detail)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.bind_to(sql, connection).await
    }

    /// Unless the same line stands there.
    pub(super) async fn write_once(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let sql = "INSERT INTO alipay_order_events (out_trade_no, trade_no, at, kind, amount, detail)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM alipay_order_events
                WHERE out_trade_no = ?1 AND trade_no IS ?2 AND kind = ?4 AND amount IS ?5 AND detail IS ?6)";
        self.bind_to(sql, connection).await
    }

    async fn bind_to(&self, sql: &'static str, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query(sql)
            .bind(self.out_trade_no)
            .bind(self.trade_no)
            .bind(self.at)
            .bind(self.kind.as_str())
            .bind(self.amount.map(|amount| amount.fen().cast_signed()))
            .bind(self.detail)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// The newest lines of one order, in the order in which they were written.
pub(super) struct History {
    pub(super) id: OutTradeNo,
    pub(super) limit: u32,
}

impl Operation for History {
    type Output = Vec<OrderEvent>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<OrderEvent>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_order_events WHERE out_trade_no = ?1 ORDER BY id DESC LIMIT ?2";
        let rows = sqlx::query(sql).bind(self.id.as_str()).bind(self.limit).fetch_all(connection).await?;
        rows.iter().rev().map(event).collect()
    }
}

fn event(row: &SqliteRow) -> Result<OrderEvent, sqlx::Error> {
    Ok(OrderEvent {
        at: row.try_get("at")?,
        kind: OrderEventKind::from(row.try_get::<&str, _>("kind")?),
        trade_no: optional(row, "trade_no")?,
        amount: optional_money(row, "amount")?,
        detail: row.try_get("detail")?,
    })
}
