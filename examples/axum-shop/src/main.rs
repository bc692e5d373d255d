//! A shop on axum that takes Alipay payments. Start reading here.
//!
//! `cargo run -p axum-shop` starts it with everything built in; `-- --demo` lets it buy something from itself;
//! `-- --help` lists the settings.

use std::process::ExitCode;

use alipay_axum::alipay_tower::{Alipay, Desks};
use alipay_sqlx_store::SqlStore;
use axum_shop::{router, trace};
use shop::{BoxError, Setup, Shop};

#[tokio::main]
async fn main() -> ExitCode {
    // Reads the environment, binds the socket, starts a simulated gateway if no other is named.
    shop::run("axum-shop", serve).await
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

    // The shop itself: pages and receipts.
    let listener = setup.listener()?;
    let shop = Shop::new(setup, store, alipay.clone())?;

    // The routes, and around all of them, as the last line but for the log, Alipay's layer: it answers notifications,
    // which have no route, and brings the proof of payment to the return page. In certificate mode it serves a desk that
    // can be replaced, because Alipay's certificate changes while shops are open.
    let layer = shop.desks().map_or_else(|| alipay.layer(), Desks::layer);
    let app = router(shop.clone()).layer(layer).layer(trace());

    // Serve until Ctrl-C; what has begun is answered before the books are closed.
    let server = axum::serve(listener, app).with_graceful_shutdown(shop.clone().stopped());
    shop.serve(server).await
}
