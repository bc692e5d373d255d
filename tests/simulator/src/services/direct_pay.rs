//! `create_direct_pay_by_user` and `alipay.wap.create.direct.pay.by.user`: instant payment.

use super::{anti_phishing, arguments, channels, common, deadline, fee, parties};
use crate::{access::Request, product::Product, purchase::Purchase, refusal::Refusal, shared::Shared};

/// Kinds of payment that were ever documented; `1` (goods) is what almost everybody sends.
const PAYMENT_TYPES: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "47"];

/// The facts of a request from a computer, each checked against its documented limits.
pub(super) fn read(request: &Request, shared: &Shared) -> Result<Purchase, Refusal> {
    arguments::check(request, shared.address, &arguments::DIRECT)?;
    let payment_type = request.get("payment_type").unwrap_or_default();
    if !PAYMENT_TYPES.contains(&payment_type) {
        return Err(Refusal::new("ILLEGAL_PAYMENT_TYPE", "payment_type: 1 (goods)"));
    }
    parties::seller(request, shared, Product::Direct)?;
    anti_phishing::check(request, shared)?;
    Ok(Purchase {
        payment_type: payment_type.to_owned(),
        deadline: deadline::it_b_pay(request)?,
        channels: channels::offered(request),
        bank: channels::bank(request)?,
        ..common::purchase(request, Product::Direct, fee::either(request)?)?
    })
}

/// The facts of a request from a phone: `seller_id` and `show_url` are mandatory, and the price is one amount (Alipay,
/// *alipay.wap.create.direct.pay.by.user*).
pub(super) fn read_wap(request: &Request, shared: &Shared) -> Result<Purchase, Refusal> {
    arguments::check(request, shared.address, &arguments::WAP)?;
    if request.get("payment_type") != Some("1") {
        return Err(Refusal::new("ILLEGAL_PAYMENT_TYPE", "payment_type: 1 (goods)"));
    }
    parties::seller(request, shared, Product::Wap)?;
    Ok(Purchase {
        deadline: deadline::it_b_pay(request)?,
        channels: channels::offered(request),
        ..common::purchase(request, Product::Wap, fee::total(request)?)?
    })
}
