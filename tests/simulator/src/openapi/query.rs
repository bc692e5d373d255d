//! `alipay.trade.query`: one trade as it stands.

use alipay_tower::protocol::TradeStatus;
use serde_json::{Map, Value, json};

use super::{call::Call, content::node, failure::Failure};
use crate::{shared::Shared, trade::Trade};

pub(super) fn answer(call: &Call, shared: &Shared) -> Result<Map<String, Value>, Failure> {
    let trade = call.trade(shared)?;
    let total = trade.total_fee().to_string();
    let nothing = "0.00".to_owned();
    // Once all of it went back, nothing was received.
    let received = if trade.status().is_paid() { total.clone() } else { nothing.clone() };
    let mut answer = node([
        ("buyer_logon_id", trade.masked_buyer()),
        ("buyer_pay_amount", received.clone()),
        ("buyer_user_id", trade.purchase.buyer.id.clone()),
        ("buyer_user_type", "PRIVATE".to_owned()),
        ("invoice_amount", received.clone()),
        ("out_trade_no", trade.out_trade_no().to_owned()),
        ("point_amount", nothing),
        ("receipt_amount", received),
        ("send_pay_date", trade.paid_at().map(|at| at.to_string()).unwrap_or_default()),
        ("total_amount", total),
        ("trade_no", trade.trade_no().to_owned()),
        ("trade_status", trade.status().to_string()),
    ]);
    if call.asks_for("fund_bill_list") && paid_once(&trade) {
        let bill = json!([{ "amount": trade.total_fee().to_string(), "fund_channel": trade.fund_channel() }]);
        answer.insert("fund_bill_list".to_owned(), bill);
    }
    if let Some(echo) = &trade.purchase.echo {
        answer.insert("passback_params".to_owned(), Value::String(echo.clone()));
    }
    Ok(answer)
}

fn paid_once(trade: &Trade) -> bool {
    trade.paid_at().is_some() && *trade.status() != TradeStatus::TradeClosed
}
