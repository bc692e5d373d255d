//! What all parts of a running gateway share.

use std::{
    collections::VecDeque,
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use alipay_tower::{GatewayUrl, protocol::Timestamp};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};

use crate::{
    account::Account,
    batches::Batches,
    delivery::{Delivery, Log, Question},
    issued::Issued,
    mischief::Board,
    openapi::{Bill, Codes},
    settings::{MAX_TASKS, Settings},
    trades::Trades,
};

pub(crate) struct Shared {
    pub(crate) address: SocketAddr,
    pub(crate) gateway: GatewayUrl,
    pub(crate) settings: Settings,
    /// The merchants, each pointing at this gateway; the first is the one that tests are about.
    pub(crate) accounts: Vec<Account>,
    /// Another merchant, whose notices are none of this shop's business, for when there is only one.
    pub(crate) stranger: Account,
    pub(crate) client: reqwest::Client,
    pub(crate) trades: Trades,
    pub(crate) batches: Batches,
    pub(crate) codes: Codes,
    /// Addresses of bills, oldest first.
    pub(crate) bills: Mutex<VecDeque<Bill>>,
    pub(crate) issued: Issued,
    pub(crate) board: Board,
    pub(crate) deliveries: Log<Delivery>,
    pub(crate) questions: Log<Question>,
    /// Methods of the OpenAPI generation that were called.
    pub(crate) calls: Log<String>,
    /// How many notifications are on their way.
    pub(crate) ladders: watch::Sender<usize>,
    /// How many deliveries have ended, so that a held one knows when another has overtaken it.
    pub(crate) ended: watch::Sender<u64>,
    /// The one place for a delivery that waits to be overtaken.
    pub(crate) held: Semaphore,
    /// Turns true when the gateway shuts down.
    pub(crate) down: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

impl Shared {
    pub(crate) fn new(
        address: SocketAddr,
        gateway: GatewayUrl,
        settings: Settings,
        accounts: Vec<Account>,
        stranger: Account,
        client: reqwest::Client,
    ) -> Arc<Self> {
        Arc::new(Self {
            address,
            gateway,
            settings,
            accounts,
            stranger,
            client,
            trades: Trades::default(),
            batches: Batches::default(),
            codes: Codes::default(),
            bills: Mutex::default(),
            issued: Issued::default(),
            board: Board::default(),
            deliveries: Log::default(),
            questions: Log::default(),
            calls: Log::default(),
            ladders: watch::Sender::new(0),
            ended: watch::Sender::new(0),
            held: Semaphore::const_new(1),
            down: watch::Sender::new(false),
            tasks: Mutex::default(),
        })
    }

    /// The classic merchant of this PID.
    pub(crate) fn partner(&self, partner: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.is_mapi() && account.id() == partner)
    }

    /// The merchant of this PID or `app_id`.
    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id() == id)
    }

    /// Runs something that ends with the gateway.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= MAX_TASKS {
            tracing::warn!("too much is going on at one time");
        } else if !*self.down.borrow() {
            tasks.spawn(task);
        }
    }

    /// Stops everything that [`spawn`](Self::spawn) started.
    pub(crate) fn stop(&self) {
        self.down.send_replace(true);
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }

    /// Waits for the shutdown.
    pub(crate) async fn is_down(&self) {
        // The sender lives in `self`, so waiting ends with a `true`.
        let _ = self.down.subscribe().wait_for(|down| *down).await;
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("address", &self.address).finish_non_exhaustive()
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}

/// A span of Alipay's time on a clock that runs this many times faster.
pub(crate) fn compressed(time: Duration, speed: u32) -> Duration {
    time / speed.max(1)
}
