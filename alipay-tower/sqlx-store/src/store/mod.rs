//! The one public type.

mod contract;
mod journal;
mod orders;
mod outbox;
mod refund_requests;
mod refunds;

use std::{fmt, sync::Arc};

use crate::{
    backend::{self, Backend},
    error::SqlStoreError,
    options::SqlStoreOptions,
};

type Result<T, E = SqlStoreError> = std::result::Result<T, E>;

/// The books of a shop in a SQL database: orders, journal, outbox. Cheap to clone; all clones share one writer.
///
/// Everything that is written is on disk when its future returns.
#[derive(Clone)]
pub struct SqlStore {
    backend: Arc<dyn Backend>,
}

/// Opening and shutting the books.
impl SqlStore {
    /// Opens the books, and makes and migrates them when needed. Several processes may do so at once.
    ///
    /// * `sqlite:///absolute/path.db`, `sqlite://relative/path.db`: a file, in a directory that exists.
    /// * `sqlite::memory:`: gone with the last clone; for tests.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Url`] says what is wrong with the URL or which feature it needs; [`SqlStoreError::Database`] when
    /// the database cannot be opened or migrated.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::connect_with(url, SqlStoreOptions::new()).await
    }

    /// Opens the books with other options than the defaults.
    ///
    /// # Errors
    ///
    /// Those of [`SqlStore::connect`].
    pub async fn connect_with(url: &str, options: SqlStoreOptions) -> Result<Self> {
        Ok(Self { backend: backend::open(url, options).await? })
    }

    /// Waits until everything that was handed in before is on disk, the journal's hits included.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`] when it could not be written.
    pub async fn flush(&self) -> Result<()> {
        self.backend.flush().await
    }

    /// Writes what is waiting and shuts the database, for all clones: the last act of a graceful shutdown, after the
    /// server has stopped.
    pub async fn close(&self) {
        self.backend.close().await;
    }
}

impl fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStore").finish_non_exhaustive()
    }
}
