//! The table of orders.

use alipay_tower::{
    Order,
    protocol::{OrderState, OutTradeNo},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    decode::{money, optional, parsed, unreadable},
    operation::Operation,
};
use crate::{
    clock,
    error::SqlStoreError,
    records::{ExtraPayment, NewOrder, OrderColumns, OrderRecord},
};

/// A new order; the unique number decides, not a look before.
pub(super) struct Create(pub(super) NewOrder);

impl Operation for Create {
    type Output = Result<(), SqlStoreError>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        let order = &self.0;
        let sql = "INSERT INTO alipay_orders (out_trade_no, amount, subject, seller_id, contact, created_at,
            adjusted_ok) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (out_trade_no) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(order.out_trade_no.as_str())
            .bind(order.amount.fen().cast_signed())
            .bind(order.subject.as_str())
            .bind(order.seller_id.as_ref().map(|id| id.as_str()))
            .bind(order.contact.as_deref())
            .bind(clock::seconds())
            .bind(order.adjusted_price)
            .execute(connection)
            .await?;
        Ok(match done.rows_affected() {
            1 => Ok(()),
            _ => Err(SqlStoreError::DuplicateOrder(order.out_trade_no.clone())),
        })
    }
}

/// From pending to closed, and from nothing else.
pub(super) struct Close(pub(super) OutTradeNo);

impl Operation for Close {
    type Output = bool;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        close_pending(connection, &self.0, clock::seconds()).await
    }
}

pub(super) async fn close_pending(
    connection: &mut SqliteConnection,
    id: &OutTradeNo,
    at: i64,
) -> Result<bool, sqlx::Error> {
    let sql = "UPDATE alipay_orders SET state = 'closed', closed_at = ?2 WHERE out_trade_no = ?1 AND state = 'pending'";
    let done = sqlx::query(sql).bind(id.as_str()).bind(at).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// What a payment is compared with.
pub(super) struct Find(pub(super) OutTradeNo);

impl Operation for Find {
    type Output = Option<Order>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Option<Order>, sqlx::Error> {
        let sql = "SELECT out_trade_no, amount, seller_id, state, trade_no, adjusted_ok FROM alipay_orders
            WHERE out_trade_no = ?1";
        let row = sqlx::query(sql).bind(self.0.as_str()).fetch_optional(connection).await?;
        row.as_ref().map(order).transpose()
    }
}

pub(super) fn order(row: &SqliteRow) -> Result<Order, sqlx::Error> {
    let state = match row.try_get("state")? {
        "closed" => OrderState::Closed,
        "paid" => OrderState::Paid(parsed(row, "trade_no")?),
        "pending" => OrderState::Pending,
        _ => return Err(unreadable("state", "it is none of closed, paid, pending")),
    };
    let mut order = Order::new(parsed(row, "out_trade_no")?, money(row, "amount")?).with_state(state);
    if row.try_get("adjusted_ok")? {
        order = order.with_adjusted_price_accepted();
    }
    Ok(match optional(row, "seller_id")? {
        Some(seller_id) => order.with_seller_id(seller_id),
        None => order,
    })
}

/// One whole row.
pub(super) struct Read(pub(super) OutTradeNo);

impl Operation for Read {
    type Output = Option<OrderRecord>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Option<OrderRecord>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_orders WHERE out_trade_no = ?1";
        let row = sqlx::query(sql).bind(self.0.as_str()).fetch_optional(connection).await?;
        row.as_ref().map(record).transpose()
    }
}

/// The newest rows.
pub(super) struct Newest(pub(super) u32);

impl Operation for Newest {
    type Output = Vec<OrderRecord>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<OrderRecord>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_orders ORDER BY created_at DESC, rowid DESC LIMIT ?1";
        sqlx::query(sql).bind(self.0).fetch_all(connection).await?.iter().map(record).collect()
    }
}

fn record(row: &SqliteRow) -> Result<OrderRecord, sqlx::Error> {
    let columns = OrderColumns {
        subject: row.try_get("subject")?,
        contact: row.try_get("contact")?,
        created_at: row.try_get("created_at")?,
        paid_at: row.try_get("paid_at")?,
        closed_at: row.try_get("closed_at")?,
    };
    Ok(OrderRecord::new(order(row)?, columns))
}

/// The newest payments that were one too many.
pub(super) struct Extra(pub(super) u32);

impl Operation for Extra {
    type Output = Vec<ExtraPayment>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<ExtraPayment>, sqlx::Error> {
        let sql = "SELECT * FROM alipay_extra_payments ORDER BY rowid DESC LIMIT ?1";
        sqlx::query(sql).bind(self.0).fetch_all(connection).await?.iter().map(extra).collect()
    }
}

fn extra(row: &SqliteRow) -> Result<ExtraPayment, sqlx::Error> {
    Ok(ExtraPayment {
        out_trade_no: parsed(row, "out_trade_no")?,
        trade_no: parsed(row, "trade_no")?,
        earlier: parsed(row, "earlier")?,
        amount: money(row, "amount")?,
        at: row.try_get("at")?,
    })
}
