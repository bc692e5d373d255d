//! Certificate mode: Alipay's key comes in a certificate, and only certificates that were given beforehand count.

use std::sync::Arc;

use alipay_simulator::{Application, DEMO_APP_ID, DEMO_PARTNER, SimulatedGateway};
use alipay_tower::{
    Alipay, Endpoints, Order, OrderStore as _,
    protocol::{AppId, PrivateKey, SellerId},
    store::MemoryStore,
};

use super::stories;
use crate::{
    capture,
    doubles::Honest,
    shops::{Shop, price},
    wire::{exchange, post},
};

stories! { openapi: only_known_certificates }

/// A number that nobody has given us is refused at once: nobody is asked, nothing is downloaded.
async fn only_known_certificates<S: Shop>() {
    let [app, alipay] = [(); 2].map(|()| PrivateKey::generate().unwrap());
    let (app_id, seller_id) = (AppId::new(DEMO_APP_ID).unwrap(), SellerId::new(DEMO_PARTNER).unwrap());
    let application = Application::new(app_id, seller_id).with_keys(app, alipay).with_certificates();
    let simulator = SimulatedGateway::builder().application(application).start().await.unwrap();
    let (honest, store) = (Honest::default(), Arc::new(MemoryStore::new()));
    let order = alipay_tower::protocol::OutTradeNo::new("T1").unwrap();
    store.insert(Order::new(order.clone(), price()));
    let endpoints = Endpoints::new("http://127.0.0.1/alipay/notify", "http://127.0.0.1/alipay/return");
    let desk = Alipay::new(simulator.merchant(), honest.clone(), Arc::clone(&store), endpoints.unwrap());
    let bare = S::bare(desk.clone()).await;
    let (body, _) = capture::caught(&simulator, &desk, &order).await;
    let body = String::from_utf8(body).unwrap();
    let plain: Vec<&str> = body.split('&').filter(|pair| !pair.starts_with("alipay_cert_sn=")).collect();
    let unknown = format!("{}&alipay_cert_sn=0123456789abcdef0123456789abcdef", plain.join("&"));
    for _ in 0..3 {
        let answer = exchange(bare.address, post(shop::NOTIFY_PATH, &unknown)).await;
        assert_eq!((answer.status, answer.text()), (403, "fail"), "{}", S::NAME);
    }
    assert!(store.find(&order).await.unwrap().unwrap().settled_by().is_none());
    let answer = exchange(bare.address, post(shop::NOTIFY_PATH, &body)).await;
    assert_eq!((answer.status, answer.text()), (200, "success"), "{}", S::NAME);
    assert!(store.find(&order).await.unwrap().unwrap().settled_by().is_some());
    assert_eq!(honest.asked(), 0);
}
