//! Questions that are under way: whoever puts one of them again shares its answer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;

use super::GatewayError;
use crate::protocol::{Confirmation, NotifyCheck};

type Answer = Result<Confirmation, GatewayError>;

type Flight = Arc<OnceCell<Answer>>;

#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<NotifyCheck, Flight>>);

impl Flights {
    /// The answer of this question when it is under way, and else it is put. When the one who puts it gives up, the next of
    /// those who wait puts it anew.
    pub(super) async fn share<F: Future<Output = Answer>>(
        &self,
        check: &NotifyCheck,
        ask: impl FnOnce() -> F,
    ) -> Answer {
        let seat = Seat { flights: self, check, flight: self.join(check) };
        seat.flight.get_or_init(ask).await.clone()
    }

    fn join(&self, check: &NotifyCheck) -> Flight {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(flights.entry(check.clone()).or_default())
    }

    /// The last to leave forgets the answer: a later question is a new one. The seat is given up under the lock, so that
    /// of two who leave at once one is the last.
    fn leave(&self, check: &NotifyCheck, seat: Flight) {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(seat);
        if flights.get(check).is_some_and(|flight| Arc::strong_count(flight) == 1) {
            flights.remove(check);
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// Leaves the flight also when the question is dropped midway.
struct Seat<'a> {
    flights: &'a Flights,
    check: &'a NotifyCheck,
    flight: Flight,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.flights.leave(self.check, std::mem::take(&mut self.flight));
    }
}
