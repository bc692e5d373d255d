//! `create_forex_trade` and `create_forex_trade_wap`: cross-border payment.

use alipay_tower::protocol::Timestamp;

use super::{arguments, common, deadline, fee};
use crate::{
    access::Request,
    product::Product,
    purchase::{Deadline, Purchase},
    refusal::Refusal,
    shared::Shared,
};

/// Thirty days, in seconds.
const MAX_VALID: u64 = 2_592_000;

pub(super) fn read(request: &Request, shared: &Shared, product: Product) -> Result<Purchase, Refusal> {
    let rules = if product == Product::ForexWap { &arguments::FOREX_WAP } else { &arguments::FOREX };
    arguments::check(request, shared.address, rules)?;
    seller(request)?;
    login_deadline(request)?;
    let deadline: Option<Deadline> = deadline::timeout_rule(request)?;
    let splits = request.get("split_fund_info");
    if splits.is_some_and(|text| serde_json::from_str::<Vec<serde_json::Map<_, _>>>(text).is_err()) {
        return Err(Refusal::new("ILLEGAL_ARGUMENT", "split_fund_info: a JSON array of objects"));
    }
    Ok(Purchase { deadline, ..common::purchase(request, product, fee::of_forex(request)?)? })
}

/// No seller need be named, and another one must not be.
fn seller(request: &Request) -> Result<(), Refusal> {
    match request.get("seller_id") {
        Some(id) if id != request.account.shop.seller_id().as_str() => {
            Err(Refusal::new("SELLER_NOT_EXIST", "seller_id: not the seller of this merchant"))
        }
        _ => Ok(()),
    }
}

/// `order_gmt_create` and `order_valid_time` go together: how long the buyer has until he logs in.
fn login_deadline(request: &Request) -> Result<(), Refusal> {
    match (request.get("order_gmt_create"), request.get("order_valid_time")) {
        (None, None) => Ok(()),
        (Some(created), Some(seconds))
            if created.parse::<Timestamp>().is_ok()
                && seconds.parse::<u64>().is_ok_and(|seconds| (1..=MAX_VALID).contains(&seconds)) =>
        {
            Ok(())
        }
        _ => Err(Refusal::new(
            "ILLEGAL_OUTTIME_ARGUMENT",
            "order_gmt_create (yyyy-MM-dd HH:mm:ss) and order_valid_time (1 to 2592000 seconds) go together",
        )),
    }
}
