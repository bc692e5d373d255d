//! A store in memory, for documentation and tests. It forgets everything when the process ends.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{OrderStore, Settlement, StoreError};
use crate::protocol::{ConfirmedBy, Order, OrderState, OutTradeNo, VerifiedPayment};

/// Orders in a map.
///
/// ```
/// use alipay_tower::{Order, protocol::OutTradeNo, store::{MemoryStore, OrderStore}};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let store = MemoryStore::new();
/// let id = OutTradeNo::new("T20240101000001")?;
/// store.insert(Order::new(id.clone(), "10.50".parse()?));
/// assert_eq!(store.find(&id).await?.unwrap().amount().fen(), 1050);
/// # Ok(()) })
/// # as Result<(), Box<dyn std::error::Error>>
/// # ;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    orders: Mutex<HashMap<OutTradeNo, Order>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records an order, before the buyer is sent to pay; replaces one of the same number.
    pub fn insert(&self, order: Order) {
        self.orders().insert(order.out_trade_no().clone(), order);
    }

    /// The map is consistent between any two statements, so a panic elsewhere does not spoil it.
    fn orders(&self) -> MutexGuard<'_, HashMap<OutTradeNo, Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OrderStore for MemoryStore {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        Ok(self.orders().get(id).cloned())
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        let mut orders = self.orders();
        let order =
            orders.get_mut(payment.out_trade_no()).ok_or_else(|| StoreError::new("the order is gone"))?;
        match order.state() {
            OrderState::Pending => {
                let paid = order.clone().with_state(OrderState::Paid(payment.trade_no().clone()));
                let unconfirmed = payment.confirmed_by() == ConfirmedBy::Nobody;
                *order = if unconfirmed { paid.with_unconfirmed() } else { paid };
                Ok(Settlement::Settled)
            }
            OrderState::Paid(earlier) if earlier == payment.trade_no() => Ok(Settlement::AlreadySettled),
            OrderState::Paid(earlier) => Ok(Settlement::PaidTwice { earlier: earlier.clone() }),
            OrderState::Closed | OrderState::PaidAfterClose(_) => {
                Err(StoreError::new("the order was closed meanwhile"))
            }
        }
    }
}
