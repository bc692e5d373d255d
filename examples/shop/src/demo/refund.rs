//! The money goes back in two parts; the order was paid once and stays so.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::{Money, protocol::OutTradeNo};

use super::{
    DemoError, Verdict, audit, operator,
    purchase::{self, Wish},
    step,
};
use crate::{pages::State, shop::Shop};

/// The first part.
const PART: &str = "10.00";

pub(super) async fn play(shop: &Shop) -> Result<Verdict, DemoError> {
    let bought = purchase::buy(shop, &Wish { item: "cup", escrow: false }).await?;
    let verdict = audit::inspect(shop, &bought).await?;
    let id = OutTradeNo::new(&bought.out_trade_no).map_err(|error| DemoError::new(error.to_string()))?;
    let part: Money = PART.parse().map_err(|_| DemoError::new("the part is no amount"))?;

    operator::press(shop, &id, "refund", &[("amount", PART), ("reason", "one cup was chipped")]).await?;
    let refunded = |amount| move |order: &OrderRecord| order.refunded() == amount;
    let order = operator::until(shop, &id, "a part is refunded", refunded(part)).await?;
    if !State::of(&order).is_paid() {
        return Err(DemoError::new("an order that is refunded in part is no longer paid"));
    }
    // The field holds what is left.
    operator::press(shop, &id, "refund", &[("reason", "all of it")]).await?;
    let order = operator::until(shop, &id, "all of it is refunded", refunded(order.amount())).await?;
    if State::of(&order) != State::Refunded {
        return Err(DemoError::new("the page does not show the order as refunded"));
    }
    // Notices of the trade itself tell of the same refunds without an amount.
    let refunds = shop.store().refunds(&id).await?;
    let counted = refunds.iter().filter(|refund| refund.amount().is_some()).count();
    if counted != 2 {
        return Err(DemoError::new(format!("the books hold {counted} refunds and not two")));
    }
    operator::remembers(shop, &id, &["settled", "refunded", "refunded"]).await?;
    audit::settled_once(shop, &id).await?;
    step("two refunds, one settlement, and never more than was paid");
    Ok(verdict)
}
