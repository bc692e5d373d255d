//! Hits and events, legal and illegal.

use std::{collections::BTreeMap, fmt};

use alipay_tower::{
    Rejection, RejectionKind, VerifiedPayment,
    protocol::{Channel, Timestamp, TradeEvent, TradeNo, UnmatchedPayment},
    store::{Hit, Receipt},
};

use super::cut;
use crate::clock;

/// As much of a genuine message is kept: all that the layers let in, so that it can be played again.
const MAX_RAW: usize = 64 * 1024;
/// As much is kept of what anyone can send.
const MAX_STRANGE: usize = 256;
const MAX_REASON: usize = 1024;

/// Of which rows only the newest are kept, because anyone (or a repeating gateway) can cause any number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Capped {
    Refused,
    Repeated,
}

impl Capped {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Repeated => "repeated",
        }
    }
}

/// A row to be written.
#[derive(Clone, Debug)]
pub(crate) struct JournalRow {
    pub(crate) at: i64,
    pub(crate) channel: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) reason: Option<String>,
    pub(crate) out_trade_no: Option<String>,
    pub(crate) trade_no: Option<String>,
    pub(crate) raw: Vec<u8>,
    pub(crate) refused: bool,
    pub(crate) capped: Option<Capped>,
}

impl JournalRow {
    /// Whether a hit needs a row; those that moved something, or are money that fits no order, got theirs in the
    /// transaction that recorded it.
    pub(crate) fn wanted(hit: &Hit<'_>) -> bool {
        if let Some(rejection) = hit.rejection() {
            let kept = hit.channel() != Channel::Return && is_unmatched(rejection.kind());
            return !kept || is_strange(hit);
        }
        !matches!(hit.receipt(), Some(Receipt::Settled(_) | Receipt::PaidTwice { .. } | Receipt::Observed(_)))
    }

    pub(crate) fn of_hit(hit: &Hit<'_>) -> Self {
        let raw = hit.raw();
        let max = if is_strange(hit) { MAX_STRANGE } else { MAX_RAW };
        Self {
            at: clock::seconds(),
            channel: hit.channel().as_str(),
            outcome: hit.outcome(),
            reason: hit.reason().map(|reason| cut(&reason, MAX_REASON).to_owned()),
            out_trade_no: hit.out_trade_no().map(ToString::to_string),
            trade_no: hit.receipt().and_then(Receipt::payment).map(|payment| payment.trade_no().to_string()),
            raw: raw.get(..max).unwrap_or(raw).to_vec(),
            refused: hit.is_refused(),
            capped: Some(if hit.is_refused() { Capped::Refused } else { Capped::Repeated }),
        }
    }

    /// A payment that was one too many.
    pub(crate) fn paid_twice(payment: &VerifiedPayment, at: i64, earlier: &TradeNo) -> Self {
        Self {
            at,
            channel: payment.channel().as_str(),
            outcome: "paid_twice",
            reason: Some(format!("trade {earlier} had paid the order")),
            out_trade_no: Some(payment.out_trade_no().to_string()),
            trade_no: Some(payment.trade_no().to_string()),
            raw: message(payment.raw(), payment.fields()),
            refused: false,
            capped: None,
        }
    }

    pub(crate) fn of_unmatched(payment: &UnmatchedPayment, reason: &Rejection) -> Self {
        let notice = payment.notice();
        Self {
            at: clock::seconds(),
            channel: notice.channel().as_str(),
            outcome: reason.kind().as_str(),
            reason: Some(cut(&reason.to_string(), MAX_REASON).to_owned()),
            out_trade_no: Some(notice.out_trade_no().to_string()),
            trade_no: Some(notice.trade_no().to_string()),
            raw: message(notice.raw(), notice.fields()),
            refused: true,
            capped: None,
        }
    }

    pub(crate) fn of_event(event: &TradeEvent) -> Self {
        let (channel, raw) = match (event.notice(), event) {
            (Some(notice), _) => (notice.channel(), message(notice.raw(), notice.fields())),
            (None, TradeEvent::BatchRefund(batch)) => (Channel::Notify, message(batch.raw(), batch.fields())),
            (None, TradeEvent::BatchTransfer(batch)) => {
                (Channel::Notify, message(batch.raw(), batch.fields()))
            }
            (None, TradeEvent::Message(notice)) => (Channel::Notify, message(notice.raw(), notice.fields())),
            (None, TradeEvent::Service(notice)) => (Channel::Notify, message(notice.raw(), notice.fields())),
            (None, TradeEvent::Other(notice)) => (notice.channel(), message(notice.raw(), notice.fields())),
            (None, _) => (Channel::Notify, Vec::new()),
        };
        Self {
            at: clock::seconds(),
            channel: channel.as_str(),
            outcome: "observed",
            reason: Some(event.name().to_owned()),
            out_trade_no: event.out_trade_no().map(ToString::to_string),
            trade_no: event
                .field("trade_no")
                .and_then(|text| TradeNo::new(text).ok())
                .map(|no| no.to_string()),
            raw,
            refused: false,
            capped: None,
        }
    }
}

/// Whether the refusal is journaled by [`OrderStore::unmatched`](alipay_tower::OrderStore::unmatched), which keeps it.
pub(crate) const fn is_unmatched(kind: RejectionKind) -> bool {
    matches!(kind, RejectionKind::OrderClosed | RejectionKind::UnknownOrder | RejectionKind::WrongAmount)
}

/// Whether the hit was refused without a good signature: anyone can send it.
pub(crate) fn is_strange(hit: &Hit<'_>) -> bool {
    hit.is_refused() && hit.out_trade_no().is_none()
}

/// The message as it came; an answer of the gateway as a form of its fields.
pub(crate) fn message<'a>(raw: &[u8], fields: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    if raw.is_empty() { form(fields) } else { raw.get(..MAX_RAW).unwrap_or(raw).to_vec() }
}

/// The fields as one form in UTF-8, for a person to read.
fn form<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let pairs: Vec<_> = fields.collect();
    // Pairs of strings cannot fail to serialise.
    let text = serde_urlencoded::to_string(pairs).unwrap_or_default();
    cut(&text, MAX_RAW).as_bytes().to_vec()
}

/// One line of the journal.
#[derive(Clone)]
pub struct JournalEntry {
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) channel: String,
    pub(crate) outcome: String,
    pub(crate) reason: Option<String>,
    pub(crate) out_trade_no: Option<String>,
    pub(crate) trade_no: Option<String>,
    pub(crate) raw: Vec<u8>,
    pub(crate) refused: bool,
}

impl JournalEntry {
    /// The line's number; later lines have greater ones.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.at)
    }

    /// `notify`, `query` or `return`.
    #[must_use]
    pub fn channel(&self) -> &str {
        &self.channel
    }

    /// What it came to: the words of [`Hit::outcome`].
    #[must_use]
    pub fn outcome(&self) -> &str {
        &self.outcome
    }

    /// Why it was refused, or which event was observed.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The order that the message speaks of, when its signature is good.
    #[must_use]
    pub fn out_trade_no(&self) -> Option<&str> {
        self.out_trade_no.as_deref()
    }

    /// Alipay's trade, when the message was accepted or is of a payment that fits no order.
    #[must_use]
    pub fn trade_no(&self) -> Option<&str> {
        self.trade_no.as_deref()
    }

    /// The message as it came, at most 64 KiB of it, so that it can be sent again; 256 bytes when its signature is not good.
    /// An answer of the gateway about a trade stands here as a UTF-8 form of its fields. Anyone's bytes, and personal data.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Whether the hit was illegal.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.refused
    }
}

/// Without the message, which may hold personal data.
impl fmt::Debug for JournalEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalEntry")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .field("outcome", &self.outcome)
            .field("reason", &self.reason)
            .field("out_trade_no", &self.out_trade_no)
            .finish_non_exhaustive()
    }
}

/// How many hits were refused since the books were opened, by kind; the journal forgets, this does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedHits {
    pub(crate) kinds: BTreeMap<String, u64>,
}

impl RefusedHits {
    /// The kind of hits that were too many to be looked at one by one.
    pub(crate) const UNRECORDED: &'static str = "unrecorded";

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.kinds.values().sum()
    }

    /// Those of one kind.
    #[must_use]
    pub fn of(&self, kind: RejectionKind) -> u64 {
        self.kinds.get(kind.as_str()).copied().unwrap_or_default()
    }

    /// Those that came so thick that the journal has no line of them.
    #[must_use]
    pub fn unrecorded(&self) -> u64 {
        self.kinds.get(Self::UNRECORDED).copied().unwrap_or_default()
    }

    /// Each kind's word and number, by word.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.kinds.iter().map(|(kind, hits)| (kind.as_str(), *hits))
    }
}
