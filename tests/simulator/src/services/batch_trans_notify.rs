//! `batch_trans_notify`: payouts by the batch, on a page where the operator types a password.

use std::{collections::HashSet, sync::Arc};

use alipay_tower::Money;
use axum::response::{IntoResponse, Redirect, Response};

use super::{arguments, fee};
use crate::{
    access::{Raw, Request},
    actions,
    batches::{Batch, Items, Payout},
    refusal::Refusal,
    shared::{Shared, now},
};

/// The most items of one batch.
const MAX_ITEMS: usize = 1000;
/// Below 500,000 yuan for one receiver, and below 10,000,000 for all (Alipay, *batch_trans_notify*, rules).
const MAX_SINGLE: u64 = 50_000_000;
const MAX_ALL: u64 = 1_000_000_000;

/// Redirects a good request to the page.
pub(super) fn page(raw: &Raw, shared: &Arc<Shared>) -> Result<Response, Refusal> {
    let request = raw.admit(shared)?;
    let batch = read(&request, shared)?;
    let used = "batch_no: used before; a batch that was submitted is never sent under another number";
    let batch = shared.batches.open(batch).ok_or_else(|| Refusal::new("BATCH_NO_NOT_UNIQUE", used))?;
    Ok(Redirect::to(&format!("/batches/{}", batch.id)).into_response())
}

fn read(request: &Request, shared: &Shared) -> Result<Batch, Refusal> {
    arguments::address("notify_url", request.get("notify_url"), shared.address)?;
    payer(request)?;
    let today = now().date();
    if request.get("pay_date") != Some(&today) {
        return Err(Refusal::new("ILLEGAL_DATA_FORMAT", format!("pay_date: today in Beijing, {today}")));
    }
    let number = request.get("batch_no").filter(|number| {
        (11..=32).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let number =
        number.ok_or_else(|| Refusal::new("BATCH_NO_ERROR", "batch_no: 11 to 32 letters and digits"))?;
    let items = items(request)?;
    Ok(Batch {
        charset: request.charset,
        notify_url: request.get("notify_url").map(str::to_owned),
        ..Batch::new(request.account.id(), number, Items::Payouts(items))
    })
}

/// `buyer_account_name` has precedence over `email`; the account is this merchant's.
fn payer(request: &Request) -> Result<(), Refusal> {
    if !request.has("account_name") {
        return Err(Refusal::new("PARAMTER_IS_NULL", "account_name: the name of the payer"));
    }
    let named = request.get("buyer_account_name").or_else(|| request.get("email"));
    let named = named.ok_or_else(|| Refusal::new("PARAMTER_IS_NULL", "email: the login of the payer"))?;
    match request.account.shop.seller_email() {
        Some(own) if !own.eq_ignore_ascii_case(named) => {
            Err(Refusal::new("ACCOUNT_NOT_MATCH", "email: not this merchant's account"))
        }
        _ => Ok(()),
    }
}

fn items(request: &Request) -> Result<Vec<Payout>, Refusal> {
    let parts: Vec<&str> = request.get("detail_data").unwrap_or_default().split('|').collect();
    if parts.len() > MAX_ITEMS {
        return Err(Refusal::new("TOTAL_NUMS_LIMIT", "detail_data: at most 1000 items"));
    }
    let mut serials = HashSet::new();
    let mut items = Vec::with_capacity(parts.len());
    for part in parts {
        let item = item(part)?;
        if !serials.insert(item.serial.clone()) {
            return Err(Refusal::new("TRANS_NO_NOT_UNIQUE", "detail_data: a serial number stands twice"));
        }
        if item.amount.fen() >= MAX_SINGLE {
            return Err(Refusal::new("MAX_SINGLE_FEE", "detail_data: less than 500000.00 for one receiver"));
        }
        items.push(item);
    }
    let count = request.get("batch_num").and_then(|text| text.parse::<usize>().ok());
    if count != Some(items.len()) {
        let advice = "batch_num: not the number of items in detail_data, which | separates";
        return Err(Refusal::new("BATCH_COUNT_ADD_NOT_MATCH_AMOUNT", advice));
    }
    let sum = actions::sum(&items).filter(|sum| sum.fen() < MAX_ALL);
    let sum = sum.ok_or_else(|| Refusal::new("batchFeeIllegal", "batch_fee: less than 10000000.00"))?;
    if request.get("batch_fee").and_then(|text| text.parse::<Money>().ok()) != Some(sum) {
        let advice = "batch_fee: not the sum of the amounts in detail_data";
        return Err(Refusal::new("BATCH_MONEY_ADD_NOT_MATCH_AMOUNT", advice));
    }
    Ok(items)
}

/// `serial^account^name^amount^memo`, exactly.
fn item(part: &str) -> Result<Payout, Refusal> {
    let columns: Vec<&str> = part.split('^').collect();
    let [serial, account, name, amount, memo] = columns.try_into().map_err(|_| {
        Refusal::new("ILLEGAL_ARGUMENT", "detail_data: serial^account^name^amount^memo, joined by |")
    })?;
    let digits = !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || serial.len() > 32 || account.is_empty() || name.is_empty() {
        let advice = "detail_data: a serial of at most 32 digits, an account and a name in each item";
        return Err(Refusal::new("ILLEGAL_ARGUMENT", advice));
    }
    let amount = fee::amount("detail_data", amount)?;
    // Alipay keeps no memo of more than 100 bytes.
    let memo = if memo.len() > 100 { "N/A" } else { memo };
    Ok(Payout {
        serial: serial.to_owned(),
        account: account.to_owned(),
        name: name.to_owned(),
        amount,
        memo: memo.to_owned(),
    })
}
