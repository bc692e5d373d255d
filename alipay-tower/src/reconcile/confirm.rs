//! Settlements that nobody confirmed while the gateway was out of reach.

use super::{Finding, Reconciler};
use crate::{
    protocol::{ConfirmedNotification, Order, ParseError, TradeEvent, TradeNo},
    rejection::Rejection,
};

impl Reconciler {
    /// Asks about the trade that settled an order unconfirmed. Only the gateway's clear word counts, for either answer.
    pub(super) async fn confirm(&self, order: &Order, trade_no: &TradeNo) -> Result<Finding, Rejection> {
        let id = order.out_trade_no();
        let Some(answer) = self.alipay.queried(id).await? else {
            self.store.deny(id, trade_no).await?;
            return Ok(Finding::Denied);
        };
        // What cannot be read says neither yes nor no, and is journaled as any such answer.
        match proves(&answer.trade, order, trade_no) {
            Ok(true) => {
                self.store.confirm(id, trade_no).await?;
                self.alipay.receive_answer(answer).await?;
                Ok(Finding::Confirmed)
            }
            Ok(false) => {
                self.store.deny(id, trade_no).await?;
                // The order waits again, and may have been paid by the trade that the gateway does know. What does not fit is
                // journaled, and asked about again.
                let _ = self.alipay.receive_answer(answer).await;
                Ok(Finding::Denied)
            }
            Err(_) => self.alipay.receive_answer(answer).await.map(|receipt| Finding::from(&receipt)),
        }
    }
}

/// Whether the gateway says that this trade paid this order.
fn proves(answer: &ConfirmedNotification, order: &Order, trade_no: &TradeNo) -> Result<bool, ParseError> {
    Ok(answer.clone().into_events()?.into_iter().any(|event| match event {
        TradeEvent::Held(payment) | TradeEvent::Paid(payment) => {
            payment.notice().trade_no() == trade_no && payment.match_order(order).is_ok()
        }
        _ => false,
    }))
}
