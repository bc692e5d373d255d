//! Facts as JSON.

use serde_json::{Value, json};

use crate::{
    batches::Batch,
    delivery::{Delivery, Question},
    mischief::Behaviour,
    trade::Trade,
};

pub(super) fn trade(trade: &Trade) -> Value {
    json!({
        "trade_no": trade.trade_no(),
        "out_trade_no": trade.out_trade_no(),
        "account": trade.account(),
        "partner": trade.partner().as_str(),
        "product": trade.product().as_str(),
        "subject": trade.subject(),
        "total_fee": trade.total_fee().to_string(),
        "currency": trade.currency().as_str(),
        "refund_fee": trade.refunded().to_string(),
        "trade_status": trade.status().as_str(),
        "channel": trade.channel(),
        "gmt_payment": trade.paid_at().map(|time| time.to_string()),
        "notify_url": trade.notify_url(),
        "return_url": trade.return_url(),
    })
}

pub(super) fn batch(batch: &Batch) -> Value {
    json!({
        "batch_no": batch.batch_no,
        "kind": batch.items.kind(),
        "items": batch.items.len(),
        "state": batch.state.name(),
    })
}

pub(super) fn delivery(line: &Delivery) -> Value {
    json!({
        "at": line.at.to_string(),
        "notify_id": line.notify_id,
        "notify_type": line.notify_type,
        "out_trade_no": line.out_trade_no,
        "trade_no": line.trade_no,
        "trade_status": line.trade_status,
        "url": line.url,
        "attempt": line.attempt,
        "copy": line.copy,
        "status": line.status,
        "answer": line.answer,
        "outcome": line.outcome.name(),
        "mischief": line.mischief,
    })
}

pub(super) fn question(line: &Question) -> Value {
    json!({
        "at": line.at.to_string(),
        "partner": line.partner,
        "notify_id": line.notify_id,
        "answer": line.answer,
    })
}

pub(super) fn behaviour(behaviour: &Behaviour) -> Value {
    json!({ "mischief": behaviour.mischief().name(), "left": behaviour.left() })
}
