//! What an operator asks of the gateway: one file for each service, request side.
//!
//! The calls between servers are signed and sent; their answers are XML. Two services end in a page on which the operator
//! types a password, and tell their result in a notification; they are [`PageRequest`](super::PageRequest)s.

mod batch_no;
mod batch_trans_notify;
mod close_trade;
mod forex_refund;
mod refund_fastpay_by_platform_nopwd;
mod refund_fastpay_by_platform_pwd;
mod refunds;
mod send_goods_confirm_by_platform;
mod single_trade_query;

pub use self::{
    batch_no::BatchNo,
    batch_trans_notify::{BatchTransferRequest, TransferDetail},
    close_trade::{CloseTrade, TradeRole},
    forex_refund::ForexRefund,
    refund_fastpay_by_platform_nopwd::RefundWithoutPassword,
    refund_fastpay_by_platform_pwd::RefundWithPassword,
    refunds::{FeeRefund, RefundDetail, RoyaltyRefund},
    send_goods_confirm_by_platform::SendGoods,
    single_trade_query::SingleTradeQuery,
};

#[cfg(test)]
mod tests;
