//! The shop: the books, the desk, and what runs beside the server.

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use alipay_simulator::SimulatedGateway;
use alipay_sqlx_store::SqlStore;
use alipay_tower::{
    Alipay, Desks,
    gateway::{BreakerState, CircuitBreaker, ReqwestGateway},
    reconcile::Reconciler,
};
use tokio::task::JoinHandle;

use crate::{
    BoxError,
    config::PublicUrl,
    counter::Counter,
    demo::{self, Verdict},
    handlers::overdue,
    payout::Payer,
    receipts,
    say::say,
    setup::Setup,
    stop::Stop,
};

/// How long requests in flight, and then a letter that is being sent, have to end; longer than any notification takes.
const GRACE: Duration = Duration::from_secs(12);

/// One shop, for any web framework: every page is a method that takes what was asked and returns an
/// [`Answer`](crate::Answer). Cheap to clone.
#[derive(Clone)]
pub struct Shop {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: SqlStore,
    pub(crate) counter: Counter,
    pub(crate) reconciler: Reconciler,
    gateway: CircuitBreaker<ReqwestGateway>,
    pub(crate) address: SocketAddr,
    pub(crate) public_url: PublicUrl,
    pub(crate) simulated: bool,
    /// Where the pay form may be sent.
    pub(crate) form_action: String,
    /// What the operator must say; nothing on a machine of the operator's own.
    pub(crate) operator_token: Option<String>,
    /// Who pays out, when the settings say it.
    pub(crate) payer: Option<Payer>,
    stop: Stop,
    beside: Mutex<Beside>,
}

/// What runs beside the server and ends after it.
#[derive(Default)]
struct Beside {
    worker: Option<JoinHandle<()>>,
    reconciler: Option<JoinHandle<()>>,
    refunds: Option<JoinHandle<()>>,
    demo: Option<JoinHandle<Result<Verdict, demo::DemoError>>>,
    simulator: Option<SimulatedGateway>,
}

impl Shop {
    /// Opens the shop: starts the worker that sends receipts, says where the shop is, and begins the demonstration if
    /// one was asked for. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// When receipts cannot be sent as configured.
    pub fn new(setup: Setup, store: SqlStore, alipay: Alipay) -> Result<Self, BoxError> {
        let post = setup.post()?;
        let worker = receipts::work(store.clone(), post, setup.stop.clone());
        setup.announce();
        let (options, payer, gateway) = (setup.reconcile_options(), setup.payer(), setup.gateway());
        let (story, simulator) = (setup.story, setup.simulator);
        let form_action = form_action(alipay.merchant().gateway().as_str());
        let reconciler = Reconciler::new(alipay.clone(), store.clone()).with_options(options);
        let counter = Counter::new(alipay)?;
        let reconciler = counter.followed_by(reconciler);
        let inner = Inner {
            store,
            counter,
            reconciler: reconciler.clone(),
            gateway,
            address: setup.address,
            form_action,
            public_url: setup.public_url,
            simulated: setup.simulated,
            operator_token: setup.operator_token,
            payer,
            stop: setup.stop,
            beside: Mutex::default(),
        };
        let shop = Self { inner: Arc::new(inner) };
        // Notifications that never come are asked for.
        let own = shop.clone();
        let reconciler = Some(tokio::spawn(async move { reconciler.run(own.stopped()).await }));
        let refunds = Some(tokio::spawn(overdue::ask(shop.clone())));
        let worker = Some(tokio::spawn(worker));
        *shop.beside() = Beside { worker, reconciler, refunds, demo: None, simulator };
        // Only now: the story may reach for the gateway.
        let demo = story.map(|story| tokio::spawn(demo::run(shop.clone(), story)));
        shop.beside().demo = demo;
        Ok(shop)
    }

    /// The books.
    #[must_use]
    pub fn store(&self) -> &SqlStore {
        &self.inner.store
    }

    /// The desk of this moment.
    #[must_use]
    pub fn alipay(&self) -> Alipay {
        self.inner.counter.alipay()
    }

    /// In certificate mode the desk is one that is replaced, when Alipay's certificate has changed: what the layer or the
    /// fairing is to serve then.
    #[must_use]
    pub fn desks(&self) -> Option<&Desks> {
        self.inner.counter.desks()
    }

    /// Whether the gateway is asked at the moment.
    #[must_use]
    pub fn circuit(&self) -> BreakerState {
        self.inner.gateway.state()
    }

    /// The socket that the shop listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.inner.address
    }

    /// The shop's address as buyers see it, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        self.inner.public_url.as_str()
    }

    /// Asks everything to stop, the server first.
    pub fn stop(&self) {
        self.inner.stop.now();
    }

    /// Waits until the shop is to stop: SIGINT, SIGTERM, [`Shop::stop`], or the end of a demonstration.
    pub async fn stopped(self) {
        self.inner.stop.wait().await;
    }

    /// Runs a server that ends by itself when the shop is [`stopped`](Self::stopped): lets it answer what has begun,
    /// but not wait for ever for clients that do not finish, and then [closes](Self::close) the shop.
    ///
    /// # Errors
    ///
    /// When the server fails, or a demonstration was asked for and failed.
    pub async fn serve<T, E: Into<BoxError>>(
        &self,
        server: impl IntoFuture<Output = Result<T, E>>,
    ) -> Result<(), BoxError> {
        let overdue = async {
            self.clone().stopped().await;
            tokio::time::sleep(GRACE).await;
        };
        let served = tokio::select! {
            served = server.into_future() => served.map(drop).map_err(Into::into),
            () = overdue => {
                eprintln!("note: some clients did not finish their requests in time");
                Ok(())
            }
        };
        self.close().await?;
        served
    }

    /// Closes the shop, after its server has answered the last request: the mail that is being sent goes out, the
    /// books are written, the simulated gateway stops.
    ///
    /// # Errors
    ///
    /// When a demonstration was asked for and failed.
    pub async fn close(&self) -> Result<(), BoxError> {
        self.stop();
        let beside = std::mem::take(&mut *self.beside());
        let verdict = match beside.demo {
            Some(demo) => Some(demo.await?),
            None => None,
        };
        for worker in [beside.worker, beside.reconciler, beside.refunds].into_iter().flatten() {
            // A letter that takes longer keeps its lease, and goes out after the next start.
            let _ = tokio::time::timeout(GRACE, worker).await;
        }
        if let Some(simulator) = beside.simulator {
            simulator.shutdown().await;
        }
        self.store().close().await;
        if let Some(verdict) = verdict.transpose()? {
            say(verdict);
        }
        Ok(())
    }

    /// The simulated gateway in this process, which the demonstrations make misbehave.
    pub(crate) fn with_simulator<T>(&self, act: impl FnOnce(&SimulatedGateway) -> T) -> Option<T> {
        self.beside().simulator.as_ref().map(act)
    }

    fn beside(&self) -> std::sync::MutexGuard<'_, Beside> {
        self.inner.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shop").field("address", &self.address()).finish_non_exhaustive()
    }
}

/// Alipay's gateway hands the form on to other hosts of its own, and browsers hold redirects to the same rule.
fn form_action(gateway: &str) -> String {
    let Ok(url) = reqwest::Url::parse(gateway) else { return String::new() };
    let origin = url.origin().ascii_serialization();
    let host = url.host_str().unwrap_or_default();
    let domain = ["alipay.com", "alipaydev.com"]
        .into_iter()
        .find(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')));
    match domain {
        Some(domain) => format!("{origin} https://*.{domain}"),
        None => origin,
    }
}

#[cfg(test)]
mod tests {
    use super::form_action;

    #[test]
    fn forms_may_go_to_the_gateway_and_its_relatives_only() {
        assert_eq!(form_action("http://127.0.0.1:4001/gateway.do"), "http://127.0.0.1:4001");
        let real = form_action("https://mapi.alipay.com/gateway.do");
        assert_eq!(real, "https://mapi.alipay.com https://*.alipay.com");
        assert_eq!(form_action("https://evilalipay.com/"), "https://evilalipay.com");
    }
}
