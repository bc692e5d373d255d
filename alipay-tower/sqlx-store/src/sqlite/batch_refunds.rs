//! What became of a batch of refunds.

use alipay_tower::protocol::{BatchRefund, RefundItem};
use sqlx::SqliteConnection;

use super::{
    alarms::Alarm, batches, events::Line, operation::Operation, refund_requests, refunds::Refund,
    trades::order_of,
};
use crate::records::{OrderEventKind, OutboxKind, RefundRequest};

pub(super) struct Batch {
    pub(super) refund: BatchRefund,
    pub(super) at: i64,
}

/// What the books know of the batch's number.
struct Known {
    /// Whether the shop has taken it.
    ours: bool,
    /// What was asked for under it; nothing when the shop keeps its details itself.
    request: Option<RefundRequest>,
}

impl Batch {
    /// The money is counted whoever asked for it: it has left. A person is told when it was not the shop, or when more or
    /// other was refunded than the shop had asked for.
    pub(super) async fn write(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let known = self.known(connection).await?;
        for item in self.refund.items() {
            let id = order_of(connection, item.trade_no.as_str()).await?;
            match item.result.error() {
                None => {
                    let refund = Refund::of_item(item, self.refund.batch_no(), id.clone(), self.at);
                    let _ = refund.enter(connection).await?;
                }
                Some(code) => self.fail(connection, item, id.as_deref(), &code.to_string()).await?,
            }
            if let (Some(id), Some(kind)) = (id, known.objection(item)) {
                self.alarm(connection, item, &id, kind).await?;
            }
        }
        Ok(())
    }

    async fn known(&self, connection: &mut SqliteConnection) -> Result<Known, sqlx::Error> {
        let batch_no = self.refund.batch_no();
        Ok(Known {
            ours: batches::Read(batch_no.clone()).run(&mut *connection).await?.is_some(),
            request: refund_requests::Read(batch_no.clone()).run(connection).await?,
        })
    }

    async fn fail(
        &self,
        connection: &mut SqliteConnection,
        item: &RefundItem,
        id: Option<&str>,
        code: &str,
    ) -> Result<(), sqlx::Error> {
        let batch_no = self.refund.batch_no();
        refund_requests::end(connection, batch_no.as_str(), item.trade_no.as_str(), self.at).await?;
        let Some(out_trade_no) = id else { return Ok(()) };
        let line = Line {
            out_trade_no,
            trade_no: Some(item.trade_no.as_str()),
            at: self.at,
            kind: OrderEventKind::RefundFailed,
            amount: Some(item.amount),
            detail: Some(&format!("{batch_no} {code}")),
        };
        line.write_once(connection).await
    }

    async fn alarm(
        &self,
        connection: &mut SqliteConnection,
        item: &RefundItem,
        out_trade_no: &str,
        kind: OutboxKind,
    ) -> Result<(), sqlx::Error> {
        let alarm = Alarm {
            out_trade_no,
            trade_no: item.trade_no.as_str(),
            at: self.at,
            kind,
            key: self.refund.batch_no().as_str(),
            amount: Some(item.amount),
        };
        alarm.write(connection).await
    }
}

impl Known {
    fn objection(&self, item: &RefundItem) -> Option<OutboxKind> {
        if !self.ours {
            return Some(OutboxKind::ForeignBatch);
        }
        let request = self.request.as_ref()?;
        let same = *request.trade_no() == item.trade_no && request.amount() == item.amount;
        (!same).then_some(OutboxKind::RefundDiffers)
    }
}
