//! One order as the operator sees it, and what the operator's last move came to.

use alipay_sqlx_store::{OrderEvent, OrderRecord, RefundRecord, RefundRequest};
use alipay_tower::Money;
use askama::Template;

use super::{Frame, State};
use crate::lang::Lang;

/// What a move of the operator's came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// The gateway no longer knows a notification, and was asked about its trade.
    AskedInstead,
    Closed,
    Open,
    Paid,
    Queried,
    RefundAccepted,
    Refunded,
    Released,
    /// A notification was received once more, and came to this ([`Receipt::name`](alipay_tower::store::Receipt::name)).
    Replayed(&'static str),
    Shipped,
    Unknown,
}

/// What a notification that is received once more may come to.
const RECEIPTS: [(&str, &str); 4] = [
    ("already_settled", "replayed-already_settled"),
    ("observed", "replayed-observed"),
    ("paid_twice", "replayed-paid_twice"),
    ("settled", "replayed-settled"),
];

impl Moved {
    const ALL: [Self; 10] = [
        Self::AskedInstead,
        Self::Closed,
        Self::Open,
        Self::Paid,
        Self::Queried,
        Self::RefundAccepted,
        Self::Refunded,
        Self::Released,
        Self::Shipped,
        Self::Unknown,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AskedInstead => "asked-instead",
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Queried => "queried",
            Self::RefundAccepted => "refund-accepted",
            Self::Refunded => "refunded",
            Self::Released => "released",
            Self::Replayed(receipt) => {
                RECEIPTS.into_iter().find(|(own, _)| *own == receipt).map_or("replayed", |(_, name)| name)
            }
            Self::Shipped => "shipped",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Self> {
        let replayed = RECEIPTS.into_iter().map(|(receipt, _)| Self::Replayed(receipt));
        Self::ALL.into_iter().chain(replayed).find(|moved| moved.name() == name)
    }

    pub(crate) fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::AskedInstead => lang.t(
                "这条通知已答复过，支付宝不再为它作证；已改为查询交易，账目以查询结果为准。",
                "It was acknowledged before, so Alipay no longer vouches for it. Alipay was asked about the trade instead; \
                 the books have its answer.",
            ),
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
            Self::Released => lang.t(
                "已放弃这笔未了的退款，它的金额又可以退。",
                "The unfinished refund was given up; its money can be refunded again.",
            ),
            Self::Replayed("already_settled") => lang.t(
                "通知已重新处理：付款早已入账，没有重复入账。",
                "Received once more: the payment was in the books before, and is there once.",
            ),
            Self::Replayed("paid_twice") => lang.t(
                "通知已重新处理：这张订单已由另一笔交易付过，需退还一笔。",
                "Received once more: another trade had paid the order; one payment must go back.",
            ),
            Self::Replayed("settled") => {
                lang.t("通知已重新处理：付款现已入账。", "Received once more: the payment is now in the books.")
            }
            Self::Replayed(_) => lang.t(
                "通知已重新处理：它不是付款，内容已记入账目。",
                "Received once more: it is no payment; the books have what it says.",
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
    /// What the refund form carries.
    pub(crate) press: String,
    pub(crate) events: Vec<OrderEvent>,
    pub(crate) refunds: Vec<RefundRecord>,
    /// The unfinished ones, and whether their number is of today.
    pub(crate) open: Vec<(bool, RefundRequest)>,
    pub(crate) moved: Option<Moved>,
    pub(crate) problem: Option<String>,
}

impl OperatorOrder {
    fn can_be_refunded(&self) -> bool {
        self.left.fen() > 0 && !matches!(self.state, State::Held | State::Shipped)
    }
}
