//! The knobs, each with its default.

use std::time::Duration;

/// How a [`SqlStore`](crate::SqlStore) works with its database.
///
/// ```
/// use std::time::Duration;
///
/// use alipay_sqlx_store::SqlStoreOptions;
///
/// let options = SqlStoreOptions::new().with_busy_timeout(Duration::from_secs(2)).with_refused_hits_kept(1_000);
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing until they are given to SqlStore::connect_with"]
pub struct SqlStoreOptions {
    pub(crate) busy_timeout: Duration,
    pub(crate) group_commit: usize,
    pub(crate) queue: usize,
    pub(crate) readers: u16,
    pub(crate) refused_hits_kept: u32,
}

impl SqlStoreOptions {
    /// The defaults.
    pub const fn new() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            group_commit: 256,
            queue: 4096,
            readers: 4,
            refused_hits_kept: 10_000,
        }
    }

    /// How long a write waits while another process writes, at most a day. Default: 5 seconds.
    pub const fn with_busy_timeout(self, busy_timeout: Duration) -> Self {
        let day = Duration::from_secs(86_400);
        Self { busy_timeout: if busy_timeout.as_secs() < day.as_secs() { busy_timeout } else { day }, ..self }
    }

    /// How many waiting writes share one commit; 1 gives each its own. Default: 256.
    pub const fn with_group_commit(self, max: usize) -> Self {
        Self { group_commit: if max == 0 { 1 } else { max }, ..self }
    }

    /// How many writes may wait; further ones are refused at once, so that an overloaded shop stays quick and small.
    /// Default: 4096.
    pub const fn with_queue(self, writes: usize) -> Self {
        Self { queue: if writes == 0 { 1 } else { writes }, ..self }
    }

    /// How many connections read. Default: 4.
    pub const fn with_readers(self, readers: u16) -> Self {
        Self { readers: if readers == 0 { 1 } else { readers }, ..self }
    }

    /// How many refused hits the journal remembers, newest first, and likewise how many that merely repeated known
    /// news; they are counted for ever. Default: 10,000.
    pub const fn with_refused_hits_kept(self, rows: u32) -> Self {
        Self { refused_hits_kept: rows, ..self }
    }
}

impl Default for SqlStoreOptions {
    fn default() -> Self {
        Self::new()
    }
}
