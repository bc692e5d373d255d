//! What stands in the books, as plain values.

mod batch;
mod event;
mod extra;
mod journal;
mod order;
mod outbox;
mod refund;
mod refund_request;
mod unmatched;

pub use self::{
    batch::RefundBatch,
    event::{OrderEvent, OrderEventKind},
    extra::ExtraPayment,
    journal::{JournalEntry, RefusedHits},
    order::{NewOrder, OrderRecord},
    outbox::{OutboxKind, OutboxMessage},
    refund::{RefundEntry, RefundRecord},
    refund_request::{RefundIntent, RefundRequest, RefundStart},
    unmatched::UnmatchedRecord,
};
pub(crate) use self::{
    journal::{Capped, JournalRow, is_strange, is_unmatched, message},
    order::OrderColumns,
};

/// At most so many bytes of the text, cut between two characters.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}
