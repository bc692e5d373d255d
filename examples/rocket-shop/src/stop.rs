//! From the shop's wish to stop to Rocket's end.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use rocket::{
    Data, Orbit, Request, Response, Rocket,
    fairing::{Fairing, Info, Kind},
    tokio::{
        self,
        time::{Instant, sleep},
    },
};
use shop::Shop;

const PAUSE: Duration = Duration::from_millis(50);
/// How long the last answer takes from here to the wire.
const LAST: Duration = Duration::from_millis(200);

/// Shuts Rocket down when the shop stops.
///
/// Rocket looks once whether all connections have ended, right at the beginning of a shutdown, and otherwise waits for
/// the whole time of grace. So this fairing holds the shutdown until the requests in flight are answered: connections
/// that keep quiet end by themselves meanwhile, and nobody waits longer than there is work.
pub(crate) struct Stop {
    shop: Shop,
    in_flight: AtomicUsize,
}

impl Stop {
    pub(crate) const fn new(shop: Shop) -> Self {
        Self { shop, in_flight: AtomicUsize::new(0) }
    }
}

#[rocket::async_trait]
impl Fairing for Stop {
    fn info(&self) -> Info {
        let kind = Kind::Liftoff | Kind::Request | Kind::Response | Kind::Shutdown | Kind::Singleton;
        Info { name: "stop", kind }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        let (stopped, end) = (self.shop.clone().stopped(), rocket.shutdown());
        tokio::spawn(async move {
            stopped.await;
            end.notify();
        });
    }

    async fn on_request(&self, _request: &mut Request<'_>, _data: &mut Data<'_>) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    async fn on_response<'r>(&self, _request: &'r Request<'_>, _response: &mut Response<'r>) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    async fn on_shutdown(&self, rocket: &Rocket<Orbit>) {
        let deadline = Instant::now() + Duration::from_secs(rocket.config().shutdown.grace.into());
        while self.in_flight.load(Ordering::Relaxed) > 0 && Instant::now() < deadline {
            sleep(PAUSE).await;
        }
        sleep(LAST).await;
    }
}
