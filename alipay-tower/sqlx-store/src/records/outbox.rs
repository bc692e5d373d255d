//! Messages that a payment owes to the world.

use std::{fmt, time::Duration};

use alipay_tower::protocol::{OutTradeNo, Timestamp};

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutboxKind {
    /// A batch of refunds that the shop has not made: tell a person, somebody else has the merchant's key.
    ForeignBatch,
    /// Of a version that this one does not know.
    Other(Box<str>),
    /// An order was paid after the shop had closed it: tell a person, who ships after all or sends the money back.
    PaidAfterClose,
    /// An order was paid a second time: tell a person, one payment must go back.
    PaidTwice,
    /// An order was paid: send the buyer a receipt.
    Receipt,
    /// A batch of the shop's refunds another trade or amount than the shop had asked for: tell a person.
    RefundDiffers,
    /// A refund that would bring the sum above what was paid: tell a person, the books and Alipay differ.
    RefundExceeds,
    /// An order was settled with a payment that had gone back in full before the shop heard of it: in place of the receipt,
    /// tell a person that no goods may leave.
    SettledRefunded,
    /// The gateway denies a trade that had settled an order unconfirmed; the order waits for payment again: tell a person,
    /// above all when goods have left.
    SettlementDenied,
    /// A trade has the status `TRADE_PENDING`, or one that this version does not know: tell a person.
    UnclearStatus,
    /// A payment fits no order: tell a person, it is real money. The order may not exist.
    Unmatched,
}

impl OutboxKind {
    /// `foreign_batch`, `paid_after_close`, `paid_twice`, `receipt`, `refund_differs`, `refund_exceeds`,
    /// `settled_refunded`, `settlement_denied`, `unclear_status`, `unmatched_payment`, or what stands in the table.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ForeignBatch => "foreign_batch",
            Self::Other(kind) => kind,
            Self::PaidAfterClose => "paid_after_close",
            Self::PaidTwice => "paid_twice",
            Self::Receipt => "receipt",
            Self::RefundDiffers => "refund_differs",
            Self::RefundExceeds => "refund_exceeds",
            Self::SettledRefunded => "settled_refunded",
            Self::SettlementDenied => "settlement_denied",
            Self::UnclearStatus => "unclear_status",
            Self::Unmatched => "unmatched_payment",
        }
    }
}

impl From<&str> for OutboxKind {
    fn from(kind: &str) -> Self {
        match kind {
            "foreign_batch" => Self::ForeignBatch,
            "paid_after_close" => Self::PaidAfterClose,
            "paid_twice" => Self::PaidTwice,
            "receipt" => Self::Receipt,
            "refund_differs" => Self::RefundDiffers,
            "refund_exceeds" => Self::RefundExceeds,
            "settled_refunded" => Self::SettledRefunded,
            "settlement_denied" => Self::SettlementDenied,
            "unclear_status" => Self::UnclearStatus,
            "unmatched_payment" => Self::Unmatched,
            other => Self::Other(other.into()),
        }
    }
}

/// A message that was written in the very transaction that recorded the payment which it tells of, so neither is ever without
/// the other.
#[derive(Clone)]
pub struct OutboxMessage {
    pub(crate) id: i64,
    pub(crate) kind: OutboxKind,
    pub(crate) out_trade_no: OutTradeNo,
    pub(crate) payload: String,
    pub(crate) idempotency_key: String,
    pub(crate) created_at: i64,
    pub(crate) attempts: u32,
    pub(crate) leased_until: i64,
    pub(crate) done_at: Option<i64>,
    pub(crate) note: Option<String>,
}

impl OutboxMessage {
    /// The message's number, for [`SqlStore::outbox_done`](crate::SqlStore::outbox_done) and
    /// [`SqlStore::outbox_failed`](crate::SqlStore::outbox_failed).
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> &OutboxKind {
        &self.kind
    }

    /// The order's number; for an [unmatched](OutboxKind::Unmatched) payment there may be no such order.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        &self.out_trade_no
    }

    /// The facts at that moment, as a JSON object: `out_trade_no`, `trade_no`, `amount_fen`; `subject` and `contact` of
    /// the order, unless the payment fits none; `earlier` when it was paid twice; `kind` and `reason` when the payment fits no
    /// order; `key` of a refund, or the status that is unclear; `unconfirmed`, true, when the gateway has not confirmed the settlement. Personal data.
    #[must_use]
    pub fn payload(&self) -> &str {
        &self.payload
    }

    /// A word that no other message ever has. A worker may die between sending and
    /// [`outbox_done`](crate::SqlStore::outbox_done), so a message can leave twice: hand this to the receiver (as a
    /// mail's `Message-ID`, as an API's idempotency key), by which the second copy is known.
    #[must_use]
    pub fn idempotency_key(&self) -> &str {
        &self.idempotency_key
    }

    /// When it was written.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.created_at)
    }

    /// How often it was claimed.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Until when nobody else can claim it, since 1970 in UTC.
    #[must_use]
    pub fn leased_until(&self) -> Duration {
        Duration::from_millis(self.leased_until.try_into().unwrap_or_default())
    }

    /// When it was sent.
    #[must_use]
    pub fn done_at(&self) -> Option<Timestamp> {
        self.done_at.map(Timestamp::from_unix_seconds)
    }

    /// What the worker said last.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

/// Without the payload, which holds personal data.
impl fmt::Debug for OutboxMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxMessage")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("idempotency_key", &self.idempotency_key)
            .field("attempts", &self.attempts)
            .field("done_at", &self.done_at())
            .finish_non_exhaustive()
    }
}
