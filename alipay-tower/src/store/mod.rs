//! Room 3: the host's orders.
//!
//! [`OrderStore`] is the one trait a shop implements (or it takes the ready SQL store of the crate `alipay-sqlx-store`).
//! A complete implementation, over a mutex and a map; a real one does the same in one conditional SQL statement:
//!
//! ```
//! use std::{collections::HashMap, sync::Mutex};
//!
//! use alipay_tower::{
//!     Order, Rejection, VerifiedPayment, async_trait,
//!     protocol::{OrderState, OutTradeNo, TradeEvent, UnmatchedPayment},
//!     store::{Hit, OrderStore, Settlement, StoreError},
//! };
//!
//! struct Orders(Mutex<HashMap<OutTradeNo, Order>>);
//!
//! #[async_trait]
//! impl OrderStore for Orders {
//!     async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
//!         let orders = self.0.lock().map_err(|_| StoreError::new("poisoned"))?;
//!         Ok(orders.get(id).cloned())
//!     }
//!
//!     async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
//!         let mut orders = self.0.lock().map_err(|_| StoreError::new("poisoned"))?;
//!         let order = orders.get_mut(payment.out_trade_no()).ok_or_else(|| StoreError::new("order is gone"))?;
//!         match order.state() {
//!             // `UPDATE orders SET trade_no = ? WHERE out_trade_no = ? AND state = 'pending'`
//!             OrderState::Pending => {
//!                 *order = order.clone().with_state(OrderState::Paid(payment.trade_no().clone()));
//!                 Ok(Settlement::Settled)
//!             }
//!             OrderState::Paid(earlier) if earlier == payment.trade_no() => Ok(Settlement::AlreadySettled),
//!             OrderState::Paid(earlier) => Ok(Settlement::PaidTwice { earlier: earlier.clone() }),
//!             _ => Err(StoreError::new("the order was closed meanwhile")),
//!         }
//!     }
//!
//!     async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
//!         println!("{} {:?}", event.name(), event.out_trade_no());
//!         Ok(())
//!     }
//!
//!     async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
//!         // Real money that fits no order: a shop keeps it in a table and tells a person.
//!         println!("{} for {}: {reason}", payment.notice().trade_no(), payment.notice().out_trade_no());
//!         Ok(())
//!     }
//!
//!     fn journal(&self, hit: &Hit<'_>) {
//!         println!("{} {} {:?}", hit.channel().as_str(), hit.outcome(), hit.reason());
//!     }
//! }
//! # let _ = Orders(Mutex::default());
//! ```

mod hit;
mod memory;
mod reconcile;

use std::sync::Arc;

use async_trait::async_trait;

pub use self::{
    hit::{Hit, Receipt},
    memory::MemoryStore,
    reconcile::ReconcileStore,
};
use crate::{
    protocol::{Order, OutTradeNo, TradeEvent, TradeNo, UnmatchedPayment, VerifiedPayment},
    rejection::Rejection,
};

/// A boxed error of any kind.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The orders of the shop.
///
/// The crate `alipay-simulator` has a conformance suite that any implementation can be run through.
#[async_trait]
pub trait OrderStore: Send + Sync + 'static {
    /// The order as the shop recorded it, with the trade that settled it. Read-only; used by both paths.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer; the notification is then answered `fail` and comes again.
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError>;

    /// Records the payment exactly once.
    ///
    /// Atomic (of any number of concurrent calls for one order, exactly one returns [`Settlement::Settled`]), durable
    /// before it returns (the gateway stops repeating after `success`), and safe to drop midway.
    ///
    /// A payment of which the shop hears late may have [gone back](VerifiedPayment::is_refunded) since. It is recorded like
    /// any other, with nothing that lets goods leave: no receipt, no order to the warehouse. Do what a payment causes in the
    /// store, or look at `is_refunded` when [`Receipt::Settled`] is told.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the payment is not in the books; the notification is answered `fail` and comes again.
    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError>;

    /// Takes note of a confirmed event that is not a payment: closed, refunded, waiting, or of another kind. A store that
    /// keeps a trade's [`Progress`](crate::protocol::Progress) with its orders is also told when a settled payment has
    /// moved on: shipped, finished. Default: nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it must come again.
    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        let _ = event;
        Ok(())
    }

    /// Keeps a genuine, confirmed payment that does not fit the books: an order that is unknown, closed, or of another
    /// amount. It is real money; the notification is answered `fail` and comes again for a day, the same payment each time,
    /// and after that only this record is left of it. Default: nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be kept.
    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
        let _ = (payment, reason);
        Ok(())
    }

    /// Is told of every hit on the two paths after its answer was decided, the illegal ones with their reason, so that
    /// a shop can keep a log of them. Default: nothing.
    ///
    /// It is called on the request's task: hand the hit to a bounded queue and return. Anyone can cause refused hits, so
    /// what is kept of them must be bounded.
    fn journal(&self, hit: &Hit<'_>) {
        let _ = hit;
    }
}

#[async_trait]
impl<T: OrderStore + ?Sized> OrderStore for Arc<T> {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        (**self).find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        (**self).settle(payment).await
    }

    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        (**self).observe(event).await
    }

    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
        (**self).unmatched(payment, reason).await
    }

    fn journal(&self, hit: &Hit<'_>) {
        (**self).journal(hit);
    }
}

/// What recording a payment did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "PaidTwice is money that must go back"]
#[non_exhaustive]
pub enum Settlement {
    /// This trade had settled the order before.
    AlreadySettled,
    /// Another trade had settled the order before: the buyer paid twice and one payment must be refunded.
    PaidTwice {
        /// The trade that settled the order first.
        earlier: TradeNo,
    },
    /// The order was pending and is now paid.
    Settled,
}

/// The store could not do what it was asked.
#[derive(Debug)]
pub struct StoreError(BoxError);

impl StoreError {
    /// Wraps the cause; its text reaches the operator's log, so it must hold no secrets.
    pub fn new(source: impl Into<BoxError>) -> Self {
        Self(source.into())
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the order store failed: {}", self.0)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}
