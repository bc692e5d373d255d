//! What became of an order, told honestly.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::protocol::OrderState;
use askama::Template;

use super::Frame;
use crate::lang::Lang;

/// Where an order stands, in the shop's own books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Closed,
    Paid,
    Pending,
}

impl State {
    pub(crate) const fn of(order: &OrderRecord) -> Self {
        match order.state() {
            OrderState::Paid(_) => Self::Paid,
            OrderState::Closed | OrderState::PaidAfterClose(_) => Self::Closed,
            _ => Self::Pending,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Paid => "paid",
            Self::Pending => "pending",
        }
    }

    pub(crate) const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Closed => lang.t("已关闭", "closed"),
            Self::Paid => lang.t("已付款", "paid"),
            Self::Pending => lang.t("待付款", "not paid yet"),
        }
    }

    pub(crate) const fn is_paid(self) -> bool {
        matches!(self, Self::Paid)
    }

    pub(crate) const fn is_pending(self) -> bool {
        matches!(self, Self::Pending)
    }
}

/// What a buyer who comes back from the gateway is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing is proved, and nothing is known.
    Refused,
    /// The message is genuine, and no proof of payment (yet).
    Processing,
    /// The books hold the payment.
    Settled,
    /// The return proves the payment; the notification has not come yet.
    Verified,
}

impl News {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Processing => "processing",
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
