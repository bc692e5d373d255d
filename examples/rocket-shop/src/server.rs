//! Rocket, configured for the shop.

use std::net::SocketAddr;

use rocket::{Build, Rocket, shield::Shield};
use shop::Shop;

use crate::{catchers, method::AsSent, routes, stop::Stop};

/// How long requests in flight have to end, in seconds: a return page waits for gateway and books 11.5 at most. Then
/// connections are closed, so that the shop ends before `shop::run` loses its patience.
const GRACE: u32 = 15;
const MERCY: u32 = 1;

/// The shop's pages on this address. `AlipayFairing` is still to be attached.
///
/// `Rocket.toml` and `ROCKET_…` have their say in what the shop does not settle itself, such as `workers`.
#[must_use]
pub fn build(shop: Shop, address: SocketAddr) -> Rocket<Build> {
    let config = rocket::Config::figment()
        .merge(("address", address.ip()))
        .merge(("port", address.port()))
        .merge(("ident", false))
        // At `normal` Rocket logs the address of every request; a return's names the buyer.
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
