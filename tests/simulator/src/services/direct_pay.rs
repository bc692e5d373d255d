//! `create_direct_pay_by_user`: from a signed request to the cashier.

use std::sync::Arc;

use alipay_tower::protocol::PartnerId;
use axum::response::{IntoResponse, Redirect, Response};

use super::{arguments, money};
use crate::{
    access::{Raw, Request},
    actions, banks,
    issued::KeyState,
    purchase::{Buyer, Channels, Deadline, Purchase},
    refusal::Refusal,
    shared::Shared,
};

/// Kinds of payment that were ever documented; `1` (goods) is what almost everybody sends.
const PAYMENT_TYPES: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "47"];

/// Redirects a good request to the cashier.
pub(super) fn answer(raw: &Raw, shared: &Arc<Shared>) -> Result<Response, Refusal> {
    let request = raw.admit(shared)?;
    let purchase = read(&request, shared)?;
    let trade = actions::open(shared, purchase)?;
    Ok(Redirect::to(&format!("/cashier/{}", trade.trade_no())).into_response())
}

/// The facts of the request, each checked against its documented limits.
fn read(request: &Request, shared: &Shared) -> Result<Purchase, Refusal> {
    arguments::check(request, shared.address)?;
    let own = |name| request.get(name).map(str::to_owned);
    let payment_type = request.get("payment_type").unwrap_or_default();
    if !PAYMENT_TYPES.contains(&payment_type) {
        return Err(Refusal::new("ILLEGAL_PAYMENT_TYPE", "payment_type: 1 (goods)"));
    }
    seller(request, shared)?;
    anti_phishing(request, shared)?;
    Ok(Purchase {
        partner: request.merchant.partner().clone(),
        charset: request.charset,
        out_trade_no: own("out_trade_no").unwrap_or_default(),
        subject: own("subject").unwrap_or_default(),
        body: own("body"),
        payment_type: payment_type.to_owned(),
        fee: money::read(request)?,
        buyer: buyer(request)?,
        notify_url: own("notify_url"),
        return_url: own("return_url"),
        show_url: own("show_url"),
        extra_common_param: own("extra_common_param"),
        deadline: deadline(request)?,
        channels: channels(request),
        bank: bank(request)?,
    })
}

/// `seller_id` wins over `seller_account_name`, that over `seller_email`.
fn seller(request: &Request, shared: &Shared) -> Result<(), Refusal> {
    let merchant = &request.merchant;
    if let Some(id) = request.get("seller_id") {
        if id == merchant.seller_id().as_str() {
            return Ok(());
        }
        let known = shared.merchants.iter().any(|other| other.seller_id().as_str() == id);
        let code = if known { "SELLER_NOT_IN_SPECIFIED_SELLERS" } else { "SELLER_NOT_EXIST" };
        return Err(Refusal::new(code, "seller_id: not the seller of this merchant"));
    }
    if request.get("seller_account_name").is_some() {
        return Err(Refusal::new("SELLER_NOT_EXIST", "seller_account_name: nobody here has an alias"));
    }
    match request.get("seller_email") {
        None => Err(Refusal::new("PARAMTER_IS_NULL", "seller: send seller_id or seller_email")),
        Some(email) if merchant.seller_email().is_some_and(|own| own.eq_ignore_ascii_case(email)) => Ok(()),
        Some(_) => Err(Refusal::new("SELLER_NOT_EXIST", "seller_email: not this merchant's")),
    }
}

fn buyer(request: &Request) -> Result<Buyer, Refusal> {
    let mut buyer = Buyer::default();
    if let Some(id) = request.get("buyer_id") {
        if PartnerId::new(id).is_err() {
            return Err(Refusal::new("BUYER_NOT_EXIST", "buyer_id: 16 digits beginning with 2088"));
        }
        if id == request.merchant.seller_id().as_str() {
            return Err(Refusal::new("BUYER_SELLER_EQUAL", "buyer_id: the seller cannot buy from himself"));
        }
        id.clone_into(&mut buyer.id);
    }
    if let Some(email) = request.get("buyer_email") {
        email.clone_into(&mut buyer.email);
    }
    Ok(buyer)
}

/// Both fields, or none; mandatory where the option is switched on.
fn anti_phishing(request: &Request, shared: &Shared) -> Result<(), Refusal> {
    let (key, ip) = (request.get("anti_phishing_key"), request.get("exter_invoke_ip"));
    let needed = shared.settings.anti_phishing || key.is_some() || ip.is_some();
    if !needed {
        return Ok(());
    }
    match key.map(|key| shared.issued.key_state(request.merchant.partner(), key)) {
        None => return Err(Refusal::new("ILLEGAL_ANTI_PHISHING_KEY", "anti_phishing_key: missing")),
        Some(KeyState::Expired) => {
            let advice = "anti_phishing_key: older than 30 seconds; ask right before each request";
            return Err(Refusal::new("ANTI_PHISHING_KEY_TIMEOUT", advice));
        }
        Some(KeyState::Unknown) => {
            let advice = "anti_phishing_key: not from this gateway's query_timestamp";
            return Err(Refusal::new("ILLEGAL_ANTI_PHISHING_KEY", advice));
        }
        Some(KeyState::Good) => {}
    }
    if ip.is_some_and(|ip| ip.parse::<std::net::Ipv4Addr>().is_ok()) {
        return Ok(());
    }
    Err(Refusal::new("ILLEGAL_EXTER_INVOKE_IP", "exter_invoke_ip: the buyer's IPv4 address"))
}

/// `it_b_pay`: `1m` to `15d`, or `1c` for midnight.
fn deadline(request: &Request) -> Result<Option<Deadline>, Refusal> {
    let Some(text) = request.get("it_b_pay") else { return Ok(None) };
    if text == "1c" {
        return Ok(Some(Deadline::Midnight));
    }
    let units = [('m', 1), ('h', 60), ('d', 24 * 60)];
    let minutes = units.into_iter().find_map(|(unit, minutes)| {
        let count =
            text.strip_suffix(unit).filter(|count| count.bytes().all(|byte| byte.is_ascii_digit()))?;
        count.parse::<u64>().ok()?.checked_mul(minutes)
    });
    match minutes {
        Some(minutes @ 1..=21_600) => Ok(Some(Deadline::Minutes(minutes))),
        _ => Err(Refusal::new("ILLEGAL_OUTTIME_ARGUMENT", "it_b_pay: 1m to 15d in whole m, h or d, or 1c")),
    }
}

/// Of all channels, the cashier has the balance and the banks; when the request leaves neither, both stay.
fn channels(request: &Request) -> Channels {
    const BANKS: [&str; 3] = ["bankPay", "debitCardExpress", "creditCardExpress"];
    let lists = |list: &str, name: &&str| list.split('^').any(|method| method == *name);
    let allowed = |names: &[&str]| match (request.get("enable_paymethod"), request.get("disable_paymethod")) {
        (Some(enabled), _) => names.iter().any(|name| lists(enabled, name)),
        (None, Some(disabled)) => !names.iter().all(|name| lists(disabled, name)),
        (None, None) => true,
    };
    match (allowed(&["directPay"]), allowed(&BANKS)) {
        (false, false) => Channels { balance: true, bank: true },
        (balance, bank) => Channels { balance, bank },
    }
}

fn bank(request: &Request) -> Result<Option<String>, Refusal> {
    let bank = request.get("defaultbank");
    if request.get("paymethod") == Some("bankPay") && bank.is_none() {
        return Err(Refusal::new("DEFAULT_BANK_INVALID", "defaultbank: required with paymethod bankPay"));
    }
    match bank {
        Some(code) if !banks::is_known(code) => {
            Err(Refusal::new("DEFAULT_BANK_INVALID", "defaultbank: no bank of this code"))
        }
        other => Ok(other.map(str::to_owned)),
    }
}
