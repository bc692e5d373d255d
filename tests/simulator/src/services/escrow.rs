//! `create_partner_trade_by_buyer` and `trade_create_by_buyer`: goods are shipped before the seller is paid.

use alipay_tower::Money;

use super::{anti_phishing, arguments, common, deadline, fee, parties};
use crate::{
    access::Request,
    goods::{Carrier, Consignee, Goods},
    product::Product,
    purchase::Purchase,
    refusal::Refusal,
    shared::Shared,
};

const KINDS: [&str; 4] = ["POST", "EXPRESS", "EMS", "DIRECT"];
const PAYMENTS: [&str; 3] = ["BUYER_PAY", "SELLER_PAY", "BUYER_PAY_AFTER_RECEIVE"];
/// Time-outs that a contract has when its "custom timeout" option is switched on.
const TIMEOUTS: [&str; 4] = ["it_b_pay", "t_s_send_1", "t_s_send_2", "t_b_rec_post"];

pub(super) fn read(request: &Request, shared: &Shared, product: Product) -> Result<Purchase, Refusal> {
    arguments::check(request, shared.address, &arguments::ESCROW)?;
    if request.get("payment_type") != Some("1") {
        return Err(Refusal::new("ILLEGAL_PAYMENT_TYPE", "payment_type: 1 (goods)"));
    }
    parties::seller(request, shared, product)?;
    anti_phishing::check(request, shared)?;
    let goods = Goods {
        carriers: carriers(request)?,
        consignee: consignee(request),
        received_after: timeouts(request, shared)?,
    };
    let first = goods.carriers.first();
    let first = first.ok_or_else(|| Refusal::new("PARAMTER_IS_NULL", "logistics_type: missing"))?;
    let fee = fee::of_escrow(request, first)?;
    Ok(Purchase {
        deadline: deadline::it_b_pay(request)?,
        goods: Some(goods),
        ..common::purchase(request, product, fee)?
    })
}

/// The mandatory group, and up to three more (Alipay, *create_partner_trade_by_buyer*, logistics).
fn carriers(request: &Request) -> Result<Vec<Carrier>, Refusal> {
    let mut carriers = Vec::new();
    for suffix in ["", "_1", "_2", "_3"] {
        let field = |name: &str| request.get(&format!("{name}{suffix}"));
        let group = (field("logistics_type"), field("logistics_fee"), field("logistics_payment"));
        carriers.push(match group {
            (Some(kind), Some(fee), Some(payment)) => carrier(kind, fee, payment)?,
            (None, None, None) if !suffix.is_empty() => continue,
            _ if suffix.is_empty() => {
                let advice = "logistics_type, logistics_fee, logistics_payment: missing";
                return Err(Refusal::new("PARAMTER_IS_NULL", advice));
            }
            _ => {
                let advice = format!("logistics_…{suffix}: send all three of a group, or none");
                return Err(Refusal::new("ILLEGAL_LOGISTICS_FORMAT", advice));
            }
        });
    }
    Ok(carriers)
}

fn carrier(kind: &str, fee: &str, payment: &str) -> Result<Carrier, Refusal> {
    if !KINDS.contains(&kind) {
        let advice = format!("logistics_type: one of {}", KINDS.join(", "));
        return Err(Refusal::new("LOGISTICS_CHOOSE_ERROR", advice));
    }
    if !PAYMENTS.contains(&payment) {
        let advice = format!("logistics_payment: one of {}", PAYMENTS.join(", "));
        return Err(Refusal::new("LOGISTICS_CHOOSE_ERROR", advice));
    }
    let fee = fee.parse::<Money>();
    let fee =
        fee.map_err(|_| Refusal::new("ILLEGAL_LOGISTICS_FORMAT", "logistics_fee: yuan, such as 0.00"))?;
    Ok(Carrier { kind: kind.to_owned(), fee, payment: payment.to_owned() })
}

/// The address, when the request has enough of it to ship; else the buyer types it.
fn consignee(request: &Request) -> Option<Consignee> {
    let own = |name| request.get(name).unwrap_or_default().to_owned();
    let consignee = Consignee {
        name: own("receive_name"),
        address: own("receive_address"),
        zip: own("receive_zip"),
        phone: own("receive_phone"),
        mobile: own("receive_mobile"),
    };
    (!consignee.name.is_empty() && !consignee.address.is_empty()).then_some(consignee)
}

/// Checks all of them; gives the days of `t_b_rec_post`.
fn timeouts(request: &Request, shared: &Shared) -> Result<Option<u64>, Refusal> {
    if let Some(name) = TIMEOUTS.iter().find(|name| request.has(name))
        && !shared.settings.custom_timeouts
    {
        let advice = format!("{name}: this contract has no custom time-outs; leave it out");
        return Err(Refusal::new("SELF_TIMEOUT_NOT_SUPPORT", advice));
    }
    let days = |name: &str| match request.get(name) {
        None => Ok(None),
        Some(text) => {
            let days = text.strip_suffix('d').and_then(|days| days.parse::<u64>().ok());
            days.filter(|days| (1..=60).contains(days)).map(Some).ok_or_else(|| {
                Refusal::new("ILLEGAL_OUTTIME_ARGUMENT", format!("{name}: whole days, such as 3d"))
            })
        }
    };
    days("t_s_send_1")?;
    days("t_s_send_2")?;
    days("t_b_rec_post")
}
