use std::time::Duration;

use alipay_sqlx_store::{SqlStore, SqlStoreError, SqlStoreOptions};
use sqlx::Row;

use crate::support::{File, id, new_order};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_may_start_at_once() {
    let file = File::new();
    let starts: Vec<_> = (0..16)
        .map(|index| {
            let url = file.url();
            tokio::spawn(async move {
                let store = SqlStore::connect(&url).await.unwrap();
                store.create_order(new_order(&format!("T{index}"))).await.unwrap();
                store.close().await;
            })
        })
        .collect();
    for start in starts {
        start.await.unwrap();
    }
    assert_eq!(file.open().await.orders(100).await.unwrap().len(), 16);
}

#[tokio::test]
async fn the_file_is_in_wal_mode_and_the_host_may_keep_tables_in_it() {
    let file = File::new();
    let mut host = sqlx::sqlite::SqliteConnectOptions::new().filename(file.path()).create_if_missing(true);
    host = host.foreign_keys(true);
    let mut host = sqlx::ConnectOptions::connect(&host).await.unwrap();
    sqlx::query("CREATE TABLE _sqlx_migrations (version INTEGER)").execute(&mut host).await.unwrap();
    let _store = file.open().await;
    let mut host = file.stranger().await;
    let mode = sqlx::query("PRAGMA journal_mode").fetch_one(&mut host).await.unwrap();
    assert_eq!(mode.get::<String, _>(0), "wal");
}

#[tokio::test]
async fn books_in_memory_are_each_ones_own() {
    let (one, other) = (
        SqlStore::connect("sqlite::memory:").await.unwrap(),
        SqlStore::connect("sqlite://:memory:").await.unwrap(),
    );
    one.create_order(new_order("T1")).await.unwrap();
    assert!(one.order(&id("T1")).await.unwrap().is_some());
    assert!(other.order(&id("T1")).await.unwrap().is_none());
}

#[tokio::test]
async fn relative_paths_and_odd_names_work() {
    let directory = tempfile::tempdir_in(".").unwrap();
    let name = directory.path().file_name().unwrap().to_str().unwrap().to_owned();
    for url in [
        format!("sqlite://{name}/a.db"),
        format!("sqlite:{name}/b.db?mode=rwc"),
        format!("sqlite://{name}/a%20b.db"),
    ] {
        SqlStore::connect(&url).await.unwrap().close().await;
    }
    for file in ["a.db", "b.db", "a b.db"] {
        assert!(directory.path().join(file).is_file(), "{file}");
    }
}

#[tokio::test]
async fn a_useless_url_is_told_why_and_never_shown() {
    let cases = [
        ("shop.db", "no scheme"),
        ("", "no scheme"),
        ("sqlite://", "names no file"),
        ("sqlite://shop.db?mode=ro", "no parameters"),
        ("sqlite:///no/such/directory/shop.db", "directory"),
        ("mysql://root:hunter2@db/shop", "feature"),
        ("oracle://root:hunter2@db/shop", "`oracle:`"),
    ];
    for (url, expected) in cases {
        let error = SqlStore::connect(url).await.unwrap_err();
        assert!(matches!(error, SqlStoreError::Url(_)), "{url}: {error:?}");
        assert!(error.to_string().contains(expected), "{url}: {error}");
        assert!(!error.to_string().contains("hunter2"));
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let file = File::new();
    std::fs::write(file.path(), [b'x'; 8192]).unwrap();
    let options = SqlStoreOptions::new().with_busy_timeout(Duration::from_millis(100));
    let error = SqlStore::connect_with(&file.url(), options).await.unwrap_err();
    assert!(
        matches!(&error, SqlStoreError::Database(cause) if cause.code().as_deref() == Some("26")),
        "{error:?}"
    );
}
