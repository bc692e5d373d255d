//! `single_trade_query`: one trade as it stands, or as mischief has it.

use axum::response::{IntoResponse, Response};

use crate::{
    access::{Raw, Request},
    mischief::{Mischief, QueryLie},
    money, outage,
    refusal::Refusal,
    shared::Shared,
    trade::Trade,
    wire::Thread,
    xml,
};

pub(super) async fn respond(raw: &Raw, shared: &Shared, thread: &Thread) -> Response {
    let mischief = shared.board.for_query();
    if let Some(Mischief::QueryOutage(outage)) = mischief {
        return outage::act(outage, thread, shared).await;
    }
    let lie = match mischief {
        Some(Mischief::QueryLie(lie)) => Some(lie),
        _ => None,
    };
    super::xml_of(raw, answer(raw, shared, lie)).into_response()
}

fn answer(raw: &Raw, shared: &Shared, lie: Option<QueryLie>) -> Result<xml::Answer, Refusal> {
    let request = raw.admit(shared)?;
    let trade = find(shared, &request, "out_trade_no")?;
    let merchant = request.answering();
    let mut fields = trade.answer();
    fields.push(("seller_id", merchant.seller_id().to_string()));
    fields.push(("seller_email", merchant.seller_email().unwrap_or_default().to_owned()));
    if lie == Some(QueryLie::Amount) {
        tell_another_amount(&mut fields, &trade);
    }
    let signed = xml::Signed::new(&merchant, "trade", &fields);
    match lie {
        Some(QueryLie::Tampered) => tell_another_amount(&mut fields, &trade),
        Some(QueryLie::Unsigned) => return Ok(signed.without_signature(request.iter(), &fields)),
        _ => {}
    }
    Ok(signed.answer(request.iter(), &fields))
}

/// One fen more than the truth.
fn tell_another_amount(fields: &mut [(&'static str, String)], trade: &Trade) {
    let wrong = money::written(money::another(trade.total_fee()), trade.currency());
    for (_, value) in fields.iter_mut().filter(|(name, _)| matches!(*name, "total_fee" | "price")) {
        value.clone_from(&wrong);
    }
}

/// The merchant's trade by `trade_no`, which wins, or by its order number.
pub(super) fn find(shared: &Shared, request: &Request, order: &'static str) -> Result<Trade, Refusal> {
    let account = request.account.id();
    let trade = match (request.get("trade_no"), request.get(order)) {
        (Some(number), _) => shared.trades.by_number(number).filter(|trade| trade.account() == account),
        (None, Some(number)) => shared.trades.by_order(account, number),
        (None, None) => {
            return Err(Refusal::new("ILLEGAL_ARGUMENT", format!("send trade_no or {order}")));
        }
    };
    trade.ok_or_else(|| Refusal::new("TRADE_NOT_EXIST", "no such trade: the buyer never reached the cashier"))
}
