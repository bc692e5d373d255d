//! Everything that a gateway, a network or a thief may do to a notification, on demand.

mod board;
mod wish;

use std::time::Duration;

pub(crate) use self::board::{Board, Plan, Transport};
pub(crate) use self::wish::NAMES;
pub use self::wish::Wish;

/// One way to misbehave. Say how long with [`once`](Mischief::once) or [`times`](Mischief::times); alone it lasts until
/// [`SimulatedGateway::reset`](crate::SimulatedGateway::reset).
///
/// Each counts for one *delivery*, that is one attempt of one notification, and the retry ladder goes on as ever: a
/// notification that was dropped once arrives a gap later. [`Lie`](Mischief::Lie) and [`Outage`](Mischief::Outage) count
/// for one question of `notify_verify`, [`QueryLie`](Mischief::QueryLie) and [`QueryOutage`](Mischief::QueryOutage) for one
/// query of a trade, [`Certificate`](Mischief::Certificate) for one download, [`Answer`](Mischief::Answer) for one answer,
/// [`LostAnswer`](Mischief::LostAnswer) for one refund.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mischief {
    /// An answer of the OpenAPI gateway is written down in another way.
    Answer(AnswerTrick),
    /// A download of a certificate is answered with one that is not to be believed.
    Certificate(CertificateLie),
    /// A genuine notice about another merchant's trade comes to this shop: signed with that merchant's key.
    CrossMerchant,
    /// The whole request is sent, then the connection is closed without waiting for the answer.
    CutConnection,
    /// The delivery leaves this much later.
    Delay(Duration),
    /// The delivery is lost on the way.
    Drop,
    /// This many copies leave at once, on connections of their own; at most 500.
    Duplicate(u32),
    /// Signed with a key that is nobody's; its `notify_id` was never issued.
    Forge,
    /// `notify_verify` lies.
    Lie(Lie),
    /// A refund that the shop asks for (`refund_fastpay_by_platform_nopwd`, `alipay.trade.refund`) is carried out, and the
    /// connection is closed without a byte of an answer.
    LostAnswer,
    /// `notify_verify` is out of order.
    Outage(Outage),
    /// A query of a trade (`single_trade_query`, `alipay.trade.query`) is answered with a lie.
    QueryLie(QueryLie),
    /// Queries of trades are out of order.
    QueryOutage(Outage),
    /// The delivery waits until another one has arrived, or for ten seconds.
    Reorder,
    /// The body trickles in twenty pieces over this time.
    SlowBody(Duration),
    /// A field is changed (or added) after signing. A field that has the value already gets another one: an amount one fen
    /// more, a text one letter more.
    Tamper {
        /// The field's name.
        field: String,
        /// What it is changed to.
        value: String,
    },
    /// A good signature over an order number that the shop never gave.
    UnknownOrder,
    /// A good signature over one fen more than the order.
    WrongAmount,
}

/// How an answer of the OpenAPI gateway is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerTrick {
    /// A second node of the same name stands behind the signature, with what a thief would like to have been answered.
    SecondNode,
    /// The signature stands before the node, which is as good as behind it.
    SignFirst,
}

/// What `alipay.open.app.alipaycert.download` answers instead of the certificate that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateLie {
    /// One of another chain, with the same names and the same number; the answer is signed with its key.
    Foreign,
    /// A genuine one with another number.
    Other,
}

/// What `notify_verify` says instead of the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lie {
    /// `false`, always.
    False,
    /// A page of HTML that ends in `true`.
    Garbage,
    /// `true`, always.
    True,
}

/// What a query of a trade is answered with instead of the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryLie {
    /// One fen more than the order, with a good signature.
    Amount,
    /// One fen more than the order, written in after signing.
    Tampered,
    /// The truth without a signature.
    Unsigned,
}

/// How a question fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outage {
    /// No answer, for up to a minute.
    Hang,
    /// The connection is closed without a byte of an answer, which a client cannot tell from a refused one.
    Refused,
    /// HTTP status 503.
    Unavailable,
}

impl Mischief {
    /// Only the next time.
    #[must_use]
    pub const fn once(self) -> Behaviour {
        self.times(1)
    }

    /// The next so many times.
    #[must_use]
    pub const fn times(self, count: u32) -> Behaviour {
        Behaviour { mischief: self, left: Some(count) }
    }

    /// One stable lower-case word, as in the HTTP interface and on the dashboard.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Answer(AnswerTrick::SecondNode) => "second_node",
            Self::Answer(AnswerTrick::SignFirst) => "sign_first",
            Self::Certificate(CertificateLie::Foreign) => "certificate_foreign",
            Self::Certificate(CertificateLie::Other) => "certificate_other",
            Self::CrossMerchant => "cross_merchant",
            Self::CutConnection => "cut_connection",
            Self::Delay(_) => "delay",
            Self::Drop => "drop",
            Self::Duplicate(_) => "duplicate",
            Self::Forge => "forge",
            Self::Lie(Lie::False) => "lie_false",
            Self::Lie(Lie::Garbage) => "lie_garbage",
            Self::Lie(Lie::True) => "lie_true",
            Self::LostAnswer => "lost_answer",
            Self::Outage(Outage::Hang) => "outage_hang",
            Self::Outage(Outage::Refused) => "outage_refused",
            Self::Outage(Outage::Unavailable) => "outage_unavailable",
            Self::QueryLie(QueryLie::Amount) => "query_amount",
            Self::QueryLie(QueryLie::Tampered) => "query_tampered",
            Self::QueryLie(QueryLie::Unsigned) => "query_unsigned",
            Self::QueryOutage(Outage::Hang) => "query_outage_hang",
            Self::QueryOutage(Outage::Refused) => "query_outage_refused",
            Self::QueryOutage(Outage::Unavailable) => "query_outage_unavailable",
            Self::Reorder => "reorder",
            Self::SlowBody(_) => "slow_body",
            Self::Tamper { .. } => "tamper",
            Self::UnknownOrder => "unknown_order",
            Self::WrongAmount => "wrong_amount",
        }
    }

    const fn concerns(&self) -> Concern {
        match self {
            Self::Answer(_) => Concern::Answer,
            Self::Certificate(_) => Concern::Download,
            Self::Lie(_) | Self::Outage(_) => Concern::Verify,
            Self::LostAnswer => Concern::Refund,
            Self::QueryLie(_) | Self::QueryOutage(_) => Concern::Query,
            _ => Concern::Delivery,
        }
    }
}

/// What a mischief waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Concern {
    Answer,
    Delivery,
    Download,
    Query,
    Refund,
    Verify,
}

/// A [`Mischief`] and how often it is still to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behaviour {
    mischief: Mischief,
    left: Option<u32>,
}

impl Behaviour {
    /// What happens.
    #[must_use]
    pub const fn mischief(&self) -> &Mischief {
        &self.mischief
    }

    /// How often it is still to happen; `None` for ever.
    #[must_use]
    pub const fn left(&self) -> Option<u32> {
        self.left
    }
}

impl From<Mischief> for Behaviour {
    fn from(mischief: Mischief) -> Self {
        Self { mischief, left: None }
    }
}

/// Which comes first after a payment: the notification, or the buyer's browser on `return_url`. Alipay promises neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arrival {
    /// Both leave at once.
    Both,
    /// The browser is sent back when the first delivery was answered (or was not answered in time). The default.
    #[default]
    NotifyFirst,
    /// The notification leaves some time after the browser: half a second, unless the builder says otherwise.
    ReturnFirst,
}

impl Arrival {
    /// `both`, `notify_first` or `return_first`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::NotifyFirst => "notify_first",
            Self::ReturnFirst => "return_first",
        }
    }

    /// The arrival of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Both, Self::NotifyFirst, Self::ReturnFirst].into_iter().find(|arrival| arrival.name() == name)
    }
}
