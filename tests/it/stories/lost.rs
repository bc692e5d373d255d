//! Notifications that never come: the shop asks by itself, and settles by the same way.

use std::time::{Duration, SystemTime};

use alipay_sqlx_store::SqlStore;
use alipay_tower::{
    Alipay,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{OrderState, Timestamp},
    reconcile::{ReconcileOptions, Reconciler, Report},
    store::ReconcileStore as _,
};
use tempfile::TempDir;

use super::stories;
use crate::shops::{Options, Shop, database_url};

stories! { all_are_lost, lost_with_two_shops, one_sweep_in_each_interval, late_after_it_was_asked }

/// How many orders are lost.
const ORDERS: usize = 20;

async fn all_are_lost<S: Shop>() {
    let shop = S::start(Options { asks: true, ..Options::default() }).await;
    shop.simulator.drop_all();
    let mut orders = Vec::new();
    for number in 0..ORDERS {
        let order = shop.order(&format!("T{number}")).await;
        shop.buy(&order).await;
        orders.push(order);
    }
    // One that was never carried to the cashier, and one that is not paid yet: asking settles neither.
    let (unknown, waiting) = (shop.order("T98").await, shop.order("T99").await);
    shop.open_trade(&waiting).await;
    for order in &orders {
        shop.assert_settled_once(order).await;
    }
    assert_eq!(shop.state(&unknown).await, OrderState::Pending);
    assert_eq!(shop.state(&waiting).await, OrderState::Pending);
    let journal = shop.journal().await;
    assert!(journal.iter().all(|line| line.channel() == "query"), "{journal:#?}");
    super::receipts::all_sent(&shop).await;
    assert_eq!(super::receipts::letters(&shop).len(), ORDERS);
    shop.stop().await;
}

/// Both instances ask, on one database; each order is settled by one of them, once.
async fn lost_with_two_shops<S: Shop>() {
    let one = S::start(Options { asks: true, ..Options::default() }).await;
    let beside = Some((one.simulator.clone(), one.folder.clone()));
    let other = S::start(Options { beside, asks: true, ..Options::default() }).await;
    one.simulator.drop_all();
    let mut orders = Vec::new();
    for number in 0..8 {
        let shop = if number % 2 == 0 { &one } else { &other };
        let order = shop.order(&format!("T{number}")).await;
        shop.buy(&order).await;
        orders.push(order);
    }
    for order in &orders {
        one.assert_settled_once(order).await;
    }
    assert_eq!(one.count("settled").await, orders.len());
    assert_eq!(one.count("already_settled").await, 0, "nobody asks about what is settled");
    other.stop().await;
    one.stop().await;
}

/// Two instances on one database, and no shop beside them: in each interval exactly one sweeps, and the other goes on when
/// that one has gone.
async fn one_sweep_in_each_interval<S: Shop>() {
    let shop = S::start(Options::default()).await;
    shop.simulator.drop_all();
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    let desk = shop.desk();
    let (_gateway, folder) = shop.stop().await;
    let (one, other) = (Instance::open(&desk, &folder).await, Instance::open(&desk, &folder).await);
    let lease = format!("reconcile:{}", desk.merchant().id());
    // A lease of no time at all: taken as soon as that of the shop has run out, and given back.
    let free = async || one.store.lease(&lease, "nobody", Duration::ZERO).await.unwrap();
    crate::until("the lease of the shop has run out", free).await;

    let mut sweeps = [0, 0];
    for round in 0..6 {
        let (first, second) = tokio::join!(one.sweep(), other.sweep());
        assert!(
            first.is_leased() != second.is_leased(),
            "{}: in round {round} two or none have swept",
            S::NAME
        );
        sweeps[0] += usize::from(first.is_leased());
        sweeps[1] += usize::from(second.is_leased());
    }
    assert!(sweeps == [6, 0] || sweeps == [0, 6], "the interval is not over: {sweeps:?}");
    let settled = one.store.order(&order).await.unwrap().unwrap();
    assert!(matches!(settled.state(), OrderState::Paid(_)), "{}: the sweep settles", S::NAME);

    // Whoever swept goes away, and its interval ends.
    let (gone, stays) = if sweeps[0] == 0 { (other, one) } else { (one, other) };
    assert!(
        gone.sweep_for(Duration::from_secs(3)).await.is_leased(),
        "its holder may change how long it runs"
    );
    gone.store.close().await;
    assert!(!stays.sweep().await.is_leased(), "nobody knows yet that it has gone");
    crate::until("the other sweeps", async || stays.sweep().await.is_leased()).await;
    let journal = stays.store.journal_entries(100).await.unwrap();
    let lines: Vec<_> = journal.iter().map(|line| (line.channel(), line.outcome())).collect();
    assert_eq!(lines, [("query", "settled")], "{}: it was asked about once, by one", S::NAME);
    stays.store.close().await;
}

/// One of several instances: a connection of its own, a desk of its own, and a name of its own for the lease.
struct Instance {
    store: SqlStore,
    reconciler: Reconciler,
}

impl Instance {
    async fn open(desk: &Alipay, folder: &TempDir) -> Self {
        let store = SqlStore::connect(&database_url(folder.path())).await.unwrap();
        let gateway = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
        let desk = Alipay::new(desk.merchant().clone(), gateway, store.clone(), desk.endpoints().clone());
        let options = ReconcileOptions::default().with_older_than(Duration::ZERO);
        let reconciler = Reconciler::new(desk, store.clone()).with_options(options);
        Self { store, reconciler }
    }

    async fn sweep(&self) -> Report {
        self.reconciler.sweep(soon()).await
    }

    /// Keeps the lease only so long.
    async fn sweep_for(&self, interval: Duration) -> Report {
        let options = self.reconciler.options().clone().with_interval(interval);
        self.reconciler.clone().with_options(options).sweep(soon()).await
    }
}

fn soon() -> Timestamp {
    Timestamp::from(SystemTime::now() + Duration::from_secs(2))
}

/// The notification comes at last, when the answer to the question has settled the order.
async fn late_after_it_was_asked<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let body = crate::capture::notice(&shop, &order).await.body(shop.alipay());
    assert!(shop.desk().receive_query(&order).await.unwrap().is_some());
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.notify(&body).await.text(), "success");
    assert_eq!(shop.count("already_settled").await, 1);
    // And asking once more settles nothing more.
    assert!(shop.desk().receive_query(&order).await.unwrap().is_some());
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}
