//! What a confirmed message says.

use std::sync::Arc;

use super::{
    BatchRefund, BatchTransfer, Channel, ConfirmedBy, KeyMatch, MessageNotice, Money, NotifyType, OutTradeNo,
    Progress, RefundStatus, ServiceNotice, Timestamp, TradeNo, TradeStatus, UnmatchedPayment,
    ids::trade_numbers,
    message::{Message, message},
};

/// A confirmed message, by what it means. Only [`TradeEvent::Paid`], and [`TradeEvent::Held`] of an escrow order, can
/// become a payment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TradeEvent {
    /// What became of a batch of refunds.
    BatchRefund(BatchRefund),
    /// What became of a batch of payouts.
    BatchTransfer(BatchTransfer),
    /// The trade was closed: unpaid and timed out, or by the seller.
    Closed(TradeNotice),
    /// The buyer has paid and Alipay holds the money until the goods are received: escrow. It is a payment of an order
    /// that [accepts escrow](crate::Order::with_escrow_accepted), and news about any other.
    Held(UnmatchedPayment),
    /// A message of the message service (`msg_method`), about something else than one trade's status.
    Message(MessageNotice),
    /// A message about something that this version does not know.
    Other(OtherNotice),
    /// The buyer has paid.
    Paid(UnmatchedPayment),
    /// A refund of the trade began, moved on or ended; never a new payment, whatever the trade's status.
    Refunded(TradeNotice),
    /// A message of one of Alipay's services (`method`), about no trade of an order.
    Service(ServiceNotice),
    /// Not paid: waiting, pending, refused, or an unknown status.
    Waiting(TradeNotice),
}

impl TradeEvent {
    pub(super) fn classify(notice: TradeNotice) -> Self {
        // Refunds made by hand are told to the payment's notify_url with a paid-looking status, so the refund
        // fields are looked at first (Alipay, *create_direct_pay_by_user*, notification parameters).
        if notice.is_refund() {
            return Self::Refunded(notice);
        }
        match notice.trade_status() {
            status if status.is_held() => Self::Held(UnmatchedPayment::new(notice)),
            status if status.is_paid() => Self::Paid(UnmatchedPayment::new(notice)),
            TradeStatus::TradeClosed => Self::Closed(notice),
            _ => Self::Waiting(notice),
        }
    }

    /// The payment that a refund was made of, when the message says that there was one.
    pub(super) fn payment_before(notice: &TradeNotice) -> Option<Self> {
        let status = notice.trade_status();
        if status.is_held() {
            return Some(Self::Held(UnmatchedPayment::new(notice.clone())));
        }
        let was_paid = status.is_paid() || notice.is_known_paid();
        was_paid.then(|| Self::Paid(UnmatchedPayment::new(notice.clone())))
    }

    pub(super) const fn other(message: Arc<Message>) -> Self {
        Self::Other(OtherNotice { message })
    }

    /// The order that the event is about; `None` for messages about several or none.
    #[must_use]
    pub fn out_trade_no(&self) -> Option<&OutTradeNo> {
        self.notice().map(TradeNotice::out_trade_no)
    }

    /// Which of the merchant's keys verified the message.
    #[must_use]
    pub fn key(&self) -> KeyMatch {
        match self {
            Self::BatchRefund(batch) => batch.key(),
            Self::BatchTransfer(batch) => batch.key(),
            Self::Closed(notice) | Self::Refunded(notice) | Self::Waiting(notice) => notice.key(),
            Self::Held(payment) | Self::Paid(payment) => payment.notice().key(),
            Self::Message(message) => message.key(),
            Self::Other(notice) => notice.key(),
            Self::Service(message) => message.key(),
        }
    }

    /// The message about one trade, when it is about one.
    #[must_use]
    pub const fn notice(&self) -> Option<&TradeNotice> {
        match self {
            Self::Closed(notice) | Self::Refunded(notice) | Self::Waiting(notice) => Some(notice),
            Self::BatchRefund(_)
            | Self::BatchTransfer(_)
            | Self::Message(_)
            | Self::Other(_)
            | Self::Service(_) => None,
            Self::Held(payment) | Self::Paid(payment) => Some(payment.notice()),
        }
    }

    /// A field of the message.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        match self {
            Self::BatchRefund(batch) => batch.field(name),
            Self::BatchTransfer(batch) => batch.field(name),
            Self::Closed(notice) | Self::Refunded(notice) | Self::Waiting(notice) => notice.field(name),
            Self::Message(message) => message.field(name),
            Self::Other(notice) => notice.field(name),
            Self::Service(message) => message.field(name),
            Self::Held(payment) | Self::Paid(payment) => payment.notice().field(name),
        }
    }

    /// One stable lower-case word: `batch_refund`, `batch_transfer`, `closed`, `held`, `message`, `other`, `paid`, `refunded`,
    /// `service`, `waiting`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::BatchRefund(_) => "batch_refund",
            Self::BatchTransfer(_) => "batch_transfer",
            Self::Closed(_) => "closed",
            Self::Held(_) => "held",
            Self::Message(_) => "message",
            Self::Other(_) => "other",
            Self::Paid(_) => "paid",
            Self::Refunded(_) => "refunded",
            Self::Service(_) => "service",
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
    by: ConfirmedBy,
}

message!(TradeNotice);
trade_numbers!(TradeNotice);

impl TradeNotice {
    pub(super) fn read(
        out_trade_no: OutTradeNo,
        trade_no: TradeNo,
        message: Arc<Message>,
        by: ConfirmedBy,
    ) -> Self {
        let status = TradeStatus::from(message.get("trade_status").unwrap_or_default());
        Self { message, out_trade_no, trade_no, status, by }
    }

    /// A refund is told by its own fields, beside a paid-looking status; an amount of zero is none (Alipay,
    /// *Asynchronous notification*, refunds).
    fn is_refund(&self) -> bool {
        self.field("refund_status").is_some()
            || self.field("gmt_refund").is_some()
            || self.is_paid_and_closed()
            || self.refunded().is_some()
    }

    /// Answers of the OpenAPI generation name no refund; a trade that was paid and is closed was refunded in full.
    fn is_paid_and_closed(&self) -> bool {
        self.status == TradeStatus::TradeClosed && self.field("send_pay_date").is_some()
    }

    /// Whether the message knows when the buyer paid; answers of the OpenAPI generation spell it their own way.
    pub(super) fn is_known_paid(&self) -> bool {
        ["gmt_payment", "send_pay_date"].into_iter().any(|name| self.field(name).is_some())
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

    /// The trade's total as the message says it: `total_fee`, in the OpenAPI generation `total_amount`.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        self.field(self.message.scheme().amount_field())?.parse().ok()
    }

    /// What was refunded so far (`refund_fee`), when the message names it and it is more than nothing. The notices of the
    /// classic gateway do not; its answers to queries do.
    #[must_use]
    pub fn refunded(&self) -> Option<Money> {
        self.field("refund_fee")?.parse().ok().filter(|amount: &Money| amount.fen() > 0)
    }

    /// When the money went back (`gmt_refund`), Beijing time, without the fractions of a second that it comes with.
    #[must_use]
    pub fn refunded_at(&self) -> Option<Timestamp> {
        let text = self.field("gmt_refund")?;
        text.split_once('.').map_or(text, |(seconds, _)| seconds).parse().ok()
    }

    /// When the trade was closed (`gmt_close`), Beijing time.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.field("gmt_close")?.parse().ok()
    }

    /// When this copy of the message was sent (`notify_time`), Beijing time: each repetition has its own, so it is not when
    /// anything happened to the trade.
    #[must_use]
    pub fn sent_at(&self) -> Option<Timestamp> {
        self.field("notify_time")?.parse().ok()
    }

    /// The number of the refund (`out_biz_no`), in notifications of the OpenAPI generation; of a refund that had none, the
    /// trade's.
    #[must_use]
    pub fn out_biz_no(&self) -> Option<&str> {
        self.field("out_biz_no")
    }

    /// What the message says of the trade's progress.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::of(self)
    }

    /// Which way the message came.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.message.channel()
    }

    /// Whose word says that it is really the gateway's.
    #[must_use]
    pub const fn confirmed_by(&self) -> ConfirmedBy {
        self.by
    }
}

/// A confirmed message that is not about one trade's status.
#[derive(Clone, Debug)]
pub struct OtherNotice {
    message: Arc<Message>,
}

message!(OtherNotice);

impl OtherNotice {
    /// The kind of message.
    #[must_use]
    pub fn notify_type(&self) -> NotifyType {
        NotifyType::from(self.field("notify_type").unwrap_or_default())
    }

    /// Which way the message came.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.message.channel()
    }
}
