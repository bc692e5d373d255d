//! The table of orders.

use alipay_tower::{
    Order,
    protocol::{OrderState, OutTradeNo},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    decode::{count, money, optional, parsed, unreadable},
    operation::Operation,
    trades,
};
use crate::{
    clock,
    error::SqlStoreError,
    records::{ExtraPayment, NewOrder, OrderColumns, OrderRecord},
};

/// One statement that selects orders, each with what is known of the trade that paid it; without the columns that only a
/// person reads, unless they are named.
macro_rules! select_orders {
    ($rest:expr) => {
        $crate::sqlite::orders::select_orders!(
            "o.out_trade_no, o.amount, o.currency, o.state, o.trade_no, o.seller_id, o.adjusted_ok, o.escrow_ok, \
             o.unconfirmed",
            $rest
        )
    };
    ($columns:literal, $rest:expr) => {
        concat!(
            "SELECT ",
            $columns,
            ", t.stage, t.closed AS trade_closed, t.refunded, t.refund_seen FROM alipay_orders AS o
            LEFT JOIN alipay_trades AS t ON t.trade_no = o.trade_no AND t.out_trade_no = o.out_trade_no ",
            $rest
        )
    };
}
pub(super) use select_orders;

const CREATE: &str = "
    INSERT INTO alipay_orders (out_trade_no, amount, subject, seller_id, contact, created_at, adjusted_ok, escrow_ok,
        currency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (out_trade_no) DO NOTHING;
    INSERT INTO alipay_order_events (out_trade_no, at, kind, amount) SELECT $1, $6, 'created', $2 WHERE changes() = 1";

const CLOSE: &str = "
    UPDATE alipay_orders SET state = 'closed', closed_at = $2 WHERE out_trade_no = $1 AND state = 'pending';
    INSERT INTO alipay_order_events (out_trade_no, at, kind, detail) SELECT $1, $2, 'closed', $3 WHERE changes() = 1";

/// A new order; the unique number decides, not a look before.
pub(super) struct Create(pub(super) NewOrder);

impl Operation for Create {
    type Output = Result<(), SqlStoreError>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        let order = &self.0;
        let done = sqlx::query(CREATE)
            .bind(order.out_trade_no.as_str())
            .bind(order.amount.fen().cast_signed())
            .bind(order.subject.as_str())
            .bind(order.seller_id.as_ref().map(|id| id.as_str()))
            .bind(order.contact.as_deref())
            .bind(clock::seconds())
            .bind(order.adjusted_price)
            .bind(order.escrow)
            .bind(order.currency.as_str())
            .execute(connection)
            .await?;
        Ok(match done.rows_affected() {
            0 => Err(SqlStoreError::DuplicateOrder(order.out_trade_no.clone())),
            _ => Ok(()),
        })
    }
}

/// From pending to closed, and from nothing else.
pub(super) struct Close(pub(super) OutTradeNo);

impl Operation for Close {
    type Output = bool;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        close_pending(connection, self.0.as_str(), clock::seconds(), "shop").await
    }
}

pub(super) async fn close_pending(
    connection: &mut SqliteConnection,
    id: &str,
    at: i64,
    by: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(CLOSE).bind(id).bind(at).bind(by).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}

/// What a payment is compared with.
pub(super) struct Find(pub(super) OutTradeNo);

impl Operation for Find {
    type Output = Option<Order>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Option<Order>, sqlx::Error> {
        let sql = select_orders!("WHERE o.out_trade_no = ?1");
        let row = sqlx::query(sql).bind(self.0.as_str()).fetch_optional(connection).await?;
        row.as_ref().map(order).transpose()
    }
}

pub(super) fn order(row: &SqliteRow) -> Result<Order, sqlx::Error> {
    let state = match row.try_get("state")? {
        "closed" => OrderState::Closed,
        "paid" => OrderState::Paid(parsed(row, "trade_no")?),
        "paid_after_close" => OrderState::PaidAfterClose(parsed(row, "trade_no")?),
        "pending" => OrderState::Pending,
        _ => return Err(unreadable("state", "it is none of closed, paid, paid_after_close, pending")),
    };
    let mut order = Order::new(parsed(row, "out_trade_no")?, money(row, "amount")?)
        .with_state(state)
        .with_currency(parsed(row, "currency")?)
        .with_progress(trades::progress(row)?);
    if row.try_get("adjusted_ok")? {
        order = order.with_adjusted_price_accepted();
    }
    if row.try_get("escrow_ok")? {
        order = order.with_escrow_accepted();
    }
    if row.try_get("unconfirmed")? {
        order = order.with_unconfirmed();
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
        let sql = select_orders!("o.*", "WHERE o.out_trade_no = ?1");
        let row = sqlx::query(sql).bind(self.0.as_str()).fetch_optional(connection).await?;
        row.as_ref().map(record).transpose()
    }
}

/// The newest rows.
pub(super) struct Newest(pub(super) u32);

impl Operation for Newest {
    type Output = Vec<OrderRecord>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<OrderRecord>, sqlx::Error> {
        let sql = select_orders!("o.*", "ORDER BY o.created_at DESC, o.rowid DESC LIMIT ?1");
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
        checks: count(row, "checks")?,
        next_check_at: row.try_get("next_check_at")?,
    };
    Ok(OrderRecord::new(order(row)?, columns))
}

/// The newest payments that were one too many.
pub(super) struct Extra(pub(super) u32);

impl Operation for Extra {
    type Output = Vec<ExtraPayment>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<ExtraPayment>, sqlx::Error> {
        // The order's own trade may have been denied since, and this one be the payment after all.
        let sql = "SELECT * FROM alipay_extra_payments AS extra WHERE NOT EXISTS (SELECT 1 FROM alipay_orders AS o
            WHERE o.out_trade_no = extra.out_trade_no AND o.trade_no = extra.trade_no) ORDER BY rowid DESC LIMIT ?1";
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
