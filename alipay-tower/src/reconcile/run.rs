//! Sweeping for as long as the application lives.

use std::{pin::pin, time::SystemTime};

use futures_util::future::{Either, select};
use tokio::time::{MissedTickBehavior, interval};

use super::Reconciler;
use crate::protocol::Timestamp;

impl Reconciler {
    /// Sweeps at once and then in every [interval](super::ReconcileOptions::with_interval), until `shutdown` is ready. A
    /// sweep that is under way then is dropped; the next one, of this instance or another, finds what it did.
    ///
    /// It needs a tokio runtime with time.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut ticks = interval(self.options.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let turn = pin!(async {
                ticks.tick().await;
                self.sweep(Timestamp::from(SystemTime::now())).await
            });
            if let Either::Left(_) = select(shutdown.as_mut(), turn).await {
                return;
            }
        }
    }
}
