//! What stands in the books, as plain values.

mod journal;
mod order;
mod outbox;
mod unmatched;

pub(crate) use self::{
    journal::{Capped, JournalRow, is_strange, is_unmatched},
    order::OrderColumns,
};
pub use self::{
    journal::{JournalEntry, RefusedHits},
    order::{ExtraPayment, NewOrder, OrderRecord},
    outbox::{OutboxKind, OutboxMessage},
    unmatched::UnmatchedRecord,
};

/// At most so many bytes of the text, cut between two characters.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}
