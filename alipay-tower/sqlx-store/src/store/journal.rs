//! The journal.

use super::{Result, SqlStore};
use crate::records::{JournalEntry, RefusedHits};

/// The journal.
impl SqlStore {
    /// The newest lines, newest first, those included that are still waiting to be written.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn journal_entries(&self, limit: u32) -> Result<Vec<JournalEntry>> {
        self.backend.journal_entries(limit).await
    }

    /// One line by its number, with the whole message when its signature was good: its
    /// [`raw`](JournalEntry::raw) bytes can be handed to [`Alipay::receive_notify`](alipay_tower::Alipay::receive_notify)
    /// again, which is as safe as the gateway's own repetition. `None` when there is no such line, or no longer.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn journal_entry(&self, id: i64) -> Result<Option<JournalEntry>> {
        self.backend.journal_entry(id).await
    }

    /// How many illegal hits there were.
    ///
    /// # Errors
    ///
    /// [`SqlStoreError::Database`](crate::SqlStoreError::Database).
    pub async fn refused_hits(&self) -> Result<RefusedHits> {
        self.backend.refused_hits().await
    }
}
