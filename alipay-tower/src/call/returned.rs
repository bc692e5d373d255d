//! What the gateway said about the trades of returns, kept for a moment.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OnceCell;

use crate::{
    alipay::Alipay,
    protocol::{ConfirmedNotification, OutTradeNo},
    rejection::Rejection,
};

/// How long an answer is good for those who come back once more; a person who waits hardly notices.
const KEPT: Duration = Duration::from_secs(2);
/// The most orders whose answers are kept.
const MAX_ORDERS: usize = 256;

type Answer = Result<Option<ConfirmedNotification>, Rejection>;
type Flight = Arc<OnceCell<(Instant, Answer)>>;

/// The questions about returns that are under way, and the answers of the last moment.
///
/// A return can be opened as often as its address is known, by anybody whom the buyer shows it to, and until the books hold
/// the payment each visit is a reason to ask. So all who come at one time share one question, and for a moment its answer,
/// also when it is that there was none. Only returns with Alipay's signature come here, so nobody fills it with orders of his
/// own invention.
#[derive(Default)]
pub(crate) struct Returns(Mutex<HashMap<OutTradeNo, Flight>>);

impl Alipay {
    /// How the trade of a return stands, as [`query`](Self::query) says it now or said it a moment ago.
    pub(crate) async fn query_of_return(&self, id: &OutTradeNo) -> Answer {
        let flight = self.returns().join(id, Instant::now());
        let ask = async {
            let answer = self.query(id).await.map_err(Rejection::from);
            (Instant::now(), answer)
        };
        flight.get_or_init(|| ask).await.1.clone()
    }
}

impl Returns {
    fn join(&self, id: &OutTradeNo, now: Instant) -> Flight {
        let mut flights = self.lock();
        flights.retain(|_, flight| is_wanted(flight, now));
        if let Some(flight) = flights.get(id) {
            return Arc::clone(flight);
        }
        let flight = Flight::default();
        if flights.len() >= MAX_ORDERS {
            forget_oldest(&mut flights);
        }
        // With so many questions under way at one time, one more is not shared; the client has bounds of its own.
        if flights.len() < MAX_ORDERS {
            flights.insert(id.clone(), Arc::clone(&flight));
        }
        flight
    }

    /// Consistent between any two statements, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, HashMap<OutTradeNo, Flight>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer that is fresh, or a question that somebody waits for; all who asked may have left.
fn is_wanted(flight: &Flight, now: Instant) -> bool {
    match flight.get() {
        Some((at, _)) => now.saturating_duration_since(*at) < KEPT,
        None => Arc::strong_count(flight) > 1,
    }
}

fn forget_oldest(flights: &mut HashMap<OutTradeNo, Flight>) {
    let answered = flights.iter().filter_map(|(id, flight)| Some((flight.get()?.0, id)));
    if let Some((_, id)) = answered.min_by_key(|(at, _)| *at) {
        let id = id.clone();
        flights.remove(&id);
    }
}

impl fmt::Debug for Returns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Returns").field("orders", &self.lock().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> OutTradeNo {
        OutTradeNo::new(&format!("T{number}")).unwrap()
    }

    #[test]
    fn an_answer_is_kept_for_a_moment() {
        let (returns, now) = (Returns::default(), Instant::now());
        let flight = returns.join(&id(1), now);
        assert!(Arc::ptr_eq(&flight, &returns.join(&id(1), now)), "one question for all who come now");
        flight.set((now, Ok(None))).unwrap();
        assert!(Arc::ptr_eq(&flight, &returns.join(&id(1), now + KEPT / 2)));
        assert!(!Arc::ptr_eq(&flight, &returns.join(&id(1), now + KEPT)));
    }

    #[test]
    fn what_everybody_left_is_forgotten() {
        let (returns, now) = (Returns::default(), Instant::now());
        drop(returns.join(&id(1), now));
        let _other = returns.join(&id(2), now);
        assert_eq!(returns.lock().len(), 1);
    }

    #[test]
    fn memory_is_bounded() {
        let (returns, now) = (Returns::default(), Instant::now());
        for number in 0..3 * MAX_ORDERS {
            returns.join(&id(number), now).set((now, Ok(None))).unwrap();
        }
        assert_eq!(returns.lock().len(), MAX_ORDERS);
        let returns = Returns::default();
        let waiting: Vec<_> = (0..3 * MAX_ORDERS).map(|number| returns.join(&id(number), now)).collect();
        assert_eq!((waiting.len(), returns.lock().len()), (3 * MAX_ORDERS, MAX_ORDERS));
    }
}
