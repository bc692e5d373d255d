//! What a person must be told about an order.

use alipay_tower::Money;
use sqlx::SqliteConnection;

use crate::records::OutboxKind;

/// A message in the outbox and a line in the history, of one word; once for each key.
const WRITE: &str = "
    INSERT INTO alipay_outbox (kind, out_trade_no, idempotency_key, created_at, payload)
        SELECT $6, $1, $6 || ':' || $2 || ':' || $3, $5, json_object('out_trade_no', $1,
            'trade_no', $2, 'amount_fen', $4, 'key', $3, 'subject', subject, 'contact', contact)
        FROM alipay_orders WHERE out_trade_no = $1
        ON CONFLICT (idempotency_key) DO NOTHING;
    INSERT INTO alipay_order_events (out_trade_no, trade_no, at, kind, amount, detail)
        SELECT $1, $2, $5, $6, $4, $3 WHERE changes() = 1";

#[derive(Clone, Debug)]
pub(super) struct Alarm<'a> {
    pub(super) out_trade_no: &'a str,
    pub(super) trade_no: &'a str,
    pub(super) at: i64,
    pub(super) kind: OutboxKind,
    /// What tells this one from another about the same trade: the key of a refund, a status.
    pub(super) key: &'a str,
    pub(super) amount: Option<Money>,
}

impl Alarm<'_> {
    /// Nothing is written for an order that is not in the books.
    pub(super) async fn write(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query(WRITE)
            .bind(self.out_trade_no)
            .bind(self.trade_no)
            .bind(self.key)
            .bind(self.amount.map(|amount| amount.fen().cast_signed()))
            .bind(self.at)
            .bind(self.kind.as_str())
            .execute(connection)
            .await?;
        Ok(())
    }
}
