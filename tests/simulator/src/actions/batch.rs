//! A batch is carried out, and the shop is told what became of each item.

use std::{sync::Arc, time::Duration};

use alipay_tower::Money;

use crate::{
    batches::{Batch, BatchState, Items, Payout, RefundItem},
    ladder::{self, notify},
    notice::Notice,
    random, receivers,
    shared::{Shared, now},
    trades::TradeError,
};

/// The operator does not want it.
pub(crate) fn give_up_batch(shared: &Shared, id: &str) -> Option<Batch> {
    shared.batches.end(id, BatchState::GivenUp)
}

/// The operator has typed the password (or none is asked for): money goes back.
pub(crate) fn refund_batch(shared: &Arc<Shared>, id: &str) -> Option<Batch> {
    let batch = shared.batches.end(id, BatchState::Done)?;
    let Items::Refunds(items) = &batch.items else { return Some(batch) };
    let mut succeeded = 0;
    let results: Vec<String> = items
        .iter()
        .map(|item| {
            let result = refund(shared, &batch, item);
            succeeded += usize::from(result.is_ok());
            let word = result.err().unwrap_or("SUCCESS");
            let fee = item
                .fee
                .as_ref()
                .map(|fee| format!("${}^{}^{}^{word}", fee.account, fee.user_id, fee.amount));
            format!("{}^{}^{word}{}", item.trade_no, item.amount, fee.unwrap_or_default())
        })
        .collect();
    let notice = Notice::batch_refund(&batch.batch_no, succeeded, &results.join("#"));
    tell(shared, &batch, notice, succeeded);
    Some(batch)
}

/// Refunds one item; the code of the result when it does not work (Alipay, *batch_refund_notify*).
fn refund(shared: &Arc<Shared>, batch: &Batch, item: &RefundItem) -> Result<(), &'static str> {
    let trade = shared.trades.by_number(&item.trade_no).ok_or("TRADE_NOT_EXIST")?;
    if trade.account() != batch.account {
        return Err("NOT_THIS_PARTNERS_TRADE");
    }
    if trade.product().is_forex() {
        return Err("TRADE_PRODUCT_TYPE_NOT_ALLOW_REFUND");
    }
    let done = shared.trades.refund(&item.trade_no, &batch.batch_no, item.amount, &item.reason, now());
    let trade = done.map_err(|error| match error {
        TradeError::Amount => "REASON_TRADE_REFUND_FEE_ERR",
        TradeError::Status(_) => "TRADE_STATUS_ERROR",
        TradeError::Unknown => "TRADE_NOT_EXIST",
    })?;
    // The payment's own address hears of the refund as well (Alipay, *Refund status*).
    notify(shared, &trade, Duration::ZERO);
    Ok(())
}

/// The operator has typed the password: money goes out.
pub(crate) fn pay_out(shared: &Arc<Shared>, id: &str) -> Option<Batch> {
    let batch = shared.batches.end(id, BatchState::Done)?;
    let Items::Payouts(items) = &batch.items else { return Some(batch) };
    let (mut good, mut bad, mut succeeded) = (String::new(), String::new(), 0);
    for item in items {
        match receivers::objection(&item.account, &item.name) {
            None => {
                succeeded += 1;
                good.push_str(&record(item, "S", ""));
            }
            Some(code) => bad.push_str(&record(item, "F", code)),
        }
    }
    let payer = shared.account(&batch.account).map(|account| account.shop.partner().to_string());
    let notice = Notice::batch_transfer(&batch.batch_no, &payer.unwrap_or_default(), &good, &bad);
    tell(shared, &batch, notice, succeeded);
    Some(batch)
}

/// One record of the details, with the bar that ends it.
fn record(item: &Payout, flag: &str, reason: &str) -> String {
    let now = now();
    let time: String = now.to_string().chars().filter(char::is_ascii_digit).collect();
    let serial = format!("{}{}", now.date(), random::digits(9));
    let Payout { serial: own, account, name, amount, .. } = item;
    format!("{own}^{account}^{name}^{amount}^{flag}^{reason}^{serial}^{time}|")
}

fn tell(shared: &Arc<Shared>, batch: &Batch, notice: Notice, succeeded: usize) {
    let Some(notify_url) = batch.notify_url.clone() else { return };
    let letter = ladder::Letter {
        account: batch.account.clone(),
        charset: batch.charset,
        notify_url,
        notice,
        number: batch.batch_no.clone(),
        trade_no: String::new(),
        status: format!("{succeeded}/{}", batch.items.len()),
    };
    ladder::send(shared, letter, Duration::ZERO);
}

/// The sum of a batch of payouts.
pub(crate) fn sum(items: &[Payout]) -> Option<Money> {
    let fen = items.iter().try_fold(0_u64, |sum, item| sum.checked_add(item.amount.fen()))?;
    Money::from_fen(fen).ok()
}
