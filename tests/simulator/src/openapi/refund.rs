//! `alipay.trade.refund` and `alipay.trade.fastpay.refund.query`.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value};

use super::{
    call::Call,
    content::node,
    failure::{self, Failure},
};
use crate::{
    ladder::notify,
    shared::{Shared, now},
    trade::Trade,
};

/// Refunds. The same `out_request_no` never pays twice: it is answered with `fund_change=N`.
pub(super) fn answer(call: &Call, shared: &Arc<Shared>) -> Result<Map<String, Value>, Failure> {
    let trade = call.trade(shared)?;
    let amount = call.amount("refund_amount")?;
    let reason = call.bounded("refund_reason", 256)?.unwrap_or_default();
    let named = call.bounded("out_request_no", 64)?;
    let in_part = amount != trade.total_fee();
    if named.is_none() && in_part {
        let advice = "refund_amount: a part needs an out_request_no of its own";
        return Err(Failure::business("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", advice));
    }
    // A refund without a number has the order's.
    let number = named.unwrap_or_else(|| trade.out_trade_no().to_owned());
    if let Some(old) = trade.refund_of(&number) {
        let advice = "out_request_no: used before, for another amount";
        return if old.amount == amount {
            Ok(done(&trade, "N"))
        } else {
            Err(Failure::business("ACQ.DISCORDANT_REPEAT_REQUEST", advice))
        };
    }
    let moved = shared.trades.refund(trade.trade_no(), &number, amount, &reason, now());
    let trade = moved.map_err(|error| failure::of_move(&error))?;
    tracing::info!(trade_no = trade.trade_no(), "trade refunded");
    // Notifications of refunds go where those of the payment went (Alipay, *alipay.trade.refund*).
    notify(shared, &trade, Duration::ZERO);
    Ok(done(&trade, "Y"))
}

fn done(trade: &Trade, fund_change: &str) -> Map<String, Value> {
    node([
        ("buyer_logon_id", trade.masked_buyer()),
        ("buyer_user_id", trade.purchase.buyer.id.clone()),
        ("fund_change", fund_change.to_owned()),
        ("gmt_refund_pay", trade.times.refund.map(|at| at.to_string()).unwrap_or_default()),
        ("out_trade_no", trade.out_trade_no().to_owned()),
        ("refund_fee", trade.refunded().to_string()),
        ("send_back_fee", trade.refunded().to_string()),
        ("trade_no", trade.trade_no().to_owned()),
    ])
}

/// One refund by its number. What is not known has no `refund_status`.
pub(super) fn query(call: &Call, shared: &Shared) -> Result<Map<String, Value>, Failure> {
    let number = call.required("out_request_no", 64)?;
    let trade = call.trade(shared)?;
    let Some(refund) = trade.refund_of(&number) else { return Ok(node([])) };
    let time = if call.asks_for("gmt_refund_pay") { refund.at.to_string() } else { String::new() };
    Ok(node([
        ("gmt_refund_pay", time),
        ("out_request_no", number.clone()),
        ("out_trade_no", trade.out_trade_no().to_owned()),
        ("refund_amount", refund.amount.to_string()),
        ("refund_reason", refund.reason.clone()),
        ("refund_status", "REFUND_SUCCESS".to_owned()),
        ("total_amount", trade.total_fee().to_string()),
        ("trade_no", trade.trade_no().to_owned()),
    ]))
}
