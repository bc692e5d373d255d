//! Every notification is lost: the shop asks by itself, and the order is settled all the same.

use alipay_tower::protocol::OutTradeNo;

use super::{
    DemoError, Verdict, audit,
    purchase::{self, SAMPLE},
    step,
};
use crate::shop::Shop;

pub(super) async fn play(shop: &Shop) -> Result<Verdict, DemoError> {
    shop.with_simulator(alipay_simulator::SimulatedGateway::drop_all)
        .ok_or_else(|| DemoError::new("there is no simulated gateway in this process"))?;
    step("from now on every notification is lost");
    let bought = purchase::buy(shop, &SAMPLE).await?;
    let verdict = audit::inspect(shop, &bought).await?;
    let id = OutTradeNo::new(&bought.out_trade_no).map_err(|error| DemoError::new(error.to_string()))?;
    let journal = shop.store().journal_entries(audit::ROWS).await?;
    let mut own = journal.iter().filter(|entry| entry.out_trade_no() == Some(id.as_str()));
    if own.clone().any(|entry| entry.channel() == "notify") {
        return Err(DemoError::new("a notification came through"));
    }
    if !own.any(|entry| entry.channel() == "query" && entry.outcome() == "settled") {
        return Err(DemoError::new("the journal does not say that a query settled the order"));
    }
    step("no notification came; the shop asked Alipay, and the answer settled the order");
    Ok(verdict)
}
