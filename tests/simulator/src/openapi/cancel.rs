//! `alipay.trade.close` and `alipay.trade.cancel`: an order that is given up.

use std::{sync::Arc, time::Duration};

use alipay_tower::protocol::TradeStatus;
use serde_json::{Map, Value};

use super::{
    call::Call,
    content::node,
    failure::{self, Failure},
};
use crate::{
    actions,
    ladder::notify,
    shared::{Shared, now},
};

/// Closes what is unpaid.
pub(super) fn close(call: &Call, shared: &Arc<Shared>) -> Result<Map<String, Value>, Failure> {
    let trade = call.trade(shared)?;
    let trade = actions::close(shared, trade.trade_no()).map_err(|error| failure::of_move(&error))?;
    Ok(node([("out_trade_no", trade.out_trade_no().to_owned()), ("trade_no", trade.trade_no().to_owned())]))
}

/// Closes what is unpaid, refunds what is paid, and says which; nothing to cancel is a success without an `action`.
pub(super) fn answer(call: &Call, shared: &Arc<Shared>) -> Result<Map<String, Value>, Failure> {
    let trade = match call.trade(shared) {
        Ok(trade) => trade,
        Err(failure) if failure.sub_code == "ACQ.TRADE_NOT_EXIST" => {
            let out_trade_no = call.text("out_trade_no").unwrap_or_default();
            shared.codes.forget(call.account.id(), &out_trade_no);
            return Ok(node([("out_trade_no", out_trade_no), ("retry_flag", "N".to_owned())]));
        }
        Err(failure) => return Err(failure),
    };
    shared.codes.forget(call.account.id(), trade.out_trade_no());
    let number = trade.trade_no();
    let (trade, action) = match trade.status() {
        TradeStatus::WaitBuyerPay => (actions::close(shared, number), "close"),
        _ => {
            let refunded = shared.trades.refund(number, number, trade.left(), "", now());
            if let Ok(trade) = &refunded {
                notify(shared, trade, Duration::ZERO);
            }
            (refunded, "refund")
        }
    };
    let trade = trade.map_err(|error| failure::of_move(&error))?;
    Ok(node([
        ("action", action.to_owned()),
        ("out_trade_no", trade.out_trade_no().to_owned()),
        ("retry_flag", "N".to_owned()),
        ("trade_no", trade.trade_no().to_owned()),
    ]))
}
