//! The shop on Rocket, put together as its `main` does.

use std::net::SocketAddr;

use alipay_rocket::AlipayFairing;
use alipay_tower::{Alipay, Desks};
use shop::Setup;
use tokio::task::JoinHandle;

use super::{Bare, Shop, bare};

pub(crate) struct RocketShop;

impl Shop for RocketShop {
    const NAME: &'static str = "Rocket";

    const BINARY: &'static str = "rocket-shop";

    type Socket = SocketAddr;

    fn socket(setup: &mut Setup) -> SocketAddr {
        setup.release()
    }

    fn serve(shop: shop::Shop, address: SocketAddr) -> JoinHandle<()> {
        let fairing = match shop.desks() {
            Some(desks) => AlipayFairing::desks(desks.clone()),
            None => AlipayFairing::new(shop.alipay()),
        };
        let rocket = rocket_shop::build(shop, address).attach(fairing);
        tokio::spawn(async move {
            rocket.launch().await.unwrap();
        })
    }

    async fn bare(alipay: Alipay) -> Bare {
        bare::rocket(alipay).await
    }

    async fn bare_desks(desks: Desks) -> Bare {
        bare::rocket_desks(desks).await
    }
}
