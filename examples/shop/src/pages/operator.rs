//! What the operator sees.

use alipay_sqlx_store::{
    ExtraPayment, JournalEntry, OrderRecord, OutboxMessage, RefusedHits, UnmatchedRecord,
};
use alipay_tower::gateway::BreakerState;
use askama::Template;

use super::{Frame, Moved, State, words};

/// `GET /operator`
#[derive(Debug, Template)]
#[template(path = "operator.html")]
pub(crate) struct Operator {
    pub(crate) frame: Frame,
    /// Whether the merchant's generation has payouts.
    pub(crate) pays_out: bool,
    pub(crate) moved: Option<Moved>,
    pub(crate) problem: Option<String>,
    pub(crate) paid: usize,
    pub(crate) unsent: usize,
    /// Whether the gateway is asked at the moment.
    pub(crate) circuit: BreakerState,
    pub(crate) refused: RefusedHits,
    pub(crate) extra: Vec<ExtraPayment>,
    pub(crate) unmatched: Vec<UnmatchedRecord>,
    pub(crate) orders: Vec<(OrderRecord, State)>,
    pub(crate) journal: Vec<JournalEntry>,
    pub(crate) outbox: Vec<OutboxMessage>,
    /// In certificate mode.
    pub(crate) certificates: Option<CertificateList>,
}

/// Alipay's certificates that the shop takes.
#[derive(Debug)]
pub(crate) struct CertificateList {
    /// Numbers, and until when they are good.
    pub(crate) known: Vec<(String, String)>,
    pub(crate) renewal: Renewal,
}

/// What the operator's wish for a new certificate came to.
#[derive(Debug)]
pub(crate) enum Renewal {
    /// Alipay signs with one that is here.
    Known,
    New,
    NotAsked,
    Refused(String),
}

impl Operator {
    fn is_gateway_away(&self) -> bool {
        self.circuit != BreakerState::Closed
    }
}

/// The same address for those who have not said the token.
#[derive(Debug, Template)]
#[template(path = "door.html")]
pub(crate) struct Door {
    pub(crate) frame: Frame,
    pub(crate) wrong: bool,
}
