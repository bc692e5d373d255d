//! What a sweep came to.

use std::collections::BTreeMap;

use crate::{
    rejection::{Rejection, RejectionKind},
    store::Receipt,
};

/// What looking at one order came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// A notification had settled it meanwhile.
    AlreadySettled,
    /// Unpaid, and closed in the books: Alipay had closed the trade, or it was time to.
    Closed,
    /// The gateway confirms the trade that had settled the order unconfirmed.
    Confirmed,
    /// The gateway denies the trade that had settled the order unconfirmed: the settlement is taken back.
    Denied,
    /// Still waiting for payment; it is asked about again.
    Open,
    /// The order is paid, and was paid by another trade before: one of the two must be refunded.
    PaidTwice,
    /// The host's code panicked.
    Panicked,
    /// The answer does not fit the books, or cannot be believed; the journal has it.
    Refused,
    /// The payment was found and settled.
    Settled,
    /// Left to the next sweep: the gateway does not answer, or another instance has the lease now.
    Skipped,
    /// The store failed.
    StoreFailed,
    /// The gateway gave no clear answer.
    Unanswered,
}

impl Finding {
    /// One stable word for logs and metrics, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlreadySettled => "already_settled",
            Self::Closed => "closed",
            Self::Confirmed => "confirmed",
            Self::Denied => "denied",
            Self::Open => "open",
            Self::PaidTwice => "paid_twice",
            Self::Panicked => "panicked",
            Self::Refused => "refused",
            Self::Settled => "settled",
            Self::Skipped => "skipped",
            Self::StoreFailed => "store_failed",
            Self::Unanswered => "unanswered",
        }
    }

    /// Whether the order is to be asked about again, after a pause.
    pub(super) const fn is_to_be_continued(self) -> bool {
        matches!(self, Self::Open | Self::Panicked | Self::Refused | Self::StoreFailed | Self::Unanswered)
    }
}

impl From<&Receipt> for Finding {
    fn from(receipt: &Receipt) -> Self {
        match receipt {
            Receipt::AlreadySettled(_) => Self::AlreadySettled,
            Receipt::PaidTwice { .. } => Self::PaidTwice,
            Receipt::Settled(_) => Self::Settled,
            _ => Self::Open,
        }
    }
}

impl From<&Rejection> for Finding {
    fn from(rejection: &Rejection) -> Self {
        match rejection.kind() {
            RejectionKind::GatewayUnreachable | RejectionKind::Overloaded => Self::Unanswered,
            RejectionKind::StoreFailed => Self::StoreFailed,
            _ => Self::Refused,
        }
    }
}

/// What one sweep came to, by counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    leased: bool,
    findings: BTreeMap<Finding, u32>,
}

impl Report {
    /// Of an instance that did not get the lease: another one is sweeping.
    pub(super) const fn elsewhere() -> Self {
        Self { leased: false, findings: BTreeMap::new() }
    }

    pub(super) const fn leased() -> Self {
        Self { leased: true, findings: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, finding: Finding, orders: usize) {
        if orders > 0 {
            let count = self.findings.entry(finding).or_default();
            *count = count.saturating_add(u32::try_from(orders).unwrap_or(u32::MAX));
        }
    }

    /// Whether this instance had the lease, and looked.
    #[must_use]
    pub const fn is_leased(&self) -> bool {
        self.leased
    }

    /// How many orders came to this.
    #[must_use]
    pub fn count(&self, finding: Finding) -> u32 {
        self.findings.get(&finding).copied().unwrap_or_default()
    }

    /// Every finding that there was, and how often.
    pub fn findings(&self) -> impl Iterator<Item = (Finding, u32)> {
        self.findings.iter().map(|(finding, count)| (*finding, *count))
    }

    /// How many orders there were.
    #[must_use]
    pub fn orders(&self) -> u32 {
        self.findings.values().fold(0, |sum, count| sum.saturating_add(*count))
    }
}
