//! The shop on axum, put together as its `main` does.

use alipay_tower::{Alipay, Desks};
use shop::Setup;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{Bare, Shop, bare};

pub(crate) struct AxumShop;

impl Shop for AxumShop {
    const NAME: &'static str = "axum";

    const BINARY: &'static str = "axum-shop";

    type Socket = TcpListener;

    fn socket(setup: &mut Setup) -> TcpListener {
        setup.listener().unwrap()
    }

    fn serve(shop: shop::Shop, listener: TcpListener) -> JoinHandle<()> {
        let layer = shop.desks().map_or_else(|| shop.alipay().layer(), Desks::layer);
        let app = axum_shop::router(shop.clone()).layer(layer);
        tokio::spawn(async move {
            axum::serve(listener, app).with_graceful_shutdown(shop.stopped()).await.unwrap();
        })
    }

    async fn bare(alipay: Alipay) -> Bare {
        bare::axum(alipay).await
    }

    async fn bare_desks(desks: Desks) -> Bare {
        bare::axum_desks(desks).await
    }
}
