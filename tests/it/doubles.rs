//! Books and a gateway that agree with everything, for tests of what comes before them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use alipay_tower::{
    Money, Order, OrderStore, VerifiedPayment, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{Confirmation, NotifyCheck, OutTradeNo, SignedRequest},
    store::{Hit, Settlement, StoreError},
};

/// Books in which every order stands that anybody speaks of, at one price.
#[derive(Default)]
pub(crate) struct Permissive {
    pub(crate) price: Mutex<Money>,
    /// What the last hit came to.
    pub(crate) outcome: Mutex<&'static str>,
}

#[async_trait]
impl OrderStore for Permissive {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        Ok(Some(Order::new(id.clone(), *self.price.lock().unwrap())))
    }

    async fn settle(&self, _payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        Ok(Settlement::Settled)
    }

    fn journal(&self, hit: &Hit<'_>) {
        *self.outcome.lock().unwrap() = hit.outcome();
    }
}

/// A gateway that stands by everything, and counts.
#[derive(Clone, Default)]
pub(crate) struct Honest {
    asked: Arc<AtomicUsize>,
    /// What it says to a call: in the OpenAPI generation, how a trade stands.
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Honest {
    /// How often it was asked since the last time.
    pub(crate) fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }

    pub(crate) fn will_answer(&self, answer: String) {
        *self.answer.lock().unwrap() = answer.into_bytes();
    }
}

#[async_trait]
impl NotifyGateway for Honest {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(check.read(b"true")?)
    }

    async fn send(&self, _: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.answer.lock().unwrap().clone())
    }
}
