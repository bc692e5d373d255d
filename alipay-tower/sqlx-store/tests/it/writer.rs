use std::time::{Duration, Instant};

use alipay_sqlx_store::{NewOrder, SqlStore, SqlStoreError, SqlStoreOptions};
use alipay_tower::{
    Money, OrderStore,
    protocol::OrderState,
    store::{Settlement, StoreError},
};
use sqlx::Executor;
use tokio::task::JoinHandle;

use crate::support::{File, id, new_order, order, payment};

async fn record(store: &SqlStore, orders: usize) {
    for index in 0..orders {
        store.create_order(new_order(&format!("T{index}"))).await.unwrap();
    }
}

/// Settles the orders T0, T1, … at once.
type Settling = JoinHandle<Result<Settlement, StoreError>>;

fn begin_to_settle(store: &SqlStore, orders: usize) -> Vec<Settling> {
    let settle = |index| {
        let (store, payment) = (store.clone(), payment(&order(&format!("T{index}")), "1111"));
        tokio::spawn(async move { store.settle(&payment).await })
    };
    (0..orders).map(settle).collect()
}

async fn all(tasks: Vec<Settling>) -> Vec<Result<Settlement, StoreError>> {
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

async fn settle_all(store: &SqlStore, orders: usize) -> Vec<Result<Settlement, StoreError>> {
    all(begin_to_settle(store, orders)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_commit_fails_nobody_is_told_otherwise() {
    let file = File::new();
    let store = file.open().await;
    record(&store, 32).await;
    // A reference that is checked at COMMIT and not before, and then fails.
    let mut stranger = file.stranger().await;
    let sabotage = "CREATE TABLE absent (id INTEGER PRIMARY KEY);
        CREATE TABLE doomed (id INTEGER REFERENCES absent (id) DEFERRABLE INITIALLY DEFERRED);
        CREATE TRIGGER doom AFTER UPDATE ON alipay_orders BEGIN INSERT INTO doomed VALUES (1); END;";
    stranger.execute(sabotage).await.unwrap();
    for result in settle_all(&store, 32).await {
        let error = result.unwrap_err();
        assert!(error.to_string().contains("FOREIGN KEY"), "{error}");
    }
    for record in store.orders(100).await.unwrap() {
        assert_eq!(record.state(), &OrderState::Pending);
    }
    assert!(store.outbox(1).await.unwrap().is_empty());

    stranger.execute("DROP TRIGGER doom").await.unwrap();
    for result in settle_all(&store, 32).await {
        assert_eq!(result.unwrap(), Settlement::Settled);
    }
    assert_eq!(store.outbox(100).await.unwrap().len(), 32);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_write_does_not_fail_its_group() {
    let file = File::new();
    let store = file.open().await;
    record(&store, 64).await;
    let sabotage = "CREATE TRIGGER bad BEFORE INSERT ON alipay_outbox WHEN NEW.out_trade_no IN ('T7', 'T8')
        BEGIN SELECT RAISE(ABORT, 'not this one'); END";
    file.stranger().await.execute(sabotage).await.unwrap();
    for (index, result) in settle_all(&store, 64).await.into_iter().enumerate() {
        match result {
            Err(error) => assert!(matches!(index, 7 | 8), "{index}: {error}"),
            Ok(settlement) => {
                assert!(!matches!(index, 7 | 8) && settlement == Settlement::Settled, "{index}")
            }
        }
    }
    assert_eq!(store.find(&id("T7")).await.unwrap().unwrap().state(), &OrderState::Pending);
    assert_eq!(store.outbox(100).await.unwrap().len(), 62);
    assert_eq!(store.journal_entries(100).await.unwrap().len(), 62, "no half of a settlement stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_another_process_holds_is_waited_for_and_then_refused() {
    let file = File::new();
    let store = file.open_with(SqlStoreOptions::new().with_busy_timeout(Duration::from_millis(150))).await;
    record(&store, 64).await;
    let mut stranger = file.stranger().await;
    stranger.execute("BEGIN IMMEDIATE").await.unwrap();
    let began = Instant::now();
    for result in settle_all(&store, 64).await {
        assert!(result.unwrap_err().to_string().contains("locked"));
    }
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "nobody waits in line for a time-out: {:?}",
        began.elapsed()
    );
    assert!(store.find(&id("T0")).await.unwrap().is_some(), "readers are not disturbed");
    stranger.execute("ROLLBACK").await.unwrap();
    for result in settle_all(&store, 64).await {
        assert_eq!(result.unwrap(), Settlement::Settled);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_too_many_wait_the_next_is_refused_at_once() {
    let file = File::new();
    let store =
        file.open_with(SqlStoreOptions::new().with_queue(8).with_busy_timeout(Duration::from_secs(60))).await;
    record(&store, 64).await;
    let mut stranger = file.stranger().await;
    stranger.execute("BEGIN IMMEDIATE").await.unwrap();
    let waiting = begin_to_settle(&store, 64);
    // Nine find a place, eight in the queue and one at the writer; the rest hear at once that there is none.
    while waiting.iter().filter(|task| task.is_finished()).count() < 64 - 9 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // More and more wait, until there is no place; nobody is kept waiting to hear that.
    let mut refused = false;
    for index in 0..100 {
        let more = store.create_order(NewOrder::new(id(&format!("X{index}")), Money::MAX, "more"));
        match tokio::time::timeout(Duration::from_millis(20), more).await {
            Ok(Err(SqlStoreError::Overloaded)) => refused = true,
            Ok(other) => panic!("{other:?}"),
            Err(_) => {}
        }
    }
    assert!(refused);
    stranger.execute("ROLLBACK").await.unwrap();

    let results = all(waiting).await;
    let settled = results.iter().filter(|result| result.is_ok()).count();
    assert!(settled <= 9, "{settled} were waiting");
    for (index, result) in results.into_iter().enumerate() {
        let state = store.find(&id(&format!("T{index}"))).await.unwrap().unwrap().state().clone();
        assert_eq!(result.is_ok(), state != OrderState::Pending, "{index}");
    }
    store.create_order(new_order("Y")).await.unwrap();
}

#[tokio::test]
async fn a_dropped_settle_is_done_once_or_not_at_all() {
    let file = File::new();
    let store = file.open().await;
    record(&store, 20).await;
    for index in 0..20_u64 {
        let paid = payment(&order(&format!("T{index}")), "1111");
        let _ = tokio::time::timeout(Duration::from_micros(index * 50), store.settle(&paid)).await;
        let again = store.settle(&paid).await.unwrap();
        assert!(matches!(again, Settlement::Settled | Settlement::AlreadySettled));
        assert_eq!(store.settle(&paid).await.unwrap(), Settlement::AlreadySettled);
    }
    assert_eq!(store.outbox(100).await.unwrap().len(), 20);
}

#[tokio::test]
async fn closing_writes_what_waits() {
    let file = File::new();
    let store = file.open().await;
    record(&store, 50).await;
    let waiting: Vec<_> = (0..50)
        .map(|index| {
            let (store, paid) = (store.clone(), payment(&order(&format!("T{index}")), "1111"));
            tokio::spawn(async move { store.settle(&paid).await.unwrap() })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    for task in waiting {
        assert_eq!(task.await.unwrap(), Settlement::Settled);
    }
    let late = store.settle(&payment(&order("T0"), "1111")).await.unwrap_err();
    assert!(late.to_string().contains("closed"), "{late}");
    assert!(store.find(&id("T0")).await.unwrap_err().to_string().contains("closed"));
    store.close().await;

    assert!(!file.path().with_extension("db-wal").exists(), "the log is folded into the file");
    let again = file.open().await;
    assert_eq!(again.outbox(100).await.unwrap().len(), 50);
}

#[test]
fn a_runtime_that_is_gone_is_an_error_and_no_hang() {
    let file = File::new();
    let first = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let store = first.block_on(file.open());
    drop(first);
    let second = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = second.block_on(store.create_order(new_order("T1"))).unwrap_err();
    assert!(matches!(error, SqlStoreError::Closed));
}
