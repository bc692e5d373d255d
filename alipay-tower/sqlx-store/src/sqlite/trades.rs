//! The trades of orders: what confirmed messages have said about each, joined.

use alipay_tower::{
    Money,
    protocol::{Progress, Stage, TradeNotice},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    decode::{optional_money, unreadable},
    events::Line,
    refunds::{self, Refund},
};
use crate::records::OrderEventKind;

/// The ranks of the stages in the table, with room between them. A refunded trade has the rank that it had come to, and is
/// closed.
const RANKS: [(Stage, i64); 6] = [
    (Stage::New, 0),
    (Stage::Waiting, 10),
    (Stage::Held, 20),
    (Stage::Shipped, 30),
    (Stage::Paid, 40),
    (Stage::Finished, 50),
];

/// The total of a trade that is paid no longer changes; before that the largest is kept, so that the order of the messages
/// does not matter.
const JOIN: &str = "
    INSERT INTO alipay_trades (trade_no, out_trade_no, amount, stage, closed, refunded, refund_seen)
        SELECT ?2, out_trade_no, ?3, ?4, ?5, 0, 0 FROM alipay_orders WHERE out_trade_no = ?1
    ON CONFLICT (trade_no, out_trade_no) DO UPDATE SET
        amount = iif(stage >= 20 AND amount IS NOT NULL, amount,
            coalesce(max(amount, excluded.amount), amount, excluded.amount)),
        stage = max(stage, excluded.stage),
        closed = max(closed, excluded.closed)
    RETURNING stage, closed AS trade_closed, refunded, refund_seen";

/// What a confirmed message says of one trade of one order.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub(super) out_trade_no: String,
    pub(super) trade_no: String,
    /// The trade's total.
    pub(super) amount: Option<Money>,
    pub(super) progress: Progress,
    refund: Option<Refund>,
    pub(super) at: i64,
}

impl News {
    pub(super) fn of(notice: &TradeNotice, at: i64) -> Self {
        Self {
            out_trade_no: notice.out_trade_no().to_string(),
            trade_no: notice.trade_no().to_string(),
            amount: notice.amount(),
            progress: notice.progress(),
            refund: Refund::of(notice, at),
            at,
        }
    }

    /// Whether it tells of a refund that has succeeded.
    pub(super) const fn is_refund(&self) -> bool {
        self.refund.is_some()
    }

    /// Joins it with what is known, and writes what moved into the order's history; whether there is such an order.
    pub(super) async fn join(&self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let before = self.known(connection).await?;
        let after = sqlx::query(JOIN)
            .bind(self.out_trade_no.as_str())
            .bind(self.trade_no.as_str())
            .bind(self.amount.map(|amount| amount.fen().cast_signed()))
            .bind(rank(self.progress.stage()))
            .bind(self.progress.is_closed())
            .fetch_optional(&mut *connection)
            .await?;
        let Some(after) = after.as_ref().map(progress).transpose()? else { return Ok(false) };
        if before.is_none() {
            // Their message was faster than the trade's own.
            refunds::sum_up(connection, &self.out_trade_no, &self.trade_no, None).await?;
        }
        self.tell(connection, before.unwrap_or_default(), after).await?;
        self.enter_refund(connection).await?;
        Ok(true)
    }

    /// The same without a word in the history, for a move that writes its own.
    pub(super) async fn join_silently(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query(JOIN)
            .bind(self.out_trade_no.as_str())
            .bind(self.trade_no.as_str())
            .bind(self.amount.map(|amount| amount.fen().cast_signed()))
            .bind(rank(self.progress.stage()))
            .bind(self.progress.is_closed())
            .fetch_optional(&mut *connection)
            .await?;
        refunds::sum_up(connection, &self.out_trade_no, &self.trade_no, None).await?;
        self.enter_refund(connection).await
    }

    async fn enter_refund(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        match &self.refund {
            Some(refund) => refund.enter(connection).await.map(drop),
            None => Ok(()),
        }
    }

    async fn known(&self, connection: &mut SqliteConnection) -> Result<Option<Progress>, sqlx::Error> {
        let sql = "SELECT stage, closed AS trade_closed, refunded, refund_seen FROM alipay_trades
            WHERE trade_no = ?1 AND out_trade_no = ?2";
        let row = sqlx::query(sql)
            .bind(self.trade_no.as_str())
            .bind(self.out_trade_no.as_str())
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(progress).transpose()
    }

    async fn tell(
        &self,
        connection: &mut SqliteConnection,
        before: Progress,
        after: Progress,
    ) -> Result<(), sqlx::Error> {
        // How far a trade had come is no news when it is closed already.
        let moved = after.stage() > before.stage() && !after.is_closed();
        if let Some(kind) = stage_word(after.stage()).filter(|_| moved) {
            self.line(kind).write(connection).await?;
        }
        if after.is_closed() && !before.is_closed() && after.stage() >= Stage::Held {
            self.line(OrderEventKind::TradeClosed).write(connection).await?;
        }
        Ok(())
    }

    fn line(&self, kind: OrderEventKind) -> Line<'_> {
        Line {
            out_trade_no: &self.out_trade_no,
            trade_no: Some(&self.trade_no),
            at: self.at,
            kind,
            amount: None,
            detail: None,
        }
    }
}

/// The order of a trade of which a message names only the trade.
pub(super) async fn order_of(
    connection: &mut SqliteConnection,
    trade_no: &str,
) -> Result<Option<String>, sqlx::Error> {
    let sql = "SELECT out_trade_no FROM alipay_trades WHERE trade_no = ?1 ORDER BY stage DESC LIMIT 1";
    sqlx::query_scalar(sql).bind(trade_no).fetch_optional(connection).await
}

const fn stage_word(stage: Stage) -> Option<OrderEventKind> {
    match stage {
        Stage::Waiting => Some(OrderEventKind::Waiting),
        Stage::Held => Some(OrderEventKind::Held),
        Stage::Shipped => Some(OrderEventKind::Shipped),
        Stage::Paid => Some(OrderEventKind::Paid),
        Stage::Finished => Some(OrderEventKind::Finished),
        _ => None,
    }
}

/// A stage that this version does not know is the highest below it that it knows; what was refunded was held at least.
pub(super) fn rank(stage: Stage) -> i64 {
    let stage = if stage == Stage::Refunded { Stage::Held } else { stage };
    RANKS.iter().rev().find(|(known, _)| *known <= stage).map_or(0, |(_, rank)| *rank)
}

/// The progress in a row that is joined with the trade, all NULL when there is none.
pub(super) fn progress(row: &SqliteRow) -> Result<Progress, sqlx::Error> {
    let Some(rank) = row.try_get::<Option<i64>, _>("stage")? else { return Ok(Progress::default()) };
    let stage = RANKS.iter().find(|(_, known)| *known == rank).map(|(stage, _)| *stage);
    let stage = stage.ok_or_else(|| unreadable("stage", "it is no stage's rank"))?;
    let refunded = optional_money(row, "refunded")?.unwrap_or_default();
    let mut progress = Progress::default().with_stage(stage).with_refunded(refunded);
    if row.try_get("trade_closed")? {
        progress = progress.with_closed();
    }
    Ok(if row.try_get("refund_seen")? { progress.with_refund_seen() } else { progress })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_rise_with_the_stages() {
        for pair in RANKS.windows(2) {
            assert!(pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1, "{pair:?}");
        }
        for (stage, number) in RANKS {
            assert_eq!(rank(stage), number);
        }
    }
}
