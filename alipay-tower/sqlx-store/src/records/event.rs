//! What became of an order, line by line.

use std::fmt;

use alipay_tower::{
    Money,
    protocol::{Timestamp, TradeNo},
};

macro_rules! kinds {
    ($($(#[$docs:meta])* $variant:ident = $word:literal,)*) => {
        /// What happened to an order or to one of its trades.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum OrderEventKind {
            $($(#[$docs])* $variant,)*
            /// Of a version that this one does not know.
            Other(Box<str>),
        }

        impl OrderEventKind {
            /// One stable word, in snake case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for OrderEventKind {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    other => Self::Other(other.into()),
                }
            }
        }
    };
}

kinds! {
    /// The order was closed unpaid: by the shop, or by Alipay (see the detail).
    Closed = "closed",
    /// The gateway has confirmed the trade that settled the order unconfirmed.
    Confirmed = "confirmed",
    /// The order was recorded.
    Created = "created",
    /// The gateway denies the trade that settled the order unconfirmed; the order waits for payment again.
    Denied = "denied",
    /// A batch of refunds that the shop has not made; the detail is its `batch_no`. Its money is counted.
    ForeignBatch = "foreign_batch",
    /// The money is the seller's for good.
    Finished = "finished",
    /// The buyer has paid and Alipay holds the money: ship. For an order sold by escrow this is the settlement.
    Held = "held",
    /// The money of an escrow trade is the seller's.
    Paid = "paid",
    /// The order was paid after it had been closed.
    PaidAfterClose = "paid_after_close",
    /// Another trade had paid the order; this one must go back.
    PaidTwice = "paid_twice",
    /// A batch of the shop's refunds another trade or amount than the shop had asked for; the detail is its `batch_no`.
    RefundDiffers = "refund_differs",
    /// A refund would bring the sum above what was paid; it is not counted.
    RefundExceeds = "refund_exceeds",
    /// A refund of a batch was not carried out; the detail is the `batch_no` and Alipay's word for it.
    RefundFailed = "refund_failed",
    /// Where a refund that the buyer asked for stands; the detail is Alipay's word.
    RefundStatus = "refund_status",
    /// Money went back. The amount is by how much the known sum grew, none when no message names it.
    Refunded = "refunded",
    /// The order was settled.
    Settled = "settled",
    /// The goods are on their way.
    Shipped = "shipped",
    /// Alipay has closed a trade that was paid: it was refunded in full.
    TradeClosed = "trade_closed",
    /// The trade has a status that needs a person: `TRADE_PENDING`, the buyer has paid and the seller's account cannot
    /// receive it, or one that this version does not know. The detail is Alipay's word.
    UnclearStatus = "unclear_status",
    /// A payment fits no order; the detail is the word of the rejection.
    Unmatched = "unmatched",
    /// The trade exists at Alipay, and the buyer has not paid.
    Waiting = "waiting",
}

impl fmt::Display for OrderEventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A line of an order's history, written in the transaction of what it tells.
#[derive(Clone, Debug)]
pub struct OrderEvent {
    pub(crate) at: i64,
    pub(crate) kind: OrderEventKind,
    pub(crate) trade_no: Option<TradeNo>,
    pub(crate) amount: Option<Money>,
    pub(crate) detail: Option<String>,
}

impl OrderEvent {
    /// When it was recorded here.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.at)
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> &OrderEventKind {
        &self.kind
    }

    /// The trade that it is about, which need not be the one that settled the order.
    #[must_use]
    pub const fn trade_no(&self) -> Option<&TradeNo> {
        self.trade_no.as_ref()
    }

    /// How much money it is about.
    #[must_use]
    pub const fn amount(&self) -> Option<Money> {
        self.amount
    }

    /// A word or key that belongs to it, in no language: who closed, `unconfirmed`, a refund's key, Alipay's code.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}
