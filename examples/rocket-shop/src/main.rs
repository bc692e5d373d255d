//! A shop on Rocket that takes Alipay payments. Start reading here.
//!
//! `cargo run -p rocket-shop` starts it with everything built in; `-- --demo` lets it buy something from itself;
//! `-- --help` lists the settings.

use std::process::ExitCode;

use alipay_rocket::{AlipayFairing, alipay_tower::Alipay};
use alipay_sqlx_store::SqlStore;
use rocket_shop::{build, trace};
use shop::{BoxError, Setup, Shop};

#[rocket::main]
async fn main() -> ExitCode {
    // Reads the environment, finds an address, starts a simulated gateway if no other is named.
    shop::run("rocket-shop", serve).await
}

async fn serve(mut setup: Setup) -> Result<(), BoxError> {
    // The store: orders, journal and outbox in one database. It settles each payment exactly once.
    let store = SqlStore::connect(setup.database_url()).await?;

    // The gateway: the one question that leaves the shop, `did you send this?` A circuit breaker stands before it, so that
    // nobody waits for a gateway that is down.
    let gateway = setup.gateway();

    // The desk: signs payment requests, and walks every message through the whole chain of checks.
    let alipay = Alipay::new(setup.merchant(), gateway, store.clone(), setup.endpoints())
        .with_outage_policy(setup.outage_policy())
        .with_confirm_by_query(setup.confirms_by_query());

    // The shop itself: pages and receipts. Rocket binds its own socket, so the setup gives up the one it holds.
    let address = setup.release();
    let shop = Shop::new(setup, store, alipay.clone())?;

    // The routes, and beside them Alipay's fairing: it mounts the route that answers notifications, and stands behind
    // the guard `Paid` of the return page. In certificate mode it serves a desk that can be replaced, because Alipay's
    // certificate changes while shops are open.
    let fairing = match shop.desks() {
        Some(desks) => AlipayFairing::desks(desks.clone()),
        None => AlipayFairing::new(alipay),
    };
    let rocket = build(shop.clone(), address).attach(fairing).attach(trace());

    // Serve until Ctrl-C; what has begun is answered before the books are closed.
    shop.serve(rocket.launch()).await
}
