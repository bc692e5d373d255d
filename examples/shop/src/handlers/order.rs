//! Orders as their buyers see them.

use alipay_sqlx_store::{OrderRecord, SqlStoreError};

use crate::{
    answer::Answer,
    forms::Waiting,
    pages::{OrderList, OrderPage, State},
    shop::Shop,
    visitor::{Visitor, order_no},
};

/// How often an order's page looks for the notification before it gives up: about two minutes.
const MAX_WAIT: u32 = 20;

impl Shop {
    /// `GET /orders/{no}`: one order. Whoever knows the number may see it; it cannot be guessed.
    pub async fn order(&self, visitor: &Visitor, no: &str, waiting: &Waiting) -> Answer {
        let order = match self.find(no).await {
            Ok(Some(order)) => order,
            Ok(None) => return self.not_found(visitor),
            Err(error) => return self.unavailable(visitor, &error),
        };
        let state = State::of(&order);
        let waits = waiting.wait.parse().unwrap_or(0_u32);
        let here = format!("/orders/{}", order.out_trade_no());
        let mut frame = self.frame(visitor, here.as_str());
        if state.is_pending() && (1..=MAX_WAIT).contains(&waits) {
            // Patience grows: 2 seconds first, 12 at last.
            frame = frame.refreshed(2 + waits / 2, format!("{here}?wait={}", waits + 1));
        }
        let page = OrderPage { frame, order, state, waited: waits > MAX_WAIT };
        self.show(visitor, 200, &page)
    }

    /// `GET /orders`: the orders of this browser.
    pub async fn orders(&self, visitor: &Visitor) -> Answer {
        let mut orders = Vec::new();
        for id in visitor.orders() {
            match self.store().order(id).await {
                Ok(Some(order)) => orders.push((order.clone(), State::of(&order))),
                Ok(None) => {}
                Err(error) => return self.unavailable(visitor, &error),
            }
        }
        self.show(visitor, 200, &OrderList { frame: self.frame(visitor, "/orders"), orders })
    }

    /// An order by the text of its number; text that cannot be one has no order.
    pub(super) async fn find(&self, no: &str) -> Result<Option<OrderRecord>, SqlStoreError> {
        match order_no(no) {
            Some(id) => self.store().order(&id).await,
            None => Ok(None),
        }
    }
}
