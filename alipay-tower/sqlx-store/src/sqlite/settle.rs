//! The settlement: a payment into the books, once.

use alipay_tower::{
    VerifiedPayment,
    protocol::{ConfirmedBy, OrderState, TradeEvent, TradeNo},
    store::Settlement,
};
use sqlx::{Arguments, SqliteConnection, error::BoxDynError, sqlite::SqliteArguments};

use super::{
    journal,
    observe::is_word_of_gateway,
    operation::Operation as _,
    orders::Find,
    reconcile::confirm,
    trades::{News, rank},
};
use crate::{
    clock,
    error::SqlStoreError,
    records::{JournalRow, message},
};

/// One statement decides, and carries the journal, the history, the outbox and the trade with it: `changes()` is 1 exactly
/// when the statement before it moved its row. One string, because each trip to the connection's thread costs more than a
/// statement. Parameters of several statements in one string are written `$1`: `?1` would leave gaps, which sqlx fills with
/// other arguments.
///
/// A payment that has gone back in full, by its own word (`$8`) or by what the books hold of its trade, lets no goods leave:
/// what it owes is word to a person, and no receipt.
pub(super) const SETTLE: &str = "
    UPDATE alipay_orders SET state = 'paid', trade_no = $2, paid_at = $4, unconfirmed = $7, checks = 0,
            next_check_at = NULL
        WHERE out_trade_no = $1 AND state = 'pending' AND amount = $3;
    INSERT INTO alipay_journal (at, channel, outcome, out_trade_no, trade_no, raw)
        SELECT $4, $5, 'settled', $1, $2, $6 WHERE changes() = 1;
    INSERT INTO alipay_order_events (out_trade_no, trade_no, at, kind, amount, detail)
        SELECT $1, $2, $4, iif($8 = 'receipt' AND $9 < 40, 'held', 'settled'), $3, iif($7, 'unconfirmed', NULL) WHERE changes() = 1;
    INSERT INTO alipay_outbox (kind, out_trade_no, idempotency_key, created_at, payload)
        SELECT kind, $1, kind || ':' || $1 || iif(denials = 0, '', ':' || denials), $4,
            iif($7, json_object('out_trade_no', $1, 'trade_no', $2, 'amount_fen', amount, 'subject', subject,
                'contact', contact, 'unconfirmed', json('true')),
            json_object('out_trade_no', $1, 'trade_no', $2, 'amount_fen', amount, 'subject', subject,
                'contact', contact))
        FROM alipay_orders, (SELECT iif(EXISTS (SELECT 1 FROM alipay_trades
                WHERE trade_no = $2 AND out_trade_no = $1 AND ((closed = 1 AND stage >= 20) OR (refunded > 0 AND refunded >= $3))
            ), 'settled_refunded', $8) AS kind)
        WHERE out_trade_no = $1 AND changes() = 1;
    INSERT INTO alipay_trades (trade_no, out_trade_no, amount, stage, closed, refunded, refund_seen)
        SELECT $2, $1, $3, $9, 0,
            min($3, (SELECT coalesce(sum(amount), 0) FROM alipay_refunds WHERE trade_no = $2 AND counted = 1)),
            EXISTS (SELECT 1 FROM alipay_refunds WHERE trade_no = $2 AND counted = 1)
        WHERE changes() = 1
        ON CONFLICT (trade_no, out_trade_no) DO UPDATE SET amount = excluded.amount,
            stage = max(stage, excluded.stage), refunded = max(refunded, excluded.refunded),
            refund_seen = max(refund_seen, excluded.refund_seen)";

/// How many arguments it takes; each has one digit.
pub(super) const ARGUMENTS: usize = 9;

const PAID_TWICE: &str = "
    INSERT INTO alipay_extra_payments (trade_no, out_trade_no, earlier, amount, at)
        VALUES ($2, $1, $5, $3, $4) ON CONFLICT DO NOTHING;
    INSERT INTO alipay_order_events (out_trade_no, trade_no, at, kind, amount)
        SELECT $1, $2, $4, 'paid_twice', $3 WHERE changes() = 1;
    INSERT INTO alipay_outbox (kind, out_trade_no, idempotency_key, created_at, payload)
        SELECT 'paid_twice', $1, 'paid_twice:' || $1 || ':' || $2, $4, json_object('out_trade_no', $1, 'trade_no', $2,
            'earlier', $5, 'amount_fen', $3, 'subject', subject, 'contact', contact)
        FROM alipay_orders WHERE out_trade_no = $1 AND changes() = 1";

/// What a settlement came to.
pub(super) type Outcome = Result<Settlement, SqlStoreError>;

pub(super) struct Settle {
    payment: VerifiedPayment,
    at: i64,
}

impl Settle {
    pub(super) fn new(payment: &VerifiedPayment) -> Self {
        Self { payment: payment.clone(), at: clock::seconds() }
    }

    /// The arguments of [`SETTLE`].
    pub(super) fn add_to(&self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
        let payment = &self.payment;
        arguments.add(payment.out_trade_no().as_str())?;
        arguments.add(payment.trade_no().as_str())?;
        arguments.add(payment.amount().fen().cast_signed())?;
        arguments.add(self.at)?;
        arguments.add(payment.channel().as_str())?;
        arguments.add(message(payment.raw(), payment.fields()))?;
        arguments.add(payment.confirmed_by() == ConfirmedBy::Nobody)?;
        arguments.add(if payment.is_refunded() { "settled_refunded" } else { "receipt" })?;
        arguments.add(rank(payment.progress().stage()))
    }

    /// What the message says of the trade, from a gateway that was heard.
    fn news(&self) -> Option<News> {
        let heard = self.payment.confirmed_by() != ConfirmedBy::Nobody;
        self.payment.event().notice().filter(|_| heard).map(|notice| News::of(notice, self.at))
    }

    /// What it came to, when [`SETTLE`] has run.
    pub(super) async fn conclude(
        &self,
        connection: &mut SqliteConnection,
        moved: bool,
    ) -> Result<Outcome, sqlx::Error> {
        if !moved {
            return self.explain(connection).await;
        }
        self.sequel(connection).await?;
        Ok(Ok(Settlement::Settled))
    }

    /// Names what stood in the way, and keeps the evidence when it is money.
    async fn explain(&self, connection: &mut SqliteConnection) -> Result<Outcome, sqlx::Error> {
        let id = self.payment.out_trade_no();
        let Some(order) = Find(id.clone()).run(connection).await? else {
            return Ok(Err(SqlStoreError::NoSuchOrder(id.clone())));
        };
        Ok(match order.state() {
            OrderState::Paid(earlier) if earlier == self.payment.trade_no() => {
                self.again(connection).await?;
                Ok(Settlement::AlreadySettled)
            }
            OrderState::Paid(earlier) => {
                self.keep_extra(connection, earlier).await?;
                Ok(Settlement::PaidTwice { earlier: earlier.clone() })
            }
            OrderState::Pending => Err(SqlStoreError::AmountDiffers(id.clone())),
            _ => Err(SqlStoreError::OrderClosed(id.clone())),
        })
    }

    /// A later message about the same payment may know more of it, and may be the first that the gateway vouches for.
    async fn again(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let Some(news) = self.news() else { return Ok(()) };
        news.join(connection).await?;
        if is_word_of_gateway(self.payment.confirmed_by()) {
            confirm(connection, &news.out_trade_no, &news.trade_no, self.at).await?;
        }
        Ok(())
    }

    /// What followed the payment stands in the books with it: nobody asks again about an order that is settled.
    async fn sequel(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        if matches!(self.payment.event(), TradeEvent::Refunded(_))
            && let Some(news) = self.news()
        {
            news.join(connection).await?;
        }
        Ok(())
    }

    async fn keep_extra(
        &self,
        connection: &mut SqliteConnection,
        earlier: &TradeNo,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(PAID_TWICE)
            .bind(self.payment.out_trade_no().as_str())
            .bind(self.payment.trade_no().as_str())
            .bind(self.payment.amount().fen().cast_signed())
            .bind(self.at)
            .bind(earlier.as_str())
            .execute(&mut *connection)
            .await?;
        if let Some(news) = self.news() {
            news.join_silently(connection).await?;
        }
        journal::insert(connection, &JournalRow::paid_twice(&self.payment, self.at, earlier)).await
    }
}
