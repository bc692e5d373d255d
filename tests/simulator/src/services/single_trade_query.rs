//! `single_trade_query`: one trade as it stands.

use crate::{access::Raw, refusal::Refusal, shared::Shared, trade::Trade, xml};

pub(super) fn answer(raw: &Raw, shared: &Shared) -> Result<xml::Answer, Refusal> {
    let request = raw.admit(shared)?;
    let trade = find(shared, &request, "out_trade_no")?;
    let merchant = request.merchant.clone().with_charset(request.charset);
    let mut fields = trade.answer();
    fields.push(("seller_id", merchant.seller_id().to_string()));
    fields.push(("seller_email", merchant.seller_email().unwrap_or_default().to_owned()));
    fields.sort();
    Ok(xml::signed(&merchant, request.iter(), "trade", &fields))
}

/// The merchant's trade by `trade_no`, which wins, or by its order number.
pub(super) fn find(
    shared: &Shared,
    request: &crate::access::Request,
    order: &'static str,
) -> Result<Trade, Refusal> {
    let partner = request.merchant.partner();
    let trade = match (request.get("trade_no"), request.get(order)) {
        (Some(number), _) => shared.trades.by_number(number).filter(|trade| trade.partner() == partner),
        (None, Some(number)) => shared.trades.by_order(partner, number),
        (None, None) => {
            return Err(Refusal::new("ILLEGAL_ARGUMENT", format!("send trade_no or {order}")));
        }
    };
    trade.ok_or_else(|| Refusal::new("TRADE_NOT_EXIST", "no such trade: the buyer never reached the cashier"))
}
