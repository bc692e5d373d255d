//! The SQLite books: what is written, when it is on disk, and what happens when it cannot be.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod books;
mod journal;
mod outbox;
mod payouts;
mod reconcile;
mod refund_requests;
mod refunds;
mod sequel;
mod start;
mod support;
mod trades;
mod unmatched;
mod writer;
