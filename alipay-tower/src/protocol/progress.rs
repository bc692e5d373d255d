//! How far a trade has come: a lattice, so that late, repeated and missing messages lead to the same end.

use super::{Money, RefundStatus, TradeNotice, TradeStatus};

/// How far a trade has come, in the only direction it goes (Alipay, *Trade status*).
///
/// The order of the variants is the order of the stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Nothing was heard yet.
    #[default]
    New,
    /// The trade exists and the buyer has not paid.
    Waiting,
    /// The buyer has paid, Alipay holds the money, the goods are to be shipped.
    Held,
    /// The goods are on their way, Alipay holds the money.
    Shipped,
    /// The money is the seller's and can still be refunded.
    Paid,
    /// The money is the seller's for good.
    Finished,
    /// The money went back to the buyer, all of it: the trade was paid, and is closed. What it had come to before is no longer
    /// told apart, because whoever asks only now cannot know.
    Refunded,
}

impl Stage {
    /// One stable word for logs and tables, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Shipped => "shipped",
            Self::Paid => "paid",
            Self::Finished => "finished",
            Self::Refunded => "refunded",
        }
    }

    fn of(status: &TradeStatus) -> Self {
        match status {
            TradeStatus::WaitSellerSendGoods => Self::Held,
            TradeStatus::CodWaitSysPaySeller
            | TradeStatus::WaitBuyerConfirmGoods
            | TradeStatus::WaitSysPaySeller => Self::Shipped,
            TradeStatus::TradeSuccess => Self::Paid,
            TradeStatus::TradeFinished => Self::Finished,
            // A trade that was closed after its payment says so by other fields.
            _ => Self::Waiting,
        }
    }
}

/// Everything that the messages about one trade have said, joined.
///
/// [`join`](Self::join) is commutative, associative and idempotent: no order of delivery, repetition or omission of
/// messages before the last leads elsewhere, and nothing moves a trade back. The last may be the gateway's answer to a
/// question.
///
/// ```
/// use alipay_tower::protocol::{Progress, Stage, TradeState};
///
/// let paid = Progress::default().with_stage(Stage::Paid);
/// let late = Progress::default().with_stage(Stage::Waiting);
/// assert_eq!(paid.join(late).state(), TradeState::Paid);
/// assert_eq!(late.with_closed().state(), TradeState::Closed);
/// assert_eq!(paid.join(late.with_closed()).state(), TradeState::Refunded);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Progress {
    stage: Stage,
    closed: bool,
    refunded: Money,
    refund_seen: bool,
}

/// Where a trade stands, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TradeState {
    /// Closed without payment.
    Closed,
    /// Paid, and no longer refundable.
    Finished,
    /// Paid, Alipay holds the money: ship.
    Held,
    /// Nothing was heard yet.
    New,
    /// Paid.
    Paid,
    /// Paid, and paid back in full.
    Refunded,
    /// Shipped, Alipay holds the money.
    Shipped,
    /// Waiting for the buyer.
    Waiting,
}

impl TradeState {
    /// One stable word for logs and pages, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Finished => "finished",
            Self::Held => "held",
            Self::New => "new",
            Self::Paid => "paid",
            Self::Refunded => "refunded",
            Self::Shipped => "shipped",
            Self::Waiting => "waiting",
        }
    }
}

impl Progress {
    /// What one confirmed message says.
    #[must_use]
    pub fn of(notice: &TradeNotice) -> Self {
        let status = notice.trade_status();
        let refunded = notice.refunded().unwrap_or_default();
        let refund_seen = notice.field("gmt_refund").is_some()
            || refunded.fen() > 0
            || notice.refund_status() == Some(RefundStatus::RefundSuccess);
        // What is paid back was paid, and a closed trade that knows when it was paid was too.
        let was_paid = refund_seen || notice.is_known_paid();
        let stage = Stage::of(status).max(if was_paid { Stage::Held } else { Stage::New });
        let closed = *status == TradeStatus::TradeClosed;
        Self { stage, closed, refunded, refund_seen }.ended()
    }

    /// A trade that was closed after its payment is refunded, however far it had come: of two shops, one of which has heard
    /// every message and the other only the last, both know the same.
    fn ended(self) -> Self {
        match self.closed && self.stage >= Stage::Held {
            true => Self { stage: Stage::Refunded, ..self },
            false => self,
        }
    }

    /// The same with at least this stage.
    #[must_use]
    pub fn with_stage(self, stage: Stage) -> Self {
        let closed = self.closed || stage == Stage::Refunded;
        Self { stage: self.stage.max(stage), closed, ..self }.ended()
    }

    /// The same, closed.
    #[must_use]
    pub fn with_closed(self) -> Self {
        Self { closed: true, ..self }.ended()
    }

    /// The same with at least this much refunded.
    #[must_use]
    pub fn with_refunded(self, refunded: Money) -> Self {
        let refund_seen = self.refund_seen || refunded.fen() > 0;
        Self { refunded: self.refunded.max(refunded), refund_seen, ..self }
    }

    /// The same with a refund of unknown amount.
    #[must_use]
    pub const fn with_refund_seen(self) -> Self {
        Self { refund_seen: true, ..self }
    }

    /// Everything that either says.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            stage: self.stage.max(other.stage),
            closed: self.closed || other.closed,
            refunded: self.refunded.max(other.refunded),
            refund_seen: self.refund_seen || other.refund_seen,
        }
        .ended()
    }

    /// How far it has come.
    #[must_use]
    pub const fn stage(self) -> Stage {
        self.stage
    }

    /// Whether Alipay has closed the trade.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        self.closed
    }

    /// The largest refunded total that a message named; the classic gateway's notices name none.
    #[must_use]
    pub const fn refunded(self) -> Money {
        self.refunded
    }

    /// Whether a refund succeeded, its amount known or not.
    #[must_use]
    pub const fn is_refund_seen(self) -> bool {
        self.refund_seen
    }

    /// Whether everything that was paid went back, so that nothing is owed for it: the trade was closed after its payment, or
    /// this much of `paid` was refunded.
    #[must_use]
    pub fn is_refunded_in_full(self, paid: Money) -> bool {
        self.stage == Stage::Refunded || (self.refunded.fen() > 0 && self.refunded >= paid)
    }

    /// Where the trade stands.
    #[must_use]
    pub const fn state(self) -> TradeState {
        match self.stage {
            Stage::New | Stage::Waiting if self.closed => TradeState::Closed,
            Stage::New => TradeState::New,
            Stage::Waiting => TradeState::Waiting,
            Stage::Held => TradeState::Held,
            Stage::Shipped => TradeState::Shipped,
            Stage::Paid => TradeState::Paid,
            Stage::Finished => TradeState::Finished,
            Stage::Refunded => TradeState::Refunded,
        }
    }
}
