//! A few connections that only read. The books are in WAL mode, so they never wait for the writer.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{Connection, SqliteConnection};
use tokio::sync::Semaphore;

use super::{
    connect::{Database, is_healthy_after},
    operation::Operation,
};
use crate::error::SqlStoreError;

/// A pool of our own: sqlx's asks each connection how it is when it comes back, which doubles the cost of a small read.
pub(super) struct Readers {
    database: Database,
    connections: u16,
    permits: Semaphore,
    /// The one that came back last is taken first: its thread is awake.
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    pub(super) fn new(database: Database, connections: u16) -> Self {
        let permits = Semaphore::new(connections.into());
        Self { database, connections, permits, idle: Mutex::default() }
    }

    /// A future that is dropped midway takes its connection with it; the next one opens another.
    pub(super) async fn run<O: Operation>(&self, operation: O) -> Result<O::Output, SqlStoreError> {
        let _permit = self.permits.acquire().await.map_err(|_| SqlStoreError::Closed)?;
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.database.reader().await?,
        };
        let result = operation.run(&mut connection).await;
        if result.as_ref().err().is_none_or(is_healthy_after) {
            self.idle().push(connection);
        }
        Ok(result?)
    }

    /// Waits for the reads that run, and refuses further ones.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.permits.acquire_many(self.connections.into()).await {
            self.permits.close();
            drop(all);
        }
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            let _ = connection.close().await;
        }
    }

    /// The list is whole between any two statements, so a panic elsewhere does not spoil it.
    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
