//! What a confirmed message says.

use std::sync::Arc;

use super::{
    Channel, NotifyType, OutTradeNo, RefundStatus, TradeNo, TradeStatus, UnmatchedPayment,
    notification::Message,
};

/// A confirmed message, by what it means. Only [`TradeEvent::Paid`] can become a payment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TradeEvent {
    /// The trade was closed: unpaid and timed out, or by the seller.
    Closed(TradeNotice),
    /// A message about something else than one trade's status: a batch, or a kind that this version does not know.
    Other(OtherNotice),
    /// The buyer has paid.
    Paid(UnmatchedPayment),
    /// A refund of the trade began, moved on or ended; never a new payment, whatever the trade's status.
    Refunded(TradeNotice),
    /// Not paid, or not yet the seller's money: waiting, held, pending, refused, or an unknown status.
    Waiting(TradeNotice),
}

impl TradeEvent {
    pub(super) fn classify(notice: TradeNotice) -> Self {
        // Refunds made by hand are told to the payment's notify_url with a paid-looking status, so the refund
        // fields are looked at first (Alipay, *create_direct_pay_by_user*, notification parameters).
        if ["refund_status", "gmt_refund", "refund_fee"].iter().any(|name| notice.field(name).is_some()) {
            return Self::Refunded(notice);
        }
        match notice.trade_status() {
            status if status.is_paid() => Self::Paid(UnmatchedPayment::new(notice)),
            TradeStatus::TradeClosed => Self::Closed(notice),
            _ => Self::Waiting(notice),
        }
    }

    pub(super) const fn other(message: Arc<Message>) -> Self {
        Self::Other(OtherNotice { message })
    }

    /// The order that the event is about; `None` for messages about several or none.
    #[must_use]
    pub fn out_trade_no(&self) -> Option<&OutTradeNo> {
        match self {
            Self::Closed(notice) | Self::Refunded(notice) | Self::Waiting(notice) => {
                Some(notice.out_trade_no())
            }
            Self::Other(_) => None,
            Self::Paid(payment) => Some(payment.notice().out_trade_no()),
        }
    }

    /// A field of the message.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        match self {
            Self::Closed(notice) | Self::Refunded(notice) | Self::Waiting(notice) => notice.field(name),
            Self::Other(notice) => notice.field(name),
            Self::Paid(payment) => payment.notice().field(name),
        }
    }

    /// One stable lower-case word: `closed`, `other`, `paid`, `refunded`, `waiting`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Closed(_) => "closed",
            Self::Other(_) => "other",
            Self::Paid(_) => "paid",
            Self::Refunded(_) => "refunded",
            Self::Waiting(_) => "waiting",
        }
    }
}

/// A confirmed message about the status of one trade.
#[derive(Clone, Debug)]
pub struct TradeNotice {
    message: Arc<Message>,
    out_trade_no: OutTradeNo,
    trade_no: TradeNo,
    status: TradeStatus,
}

impl TradeNotice {
    pub(super) fn read(out_trade_no: OutTradeNo, trade_no: TradeNo, message: Arc<Message>) -> Self {
        let status = TradeStatus::from(message.get("trade_status").unwrap_or_default());
        Self { message, out_trade_no, trade_no, status }
    }

    /// The shop's order number.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        &self.out_trade_no
    }

    /// Alipay's trade number.
    #[must_use]
    pub const fn trade_no(&self) -> &TradeNo {
        &self.trade_no
    }

    /// The trade's status.
    #[must_use]
    pub const fn trade_status(&self) -> &TradeStatus {
        &self.status
    }

    /// Where a refund stands, when the message is about one.
    #[must_use]
    pub fn refund_status(&self) -> Option<RefundStatus> {
        self.field("refund_status").map(RefundStatus::from)
    }

    /// Which way the message came.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.message.channel()
    }

    /// A field that came and is not empty, decoded to text; unknown fields are kept too.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.message.get(name)
    }

    /// All fields, sorted by name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.message.iter()
    }
}

/// A confirmed message that is not about one trade's status.
#[derive(Clone, Debug)]
pub struct OtherNotice {
    message: Arc<Message>,
}

impl OtherNotice {
    /// The kind of message.
    #[must_use]
    pub fn notify_type(&self) -> NotifyType {
        NotifyType::from(self.field("notify_type").unwrap_or_default())
    }

    /// A field that came and is not empty, decoded to text.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.message.get(name)
    }

    /// All fields, sorted by name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.message.iter()
    }
}
