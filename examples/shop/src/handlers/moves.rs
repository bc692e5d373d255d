//! What the operator does with an order: ask, ship, refund, close; and with a message: receive it once more.

use std::fmt;

use alipay_sqlx_store::OrderRecord;
use alipay_tower::{Money, protocol::OutTradeNo, reconcile::Closing};

use crate::{
    answer::Answer,
    forms::MoveForm,
    pages::{Moved, OperatorOrder, State},
    shop::Shop,
    visitor::{Visitor, order_no},
};

/// Why nothing moved; for the operator's eyes.
#[derive(Debug)]
pub(crate) struct MoveError(String);

impl MoveError {
    pub(crate) fn new(problem: impl fmt::Display) -> Self {
        Self(problem.to_string())
    }
}

impl fmt::Display for MoveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for MoveError {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

impl Shop {
    /// `GET /operator/orders/{no}`: one order with its history, and the moves that it allows.
    pub async fn operator_order(&self, visitor: &Visitor, no: &str, form: &MoveForm) -> Answer {
        if !self.is_operator(visitor) {
            return self.door(visitor);
        }
        match self.find(no).await {
            Ok(Some(order)) => self.order_page(visitor, 200, order, Moved::find(&form.did), None).await,
            Ok(None) => self.not_found(visitor),
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    /// `POST /operator/orders/{no}/{what}`: `close`, `query`, `refund` or `ship`.
    pub async fn operate(&self, visitor: &Visitor, no: &str, what: &str, form: &MoveForm) -> Answer {
        if let Some(refused) = self.keep_out(visitor) {
            return refused;
        }
        let order = match self.find(no).await {
            Ok(Some(order)) => order,
            Ok(None) => return self.not_found(visitor),
            Err(error) => return self.unavailable(visitor, &error),
        };
        let id = order.out_trade_no();
        let moved = match what {
            "close" => self.close_unpaid(id).await,
            "query" => self.ask_about(id).await,
            "refund" => match form.amount(&order) {
                Some(amount) => self.refund(&order, amount, &form.reason).await,
                None => Err(MoveError::new("the amount must be 0.01 to what is left of the payment")),
            },
            "ship" => self.ship(&order, &form.carrier, &form.waybill).await,
            _ => return self.not_found(visitor),
        };
        match moved {
            Ok(moved) => Answer::go(format!("/operator/orders/{id}?did={}", moved.name())),
            Err(problem) => self.order_page(visitor, 409, order, None, Some(problem)).await,
        }
    }

    /// `POST /operator/journal/{id}/replay`: a kept notification walks the whole way once more, as if Alipay had sent it
    /// again. What was settled before is not settled twice.
    pub async fn replay(&self, visitor: &Visitor, id: &str) -> Answer {
        if let Some(refused) = self.keep_out(visitor) {
            return refused;
        }
        let Ok(id) = id.parse() else { return self.not_found(visitor) };
        let entry = match self.store().journal_entry(id).await {
            Ok(Some(entry)) if entry.channel() == "notify" => entry,
            Ok(_) => return self.not_found(visitor),
            Err(error) => return self.unavailable(visitor, &error),
        };
        // Its outcome is a line of the journal, like that of any other notification.
        let _ = self.alipay().receive_notify(entry.raw()).await;
        match entry.out_trade_no().and_then(order_no) {
            Some(no) => Answer::go(format!("/operator/orders/{no}?did={}", Moved::Replayed.name())),
            None => Answer::go("/operator".to_owned()),
        }
    }

    /// Asks Alipay first, and closes the trade there before the order here.
    async fn close_unpaid(&self, id: &OutTradeNo) -> Result<Moved, MoveError> {
        Ok(match self.inner.reconciler.close(id).await? {
            Closing::Closed => Moved::Closed,
            Closing::Paid => Moved::Paid,
            _ => Moved::Open,
        })
    }

    async fn ask_about(&self, id: &OutTradeNo) -> Result<Moved, MoveError> {
        Ok(match self.alipay().receive_query(id).await? {
            Some(_) => Moved::Queried,
            None => Moved::Unknown,
        })
    }

    pub(super) async fn order_page(
        &self,
        visitor: &Visitor,
        status: u16,
        order: OrderRecord,
        moved: Option<Moved>,
        problem: Option<MoveError>,
    ) -> Answer {
        let id = order.out_trade_no();
        let frame = self.frame(visitor, format!("/operator/orders/{id}"));
        let (events, refunds) = match (self.store().events(id, 200).await, self.store().refunds(id).await) {
            (Ok(events), Ok(refunds)) => (events, refunds),
            (Err(error), _) | (_, Err(error)) => return self.unavailable(visitor, &error),
        };
        let left = left_of(&order);
        let state = State::of(&order);
        let problem = problem.map(|problem| problem.to_string());
        let page = OperatorOrder { frame, state, order, left, events, refunds, moved, problem };
        self.show(visitor, status, &page)
    }
}

/// What can still be refunded.
fn left_of(order: &OrderRecord) -> Money {
    let left = order.amount().fen().saturating_sub(order.refunded().fen());
    match order.trade_no() {
        Some(_) => Money::from_fen(left).unwrap_or_default(),
        None => Money::default(),
    }
}

impl MoveForm {
    /// The amount that the form names; all that is left when it names none.
    fn amount(&self, order: &OrderRecord) -> Option<Money> {
        let left = left_of(order);
        let amount = if self.amount.trim().is_empty() { Some(left) } else { self.amount.trim().parse().ok() };
        amount.filter(|amount| amount.fen() > 0 && *amount <= left)
    }
}
