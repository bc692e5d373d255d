//! Refunds that the shop has begun.

use std::fmt;

use alipay_tower::{
    Money,
    protocol::{BatchNo, OutTradeNo, Timestamp, TradeNo},
};

/// What the shop wants to pay back of an order, before it has a number.
#[derive(Clone)]
pub struct RefundIntent {
    pub(crate) out_trade_no: OutTradeNo,
    pub(crate) amount: Money,
    pub(crate) reason: String,
    pub(crate) idempotency_key: Option<String>,
}

impl RefundIntent {
    /// This much, of the trade that paid the order.
    #[must_use]
    pub const fn new(out_trade_no: OutTradeNo, amount: Money) -> Self {
        Self { out_trade_no, amount, reason: String::new(), idempotency_key: None }
    }

    /// Why. It is kept, so that a repetition says the same. Default: nothing.
    #[must_use]
    pub fn with_reason(self, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..self }
    }

    /// What one press of a button carries, and no other: a random word in the form. The same word never takes a second
    /// number, however fast the first refund was. Default: none; then two equal refunds are one only while the first is
    /// unfinished.
    #[must_use]
    pub fn with_idempotency_key(self, key: impl Into<String>) -> Self {
        Self { idempotency_key: Some(key.into()), ..self }
    }
}

/// Without the reason, which may be personal data.
impl fmt::Debug for RefundIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefundIntent")
            .field("out_trade_no", &self.out_trade_no)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

/// A refund that the shop has begun, under its number.
#[derive(Clone)]
pub struct RefundRequest {
    pub(crate) batch_no: BatchNo,
    pub(crate) out_trade_no: OutTradeNo,
    pub(crate) trade_no: TradeNo,
    pub(crate) amount: Money,
    pub(crate) reason: String,
    pub(crate) begun_at: i64,
    pub(crate) accepted: bool,
    pub(crate) ended: bool,
}

impl RefundRequest {
    /// The number under which it is sent, and sent again: `batch_no` of the classic gateway, `out_request_no` of the
    /// OpenAPI generation.
    #[must_use]
    pub const fn batch_no(&self) -> &BatchNo {
        &self.batch_no
    }

    /// The order.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        &self.out_trade_no
    }

    /// The trade that pays it back.
    #[must_use]
    pub const fn trade_no(&self) -> &TradeNo {
        &self.trade_no
    }

    /// How much.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// Why. It may be personal data.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// When the number was taken.
    #[must_use]
    pub fn begun_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.begun_at)
    }

    /// Whether Alipay has said that it has it. What became of it, a notification tells.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        self.accepted
    }

    /// Whether it is known what became of it. Until then its money counts as gone.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        self.ended
    }

    /// Whether the classic gateway still takes the number: it must begin with the day in Beijing.
    #[must_use]
    pub fn is_of_day(&self, day: Timestamp) -> bool {
        self.batch_no.as_str().starts_with(&day.date())
    }
}

/// Without the reason, which may be personal data.
impl fmt::Debug for RefundRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefundRequest")
            .field("batch_no", &self.batch_no)
            .field("out_trade_no", &self.out_trade_no)
            .field("amount", &self.amount)
            .field("accepted", &self.accepted)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// What beginning a refund came to.
#[derive(Clone, Debug)]
#[must_use = "only the number in it may be sent"]
#[non_exhaustive]
pub enum RefundStart {
    /// It was begun before: the same press of the button, or an unfinished refund of the same amount. Send it again under
    /// this number, unless it is [accepted](RefundRequest::is_accepted) or has [ended](RefundRequest::is_ended).
    Again(RefundRequest),
    /// A new number; it is on disk.
    New(RefundRequest),
    /// The same press has begun a refund of another amount.
    OtherAmount(RefundRequest),
    /// More than is left when everything unfinished counts as gone. Nothing was begun.
    TooMuch {
        /// What is left.
        left: Money,
    },
}
