//! Connections: where the file is, how it is opened, and the tables in it.

use std::{str::FromStr, time::Instant};

use sqlx::{
    ConnectOptions, Connection, SqlSafeStr, SqliteConnection,
    error::DatabaseError,
    migrate::{Migrate, MigrateError, Migration, MigrationType},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::time::{Duration, sleep};

use crate::{backend::unusable, error::SqlStoreError, options::SqlStoreOptions};

/// How to reach one database.
#[derive(Clone, Debug)]
pub(super) struct Database {
    options: SqliteConnectOptions,
    busy_timeout: Duration,
    /// A database in memory lives in its one connection.
    pub(super) in_memory: bool,
}

impl Database {
    pub(super) fn parse(url: &str, options: &SqlStoreOptions) -> Result<Self, SqlStoreError> {
        let rest = url.strip_prefix("sqlite:").unwrap_or(url);
        let (path, parameters) = rest.split_once('?').unwrap_or((rest, "mode=rwc"));
        if parameters != "mode=rwc" {
            return Err(unusable("a `sqlite:` URL takes no parameters here; use SqlStoreOptions"));
        }
        let name = path.strip_prefix("//").unwrap_or(path);
        let in_memory = name == ":memory:";
        if name.is_empty() {
            return Err(unusable("it names no file; sqlite://shop.db does"));
        }
        let connect = SqliteConnectOptions::from_str(&format!("sqlite://{name}"))?
            .shared_cache(false)
            .busy_timeout(options.busy_timeout)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .disable_statement_logging();
        let directory = connect.get_filename().parent();
        if !in_memory && directory.is_some_and(|path| !path.as_os_str().is_empty() && !path.is_dir()) {
            return Err(unusable("the directory of the database file does not exist; make it first"));
        }
        Ok(Self { options: connect, busy_timeout: options.busy_timeout, in_memory })
    }

    /// The first connection, which makes the file and the tables.
    pub(super) async fn create(&self) -> Result<SqliteConnection, sqlx::Error> {
        let mut connection = self.connect(true).await?;
        migrate(&mut connection).await?;
        Ok(connection)
    }

    /// Another connection that writes. It never makes a file: books that have vanished are not replaced by empty ones.
    pub(super) async fn reopen(&self) -> Result<SqliteConnection, sqlx::Error> {
        self.connect(false).await
    }

    async fn connect(&self, create: bool) -> Result<SqliteConnection, sqlx::Error> {
        let options = self.options.clone().create_if_missing(create).journal_mode(SqliteJournalMode::Wal);
        let deadline = Instant::now() + self.busy_timeout;
        loop {
            match options.connect().await {
                // The step to WAL takes a lock for which SQLite itself does not wait.
                Err(error) if is_busy(&error) && Instant::now() < deadline => {
                    sleep(Duration::from_millis(20)).await;
                }
                other => return other,
            }
        }
    }

    /// A connection that reads.
    pub(super) async fn reader(&self) -> Result<SqliteConnection, sqlx::Error> {
        self.options.clone().pragma("query_only", "ON").connect().await
    }
}

/// Makes the tables or brings them up to date, under the write lock: of several processes that start at once one does it
/// and the others find it done.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    // The host may keep tables, and migrations, of its own in the same file.
    const TABLE: &str = "_alipay_store_migrations";
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    transaction.ensure_migrations_table(TABLE).await?;
    let mut applied = transaction.list_applied_migrations(TABLE).await?;
    for migration in migrations() {
        let version = migration.version;
        match applied.iter().position(|old| old.version == version).map(|index| applied.swap_remove(index)) {
            None => drop(transaction.apply(TABLE, &migration).await?),
            Some(old) if old.checksum == migration.checksum => {}
            Some(_) => return Err(MigrateError::VersionMismatch(version).into()),
        }
    }
    match applied.first() {
        None => transaction.commit().await,
        Some(newer) => Err(MigrateError::VersionMissing(newer.version).into()),
    }
}

fn migrations() -> [Migration; 2] {
    let simple = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    [
        simple(1, "orders", include_str!("../../migrations/sqlite/0001_orders.sql")),
        simple(2, "refund requests", include_str!("../../migrations/sqlite/0002_refund_requests.sql")),
    ]
}

/// Whether the connection is as good as before the error.
pub(super) fn is_healthy_after(error: &sqlx::Error) -> bool {
    const FULL: u32 = 13;
    const CONSTRAINT: u32 = 19;
    is_busy(error) || matches!(primary_code(error), Some(FULL | CONSTRAINT))
}

fn is_busy(error: &sqlx::Error) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    matches!(primary_code(error), Some(BUSY | LOCKED))
}

/// SQLite's primary result code, the low byte of the extended one.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let extended: u32 = error.as_database_error().and_then(DatabaseError::code)?.parse().ok()?;
    Some(extended & 0xff)
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::*;

    #[tokio::test]
    async fn every_connection_is_durable_and_patient() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/shop.db", directory.path().display());
        let database = Database::parse(&url, &SqlStoreOptions::new()).unwrap();
        let connections = [
            database.create().await.unwrap(),
            database.reopen().await.unwrap(),
            database.reader().await.unwrap(),
        ];
        for (index, mut connection) in connections.into_iter().enumerate() {
            let sql = "SELECT journal_mode, synchronous, foreign_keys, timeout, query_only
                FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_busy_timeout, pragma_query_only";
            let row = sqlx::query(sql).fetch_one(&mut connection).await.unwrap();
            assert_eq!(row.get::<String, _>(0), "wal");
            let numbers: Vec<i64> = (1..5).map(|column| row.get(column)).collect();
            // 2 is FULL.
            assert_eq!(numbers, [2, 1, 5_000, i64::from(index == 2)]);
        }
    }
}
