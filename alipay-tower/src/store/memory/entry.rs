//! One order with what the reconciler notes of it.

use crate::protocol::{Order, OrderState, Timestamp, TradeNo};

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) order: Order,
    pub(super) created_at: Timestamp,
    /// Which order it was, counted from the first.
    pub(super) number: u64,
    pub(super) next_check_at: Option<Timestamp>,
    pub(super) attempts: u32,
}

impl Entry {
    pub(super) const fn new(order: Order, created_at: Timestamp, number: u64) -> Self {
        Self { order, created_at, number, next_check_at: None, attempts: 0 }
    }

    /// Whether the gateway still has to be asked about it.
    pub(super) fn is_open(&self) -> bool {
        self.order.is_unconfirmed() || *self.order.state() == OrderState::Pending
    }

    pub(super) fn is_due(&self, now: Timestamp, created_before: Timestamp) -> bool {
        let old = self.order.is_unconfirmed() || self.created_at < created_before;
        self.is_open() && old && self.next_check_at.is_none_or(|at| at <= now)
    }

    /// The trade that paid it, in time or not.
    pub(super) const fn paid_by(&self) -> Option<&TradeNo> {
        match self.order.state() {
            OrderState::Paid(trade_no) | OrderState::PaidAfterClose(trade_no) => Some(trade_no),
            OrderState::Closed | OrderState::Pending => None,
        }
    }

    /// Puts the order into another state, with nothing said of any trade.
    pub(super) fn restart(&mut self, state: OrderState) {
        let old = &self.order;
        let mut order = Order::new(old.out_trade_no().clone(), old.amount())
            .with_currency(old.currency())
            .with_state(state);
        if old.accepts_adjusted_price() {
            order = order.with_adjusted_price_accepted();
        }
        if old.accepts_escrow() {
            order = order.with_escrow_accepted();
        }
        if let Some(seller_id) = old.seller_id() {
            order = order.with_seller_id(seller_id.clone());
        }
        (self.order, self.next_check_at, self.attempts) = (order, None, 0);
    }
}
