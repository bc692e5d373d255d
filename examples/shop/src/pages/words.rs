//! The library's stable words in the operator's language. In English the words speak for themselves.

use alipay_sqlx_store::OutboxKind;

use crate::lang::Lang;

/// Where a line of the journal came from.
pub(crate) fn channel(word: &str, lang: Lang) -> &str {
    let zh = match word {
        "notify" => "通知",
        "query" => "查询",
        "return" => "跳转",
        other => other,
    };
    lang.t(zh, word)
}

/// What a hit came to: a receipt, or the kind of a refusal.
pub(crate) fn outcome(word: &str, lang: Lang) -> &str {
    let zh = match word {
        "already_settled" => "早已入账",
        "body_timeout" => "正文超时",
        "deadline_exceeded" => "处理超时",
        "forged" => "签名不对",
        "gateway_denied" => "支付宝否认",
        "gateway_unreachable" => "问不到支付宝",
        "malformed" => "格式不对",
        "message_refused" => "不收此类消息",
        "method_not_allowed" => "方法不对",
        "not_ours" => "不是本店的",
        "not_paid" => "未付款",
        "observed" => "已记录",
        "order_closed" => "订单已关闭",
        "overloaded" => "询问过多",
        "paid_twice" => "重复付款",
        "panicked" => "程序出错",
        "processing" => "等待通知",
        "settled" => "已入账",
        "shown" => "已展示",
        "store_failed" => "账簿故障",
        "too_large" => "太大",
        "unknown_order" => "没有此订单",
        "wrong_amount" => "金额不符",
        other => other,
    };
    lang.t(zh, word)
}

/// What a message of the outbox is about.
pub(crate) fn letter(kind: &OutboxKind, lang: Lang) -> &str {
    let word = kind.as_str();
    let zh = match kind {
        OutboxKind::ForeignBatch => "不是本店的退款批次",
        OutboxKind::PaidAfterClose => "关闭后付款",
        OutboxKind::PaidTwice => "重复付款",
        OutboxKind::Receipt => "收据",
        OutboxKind::RefundDiffers => "退款与申请不符",
        OutboxKind::RefundExceeds => "退款超过付款",
        OutboxKind::SettlementDenied => "支付宝否认入账",
        OutboxKind::UnclearStatus => "交易状态异常",
        OutboxKind::Unmatched => "付款与订单不符",
        _ => word,
    };
    lang.t(zh, word)
}
