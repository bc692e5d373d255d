//! Confirmed events that are no payments, and news of payments that are in the books.

use alipay_tower::protocol::{BatchTransfer, ConfirmedBy, RefundStatus, Stage, TradeEvent, TradeNotice};
use sqlx::SqliteConnection;

use super::{
    alarms::Alarm, batch_refunds::Batch, batches, events::Line, journal, operation::Operation,
    orders::close_pending, reconcile::confirm, trades::News,
};
use crate::records::{JournalRow, OrderEventKind, OutboxKind, cut};

const MAX_STATUS: usize = 64;

pub(super) struct Observe {
    row: JournalRow,
    told: Option<Told>,
    batch: Option<Batch>,
    payouts: Option<BatchTransfer>,
}

/// What the message says about one trade.
struct Told {
    news: News,
    /// Where a refund stands that has not succeeded.
    status: Option<RefundStatus>,
    /// A status that a person must hear of.
    alarming: Option<String>,
    /// Whether the gateway itself was heard, and not only the shop's own books.
    confirmed: bool,
    closes: bool,
}

impl Observe {
    pub(super) fn new(event: &TradeEvent) -> Self {
        let row = JournalRow::of_event(event);
        // A signature alone moves nothing: whoever made it may say anything.
        let notice = event.notice().filter(|notice| notice.confirmed_by() != ConfirmedBy::Nobody);
        let told = notice.map(|notice| Told::new(event, notice, row.at));
        let batch = match event {
            TradeEvent::BatchRefund(batch) if batch.confirmed_by() != ConfirmedBy::Nobody => {
                Some(Batch { refund: batch.clone(), at: row.at })
            }
            _ => None,
        };
        let payouts = match event {
            TradeEvent::BatchTransfer(batch) if batch.confirmed_by() != ConfirmedBy::Nobody => {
                Some(batch.clone())
            }
            _ => None,
        };
        Self { row, told, batch, payouts }
    }
}

impl Told {
    fn new(event: &TradeEvent, notice: &TradeNotice, at: i64) -> Self {
        let news = News::of(notice, at);
        let unpaid = notice.progress().stage() < Stage::Held;
        let trade_status = notice.trade_status();
        let alarming = trade_status.is_alarming();
        Self {
            status: notice.refund_status().filter(|_| !news.is_refund()),
            news,
            alarming: alarming.then(|| cut(trade_status.as_str(), MAX_STATUS).to_owned()),
            confirmed: is_word_of_gateway(notice.confirmed_by()),
            closes: matches!(event, TradeEvent::Closed(_)) && unpaid,
        }
    }

    async fn write(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let News { out_trade_no, trade_no, at, progress, .. } = &self.news;
        if !self.news.join(connection).await? {
            return Ok(());
        }
        if self.closes {
            close_pending(connection, out_trade_no, *at, "alipay").await?;
        }
        if let Some(status) = &self.status {
            let line = Line {
                out_trade_no,
                trade_no: Some(trade_no),
                at: *at,
                kind: OrderEventKind::RefundStatus,
                amount: None,
                detail: Some(status.as_str()),
            };
            line.write_once(connection).await?;
        }
        if let Some(status) = &self.alarming {
            let alarm = Alarm {
                out_trade_no,
                trade_no,
                at: *at,
                kind: OutboxKind::UnclearStatus,
                key: status,
                amount: self.news.amount,
            };
            alarm.write(connection).await?;
        }
        if self.confirmed && progress.stage() >= Stage::Held {
            confirm(connection, out_trade_no, trade_no, *at).await?;
        }
        Ok(())
    }
}

/// Whether the gateway itself was heard about the message.
pub(super) const fn is_word_of_gateway(by: ConfirmedBy) -> bool {
    matches!(by, ConfirmedBy::NotifyId | ConfirmedBy::Query | ConfirmedBy::Signature)
}

impl Operation for Observe {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        journal::insert(connection, &self.row).await?;
        if let Some(told) = &self.told {
            told.write(connection).await?;
        }
        if let Some(batch) = &self.batch {
            batch.write(connection).await?;
        }
        match &self.payouts {
            Some(payouts) => batches::tell(connection, payouts, self.row.at).await,
            None => Ok(()),
        }
    }
}
