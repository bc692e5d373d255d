//! `refund_fastpay_by_platform_pwd` and `refund_fastpay_by_platform_nopwd`: refunds by the batch.

use std::{collections::HashSet, sync::Arc};

use alipay_tower::protocol::Timestamp;
use axum::response::{IntoResponse, Redirect, Response};

use super::{arguments, fee};
use crate::{
    access::{Raw, Request},
    actions,
    batches::{Batch, FeeRefund, Items, RefundItem},
    refusal::Refusal,
    shared::{Shared, now},
    xml,
};

/// The most items of one batch.
const MAX_ITEMS: usize = 1000;

/// With a password: redirects to the page where the operator types it.
pub(super) fn page(raw: &Raw, shared: &Arc<Shared>) -> Result<Response, Refusal> {
    let request = raw.admit(shared)?;
    seller(&request)?;
    let detail = request.get("detail_data").unwrap_or_default();
    if detail.contains('|') {
        let advice = "detail_data: shares of others are not refunded with a password";
        return Err(Refusal::new("PWD_REFUND_NOT_ALLOW_ROYALTY", advice));
    }
    let batch = open(&request, shared)?;
    Ok(Redirect::to(&format!("/batches/{}", batch.id)).into_response())
}

/// Without: `T` says that the batch was taken, the notification says what became of it.
pub(super) fn answer(raw: &Raw, shared: &Arc<Shared>) -> Result<xml::Answer, Refusal> {
    let request = raw.admit(shared)?;
    if request.get("detail_data").is_some_and(|detail| detail.contains('|')) {
        let advice = "detail_data: this merchant has no contract for shares of others";
        return Err(Refusal::new("PARTNER_NOT_SIGN_PROTOCOL", advice));
    }
    let batch = open(&request, shared)?;
    actions::refund_batch(shared, &batch.id);
    Ok(xml::success(request.charset))
}

fn open(request: &Request, shared: &Shared) -> Result<Batch, Refusal> {
    arguments::address("notify_url", request.get("notify_url"), shared.address)?;
    let today = now().date();
    let batch_no = batch_no(request, &today)?;
    let date = request.get("refund_date").and_then(|date| date.parse::<Timestamp>().ok());
    if date.is_none_or(|date| date.date() != today) {
        let advice = "refund_date: now, in Beijing, as yyyy-MM-dd HH:mm:ss";
        return Err(Refusal::new("REFUND_DATE_ERROR", advice));
    }
    let items = items(request)?;
    let batch = Batch {
        charset: request.charset,
        notify_url: request.get("notify_url").map(str::to_owned),
        ..Batch::new(request.account.id(), batch_no, Items::Refunds(items))
    };
    let used = "batch_no: used before; a batch that was sent twice is carried out once";
    shared.batches.open(batch).ok_or_else(|| Refusal::new("DUPLICATE_BATCH_NO", used))
}

/// `seller_user_id` wins over `seller_email`; one of them must be there.
fn seller(request: &Request) -> Result<(), Refusal> {
    let merchant = &request.account.shop;
    let own = match (request.get("seller_user_id"), request.get("seller_email")) {
        (Some(id), _) => id == merchant.seller_id().as_str(),
        (None, Some(email)) => merchant.seller_email().is_some_and(|own| own.eq_ignore_ascii_case(email)),
        (None, None) => false,
    };
    let advice = "seller: send this merchant's seller_user_id or seller_email";
    if own { Ok(()) } else { Err(Refusal::new("SELLER_INFO_NOT_EXIST", advice)) }
}

/// Today's date, and 3 to 24 letters and digits that are not `000`.
fn batch_no<'a>(request: &'a Request, today: &str) -> Result<&'a str, Refusal> {
    let good = |number: &&str| {
        number.strip_prefix(today).is_some_and(|serial| {
            (3..=24).contains(&serial.len())
                && serial.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && serial != "000"
        })
    };
    request.get("batch_no").filter(good).ok_or_else(|| {
        let advice = format!("batch_no: today's date in Beijing, {today}, and 3 to 24 letters and digits");
        Refusal::new("BATCH_NO_FORMAT_ERROR", advice)
    })
}

fn items(request: &Request) -> Result<Vec<RefundItem>, Refusal> {
    let detail = request.get("detail_data").unwrap_or_default();
    let parts: Vec<&str> = detail.split('#').collect();
    let count = request.get("batch_num").and_then(|text| text.parse::<usize>().ok());
    match count {
        None | Some(0) => return Err(Refusal::new("BATCH_NUM_ERROR", "batch_num: how many items")),
        Some(count) if count > MAX_ITEMS => {
            return Err(Refusal::new("BATCH_NUM_EXCEED_LIMIT", "batch_num: at most 1000"));
        }
        Some(count) if count != parts.len() => {
            let advice = "batch_num: not the number of items in detail_data, which # separates";
            return Err(Refusal::new("BATCH_NUM_NOT_EQUAL_TOTAL", advice));
        }
        Some(_) => {}
    }
    let mut seen = HashSet::new();
    let mut items = Vec::with_capacity(parts.len());
    for part in parts {
        let item = item(part)?;
        if !seen.insert(item.trade_no.clone()) {
            let advice = "detail_data: one trade stands twice; refund it in two batches";
            return Err(Refusal::new("DUBL_TRADE_NO_IN_SAME_BATCH", advice));
        }
        items.push(item);
    }
    Ok(items)
}

/// `trade_no^amount^reason`, and `$account^user_id^amount^reason` for a fee.
fn item(part: &str) -> Result<RefundItem, Refusal> {
    let format = || {
        let advice = "detail_data: trade_no^amount^reason, joined by #; no ^ | $ # in a reason";
        Refusal::new("DETAIL_DATA_FORMAT_ERROR", advice)
    };
    let (own, rest) = part.split_once('$').map_or((part, None), |(own, rest)| (own, Some(rest)));
    let columns: Vec<&str> = own.split('^').collect();
    let [trade_no, amount, reason] = columns.try_into().map_err(|_| format())?;
    if !(16..=64).contains(&trade_no.len()) || !trade_no.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format());
    }
    if reason.len() >= 256 {
        return Err(Refusal::new(
            "SINGLE_DETAIL_DATA_EXCEED_LIMIT",
            "detail_data: a reason has 256 bytes or more",
        ));
    }
    let amount = fee::amount("detail_data", amount)
        .map_err(|refusal| Refusal::new("REFUND_AMOUNT_NOT_VALID", refusal.advice))?;
    let fee = rest.map(|rest| fee_refund(rest).ok_or_else(format)).transpose()?;
    Ok(RefundItem { trade_no: trade_no.to_owned(), amount, reason: reason.to_owned(), fee })
}

fn fee_refund(text: &str) -> Option<FeeRefund> {
    let columns: Vec<&str> = text.split('^').collect();
    let [account, user_id, amount, _reason] = columns.try_into().ok()?;
    let amount = amount.parse().ok()?;
    Some(FeeRefund { account: account.to_owned(), user_id: user_id.to_owned(), amount })
}
