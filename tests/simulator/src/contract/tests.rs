//! The memory store passes, and the suite has teeth: each of these stores breaks one rule.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};

use alipay_tower::{
    Order, OrderStore, Rejection, VerifiedPayment, async_trait,
    protocol::{OrderState, OutTradeNo, Progress, Stage, TradeEvent, TradeStatus, UnmatchedPayment},
    store::{MemoryStore, Settlement, StoreError},
};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

async fn memory(orders: Vec<Order>) -> MemoryStore {
    let store = MemoryStore::new();
    orders.into_iter().for_each(|order| store.insert(order));
    store
}

#[test]
fn the_memory_store_conforms() {
    runtime().block_on(super::order_store(memory));
    let single = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    single.block_on(super::order_store(memory));
}

#[test]
fn the_memory_store_can_be_looked_through() {
    runtime().block_on(super::reconcile_store(memory));
}

/// Which rule a store breaks.
#[derive(Clone, Copy)]
enum Fault {
    ClosedIsPaid,
    CloseUndoesPayment,
    DroppedHalfway,
    ForgetsTheTrade,
    LooksThenWrites,
    NamesTheWrongTrade,
    NewsTakeBack,
    RefundCloses,
    SettlesAsNew,
    SettlesUnknown,
    SettlesUnmatched,
}

struct Faulty {
    fault: Fault,
    orders: Mutex<HashMap<OutTradeNo, Order>>,
}

impl Faulty {
    fn get(&self, id: &OutTradeNo) -> Option<Order> {
        self.orders.lock().unwrap().get(id).cloned()
    }

    fn put(&self, order: Order) {
        self.orders.lock().unwrap().insert(order.out_trade_no().clone(), order);
    }

    fn pay(&self, order: Order, payment: &VerifiedPayment) -> Settlement {
        self.put(order.with_state(OrderState::Paid(payment.trade_no().clone())));
        Settlement::Settled
    }
}

#[async_trait]
impl OrderStore for Faulty {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        Ok(match (self.fault, self.get(id)) {
            (Fault::ForgetsTheTrade, Some(order)) if order.settled_by().is_some() => {
                Some(order.with_state(OrderState::Pending))
            }
            (_, order) => order,
        })
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        let Some(order) = self.get(payment.out_trade_no()) else {
            return match self.fault {
                Fault::SettlesUnknown => Ok(Settlement::Settled),
                _ => Err(StoreError::new("no such order")),
            };
        };
        match (self.fault, order.state()) {
            (Fault::LooksThenWrites, OrderState::Pending) => {
                tokio::task::yield_now().await;
                Ok(self.pay(order, payment))
            }
            (Fault::DroppedHalfway, OrderState::Pending) => {
                // Takes the order away, and gives it back unless it is dropped in between.
                self.orders.lock().unwrap().remove(payment.out_trade_no());
                tokio::task::yield_now().await;
                Ok(self.pay(order, payment))
            }
            (Fault::ClosedIsPaid, OrderState::Closed) => Ok(self.pay(order, payment)),
            (_, OrderState::Pending) => {
                let mut orders = self.orders.lock().unwrap();
                let order = orders.get_mut(payment.out_trade_no()).unwrap();
                if let OrderState::Paid(_) = order.state() {
                    return Ok(Settlement::AlreadySettled);
                }
                *order = order.clone().with_state(OrderState::Paid(payment.trade_no().clone()));
                if let Fault::SettlesAsNew = self.fault {
                    *order = order.clone().with_progress(Progress::default().with_stage(Stage::Held));
                }
                Ok(Settlement::Settled)
            }
            (_, OrderState::Paid(earlier)) if earlier == payment.trade_no() => Ok(Settlement::AlreadySettled),
            (Fault::NamesTheWrongTrade, OrderState::Paid(_)) => {
                Ok(Settlement::PaidTwice { earlier: payment.trade_no().clone() })
            }
            (_, OrderState::Paid(earlier)) => Ok(Settlement::PaidTwice { earlier: earlier.clone() }),
            _ => Err(StoreError::new("closed")),
        }
    }

    async fn unmatched(&self, payment: &UnmatchedPayment, _reason: &Rejection) -> Result<(), StoreError> {
        let notice = payment.notice();
        if let (Fault::SettlesUnmatched, Some(order)) = (self.fault, self.get(notice.out_trade_no())) {
            self.put(order.with_state(OrderState::Paid(notice.trade_no().clone())));
        }
        Ok(())
    }

    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        // Keeps what the latest message says, whatever was known before.
        if let (Fault::NewsTakeBack, Some(notice)) = (self.fault, event.notice())
            && let Some(order) = self.get(notice.out_trade_no())
            && order.settled_by() == Some(notice.trade_no())
        {
            self.put(order.with_progress(notice.progress()));
        }
        // A refund that is heard before its payment looks like the end of an order that was never paid.
        if let (Fault::RefundCloses, TradeEvent::Refunded(notice)) = (self.fault, event)
            && notice.trade_status() == &TradeStatus::TradeClosed
            && let Some(order) = self.get(notice.out_trade_no())
            && order.state() == &OrderState::Pending
        {
            self.put(order.with_state(OrderState::Closed));
        }
        if let (Fault::CloseUndoesPayment, TradeEvent::Closed(notice)) = (self.fault, event)
            && let Some(order) = self.get(notice.out_trade_no())
        {
            self.put(order.with_state(OrderState::Closed));
        }
        Ok(())
    }
}

/// The sentence with which the suite refuses a store.
fn verdict(fault: Fault) -> String {
    let make = async move |orders: Vec<Order>| {
        let orders = orders.into_iter().map(|order| (order.out_trade_no().clone(), order)).collect();
        Faulty { fault, orders: Mutex::new(orders) }
    };
    let run = AssertUnwindSafe(|| runtime().block_on(super::order_store(make)));
    let panic = catch_unwind(run).expect_err("the suite must refuse this store");
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap()
}

#[test]
fn each_broken_rule_is_named() {
    let cases = [
        (Fault::ClosedIsPaid, "about the order CLOSED: it must fail"),
        (Fault::CloseUndoesPayment, "find must give the trade that settled the order PAID"),
        (Fault::DroppedHalfway, "must not fail here"),
        (Fault::ForgetsTheTrade, "find must give the trade that settled the order PLAIN"),
        (Fault::LooksThenWrites, "were told Settled"),
        (Fault::NamesTheWrongTrade, "a second payment that names the first"),
        (Fault::NewsTakeBack, "a message took back what an earlier one had said"),
        (Fault::RefundCloses, "the gateway's own word was refused"),
        (Fault::SettlesAsNew, "must keep that the money went back"),
        (Fault::SettlesUnknown, "about the order NOBODYS: it must fail"),
        (Fault::SettlesUnmatched, "unmatched must not move the order OPEN"),
    ];
    for (fault, expected) in cases {
        let verdict = verdict(fault);
        assert!(verdict.contains(expected), "expected `{expected}`, the suite said: {verdict}");
    }
}
