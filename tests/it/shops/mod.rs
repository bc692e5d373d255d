//! The shops under test: the examples' own, on each framework, over real sockets.

mod axum_app;
mod bare;
mod binary;
mod classic;
mod faults;
mod goods;
mod openapi;
mod rocket_app;
mod running;

use std::{
    net::{SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use alipay_tower::{Alipay, Desks, protocol::Scheme};
use shop::Setup;
use tokio::task::JoinHandle;

pub(crate) use self::{
    axum_app::AxumShop,
    bare::Bare,
    binary::{Demonstration, Process, demonstrate},
    faults::{Fault, Faults},
    goods::{checkout, price},
    openapi::{Contract, OpenApi, alipay_side},
    rocket_app::RocketShop,
    running::{More, Options, Running, database_url, gateway, settings},
};

/// The example shop on one web framework and in one generation. Whatever is told about shops is told about every
/// implementation.
pub(crate) trait Shop: 'static {
    /// The framework's name, for messages.
    const NAME: &'static str;

    /// The package of the shop, and its binary.
    const BINARY: &'static str;

    /// The generation that it speaks.
    const SCHEME: Scheme = Scheme::Mapi;

    /// What the server listens with.
    type Socket;

    /// Takes the socket (or its address) out of the setup, before the shop is opened.
    fn socket(setup: &mut Setup) -> Self::Socket;

    /// Serves until the shop stops.
    fn serve(shop: shop::Shop, socket: Self::Socket) -> JoinHandle<()>;

    /// Serves nothing but what the library itself answers.
    async fn bare(alipay: Alipay) -> Bare;

    /// The same for several merchants, who may come and go.
    async fn bare_desks(desks: Desks) -> Bare;

    /// Starts a shop with a simulated gateway and books of its own.
    async fn start(options: Options) -> Running {
        Running::start::<Self>(options).await
    }
}

/// An address for one shop. Not one of those that the system hands out by itself: between two owners, of which Rocket
/// insists, somebody else could get it.
pub(crate) fn address() -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..10_000 {
        let at = process::id().wrapping_mul(37).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(20_000 + at % 10_000).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port is free")
}

/// Waits until somebody listens.
async fn reachable(address: SocketAddr) {
    for _ in 0..600 {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("nobody listens on {address}");
}
