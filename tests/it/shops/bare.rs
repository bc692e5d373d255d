//! The smallest application of a framework: nothing but the notify path, and a return page of one line.

use std::net::SocketAddr;

use alipay_axum::{Paid, PaidRejection};
use alipay_rocket::{AlipayFairing, NotPaid};
use alipay_tower::{Alipay, Desks};
use axum::{Router, http::StatusCode, routing::get};
use rocket::{fairing::AdHoc, http::Status, shield::Shield};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// A bare application that runs until it is dropped.
pub(crate) struct Bare {
    pub(crate) address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(super) async fn axum(alipay: Alipay) -> Bare {
    async fn back(paid: Result<Paid, PaidRejection>) -> (StatusCode, String) {
        match paid {
            Ok(paid) => (StatusCode::OK, format!("paid {}", paid.out_trade_no())),
            Err(refused) => (refused.status(), "refused".to_owned()),
        }
    }
    serve(Router::new().route(shop::RETURN_PATH, get(back)).layer(alipay.layer())).await
}

pub(super) async fn axum_desks(desks: Desks) -> Bare {
    serve(Router::new().route("/", get(async || "a shop")).layer(desks.layer())).await
}

async fn serve(app: Router) -> Bare {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    Bare { address, server }
}

#[rocket::get("/alipay/return")]
fn back(paid: Result<alipay_rocket::Paid, NotPaid>) -> (Status, String) {
    match paid {
        Ok(paid) => (Status::Ok, format!("paid {}", paid.out_trade_no())),
        Err(refused) => (refused.status(), "refused".to_owned()),
    }
}

pub(super) async fn rocket(alipay: Alipay) -> Bare {
    assert_eq!(shop::RETURN_PATH, "/alipay/return");
    launch(AlipayFairing::new(alipay), rocket::routes![back]).await
}

pub(super) async fn rocket_desks(desks: Desks) -> Bare {
    launch(AlipayFairing::desks(desks), Vec::new()).await
}

async fn launch(fairing: AlipayFairing, routes: Vec<rocket::Route>) -> Bare {
    let (sender, address) = oneshot::channel();
    let figment = rocket::Config::figment()
        .merge(("address", "127.0.0.1"))
        .merge(("port", 0))
        .merge(("log_level", "off"))
        .merge(("ident", false))
        .merge(("shutdown.ctrlc", false));
    let liftoff = AdHoc::on_liftoff("address", move |rocket| {
        Box::pin(async move {
            let config = rocket.config();
            let _ = sender.send(SocketAddr::new(config.address, config.port));
        })
    });
    let rocket =
        rocket::custom(figment).attach(Shield::new()).attach(fairing).attach(liftoff).mount("/", routes);
    let server = tokio::spawn(async move {
        rocket.launch().await.unwrap();
    });
    Bare { address: address.await.unwrap(), server }
}
