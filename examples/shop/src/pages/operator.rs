//! What the operator sees.

use alipay_sqlx_store::{
    ExtraPayment, JournalEntry, OrderRecord, OutboxMessage, RefusedHits, UnmatchedRecord,
};
use askama::Template;

use super::{Frame, State, words};

/// `GET /operator`
#[derive(Debug, Template)]
#[template(path = "operator.html")]
pub(crate) struct Operator {
    pub(crate) frame: Frame,
    pub(crate) paid: usize,
    pub(crate) unsent: usize,
    pub(crate) refused: RefusedHits,
    pub(crate) extra: Vec<ExtraPayment>,
    pub(crate) unmatched: Vec<UnmatchedRecord>,
    pub(crate) orders: Vec<(OrderRecord, State)>,
    pub(crate) journal: Vec<JournalEntry>,
    pub(crate) outbox: Vec<OutboxMessage>,
}

/// The same address for those who have not said the token.
#[derive(Debug, Template)]
#[template(path = "door.html")]
pub(crate) struct Door {
    pub(crate) frame: Frame,
    pub(crate) wrong: bool,
}
