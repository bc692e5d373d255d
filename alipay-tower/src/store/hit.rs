//! One hit on the notify or the return path, as it is told to the journal.

use crate::{
    protocol::{
        Channel, ConfirmedBy, KeyMatch, Merchant, OutTradeNo, TradeEvent, TradeNo, TradeNotice,
        VerifiedPayment,
    },
    rejection::Rejection,
};

/// What a notification came to; the answer to each of these is `success`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Receipt {
    /// A payment that was in the books before.
    AlreadySettled(VerifiedPayment),
    /// A confirmed event that is not a payment, handed to [`OrderStore::observe`](super::OrderStore::observe).
    Observed(TradeEvent),
    /// A second payment of a paid order: one of the two must be refunded.
    PaidTwice {
        /// The payment that came now.
        payment: VerifiedPayment,
        /// The trade that settled the order first.
        earlier: TradeNo,
    },
    /// A payment that is now in the books.
    Settled(VerifiedPayment),
}

impl Receipt {
    /// The payment, unless the event is none.
    #[must_use]
    pub const fn payment(&self) -> Option<&VerifiedPayment> {
        match self {
            Self::AlreadySettled(payment) | Self::PaidTwice { payment, .. } | Self::Settled(payment) => {
                Some(payment)
            }
            Self::Observed(_) => None,
        }
    }

    /// One stable word: `already_settled`, `observed`, `paid_twice`, `settled`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AlreadySettled(_) => "already_settled",
            Self::Observed(_) => "observed",
            Self::PaidTwice { .. } => "paid_twice",
            Self::Settled(_) => "settled",
        }
    }
}

/// A hit on one of our paths, after its answer was decided.
#[derive(Clone, Copy)]
pub struct Hit<'a> {
    channel: Channel,
    merchant: &'a str,
    raw: &'a [u8],
    result: HitResult<'a>,
}

#[derive(Clone, Copy, Debug)]
enum HitResult<'a> {
    Refused(&'a Rejection),
    Received(&'a Receipt),
    Shown(&'a VerifiedPayment),
}

impl<'a> Hit<'a> {
    pub(crate) const fn received(raw: &'a [u8], receipt: &'a Receipt) -> Self {
        Self::new(Channel::Notify, raw, HitResult::Received(receipt))
    }

    pub(crate) const fn queried(raw: &'a [u8], receipt: &'a Receipt) -> Self {
        Self::new(Channel::Query, raw, HitResult::Received(receipt))
    }

    pub(crate) const fn shown(raw: &'a [u8], payment: &'a VerifiedPayment) -> Self {
        Self::new(Channel::Return, raw, HitResult::Shown(payment))
    }

    pub(crate) const fn refused(channel: Channel, raw: &'a [u8], rejection: &'a Rejection) -> Self {
        Self::new(channel, raw, HitResult::Refused(rejection))
    }

    const fn new(channel: Channel, raw: &'a [u8], result: HitResult<'a>) -> Self {
        Self { channel, merchant: "", raw, result }
    }

    /// The same hit at this merchant's desk.
    pub(crate) fn of(self, merchant: &'a Merchant) -> Self {
        Self { merchant: merchant.id(), ..self }
    }

    /// Whose desk it came to: the merchant's `app_id` or `partner`.
    #[must_use]
    pub const fn merchant(&self) -> &'a str {
        self.merchant
    }

    /// Which path was hit.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The body or query as it came, at most the body limit; empty when it was not read. It may be anyone's bytes and
    /// may hold personal data: never log it as it is.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// One stable word: a [`Receipt::name`], `shown` for a verified return, or the word of the
    /// [`RejectionKind`](crate::RejectionKind).
    #[must_use]
    pub const fn outcome(&self) -> &'static str {
        match self.result {
            HitResult::Refused(rejection) => rejection.kind().as_str(),
            HitResult::Received(receipt) => receipt.name(),
            HitResult::Shown(_) => "shown",
        }
    }

    /// Whether the hit was refused.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.rejection().is_some()
    }

    /// The refusal.
    #[must_use]
    pub const fn rejection(&self) -> Option<&'a Rejection> {
        match self.result {
            HitResult::Refused(rejection) => Some(rejection),
            HitResult::Received(_) | HitResult::Shown(_) => None,
        }
    }

    /// What a notification came to.
    #[must_use]
    pub const fn receipt(&self) -> Option<&'a Receipt> {
        match self.result {
            HitResult::Received(receipt) => Some(receipt),
            HitResult::Refused(_) | HitResult::Shown(_) => None,
        }
    }

    /// Why it was refused, safe to log.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.rejection().map(ToString::to_string)
    }

    /// Whose word says that the message is really the gateway's; of a refused hit nobody's can be told.
    /// [`ConfirmedBy::Nobody`] marks a payment that was settled while the gateway was out of reach.
    #[must_use]
    pub fn confirmed_by(&self) -> Option<ConfirmedBy> {
        match self.result {
            HitResult::Refused(_) => None,
            HitResult::Received(Receipt::Observed(event)) => event.notice().map(TradeNotice::confirmed_by),
            HitResult::Received(receipt) => receipt.payment().map(VerifiedPayment::confirmed_by),
            HitResult::Shown(payment) => Some(payment.confirmed_by()),
        }
    }

    /// Which of the merchant's keys verified the message; only when its signature is good.
    #[must_use]
    pub fn key(&self) -> Option<KeyMatch> {
        match self.result {
            HitResult::Refused(rejection) => rejection.key(),
            HitResult::Received(Receipt::Observed(event)) => Some(event.key()),
            HitResult::Received(receipt) => receipt.payment().map(VerifiedPayment::key),
            HitResult::Shown(payment) => Some(payment.key()),
        }
    }

    /// The order; for a refused hit only when its signature is good.
    #[must_use]
    pub fn out_trade_no(&self) -> Option<&'a OutTradeNo> {
        match self.result {
            HitResult::Refused(rejection) => rejection.out_trade_no(),
            HitResult::Received(Receipt::Observed(event)) => event.out_trade_no(),
            HitResult::Received(receipt) => receipt.payment().map(VerifiedPayment::out_trade_no),
            HitResult::Shown(payment) => Some(payment.out_trade_no()),
        }
    }
}

/// Without the bytes: they are anyone's, and may be personal data.
impl std::fmt::Debug for Hit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hit")
            .field("channel", &self.channel)
            .field("merchant", &self.merchant)
            .field("bytes", &self.raw.len())
            .field("result", &self.result)
            .finish()
    }
}
