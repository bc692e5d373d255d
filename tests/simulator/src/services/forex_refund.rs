//! `forex_refund`: a cross-border payment goes back, whole or in part.

use std::sync::Arc;

use alipay_tower::{Money, protocol::Currency};

use super::{arguments, fee};
use crate::{
    access::{Raw, Request},
    money,
    refusal::Refusal,
    shared::{Shared, now},
    trade::Trade,
    trades::TradeError,
    xml,
};

pub(super) fn answer(raw: &Raw, shared: &Arc<Shared>) -> Result<xml::Answer, Refusal> {
    let request = raw.admit(shared)?;
    arguments::address("notify_url", request.get("notify_url"), shared.address)?;
    for name in ["out_return_no", "out_trade_no", "currency", "gmt_return"] {
        match request.get(name) {
            None => return Err(Refusal::new("PARAMTER_IS_NULL", format!("{name}: missing"))),
            Some(value) if value.len() > 64 => {
                return Err(Refusal::new("ILLEGAL_LENGTH", format!("{name}: longer than 64")));
            }
            Some(_) => {}
        }
    }
    let time = request.get("gmt_return").unwrap_or_default();
    if time.len() != 14 || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new("ILLEGAL_DATA_FORMAT", "gmt_return: Beijing time as yyyyMMddHHmmss"));
    }
    let trade = super::single_trade_query::find(shared, &request, "out_trade_no")?;
    if !trade.product().is_forex() {
        let advice = "out_trade_no: no cross-border trade; refund it by batch";
        return Err(Refusal::new("TRADE_PRODUCT_TYPE_NOT_ALLOW_REFUND", advice));
    }
    let amount = amount(&request, &trade)?;
    let number = request.get("out_return_no").unwrap_or_default();
    let trade = refund(shared, &trade, number, amount, request.get("reason").unwrap_or_default())?;
    if request.get("is_sync") != Some("Y") {
        return Ok(xml::success(request.charset));
    }
    let fields = [
        ("out_return_no", number.to_owned()),
        ("out_trade_no", trade.out_trade_no().to_owned()),
        ("trade_no", trade.trade_no().to_owned()),
        ("return_amount", money::written(amount, trade.currency())),
        ("currency", trade.currency().to_string()),
        ("result_code", "SUCCESS".to_owned()),
    ];
    Ok(xml::signed(&request.answering(), request.iter(), "alipay", &fields))
}

/// The same number again is the same refund: it is answered as the first time, and pays nothing.
fn refund(
    shared: &Shared,
    trade: &Trade,
    number: &str,
    amount: Money,
    reason: &str,
) -> Result<Trade, Refusal> {
    if let Some(old) = trade.refund_of(number) {
        let advice = "out_return_no: used before, for another amount";
        return if old.amount == amount {
            Ok(trade.clone())
        } else {
            Err(Refusal::new("REASON_HAS_REFUND_FEE_NOT_MATCH", advice))
        };
    }
    shared.trades.refund(trade.trade_no(), number, amount, reason, now()).map_err(|error| {
        let code = match error {
            TradeError::Amount => "REASON_TRADE_REFUND_FEE_ERR",
            TradeError::Status(_) => "TRADE_STATUS_ERROR",
            TradeError::Unknown => "TRADE_NOT_EXIST",
        };
        Refusal::new(code, error.to_string())
    })
}

/// `return_amount` in the currency of the trade, or `return_rmb_amount`.
fn amount(request: &Request, trade: &Trade) -> Result<Money, Refusal> {
    if request.get("currency") != Some(trade.currency().as_str()) {
        return Err(Refusal::new("ILLEGAL_ARGUMENT", "currency: not the currency of the trade"));
    }
    match (request.get("return_amount"), request.get("return_rmb_amount")) {
        (Some(text), None) => fee::foreign("return_amount", text, trade.currency()),
        (None, Some(text)) => {
            let rmb = fee::foreign("return_rmb_amount", text, Currency::CNY)?;
            let advice = "return_rmb_amount: less than the smallest amount of the currency";
            money::exchanged(rmb, trade.currency())
                .ok_or_else(|| Refusal::new("REFUND_AMOUNT_NOT_VALID", advice))
        }
        _ => Err(Refusal::new("ILLEGAL_FEE_PARAM", "send either return_amount or return_rmb_amount")),
    }
}
