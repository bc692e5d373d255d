//! The fairing: state and routes at ignition, nothing afterwards.

use std::{fmt, sync::Arc, time::Duration};

use alipay_tower::{Alipay, Desks, OrderStore, adapter};
use rocket::{
    Build, Rocket, error, error_,
    fairing::{self, Fairing, Info, Kind},
    warn, warn_,
};

use crate::{
    catcher, config,
    front::{Front, Serves},
    mount, notify,
};

/// Puts Alipay into a Rocket application.
///
/// At ignition it checks the configuration, manages [`Alipay`] (so that routes can take `&State<Alipay>` for a
/// [`checkout`](Alipay::checkout)) and mounts the route of the notify path. It refuses to launch, and says why, rather
/// than to run without notifications. The largest notification is Rocket's data limit `alipay`, 64 KiB unless configured.
#[must_use = "a fairing does nothing until it is attached"]
pub struct AlipayFairing {
    source: Source,
    notify_route: bool,
    body_timeout: Option<Duration>,
    deadline: Option<Duration>,
}

enum Source {
    Config(Arc<dyn OrderStore>),
    One(Alipay),
    Several(Desks),
}

impl AlipayFairing {
    /// A fairing around a desk that was put together in code.
    pub const fn new(alipay: Alipay) -> Self {
        Self::of(Source::One(alipay))
    }

    /// A fairing that takes everything but the store from `[default.alipay]` in `Rocket.toml`, or whatever else the
    /// application's figment is made of. See [the table of keys](crate#configuration).
    pub fn from_config(store: impl OrderStore) -> Self {
        Self::of(Source::Config(Arc::new(store)))
    }

    /// A fairing around the desks of several merchants, those too that are added after the launch.
    ///
    /// It manages [`Desks`], so that routes can take `&State<Desks>`, and looks at each request below their
    /// [prefix](Desks::prefix): a notify path is answered, every other path is left to the host as if nothing had looked.
    /// [`Paid`](crate::Paid) takes the desk by the path of the request. See [Several merchants](crate#several-merchants).
    pub const fn desks(desks: Desks) -> Self {
        Self::of(Source::Several(desks))
    }

    const fn of(source: Source) -> Self {
        Self { source, notify_route: true, body_timeout: None, deadline: None }
    }

    /// Leaves the notify path to a route of the host, which takes [`Notified`](crate::Notified).
    pub const fn without_notify_route(mut self) -> Self {
        self.notify_route = false;
        self
    }

    /// How long the body of a notification may take to arrive. Default: 5 seconds.
    pub const fn with_body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = Some(timeout);
        self
    }

    /// When a message is answered at the latest; with `fail`, if nothing better is known by then. Default: 10 seconds.
    /// Give `shutdown.grace` of Rocket's configuration as much, so that a shutdown does not cut off an answer.
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    fn front(&self, rocket: &Rocket<Build>) -> Result<Front, Vec<String>> {
        let defaults =
            |serves| Front { serves, body_timeout: adapter::BODY_TIMEOUT, deadline: adapter::DEADLINE };
        let mut front = match &self.source {
            Source::Config(store) => {
                config::load(rocket.figment(), Arc::clone(store), |alipay| defaults(Serves::One(alipay)))?
            }
            Source::One(alipay) => defaults(Serves::One(alipay.clone())),
            Source::Several(desks) => defaults(Serves::Several(desks.clone())),
        };
        front.body_timeout = self.body_timeout.unwrap_or(front.body_timeout);
        front.deadline = self.deadline.unwrap_or(front.deadline);
        self.check(rocket, &front).map_err(|problem| vec![problem])?;
        Ok(front)
    }

    fn check(&self, rocket: &Rocket<Build>, front: &Front) -> Result<(), String> {
        if rocket.state::<Alipay>().is_some() {
            return Err(
                "an `Alipay` is managed already: remove `.manage(alipay)`, the fairing does it".to_owned()
            );
        }
        if rocket.state::<Desks>().is_some() {
            return Err(
                "`Desks` are managed already: remove `.manage(desks)`, the fairing does it".to_owned()
            );
        }
        if let Serves::One(alipay) = &front.serves {
            mount::routable(alipay.endpoints())?;
            if self.notify_route {
                mount::unclaimed(rocket, alipay.endpoints().notify_path())?;
            }
        }
        Ok(())
    }

    fn install(&self, rocket: Rocket<Build>, front: Front) -> Rocket<Build> {
        let (head_routes, catcher_base) = match &front.serves {
            Serves::One(alipay) => {
                simulated(alipay);
                let endpoints = alipay.endpoints();
                let head_routes = mount::head_routes(&rocket, endpoints.return_path());
                (head_routes, Some(endpoints.notify_path()))
            }
            Serves::Several(desks) => {
                desks.all().iter().for_each(simulated);
                let caught = catcher::is_caught(&rocket, desks.prefix());
                let head_routes = mount::head_routes_below(&rocket, desks.prefix());
                (head_routes, (!caught).then(|| desks.prefix()))
            }
        };
        let mut rocket = rocket.mount("/", head_routes);
        if self.notify_route {
            rocket = rocket.mount("/", notify::routes(&front));
            if let Some(base) = catcher_base {
                rocket = rocket.register(base.to_owned(), vec![catcher::catcher(&front)]);
            }
        }
        match &front.serves {
            Serves::One(alipay) => rocket.manage(alipay.clone()).manage(front),
            Serves::Several(desks) => rocket.manage(desks.clone()).manage(front),
        }
    }
}

fn simulated(alipay: &Alipay) {
    let gateway = alipay.merchant().gateway();
    if gateway.is_plain_http() {
        warn!("Alipay: payments go to a simulated gateway on this machine.");
        warn_!("{gateway} is plain http; a shop leaves the gateway out or names an https one.");
    }
}

#[rocket::async_trait]
impl Fairing for AlipayFairing {
    fn info(&self) -> Info {
        Info { name: "Alipay", kind: Kind::Ignite | Kind::Singleton }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        match self.front(&rocket) {
            Ok(front) => Ok(self.install(rocket, front)),
            Err(problems) => {
                error!("Alipay cannot be launched:");
                for problem in problems {
                    error_!("{problem}");
                }
                Err(rocket)
            }
        }
    }
}

impl fmt::Debug for AlipayFairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlipayFairing").field("notify_route", &self.notify_route).finish_non_exhaustive()
    }
}
