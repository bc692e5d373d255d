//! The one writer: groups of waiting work, one transaction and one sync of the disk for each group; hits apart.

use sqlx::{Connection, SqliteConnection, Transaction};

use super::{
    connect::{Database, is_healthy_after},
    journal::Journal,
    queue::{Group, Hits, Queue},
    together,
};
use crate::error::SqlStoreError;

/// Owns the connection that writes. It survives every error: the callers get it, and the next group finds a working
/// connection or its own error.
pub(super) struct Writer {
    pub(super) database: Database,
    pub(super) connection: Option<SqliteConnection>,
    pub(super) queue: Queue,
    pub(super) journal: Journal,
    /// How many jobs make a full group.
    pub(super) max: usize,
}

/// What goes into one transaction: a hit never rides with a settlement.
enum Load<'a> {
    Hits(&'a Hits),
    Jobs(&'a mut Group),
}

/// Why a transaction is not on disk.
#[derive(Clone)]
struct Failure {
    error: SqlStoreError,
    cause: Cause,
    /// Whether the connection is as good as before.
    healthy: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The transaction could not begin.
    Begin,
    /// The transaction could not be brought to disk.
    Commit,
    /// One of the group's own statements failed; the others may do better without it.
    Job,
}

impl Writer {
    pub(super) async fn run(mut self) {
        while let Some(group) = self.queue.next().await {
            self.finish(group).await;
        }
        let _ = self.write_hits(true).await;
        if let Some(connection) = self.connection.take() {
            // The last connection folds the write-ahead log back into the file; if it cannot, the next one does.
            let _ = connection.close().await;
        }
        self.queue.stopped();
    }

    /// The jobs first; then hits, when somebody waits for them or there was nothing else to do.
    async fn finish(&mut self, mut group: Group) {
        let idle = group.len() == 0;
        let done = if idle { Ok(()) } else { self.finish_jobs(&mut group).await };
        match (done, group.flush.take()) {
            (Err(error), Some(caller)) => drop(caller.send(Err(error))),
            (Ok(()), Some(caller)) => drop(caller.send(self.write_hits(true).await)),
            (_, None) if idle => drop(self.write_hits(false).await),
            (_, None) => {}
        }
    }

    /// Brings the jobs to disk and answers their callers; an error when there is no use in writing more just now.
    async fn finish_jobs(&mut self, group: &mut Group) -> Result<(), SqlStoreError> {
        let result = self.commit(Load::Jobs(group)).await;
        match &result {
            Err(Failure { cause: Cause::Job, .. }) => return self.retry(group).await,
            // Nobody waits for the database's time-out one after the other.
            Err(Failure { cause: Cause::Begin, .. }) => drop(self.queue.top_up(group, usize::MAX)),
            _ => {}
        }
        answer(group, result)
    }

    /// One transaction for each job, so that one that cannot be done does not stand in the way of the others.
    async fn retry(&mut self, group: &mut Group) -> Result<(), SqlStoreError> {
        let mut down = None;
        for mut single in group.split() {
            let result = match &down {
                None => self.commit(Load::Jobs(&mut single)).await,
                Some(failure) => Err(Failure::clone(failure)),
            };
            down = result.as_ref().err().filter(|failure| failure.cause != Cause::Job).cloned();
            let _ = answer(&mut single, result);
        }
        down.map_or(Ok(()), |failure| Err(failure.error))
    }

    async fn write_hits(&mut self, all: bool) -> Result<(), SqlStoreError> {
        let hits = self.queue.take_hits(all);
        if hits.is_empty() {
            return Ok(());
        }
        let result = self.commit(Load::Hits(&hits)).await;
        if result.is_err() {
            self.queue.lose(&hits);
        }
        result.map_err(|failure| failure.error)
    }

    /// Nobody has been answered when it returns.
    async fn commit(&mut self, load: Load<'_>) -> Result<(), Failure> {
        let result = self.transact(load).await;
        let healthy = result.as_ref().err().is_none_or(|failure| failure.healthy);
        if !healthy && !self.database.in_memory {
            self.connection = None;
        }
        result
    }

    async fn transact(&mut self, load: Load<'_>) -> Result<(), Failure> {
        let Self { database, connection, queue, journal, max } = self;
        let open = match connection.take() {
            Some(open) => open,
            None => database.reopen().await.map_err(|error| Failure::new(Cause::Begin, error, true))?,
        };
        let mut transaction =
            connection.insert(open).begin_with("BEGIN IMMEDIATE").await.map_err(|error| {
                let healthy = is_healthy_after(&error);
                Failure::new(Cause::Begin, error, healthy)
            })?;
        let filled = match load {
            Load::Jobs(group) => fill(&mut transaction, group, queue, *max).await,
            Load::Hits(hits) => journal.write(&mut transaction, hits).await,
        };
        if let Err(error) = filled {
            let healthy = transaction.rollback().await.is_ok() && is_healthy_after(&error);
            return Err(Failure::new(Cause::Job, error, healthy));
        }
        // Whatever a failed commit leaves of its transaction goes with the connection.
        transaction.commit().await.map_err(|error| Failure::new(Cause::Commit, error, false))
    }
}

/// Runs the group, and what comes while it runs.
async fn fill(
    transaction: &mut Transaction<'_, sqlx::Sqlite>,
    group: &mut Group,
    queue: &mut Queue,
    max: usize,
) -> Result<(), sqlx::Error> {
    let (mut ran, mut settled) = (0, 0);
    loop {
        for job in group.jobs.iter_mut().skip(ran) {
            job.run(transaction).await?;
        }
        let settlements = group.settlements.get_mut(settled..).unwrap_or_default();
        together::settle(transaction, settlements).await?;
        (ran, settled) = (group.jobs.len(), group.settlements.len());
        if !queue.top_up(group, max) {
            return Ok(());
        }
    }
}

/// Tells everybody in the group.
fn answer(group: &mut Group, result: Result<(), Failure>) -> Result<(), SqlStoreError> {
    let result = result.map_err(|failure| failure.error);
    group.answer(&result);
    result
}

impl Failure {
    fn new(cause: Cause, error: sqlx::Error, healthy: bool) -> Self {
        Self { error: error.into(), cause, healthy }
    }
}

#[cfg(test)]
mod tests {
    use alipay_tower::protocol::OutTradeNo;
    use sqlx::Executor;
    use tempfile::TempDir;

    use super::*;
    use crate::{
        NewOrder, SqlStoreOptions,
        sqlite::{Sqlite, operation::Operation, orders::Create},
    };

    /// Any statement.
    struct Sql(&'static str);

    impl Operation for Sql {
        type Output = ();

        async fn run(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
            connection.execute(self.0).await.map(drop)
        }
    }

    /// A connection that has died.
    struct Break;

    impl Operation for Break {
        type Output = ();

        async fn run(&self, _connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
            Err(sqlx::Error::WorkerCrashed)
        }
    }

    fn create(number: usize, size: usize) -> Create {
        let id = OutTradeNo::new(&format!("T{number}")).unwrap();
        Create(NewOrder::new(id, "0.01".parse().unwrap(), "x".repeat(size)))
    }

    async fn open(directory: &TempDir) -> Sqlite {
        let url = format!("sqlite://{}/shop.db", directory.path().display());
        Sqlite::open(&url, &SqlStoreOptions::new()).await.unwrap()
    }

    #[tokio::test]
    async fn a_broken_connection_costs_its_own_job_and_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory).await;
        store.writer.submit(Sql("CREATE TEMP TABLE marker (id INTEGER)")).await.unwrap();
        let (before, broken, after) = tokio::join!(
            store.writer.submit(create(1, 1)),
            store.writer.submit(Break),
            store.writer.submit(create(2, 1)),
        );
        assert!(broken.unwrap_err().to_string().contains("crashed"));
        before.unwrap().unwrap();
        after.unwrap().unwrap();
        let marker = store.writer.submit(Sql("INSERT INTO marker VALUES (1)")).await.unwrap_err();
        assert!(marker.to_string().contains("no such table"), "a new connection: {marker}");
    }

    #[tokio::test]
    async fn books_that_vanish_are_missed_and_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory).await;
        let path = directory.path().join("shop.db");
        let away = directory.path().join("away.db");
        std::fs::rename(&path, &away).unwrap();
        assert!(store.writer.submit(Break).await.is_err());
        let missing = store.writer.submit(create(1, 1)).await.unwrap_err();
        assert!(missing.to_string().contains("unable to open"), "{missing}");
        assert!(!path.exists());
        std::fs::rename(&away, &path).unwrap();
        store.writer.submit(create(1, 1)).await.unwrap().unwrap();
    }

    /// An order on a disk that has room for sixty pages.
    struct Limited(Create);

    impl Operation for Limited {
        type Output = <Create as Operation>::Output;

        async fn run(&self, connection: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
            connection.execute("PRAGMA max_page_count = 60").await?;
            self.0.run(connection).await
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_survived() {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory).await;
        let tasks: Vec<_> = (0..64)
            .map(|number| {
                let writer = store.writer.clone();
                tokio::spawn(async move { writer.submit(Limited(create(number, 8_000))).await })
            })
            .collect();
        let mut told = Vec::new();
        for task in tasks {
            let result = task.await.unwrap();
            assert!(result.as_ref().err().is_none_or(|error| error.to_string().contains("full")));
            told.push(result.is_ok());
        }
        assert!(told.contains(&true) && told.contains(&false), "{told:?}");

        store.writer.submit(Sql("PRAGMA max_page_count = 100000")).await.unwrap();
        for (number, told) in told.into_iter().enumerate() {
            let again = store.writer.submit(create(number, 8_000)).await.unwrap();
            assert_eq!(again.is_err(), told, "{number} is there exactly when its caller was told so");
        }
    }
}
