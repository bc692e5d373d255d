//! `close_trade`: the seller gives up an unpaid trade.

use std::sync::Arc;

use super::single_trade_query::find;
use crate::{access::Raw, actions, refusal::Refusal, shared::Shared, xml};

pub(super) fn answer(raw: &Raw, shared: &Arc<Shared>) -> Result<xml::Answer, Refusal> {
    let request = raw.admit(shared)?;
    // Not `out_trade_no`: this service has a name of its own for it.
    let trade = find(shared, &request, "out_order_no")?;
    actions::close(shared, trade.trade_no())
        .map_err(|error| Refusal::new("TRADE_STATUS_NOT_AVAILD", error.to_string()))?;
    Ok(xml::success(request.charset))
}
