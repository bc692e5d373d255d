//! What the operator does with an order: ask, ship, refund, close.

use std::time::SystemTime;

use alipay_sqlx_store::{OrderRecord, SqlStoreError};
use alipay_tower::{
    protocol::{OutTradeNo, Timestamp},
    reconcile::Closing,
};

use super::{problem::MoveError, refunds::left_of};
use crate::{
    answer::Answer,
    forms::MoveForm,
    order_no::random_text,
    pages::{Moved, OperatorOrder, State},
    shop::Shop,
    visitor::Visitor,
};

/// How many letters tell one press of a button from every other.
const PRESS: usize = 20;

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

    /// `POST /operator/orders/{no}/{what}`: `close`, `query`, `refund`, `release` or `ship`.
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
            "refund" => self.refund(&order, form).await,
            "release" => self.release(&order, form).await,
            "ship" => self.ship(&order, &form.carrier, &form.waybill).await,
            _ => return self.not_found(visitor),
        };
        match moved {
            Ok(moved) => Answer::go(format!("/operator/orders/{id}?did={}", moved.name())),
            // As the order stands now.
            Err(problem) => match self.store().order(id).await {
                Ok(fresh) => self.order_page(visitor, 409, fresh.unwrap_or(order), None, Some(problem)).await,
                Err(error) => self.unavailable(visitor, &error),
            },
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
        let lang = frame.lang();
        let books = async {
            let store = self.store();
            let (events, refunds) = (store.events(id, 200).await?, store.refunds(id).await?);
            Ok::<_, SqlStoreError>((events, refunds, store.open_refunds(id).await?))
        };
        let (events, refunds, open) = match books.await {
            Ok(books) => books,
            Err(error) => return self.unavailable(visitor, &error),
        };
        let left = left_of(&order, &open);
        let state = State::of(&order);
        let today = Timestamp::from(SystemTime::now());
        let open = open.into_iter().map(|request| (request.is_of_day(today), request)).collect();
        let problem = problem.map(|problem| problem.text(lang));
        // Without randomness two presses are told apart by their amounts alone.
        let press = random_text(PRESS).unwrap_or_default();
        let page = OperatorOrder { frame, state, order, left, press, events, refunds, open, moved, problem };
        self.show(visitor, status, &page)
    }
}
