//! The real shop is killed in the middle of a storm, and started again. Whoever heard `success` is in the books.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};

use alipay_simulator::SimulatedGateway;
use alipay_sqlx_store::{NewOrder, SqlStore};
use alipay_tower::{
    Alipay, Endpoints,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{OrderState, OutTradeNo},
};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::stories;
use crate::{
    capture,
    shops::{self, Process, Shop, database_url, gateway, price, settings},
    wire::CONTENT_TYPE,
};

stories! { killed_in_the_middle_of_a_storm }

/// Orders that are paid in each round, before the shop is killed.
const ORDERS: usize = 12;
/// After so many of them were acknowledged.
const KILLED_AFTER: [usize; 4] = [1, 2, 6, 11];

type Bodies = BTreeMap<OutTradeNo, Vec<u8>>;

async fn killed_in_the_middle_of_a_storm<S: Shop>() {
    let (simulator, folder) = (gateway::<S>().await, TempDir::new().unwrap());
    let address = shops::address();
    let settings = settings(S::SCHEME, &simulator, folder.path(), address, "utf-8");
    let store = SqlStore::connect(&database_url(folder.path())).await.unwrap();
    let desk = desk(&simulator, &store);
    let mut all = Bodies::new();
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    for (round, more) in KILLED_AFTER.into_iter().enumerate() {
        let shop = Process::start(S::BINARY, address, &settings).await;
        let bodies = paid_orders(&simulator, &desk, &store, round).await;
        let enough = acknowledged.lock().unwrap().len() + more;
        let mut storm = storm(address, &bodies, &acknowledged);
        crate::until("some payments are acknowledged", async || acknowledged.lock().unwrap().len() >= enough)
            .await;
        shop.kill();
        storm.shutdown().await;
        let heard = acknowledged.lock().unwrap().clone();
        for order in heard {
            let state = store.order(&order).await.unwrap().unwrap().state().clone();
            assert!(
                matches!(state, OrderState::Paid(_)),
                "{}: {order} heard success and is {state:?}",
                S::NAME
            );
        }
        all.extend(bodies);
    }
    let _shop = Process::start(S::BINARY, address, &settings).await;
    let mut storm = storm(address, &all, &acknowledged);
    let complete = async || acknowledged.lock().unwrap().len() == all.len();
    crate::until("all payments are acknowledged", complete).await;
    storm.shutdown().await;
    all_is_well(&store, all.keys()).await;
    let letters = || files(&folder.path().join("receipts"), "eml");
    crate::until("every receipt is written", async || letters() == all.len()).await;
}

/// That each order was settled once and owes one receipt, whatever was cut off on the way.
async fn all_is_well(store: &SqlStore, orders: impl Iterator<Item = &OutTradeNo>) {
    let journal = store.journal_entries(100_000).await.unwrap();
    let outbox = store.outbox(1000).await.unwrap();
    for order in orders {
        let own = |number: Option<&str>| number == Some(order.as_str());
        let settled = journal.iter().filter(|line| line.outcome() == "settled" && own(line.out_trade_no()));
        assert_eq!(settled.count(), 1, "{order}");
        assert_eq!(outbox.iter().filter(|message| message.out_trade_no() == order).count(), 1, "{order}");
        assert!(matches!(store.order(order).await.unwrap().unwrap().state(), OrderState::Paid(_)), "{order}");
    }
    assert!(store.extra_payments(10).await.unwrap().is_empty());
}

/// A desk that signs as the shop does, for buyers that need no shop.
fn desk(simulator: &SimulatedGateway, store: &SqlStore) -> Alipay {
    let gateway = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
    let endpoints = Endpoints::new("http://127.0.0.1/alipay/notify", "http://127.0.0.1/alipay/return");
    Alipay::new(simulator.merchant(), gateway, store.clone(), endpoints.unwrap())
}

/// Orders that were paid at the gateway, each with the notification that the shop has not seen.
async fn paid_orders(simulator: &SimulatedGateway, desk: &Alipay, store: &SqlStore, round: usize) -> Bodies {
    let mut bodies = Bodies::new();
    for number in 0..ORDERS {
        let order = OutTradeNo::new(&format!("T{round}{number:03}")).unwrap();
        let new = NewOrder::new(order.clone(), price(), "一只茶壶").with_contact("buyer@example.com");
        store.create_order(new).await.unwrap();
        let (body, _) = capture::caught(simulator, desk, &order).await;
        bodies.insert(order, body);
    }
    bodies
}

/// Delivers every notification again and again, three at a time, and notes who hears `success`.
fn storm(
    address: SocketAddr,
    bodies: &Bodies,
    acknowledged: &Arc<Mutex<BTreeSet<OutTradeNo>>>,
) -> JoinSet<()> {
    let client = reqwest::Client::new();
    let mut storm = JoinSet::new();
    for (order, body) in bodies.iter().chain(bodies).chain(bodies) {
        let (client, acknowledged) = (client.clone(), Arc::clone(acknowledged));
        let (order, body) = (order.clone(), body.clone());
        let url = format!("http://{address}{}", shop::NOTIFY_PATH);
        storm.spawn(async move {
            loop {
                let post = client.post(&url).header("content-type", CONTENT_TYPE).body(body.clone());
                if let Ok(answer) = post.send().await
                    && answer.status().is_success()
                    && answer.text().await.is_ok_and(|word| word == "success")
                {
                    acknowledged.lock().unwrap().insert(order.clone());
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        });
    }
    storm
}

fn files(folder: &Path, extension: &str) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|own| own == extension))
        .count()
}
