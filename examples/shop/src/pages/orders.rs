//! What became of an order, told honestly.

use alipay_sqlx_store::{OrderEventKind, OrderRecord};
use alipay_tower::protocol::{OrderState, TradeState};
use askama::Template;

use super::Frame;
use crate::lang::Lang;

/// Where an order stands, in the shop's own books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Closed,
    /// Alipay holds the money until the goods have arrived.
    Held,
    Paid,
    /// Real money for an order that the shop had given up.
    PaidAfterClose,
    Pending,
    /// Paid back in full.
    Refunded,
    /// On the way; Alipay holds the money.
    Shipped,
}

impl State {
    pub(crate) fn of(order: &OrderRecord) -> Self {
        match order.state() {
            OrderState::Paid(_) => match order.order().progress().state() {
                _ if order.refunded() == order.amount() => Self::Refunded,
                TradeState::Held => Self::Held,
                TradeState::Refunded => Self::Refunded,
                TradeState::Shipped => Self::Shipped,
                _ => Self::Paid,
            },
            OrderState::PaidAfterClose(_) => Self::PaidAfterClose,
            OrderState::Closed => Self::Closed,
            _ => Self::Pending,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Held => "held",
            Self::Paid => "paid",
            Self::PaidAfterClose => "paid_after_close",
            Self::Pending => "pending",
            Self::Refunded => "refunded",
            Self::Shipped => "shipped",
        }
    }

    pub(crate) const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Closed => lang.t("已关闭", "closed"),
            Self::Held => lang.t("已付款，待发货", "paid, to be shipped"),
            Self::Paid => lang.t("已付款", "paid"),
            Self::PaidAfterClose => lang.t("关闭后付款", "paid after it was closed"),
            Self::Pending => lang.t("待付款", "not paid yet"),
            Self::Refunded => lang.t("已退款", "refunded"),
            Self::Shipped => lang.t("已发货", "shipped"),
        }
    }

    /// Whether the buyer has paid and has not got the money back.
    pub(crate) const fn is_paid(self) -> bool {
        matches!(self, Self::Held | Self::Paid | Self::Shipped)
    }

    pub(crate) const fn is_pending(self) -> bool {
        matches!(self, Self::Pending)
    }

    /// A line of an order's history.
    pub(crate) fn event(kind: &OrderEventKind, lang: Lang) -> String {
        lang.t(
            match kind {
                OrderEventKind::Closed => "关闭",
                OrderEventKind::Confirmed => "支付宝已确认",
                OrderEventKind::Created => "下单",
                OrderEventKind::Denied => "支付宝否认",
                OrderEventKind::ForeignBatch => "不是本店的退款批次",
                OrderEventKind::Finished => "交易完成",
                OrderEventKind::Held => "已付款，支付宝暂管货款",
                OrderEventKind::Paid => "货款到账",
                OrderEventKind::PaidAfterClose => "关闭后付款",
                OrderEventKind::PaidTwice => "重复付款",
                OrderEventKind::RefundDiffers => "退款与申请不符",
                OrderEventKind::RefundExceeds => "退款超过付款",
                OrderEventKind::RefundFailed => "退款失败",
                OrderEventKind::RefundStatus => "退款进展",
                OrderEventKind::Refunded => "退款",
                OrderEventKind::Settled => "付款",
                OrderEventKind::Shipped => "发货",
                OrderEventKind::TradeClosed => "交易关闭",
                OrderEventKind::UnclearStatus => "交易状态异常，需人工处理",
                OrderEventKind::Unmatched => "付款与订单不符",
                OrderEventKind::Waiting => "买家到了收银台",
                other => other.as_str(),
            },
            kind.as_str(),
        )
        .replace('_', " ")
    }
}

/// What a buyer who comes back from the gateway is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The payment is real, and the order was closed before it came.
    PaidAfterClose,
    /// The message is genuine, and no proof of payment (yet); or nobody could look.
    Processing,
    /// The books hold the payment, and that all of it went back.
    Refunded,
    /// Nothing is proved, and nothing is known.
    Refused,
    /// The books hold the payment.
    Settled,
    /// The return proves the payment; the notification has not come yet.
    Verified,
}

impl News {
    /// What the books say of a payment, once they hold one.
    pub(crate) const fn of(state: State) -> Option<Self> {
        match state {
            State::Held | State::Paid | State::Shipped => Some(Self::Settled),
            State::PaidAfterClose => Some(Self::PaidAfterClose),
            State::Refunded => Some(Self::Refunded),
            State::Closed | State::Pending => None,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PaidAfterClose => "paid_after_close",
            Self::Processing => "processing",
            Self::Refunded => "refunded",
            Self::Refused => "refused",
            Self::Settled => "settled",
            Self::Verified => "verified",
        }
    }
}

/// The return page.
#[derive(Debug, Template)]
#[template(path = "returned.html")]
pub(crate) struct Returned {
    pub(crate) frame: Frame,
    pub(crate) news: News,
    pub(crate) order: Option<OrderRecord>,
}

/// `GET /orders/{no}`
#[derive(Debug, Template)]
#[template(path = "order.html")]
pub(crate) struct OrderPage {
    pub(crate) frame: Frame,
    pub(crate) order: OrderRecord,
    pub(crate) state: State,
    /// The page has looked for the notification until it gave up.
    pub(crate) waited: bool,
}

impl OrderPage {
    /// The buyer comes from the gateway: to ask for the payment again would be asking for a second one.
    const fn is_waiting(&self) -> bool {
        self.state.is_pending() && self.frame.refresh.is_some()
    }
}

/// `GET /orders`
#[derive(Debug, Template)]
#[template(path = "orders.html")]
pub(crate) struct OrderList {
    pub(crate) frame: Frame,
    pub(crate) orders: Vec<(OrderRecord, State)>,
}
