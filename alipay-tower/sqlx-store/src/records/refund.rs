//! Money that went back.

use alipay_tower::{
    Money,
    protocol::{Timestamp, TradeNo},
};

/// One refund of a trade.
#[derive(Clone, Debug)]
pub struct RefundRecord {
    pub(crate) trade_no: TradeNo,
    pub(crate) key: String,
    pub(crate) amount: Option<Money>,
    pub(crate) at: i64,
    pub(crate) counted: bool,
}

impl RefundRecord {
    /// The trade that was refunded.
    #[must_use]
    pub const fn trade_no(&self) -> &TradeNo {
        &self.trade_no
    }

    /// What a repetition is known by, one for each refund of a trade: `out_biz_no` (the shop's `out_request_no`) in the
    /// OpenAPI generation, `batch_no` of a batch, `gmt_refund` of a refund made on Alipay's site.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How much, when a message or the shop said so.
    #[must_use]
    pub const fn amount(&self) -> Option<Money> {
        self.amount
    }

    /// When it was recorded here.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.at)
    }

    /// Whether it is in the sum; one that would bring the sum above what was paid is not.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.counted
    }
}

/// What recording a refund did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a refund that exceeds the payment needs a person"]
#[non_exhaustive]
pub enum RefundEntry {
    /// It would bring the sum above what was paid: it is kept and told by a message in the outbox, and not counted.
    Exceeds,
    /// It was in the books already.
    Known,
    /// It is now in the books.
    Recorded,
}
