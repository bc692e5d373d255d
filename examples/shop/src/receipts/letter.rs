//! What the letters say, in both languages: a buyer's language is not recorded.

use alipay_sqlx_store::{OrderRecord, OutboxKind};
use alipay_tower::protocol::OutTradeNo;
use lettre::message::Mailbox;

/// A letter before it is put into an envelope.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Letter {
    /// To the buyer: the order is paid.
    pub(crate) fn receipt(order: &OrderRecord, contact: &str) -> Self {
        let (id, amount, currency) = (order.out_trade_no(), order.amount(), order.order().currency());
        let trade = order.trade_no().map(ToString::to_string).unwrap_or_default();
        let paid_at = order.paid_at().map(|time| time.to_string()).unwrap_or_default();
        let goods = order.subject();
        let text = format!(
            "感谢您在茶塔购物，您的订单已付款。\n\
             Thank you for your order at Tea Tower. It is paid.\n\
             \n\
             商品 Article: {goods}\n\
             金额 Amount: {amount} {currency}\n\
             订单号 Order number: {id}\n\
             支付宝交易号 Alipay trade number: {trade}\n\
             入账时间 Settled (Beijing time): {paid_at}\n\
             \n\
             这是收据，不是发票。\n\
             This is a receipt, not an invoice.\n"
        );
        Self { to: contact.to_owned(), subject: format!("收据 Receipt {id}"), text }
    }

    /// To the shop: an order was paid twice.
    pub(crate) fn paid_twice(order: &OrderRecord, shop: &Mailbox) -> Self {
        let (id, amount) = (order.out_trade_no(), order.amount());
        let text = format!(
            "订单 {id} 被支付了两次，每次 {amount} 元。请在店主页面查看交易号，并退还后一笔。\n\
             Order {id} was paid twice, {amount} CNY each time. The operator's page has both trade numbers: refund the \
             later one.\n"
        );
        Self { to: shop.email.to_string(), subject: format!("重复付款 Paid twice {id}"), text }
    }

    /// To the shop: an order was paid and paid back before the shop heard of either. The buyer gets no receipt for it.
    pub(crate) fn refunded(order: &OrderRecord, shop: &Mailbox) -> Self {
        let (id, amount) = (order.out_trade_no(), order.amount());
        let text = format!(
            "订单 {id} 已付款 {amount} 元，但在本店得知之前已全额退款。请勿发货，无需再退款。\n\
             Order {id} was paid, {amount} CNY, and refunded in full before the shop heard of it. Ship nothing; nothing \
             more is to be refunded.\n"
        );
        Self {
            to: shop.email.to_string(), subject: format!("已退款勿发货 Refunded, do not ship {id}"), text
        }
    }

    /// To the shop: the books and Alipay differ.
    pub(crate) fn alarm(order: &OrderRecord, kind: &OutboxKind, shop: &Mailbox) -> Self {
        let (id, kind) = (order.out_trade_no(), kind.as_str());
        let text = format!(
            "订单 {id} 的账目与支付宝不一致（{kind}）。请在店主页面查看时间线，并向支付宝查询。\n\
             The books and Alipay differ about order {id} ({kind}). The operator's page has its timeline: ask Alipay there.\n"
        );
        Self { to: shop.email.to_string(), subject: format!("账目不符 Books differ {id}"), text }
    }

    /// To the shop: money came that fits no order.
    pub(crate) fn unmatched(id: &OutTradeNo, shop: &Mailbox) -> Self {
        let text = format!(
            "收到一笔真实付款，但与订单 {id} 不符（订单不存在、已关闭或金额不同）。请在店主页面查看金额、交易号和原因，\
             然后发货或退款。若页面上已没有这笔付款，说明它后来已入账。\n\
             Real money came that does not fit order {id}: there is no such order, or it is closed, or of another amount. \
             The operator's page has the amount, the trade number and the reason: deliver or refund. If the page has it no \
             longer, it was settled since.\n"
        );
        Self { to: shop.email.to_string(), subject: format!("付款待处理 Unmatched payment {id}"), text }
    }
}
