//! One order as the operator sees it, and what the operator's last move came to.

use alipay_sqlx_store::{OrderEvent, OrderRecord, RefundRecord};
use alipay_tower::Money;
use askama::Template;

use super::{Frame, State};
use crate::lang::Lang;

/// What a move of the operator's came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    Closed,
    Open,
    Paid,
    Queried,
    RefundAccepted,
    Refunded,
    Replayed,
    Shipped,
    Unknown,
}

impl Moved {
    const ALL: [Self; 9] = [
        Self::Closed,
        Self::Open,
        Self::Paid,
        Self::Queried,
        Self::RefundAccepted,
        Self::Refunded,
        Self::Replayed,
        Self::Shipped,
        Self::Unknown,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Queried => "queried",
            Self::RefundAccepted => "refund-accepted",
            Self::Refunded => "refunded",
            Self::Replayed => "replayed",
            Self::Shipped => "shipped",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|moved| moved.name() == name)
    }

    pub(crate) const fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Closed => {
                lang.t("已关闭：支付宝的交易和本店的订单都不能再付款。", "Closed, at Alipay and here.")
            }
            Self::Open => lang.t(
                "交易正在变化，支付宝现在不能关闭，请稍后再试。",
                "The trade is on the move; Alipay does not close it now. Try again later.",
            ),
            Self::Paid => lang.t("没有关闭：支付宝说已付款。", "Not closed: Alipay says that it is paid."),
            Self::Queried => lang
                .t("已向支付宝查询，结果见下方记录。", "Alipay was asked; the history below has its answer."),
            Self::RefundAccepted => lang.t(
                "退款申请已被接受，结果以支付宝的通知为准。",
                "The refund was accepted; Alipay's notification tells what became of it.",
            ),
            Self::Refunded => lang.t("已退款。", "Refunded."),
            Self::Replayed => lang.t(
                "通知已重新处理，结果见流水。",
                "The notification was received once more; the journal has the outcome.",
            ),
            Self::Shipped => lang.t("已告知支付宝发货。", "Alipay was told that the goods are on their way."),
            Self::Unknown => lang.t(
                "支付宝没有这笔交易：买家还没有到收银台。",
                "Alipay knows no such trade: the buyer never reached the cashier.",
            ),
        }
    }
}

/// `GET /operator/orders/{no}`
#[derive(Debug, Template)]
#[template(path = "operator_order.html")]
pub(crate) struct OperatorOrder {
    pub(crate) frame: Frame,
    pub(crate) order: OrderRecord,
    pub(crate) state: State,
    /// What can still be refunded.
    pub(crate) left: Money,
    pub(crate) events: Vec<OrderEvent>,
    pub(crate) refunds: Vec<RefundRecord>,
    pub(crate) moved: Option<Moved>,
    pub(crate) problem: Option<String>,
}

impl OperatorOrder {
    fn can_be_refunded(&self) -> bool {
        self.left.fen() > 0 && !matches!(self.state, State::Held | State::Shipped)
    }
}
