//! A shop with the real layer, connected to a simulated gateway: the doctor has nothing to say against it.

use std::time::Duration;

use alipay_simulator::{Application, SimulatedGateway, doctor::Doctor};
use alipay_tower::{
    Alipay, Endpoints, Merchant,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{AppId, PrivateKey, SellerId},
    store::MemoryStore,
};
use axum::{Router, response::Html, routing::get};
use tokio::net::TcpListener;

use crate::examine::assert_golden;

/// The addresses of the two paths.
async fn shop(merchant: Merchant) -> [String; 2] {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let urls = ["notify", "return"].map(|path| format!("http://{address}/alipay/{path}"));
    let gateway = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
    let endpoints = Endpoints::new(&urls[0], &urls[1]).unwrap();
    let alipay = Alipay::new(merchant, gateway, MemoryStore::new(), endpoints);
    let page = get(|| async { Html("<html>thank you; being processed</html>") });
    let app = Router::new().route("/alipay/return", page).layer(alipay.layer());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    urls
}

/// How long an answer takes is the machine's business.
fn patient(doctor: Doctor) -> Doctor {
    let minute = Duration::from_secs(60);
    doctor.with_timeout(minute).with_patience(minute, minute)
}

#[tokio::test]
async fn of_the_classic_gateway() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let [to, back] = shop(gateway.merchant()).await;
    let doctor = patient(Doctor::new(&to).unwrap()).with_return_url(&back).unwrap();
    let doctor = doctor.with_merchant(gateway.merchant());
    // The gateway did not send the probes, and says so when it is asked.
    assert_golden(&doctor.examine().await.unwrap(), &["note signed_refused"]);

    // With another key in the configuration of the shop, or in the doctor's, nothing is believed either.
    let stranger = patient(Doctor::new(&to).unwrap());
    assert_golden(&stranger.examine().await.unwrap(), &[]);

    // A gateway that is gone is the shop's trouble.
    gateway.shutdown().await;
    assert_golden(&doctor.examine().await.unwrap(), &["warning shop_in_trouble"]);
}

#[tokio::test]
async fn of_the_openapi_generation() {
    let (app, alipay) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let ids = || (AppId::new("9021000000000007").unwrap(), SellerId::new("2088000000000001").unwrap());
    let (app_id, seller_id) = ids();
    let application = Application::new(app_id.clone(), seller_id).with_keys(app.clone(), alipay.clone());
    let gateway = SimulatedGateway::builder().application(application).start().await.unwrap();
    let own = gateway.application(&app_id).unwrap();
    let [to, back] = shop(own.clone()).await;
    let (app_id, seller_id) = ids();
    let simulated = Merchant::rsa2(app_id, seller_id, alipay, app.public().clone()).unwrap();
    let doctor = patient(Doctor::new(&to).unwrap()).with_return_url(&back).unwrap();
    let doctor = doctor.with_merchant(simulated).with_own_key(own);
    // This generation trusts the signature, so the order that waits for its buyer is noted.
    assert_golden(&doctor.examine().await.unwrap(), &[]);
    gateway.shutdown().await;
}
