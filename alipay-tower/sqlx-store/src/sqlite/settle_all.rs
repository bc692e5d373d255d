//! Settlements that wait together, settled together.

use std::sync::LazyLock;

use futures_util::TryStreamExt;
use sqlx::{Arguments, AssertSqlSafe, Either, Executor, SqliteConnection, sqlite::SqliteArguments};

use super::settle::{ARGUMENTS, SETTLE, STATEMENTS, Settle, Settled};

/// So many settlements at most share a string; with more, the string would outgrow what it saves.
const MOST: usize = 16;

/// [`SETTLE`] for 1, 2, 4, 8 and 16 settlements: as few strings as possible, because each is prepared and kept.
static STRINGS: LazyLock<Vec<Arc<str>>> =
    LazyLock::new(|| (0..=MOST.ilog2()).map(|power| repeated(1 << power).into()).collect());
