//! The suite has teeth: each of these stores breaks one rule.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use alipay_tower::{
    Order, OrderStore, VerifiedPayment, async_trait,
    protocol::{OrderState, OutTradeNo, Timestamp, TradeNo},
    store::{MemoryStore, ReconcileStore, Settlement, StoreError},
};

#[derive(Clone, Copy)]
enum Fault {
    ClosesWhatItSaw,
    CountsNothing,
    DeniesAnyTrade,
    ForgetsDoubts,
    LeasesToAll,
    NeverDue,
}

/// The store in memory with one fault.
struct Faulty {
    fault: Fault,
    store: MemoryStore,
}

#[async_trait]
impl OrderStore for Faulty {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        self.store.find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        let settlement = self.store.settle(payment).await;
        if let Fault::ForgetsDoubts = self.fault {
            self.store.confirm(payment.out_trade_no(), payment.trade_no()).await?;
        }
        settlement
    }
}

#[async_trait]
impl ReconcileStore for Faulty {
    async fn due(
        &self,
        now: Timestamp,
        created_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError> {
        match self.fault {
            Fault::NeverDue => Ok(Vec::new()),
            _ => self.store.due(now, created_before, limit).await,
        }
    }

    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<(), StoreError> {
        self.store.postpone(id, until).await
    }

    async fn attempts(&self, id: &OutTradeNo) -> Result<u32, StoreError> {
        match self.fault {
            Fault::CountsNothing => Ok(0),
            _ => self.store.attempts(id).await,
        }
    }

    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        self.store.confirm(id, trade_no).await
    }

    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        let order = self.store.find(id).await?;
        match (self.fault, order.as_ref().and_then(Order::settled_by)) {
            (Fault::DeniesAnyTrade, Some(own)) => self.store.deny(id, own).await,
            _ => self.store.deny(id, trade_no).await,
        }
    }

    async fn close(&self, id: &OutTradeNo) -> Result<bool, StoreError> {
        let seen = self.store.find(id).await?;
        match (self.fault, seen) {
            (Fault::ClosesWhatItSaw, Some(order)) if order.state() == &OrderState::Pending => {
                tokio::task::yield_now().await;
                self.store.insert(order.with_state(OrderState::Closed));
                Ok(true)
            }
            _ => self.store.close(id).await,
        }
    }

    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool, StoreError> {
        match self.fault {
            Fault::LeasesToAll => Ok(true),
            _ => self.store.lease(name, holder, time).await,
        }
    }
}

fn verdict(fault: Fault) -> String {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let make = async move |orders: Vec<Order>| {
        let store = MemoryStore::new();
        orders.into_iter().for_each(|order| store.insert(order));
        Faulty { fault, store }
    };
    let run = AssertUnwindSafe(|| runtime.block_on(super::reconcile_store(make)));
    let panic = catch_unwind(run).expect_err("the suite must refuse this store");
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap()
}

#[test]
fn each_broken_rule_is_named() {
    let cases = [
        (Fault::ClosesWhatItSaw, "were told that they closed"),
        (Fault::CountsNothing, "1 postponed, counted Ok(0)"),
        (Fault::DeniesAnyTrade, "find must give the trade that settled the order ORDER"),
        (Fault::ForgetsDoubts, "due gives the pending and the unconfirmed orders"),
        (Fault::LeasesToAll, "of 64 holders 64 have the one lease"),
        (Fault::NeverDue, "due gives the pending and the unconfirmed orders"),
    ];
    for (fault, expected) in cases {
        let verdict = verdict(fault);
        assert!(verdict.contains(expected), "expected `{expected}`, the suite said: {verdict}");
    }
}
