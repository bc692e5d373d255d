//! Lines for the person who started the shop.

use std::io::Write as _;

/// Prints a line; a terminal that is gone is no reason to stop serving buyers.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
