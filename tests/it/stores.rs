//! The stores through the conformance suite, and the SQL store when its processes race and die.

mod kept;

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use alipay_simulator::{Notice, contract, demo_merchant};
use alipay_sqlx_store::{SqlStore, SqlStoreOptions};
use alipay_tower::{
    Order, OrderStore, VerifiedPayment,
    protocol::{Channel, Notification, OutTradeNo, TradeEvent},
    store::{MemoryStore, Settlement},
};

use self::kept::{File, Kept, record};

async fn memory(orders: Vec<Order>) -> MemoryStore {
    let store = MemoryStore::new();
    orders.into_iter().for_each(|order| store.insert(order));
    store
}

async fn sql_in_memory(orders: Vec<Order>) -> SqlStore {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    record(&store, orders).await;
    store
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_memory_store_conforms() {
    contract::order_store(memory).await;
    contract::reconcile_store(memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sql_store_conforms_in_memory() {
    contract::order_store(sql_in_memory).await;
    contract::reconcile_store(sql_in_memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sql_store_conforms_in_a_file() {
    for group in [256, 1] {
        let options = SqlStoreOptions::new().with_group_commit(group);
        contract::order_store(async |orders| Kept::open(1, &options, orders).await).await;
        contract::reconcile_store(async |orders| Kept::open(1, &options, orders).await).await;
    }
}

/// Two stores on one file share nothing but the file, as two processes do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sql_stores_on_one_file_conform() {
    let options = SqlStoreOptions::new();
    contract::order_store(async |orders| Kept::open(2, &options, orders).await).await;
    contract::reconcile_store(async |orders| Kept::open(2, &options, orders).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_leaves_one_receipt_and_one_line() {
    let file = File::new();
    let stores = [file.open().await, file.open().await];
    record(&stores[0], vec![order(0)]).await;
    let tasks: Vec<_> = (0..64)
        .map(|index| {
            let (store, payment) = (stores[index % 2].clone(), payment(0));
            tokio::spawn(async move { store.settle(&payment).await.unwrap() })
        })
        .collect();
    let mut settled = 0;
    for task in tasks {
        settled += usize::from(task.await.unwrap() == Settlement::Settled);
    }
    assert_eq!(settled, 1);
    assert_eq!(stores[1].outbox(10).await.unwrap().len(), 1);
    assert_eq!(stores[0].journal_entries(10).await.unwrap().len(), 1);
}

/// Four processes settle the same 200 payments.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_race_settle_each_payment_once() {
    const ORDERS: usize = 200;
    let file = File::new();
    let store = file.open().await;
    record(&store, (0..ORDERS).map(order).collect()).await;
    let processes: Vec<_> = (0..4).map(|_| Process::start(&file, ORDERS)).collect();
    let mut settled = Vec::new();
    for mut process in processes {
        settled.extend(process.settled(usize::MAX));
        assert!(process.0.wait().unwrap().success());
    }
    assert_eq!(settled.len(), ORDERS, "each payment was settled by one process");
    assert_eq!(settled.iter().collect::<BTreeSet<_>>().len(), ORDERS);
    assert_eq!(store.outbox(1_000).await.unwrap().len(), ORDERS);
}

/// A process is killed in the midst of settling. What it was told is true, the rest is whole or absent, and the
/// gateway's repetition heals it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_leaves_the_books_whole() {
    const ORDERS: usize = 3_000;
    for lines in [1, 50, 400] {
        let file = File::new();
        let store = file.open().await;
        record(&store, (0..ORDERS).map(order).collect()).await;
        store.close().await;

        let mut process = Process::start(&file, ORDERS);
        let mut told = process.settled(lines);
        process.0.kill().unwrap();
        told.extend(process.settled(usize::MAX));
        assert!(told.len() < ORDERS, "it was killed too late to show anything");

        let store = file.open().await;
        let paid = paid(&store, ORDERS).await;
        assert!(
            told.is_subset(&paid),
            "what was told to be settled is settled: {:?}",
            told.difference(&paid)
        );
        assert_eq!(receipts(&store).await, paid, "each settlement has its receipt");
        assert_eq!(lines_of(&store).await, paid, "each settlement has its line in the journal");

        for index in 0..ORDERS {
            let expected = match paid.contains(&index) {
                true => Settlement::AlreadySettled,
                false => Settlement::Settled,
            };
            // Only every tenth of the untouched ones: each is a commit of its own.
            if paid.contains(&index) || index % 10 == 0 {
                assert_eq!(store.settle(&payment(index)).await.unwrap(), expected);
            }
        }
        assert!(receipts(&store).await.is_superset(&paid));
    }
}

async fn paid(store: &SqlStore, orders: usize) -> BTreeSet<usize> {
    let records = store.orders(u32::MAX).await.unwrap();
    assert_eq!(records.len(), orders);
    let paid = records.iter().filter(|record| record.trade_no().is_some());
    paid.map(|record| number(record.out_trade_no().as_str())).collect()
}

async fn receipts(store: &SqlStore) -> BTreeSet<usize> {
    let messages = store.outbox(u32::MAX).await.unwrap();
    let numbers: BTreeSet<_> =
        messages.iter().map(|message| number(message.out_trade_no().as_str())).collect();
    assert_eq!(numbers.len(), messages.len(), "no receipt twice");
    numbers
}

async fn lines_of(store: &SqlStore) -> BTreeSet<usize> {
    let lines = store.journal_entries(u32::MAX).await.unwrap();
    let numbers: BTreeSet<_> = lines.iter().filter_map(|line| line.out_trade_no()).map(number).collect();
    assert_eq!(numbers.len(), lines.len(), "no line twice");
    numbers
}

/// Another process, which runs [`settles_in_another_process`] in this very binary.
struct Process(Child);

const DATABASE: &str = "STORES_DATABASE";
const ORDERS: &str = "STORES_ORDERS";

impl Process {
    fn start(file: &File, orders: usize) -> Self {
        let test = concat!(module_path!(), "::settles_in_another_process");
        let child = Command::new(std::env::current_exe().unwrap())
            .args([test.split_once("::").unwrap().1, "--exact", "--ignored", "--nocapture"])
            .env(DATABASE, file.url())
            .env(ORDERS, orders.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// The orders that it says it has settled, until there are so many or it says nothing more.
    fn settled(&mut self, most: usize) -> BTreeSet<usize> {
        let lines =
            BufReader::with_capacity(1, self.0.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
        let settled = lines.filter_map(|line| Some(number(line.split_once("settled ")?.1.trim_end())));
        settled.take(most).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "is started in processes of their own"]
async fn settles_in_another_process() {
    let (Ok(url), Ok(orders)) = (std::env::var(DATABASE), std::env::var(ORDERS)) else { return };
    let orders: usize = orders.parse().unwrap();
    let store = SqlStore::connect(&url).await.unwrap();
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (store, next) = (store.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= orders {
                        return;
                    }
                    if store.settle(&payment(index)).await.unwrap() == Settlement::Settled {
                        // Long lines fill the pipe, so that this process is never far ahead of who reads and kills.
                        println!("settled {} {:200}", order(index).out_trade_no(), "");
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    store.close().await;
}

fn order(index: usize) -> Order {
    Order::new(OutTradeNo::new(&format!("T{index}")).unwrap(), "10.50".parse().unwrap())
}

fn number(out_trade_no: &str) -> usize {
    out_trade_no.trim_start_matches('T').parse().unwrap()
}

/// The payment of an order, by the whole chain.
fn payment(index: usize) -> VerifiedPayment {
    let (order, merchant) = (order(index), demo_merchant().unwrap());
    let notice = Notice::paid(order.out_trade_no().as_str(), order.amount()).sign(&merchant).unwrap();
    let signed = Notification::parse(Channel::Notify, notice.body().as_bytes())
        .unwrap()
        .authenticate(&merchant)
        .unwrap();
    let confirmation = signed.check(&merchant).unwrap().read(b"true").unwrap();
    match signed.confirm(&confirmation).unwrap().into_event().unwrap() {
        TradeEvent::Paid(payment) => payment.match_order(&order).unwrap(),
        other => panic!("not paid: {}", other.name()),
    }
}
