//! `send_goods_confirm_by_platform`: the seller of an escrow trade has shipped.

use std::sync::Arc;

use super::single_trade_query::find;
use crate::{access::Raw, actions, goods::Parcel, refusal::Refusal, shared::Shared, xml};

const TRANSPORTS: [&str; 4] = ["POST", "EXPRESS", "EMS", "DIRECT"];

pub(super) fn answer(raw: &Raw, shared: &Arc<Shared>) -> Result<xml::Answer, Refusal> {
    let request = raw.admit(shared)?;
    if !request.has("trade_no") {
        return Err(Refusal::new("PARAMTER_IS_NULL", "trade_no: missing"));
    }
    let trade = find(shared, &request, "out_trade_no")?;
    let carrier = request.get("logistics_name").filter(|name| name.chars().count() <= 64);
    let carrier = carrier
        .ok_or_else(|| Refusal::new("PARAMTER_IS_NULL", "logistics_name: the carrier, 64 characters"))?;
    let transport = request.get("transport_type").or_else(|| request.get("create_transport_type"));
    let transport = transport.filter(|transport| TRANSPORTS.contains(transport)).ok_or_else(|| {
        Refusal::new("ILLEGAL_ARGUMENT", format!("transport_type: one of {}", TRANSPORTS.join(", ")))
    })?;
    let parcel = Parcel {
        transport: transport.to_owned(),
        carrier: carrier.to_owned(),
        invoice_no: request.get("invoice_no").unwrap_or_default().to_owned(),
    };
    let trade = actions::ship(shared, trade.trade_no(), parcel)
        .map_err(|error| Refusal::new("TRADE_STATUS_NOT_AVAILD", error.to_string()))?;
    let fields = [
        ("trade_no", trade.trade_no().to_owned()),
        ("out_trade_no", trade.out_trade_no().to_owned()),
        ("trade_status", trade.status().to_string()),
        ("last_modified_time", trade.times.send_goods.map(|at| at.to_string()).unwrap_or_default()),
    ];
    Ok(xml::signed(&request.answering(), request.iter(), "tradeBase", &fields))
}
