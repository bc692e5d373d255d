//! The books of the store in memory. Whoever holds the lock is alone, so each method is one step.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::entry::Entry;
use crate::{
    protocol::{
        ConfirmedBy, Currency, Order, OrderState, OutTradeNo, Progress, Stage, Timestamp, TradeEvent,
        TradeNo, TradeNotice, UnmatchedPayment, VerifiedPayment,
    },
    rejection::RejectionKind,
    store::{Settlement, StoreError},
};

#[derive(Debug, Default)]
pub(super) struct Books {
    orders: HashMap<OutTradeNo, Entry>,
    /// What was said of each trade of each order, also of those that have not paid it: messages come in any order.
    trades: HashMap<(OutTradeNo, TradeNo), Progress>,
    leases: HashMap<String, Lease>,
    inserted: u64,
}

#[derive(Debug)]
struct Lease {
    holder: String,
    /// `None`: further away than a clock can tell.
    until: Option<Instant>,
}

impl Books {
    pub(super) fn insert(&mut self, order: Order, at: Timestamp) {
        self.inserted += 1;
        let id = order.out_trade_no().clone();
        let progress = order.progress();
        let entry = Entry::new(order, at, self.inserted);
        if let Some(trade_no) = entry.paid_by() {
            self.trades.insert((id.clone(), trade_no.clone()), progress);
        }
        self.orders.insert(id, entry);
    }

    pub(super) fn order(&self, id: &OutTradeNo) -> Option<&Order> {
        self.orders.get(id).map(|entry| &entry.order)
    }

    pub(super) fn settle(&mut self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        let (id, trade_no, by) = (payment.out_trade_no(), payment.trade_no(), payment.confirmed_by());
        let entry = self.orders.get_mut(id).ok_or_else(|| StoreError::new("the order is gone"))?;
        match entry.order.state().clone() {
            OrderState::Pending => {
                entry.restart(OrderState::Paid(trade_no.clone()));
                if by == ConfirmedBy::Nobody {
                    entry.order = entry.order.clone().with_unconfirmed();
                }
                self.join(id, trade_no, payment.progress());
                Ok(Settlement::Settled)
            }
            OrderState::Paid(earlier) if earlier == *trade_no => {
                self.hear(id, trade_no, payment.progress(), by);
                Ok(Settlement::AlreadySettled)
            }
            OrderState::Paid(earlier) => {
                self.hear(id, trade_no, payment.progress(), by);
                Ok(Settlement::PaidTwice { earlier })
            }
            OrderState::Closed | OrderState::PaidAfterClose(_) => {
                Err(StoreError::new("the order was closed meanwhile"))
            }
        }
    }

    pub(super) fn observe(&mut self, event: &TradeEvent) {
        let Some(notice) = event.notice() else { return };
        let (id, progress, by) = (notice.out_trade_no(), notice.progress(), notice.confirmed_by());
        self.hear(id, notice.trade_no(), progress, by);
        let unpaid = matches!(event, TradeEvent::Closed(_)) && progress.stage() < Stage::Held;
        if unpaid && by != ConfirmedBy::Nobody {
            self.close(id);
        }
    }

    pub(super) fn unmatched(&mut self, payment: &UnmatchedPayment, kind: RejectionKind) {
        let notice = payment.notice();
        let (id, by) = (notice.out_trade_no(), notice.confirmed_by());
        if let Some(entry) = self.orders.get_mut(id)
            && kind == RejectionKind::OrderClosed
            && by != ConfirmedBy::Nobody
            && pays(notice, &entry.order)
        {
            entry.restart(OrderState::PaidAfterClose(notice.trade_no().clone()));
        }
        self.hear(id, notice.trade_no(), notice.progress(), by);
    }

    pub(super) fn due(&self, now: Timestamp, created_before: Timestamp, limit: u32) -> Vec<Order> {
        let mut due: Vec<_> =
            self.orders.values().filter(|entry| entry.is_due(now, created_before)).collect();
        due.sort_by_key(|entry| (entry.created_at, entry.number));
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        due.into_iter().map(|entry| entry.order.clone()).collect()
    }

    pub(super) fn postpone(&mut self, id: &OutTradeNo, until: Timestamp) {
        if let Some(entry) = self.orders.get_mut(id).filter(|entry| entry.is_open()) {
            entry.next_check_at = Some(until);
            entry.attempts = entry.attempts.saturating_add(1);
        }
    }

    pub(super) fn attempts(&self, id: &OutTradeNo) -> u32 {
        self.orders.get(id).map_or(0, |entry| entry.attempts)
    }

    pub(super) fn confirm(&mut self, id: &OutTradeNo, trade_no: &TradeNo) {
        if let Some(entry) = self.unconfirmed(id, trade_no) {
            let (state, progress) = (entry.order.state().clone(), entry.order.progress());
            entry.restart(state);
            entry.order = entry.order.clone().with_progress(progress);
        }
    }

    /// What the trade was said to have done was said by nobody.
    pub(super) fn deny(&mut self, id: &OutTradeNo, trade_no: &TradeNo) {
        if let Some(entry) = self.unconfirmed(id, trade_no) {
            entry.restart(OrderState::Pending);
            self.trades.remove(&(id.clone(), trade_no.clone()));
        }
    }

    pub(super) fn close(&mut self, id: &OutTradeNo) -> bool {
        match self.orders.get_mut(id) {
            Some(entry) if *entry.order.state() == OrderState::Pending => {
                entry.order = entry.order.clone().with_state(OrderState::Closed);
                true
            }
            _ => false,
        }
    }

    pub(super) fn lease(&mut self, name: &str, holder: &str, now: Instant, time: Duration) -> bool {
        let others = |lease: &Lease| lease.holder != holder && lease.until.is_none_or(|until| until > now);
        if self.leases.get(name).is_some_and(others) {
            return false;
        }
        let lease = Lease { holder: holder.to_owned(), until: now.checked_add(time) };
        self.leases.insert(name.to_owned(), lease);
        true
    }

    fn unconfirmed(&mut self, id: &OutTradeNo, trade_no: &TradeNo) -> Option<&mut Entry> {
        let entry = self.orders.get_mut(id)?;
        (entry.order.is_unconfirmed() && entry.order.settled_by() == Some(trade_no)).then_some(entry)
    }

    /// What nobody confirmed moves nothing; what the gateway says of a payment confirms it.
    fn hear(&mut self, id: &OutTradeNo, trade_no: &TradeNo, progress: Progress, by: ConfirmedBy) {
        if by == ConfirmedBy::Nobody {
            return;
        }
        self.join(id, trade_no, progress);
        if by != ConfirmedBy::Books && progress.stage() >= Stage::Held {
            self.confirm(id, trade_no);
        }
    }

    /// Only the trade that paid the order moves its progress.
    fn join(&mut self, id: &OutTradeNo, trade_no: &TradeNo, progress: Progress) {
        let Some(entry) = self.orders.get_mut(id) else { return };
        let known = self.trades.entry((id.clone(), trade_no.clone())).or_default();
        *known = known.join(progress);
        if entry.paid_by() == Some(trade_no) {
            entry.order = entry.order.clone().with_progress(*known);
        }
    }
}

/// Whether it is exactly what the closed order asked for. A message that names no currency is about yuan.
fn pays(notice: &TradeNotice, order: &Order) -> bool {
    let currency = notice.field("currency").unwrap_or(Currency::CNY.as_str());
    *order.state() == OrderState::Closed
        && notice.amount() == Some(order.amount())
        && currency == order.currency().as_str()
}
