//! The outbox.

use std::time::Duration;

use super::{Result, SqlStore};
use crate::records::OutboxMessage;

/// The outbox.
impl SqlStore {
    /// The newest messages, sent or not, newest first.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn outbox(&self, limit: u32) -> Result<Vec<OutboxMessage>> {
        self.backend.outbox(limit).await
    }

    /// Takes the oldest messages that are due, for this caller alone until the lease ends. Any number of workers in any
    /// number of processes may call it at once; whoever dies with a lease gives it up by time.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError`](crate::SqlStoreError) when it could not be written; nothing is leased then.
    pub async fn claim_outbox(&self, limit: u32, lease: Duration) -> Result<Vec<OutboxMessage>> {
        self.backend.claim_outbox(limit, lease).await
    }

    /// The message has left; it is not claimed again. The note is for the operator, its first kilobyte is kept.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::NoSuchMessage`](crate::SqlStoreError::NoSuchMessage).
    pub async fn outbox_done(&self, id: i64, note: &str) -> Result<()> {
        self.backend.outbox_done(id, note).await
    }

    /// The message could not leave. It is due again when its lease has ended and a pause is over: ten seconds, doubled
    /// with every attempt up to an hour. The note is for the operator, its first kilobyte is kept.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::NoSuchMessage`](crate::SqlStoreError::NoSuchMessage).
    pub async fn outbox_failed(&self, id: i64, note: &str) -> Result<()> {
        self.backend.outbox_failed(id, note).await
    }
}
