//! Escrow: paid is held, the shop ships, the buyer confirms, and only then the money is the shop's.

use alipay_tower::protocol::{OutTradeNo, TradeState};

use super::{
    DemoError, Verdict, audit, operator,
    purchase::{self, Wish},
    step,
};
use crate::shop::Shop;

pub(super) async fn play(shop: &Shop) -> Result<Verdict, DemoError> {
    let bought = purchase::buy(shop, &Wish { item: "sample", escrow: true }).await?;
    let id = OutTradeNo::new(&bought.out_trade_no).map_err(|error| DemoError::new(error.to_string()))?;
    let state =
        |wanted| move |order: &alipay_sqlx_store::OrderRecord| order.order().progress().state() == wanted;
    let order = operator::until(shop, &id, "paid, Alipay holds the money", state(TradeState::Held)).await?;
    let verdict = audit::inspect(shop, &bought).await?;

    let waybill = [("carrier", "EMS"), ("waybill", "EA123456789CN")];
    operator::press(shop, &id, "ship", &waybill).await?;
    operator::until(shop, &id, "shipped", state(TradeState::Shipped)).await?;

    let trade_no = order.trade_no().ok_or_else(|| DemoError::new("no trade has paid the order"))?;
    let confirmed = shop.with_simulator(|simulator| simulator.confirm_receipt(trade_no.as_str()));
    match confirmed {
        Some(Ok(_)) => step("the buyer has the goods and says so at Alipay"),
        Some(Err(error)) => return Err(DemoError::new(format!("the buyer could not confirm: {error}"))),
        None => return Err(DemoError::new("there is no simulated gateway in this process")),
    }
    operator::until(shop, &id, "finished, the money is the shop's", state(TradeState::Finished)).await?;
    operator::remembers(shop, &id, &["created", "held", "shipped", "finished"]).await?;
    audit::settled_once(shop, &id).await?;
    Ok(verdict)
}
