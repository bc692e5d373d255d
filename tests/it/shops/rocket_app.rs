//! The shop on Rocket, put together as its `main` does.

use std::net::SocketAddr;

use shop::Setup;
use tokio::task::JoinHandle;

use super::Shop;

pub(crate) struct RocketShop;

impl Shop for RocketShop {
    const NAME: &'static str = "Rocket";

    type Socket = SocketAddr;

    fn socket(setup: &mut Setup) -> SocketAddr {
        setup.release()
    }

    fn serve(shop: shop::Shop, address: SocketAddr) -> JoinHandle<()> {
        let figment = rocket::Config::figment()
            .merge(("address", address.ip()))
            .merge(("port", address.port()))
            .merge(("log_level", "off"))
            .merge(("ident", false))
            .merge(("shutdown.ctrlc", false));
        let rocket = rocket::custom(figment)
            .attach(rocket::shield::Shield::new())
            .attach(alipay_rocket::AlipayFairing::new(shop.alipay().clone()));
        tokio::spawn(async move {
            let rocket = rocket.ignite().await.unwrap();
            let end = rocket.shutdown();
            tokio::spawn(async move {
                shop.stopped().await;
                end.notify();
            });
            rocket.launch().await.unwrap();
        })
    }
}
