//! Rocket, configured for the shop.

use std::net::SocketAddr;

use rocket::{Build, Rocket, shield::Shield};
use shop::Shop;
use tracing_log::{LogTracer, log::LevelFilter};

use crate::{catchers, method::AsSent, routes, stop::Stop};

/// How long requests in flight have to end, in seconds; the shop itself waits as long. After that Rocket cuts them off.
const GRACE: u32 = 12;
const MERCY: u32 = 1;

/// The shop's pages on this address. `AlipayFairing` is still to be attached.
///
/// `Rocket.toml` and `ROCKET_…` have their say in what the shop does not settle itself, such as `workers`.
#[must_use]
pub fn build(shop: Shop, address: SocketAddr) -> Rocket<Build> {
    events();
    let config = rocket::Config::figment()
        .merge(("address", address.ip()))
        .merge(("port", address.port()))
        .merge(("ident", false))
        .merge(("log_level", "critical"))
        // The shop itself listens to signals.
        .merge(("shutdown.ctrlc", false))
        .merge(("shutdown.signals", [""; 0]))
        .merge(("shutdown.grace", GRACE))
        .merge(("shutdown.mercy", MERCY));
    rocket::custom(config)
        .manage(shop.clone())
        .mount("/", routes::routes())
        .register("/", catchers::catchers())
        .attach(AsSent)
        .attach(Stop::new(shop))
        // The shop's answers carry headers of their own.
        .attach(Shield::new())
}

/// Makes events of the errors in Rocket's log, which would go to standard output, where the shop speaks to its operator.
/// Not of what it says about single requests: that names whole addresses, and the address of a return names the buyer.
fn events() {
    let tracer = LogTracer::builder().with_max_level(LevelFilter::Error).ignore_crate("rocket::server");
    // A host that has set up its own log keeps it.
    let _ = tracer.init();
}
