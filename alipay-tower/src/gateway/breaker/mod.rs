//! A circuit breaker and a budget around any gateway client.

mod circuit;
mod options;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout},
};

use self::circuit::{Circuit, Pass};
pub use self::{circuit::BreakerState, options::BreakerOptions};
use super::{GatewayAnswer, GatewayError, NotifyGateway, flights::Flights};
use crate::protocol::{Confirmation, NotifyCheck, SignedRequest};

/// A question that was given up by its asker after this long had no answer in time. One that was given up sooner says
/// nothing about the gateway: browsers leave pages.
const GIVEN_UP: Duration = Duration::from_secs(2);

/// Asks through another client, within bounds.
///
/// While the gateway is out of reach ([`GatewayError::is_outage`]: no connection, no answer in time, 5xx) several times in a
/// row, the circuit opens: for a while every question is answered [`GatewayError::CircuitOpen`] at once and nothing is
/// sent. Then one question is let through; the gateway's answer, whatever it says, closes the circuit, and another failure
/// doubles the pause. `false` is an answer like `true`.
///
/// Questions about one `notify_id` that overlap are one question, whose answer they share: however many wait for it, it takes
/// one place, and its failure counts once.
///
/// Two more bounds hold always: so many questions at once, and so much time for each. What finds no place soon is
/// answered [`GatewayError::Overloaded`]; the notification is answered `fail` quickly and comes again, which is better than
/// to let everything wait until nothing is answered in time.
///
/// Cloning shares everything: keep one clone to look at [`state`](Self::state), and give one breaker to all desks that ask
/// the same gateway. Time is tokio's, so tests may pause it.
///
/// ```
/// use alipay_tower::{async_trait, gateway::{BreakerOptions, BreakerState, CircuitBreaker, GatewayError, NotifyGateway}};
/// use alipay_tower::protocol::{Confirmation, NotifyCheck};
/// # use alipay_tower::{Alipay, Endpoints, Merchant, protocol::{Md5Key, PartnerId}, store::MemoryStore};
///
/// struct Down;
///
/// #[async_trait]
/// impl NotifyGateway for Down {
///     async fn ask(&self, _check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
///         Err(GatewayError::Status(503))
///     }
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// let breaker = CircuitBreaker::new(Down, &BreakerOptions::default().with_failures(3));
/// # let merchant = Merchant::md5(PartnerId::new("2088000000000001")?, Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?);
/// # let endpoints = Endpoints::new("https://shop.example.com/alipay/notify", "https://shop.example.com/alipay/return")?;
/// # let signed = merchant.sign_fields([("notify_id", "0123456789abcdef"), ("notify_type", "trade_status_sync")])?;
/// # let message = signed.url().split_once('?').map_or("", |(_, query)| query).as_bytes();
/// let alipay = Alipay::new(merchant, breaker.clone(), MemoryStore::new(), endpoints);
/// for _ in 0..3 {
///     assert_eq!(breaker.state(), BreakerState::Closed);
///     assert!(alipay.receive_notify(message).await.is_err());
/// }
/// assert_eq!(breaker.state(), BreakerState::Open);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CircuitBreaker<G> {
    shared: Arc<Shared<G>>,
}

struct Shared<G> {
    gateway: G,
    circuit: Circuit,
    flights: Flights,
    places: Semaphore,
    wait: Duration,
    budget: Duration,
}

impl<G> CircuitBreaker<G> {
    /// Puts the breaker around a client.
    #[must_use]
    pub fn new(gateway: G, options: &BreakerOptions) -> Self {
        let circuit = Circuit::new(options.failures, options.pause, options.max_pause);
        let places = Semaphore::new(options.concurrency.min(Semaphore::MAX_PERMITS));
        let (wait, budget) = (options.wait.min(options.budget), options.budget);
        Self {
            shared: Arc::new(Shared { gateway, circuit, flights: Flights::default(), places, wait, budget }),
        }
    }

    /// What the circuit is now.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.shared.circuit.state()
    }

    /// The client inside.
    #[must_use]
    pub fn gateway(&self) -> &G {
        &self.shared.gateway
    }

    /// One question within the bounds, for somebody who waits since `began`.
    async fn bounded<T>(
        &self,
        began: Instant,
        question: impl Future<Output = Result<T, GatewayError>>,
    ) -> Result<T, GatewayError> {
        let Shared { circuit, places, wait, budget, .. } = &*self.shared;
        // Before the place too: while the circuit is open nobody waits for anything.
        if !circuit.lets_through() {
            return Err(GatewayError::CircuitOpen);
        }
        let Ok(Ok(_place)) = timeout(*wait, places.acquire()).await else {
            return Err(GatewayError::Overloaded);
        };
        let pass = circuit.enter().ok_or(GatewayError::CircuitOpen)?;
        let asker = Asker { circuit, pass: Some(pass), since: Instant::now() };
        let left = budget.saturating_sub(began.elapsed());
        let answer = match timeout(left, question).await {
            Ok(answer) => answer,
            Err(_late) => Err(GatewayError::Transport("no answer in time".into())),
        };
        asker.heard(answer.as_ref().err());
        answer
    }
}

/// Tells the circuit what came of a question, also when it is dropped midway.
struct Asker<'a> {
    circuit: &'a Circuit,
    pass: Option<Pass>,
    since: Instant,
}

impl Asker<'_> {
    fn heard(mut self, error: Option<&GatewayError>) {
        let Some(pass) = self.pass.take() else { return };
        match error {
            Some(error) if error.is_outage() => self.circuit.failed(pass),
            // Shed by a breaker further in, or never sent: nothing was learnt.
            Some(GatewayError::Overloaded | GatewayError::Unsupported) => self.circuit.given_up(pass),
            _ => self.circuit.answered(pass),
        }
    }
}

impl Drop for Asker<'_> {
    fn drop(&mut self) {
        match self.pass.take() {
            Some(pass) if self.since.elapsed() >= GIVEN_UP => self.circuit.failed(pass),
            Some(pass) => self.circuit.given_up(pass),
            None => {}
        }
    }
}

#[async_trait]
impl<G: NotifyGateway> NotifyGateway for CircuitBreaker<G> {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        let Shared { gateway, circuit, flights, .. } = &*self.shared;
        // While the circuit is open nobody waits, for another's answer as little as for a place.
        if !circuit.lets_through() {
            return Err(GatewayError::CircuitOpen);
        }
        let began = Instant::now();
        flights.share(check, || self.bounded(began, gateway.ask(check))).await
    }

    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        self.bounded(Instant::now(), self.shared.gateway.send(request)).await
    }

    async fn call(&self, request: &SignedRequest) -> Result<GatewayAnswer, GatewayError> {
        self.bounded(Instant::now(), self.shared.gateway.call(request)).await
    }
}

impl<G> Clone for CircuitBreaker<G> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<G> fmt::Debug for CircuitBreaker<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker").field("state", &self.state()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
