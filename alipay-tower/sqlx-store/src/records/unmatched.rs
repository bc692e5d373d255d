//! Payments that fit no order.

use std::fmt;

use alipay_tower::{
    Money,
    protocol::{OutTradeNo, Timestamp, TradeNo},
};

/// A confirmed payment that fits no order: real money that needs a person.
#[derive(Clone)]
pub struct UnmatchedRecord {
    pub(crate) out_trade_no: OutTradeNo,
    pub(crate) trade_no: TradeNo,
    pub(crate) amount: Option<Money>,
    pub(crate) kind: String,
    pub(crate) reason: String,
    pub(crate) raw: Vec<u8>,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
    pub(crate) times: u64,
}

impl UnmatchedRecord {
    /// The order's number as the payment has it; there may be no such order.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        &self.out_trade_no
    }

    /// Alipay's trade.
    #[must_use]
    pub const fn trade_no(&self) -> &TradeNo {
        &self.trade_no
    }

    /// What was paid, when the message says it in yuan.
    #[must_use]
    pub const fn amount(&self) -> Option<Money> {
        self.amount
    }

    /// The word of the [`RejectionKind`](alipay_tower::RejectionKind), as of the last try.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What does not fit, as of the last try.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The message as it came last, at most 64 KiB of it. Personal data.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// When it came first.
    #[must_use]
    pub fn first_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.first_at)
    }

    /// When it came last.
    #[must_use]
    pub fn last_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.last_at)
    }

    /// How often it came.
    #[must_use]
    pub const fn times(&self) -> u64 {
        self.times
    }
}

/// Without the message, which holds personal data.
impl fmt::Debug for UnmatchedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnmatchedRecord")
            .field("out_trade_no", &self.out_trade_no)
            .field("trade_no", &self.trade_no)
            .field("amount", &self.amount)
            .field("kind", &self.kind)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}
