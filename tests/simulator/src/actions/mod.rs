//! What can happen to a trade, and who is told of it.

mod batch;
mod message;
mod pay;
mod ship;

use std::{sync::Arc, time::Duration};

use alipay_tower::{
    Money,
    protocol::{Channel, Timestamp},
};

pub(crate) use self::{
    batch::{give_up_batch, pay_out, refund_batch, sum},
    message::send_message,
    pay::{Order, pay},
    ship::{confirm, ship},
};
use crate::{
    ladder::notify,
    purchase::{Deadline, Purchase},
    random,
    refusal::Refusal,
    shared::{Shared, compressed, now},
    trade::Trade,
    trades::TradeError,
};

/// Opens the trade of an order; a new one with a deadline closes by itself when that passes unpaid.
pub(crate) fn open(shared: &Arc<Shared>, purchase: Purchase) -> Result<Trade, Refusal> {
    let deadline = purchase.deadline;
    let (trade, new) = shared.trades.open(purchase, now()).map_err(|code| {
        Refusal::new(code, "this order number was used before: a new price or purchase needs a new number")
    })?;
    tracing::info!(out_trade_no = trade.out_trade_no(), trade_no = trade.trade_no(), new, "trade opened");
    if new && trade.product().ships() {
        // Escrow begins with `WAIT_BUYER_PAY`; other products do not tell of it.
        notify(shared, &trade, Duration::ZERO);
    }
    if let (Some(deadline), true) = (deadline, new) {
        let (own, trade_no) = (Arc::clone(shared), trade.trade_no().to_owned());
        let wait = compressed(until(deadline, now()), shared.settings.deadline_speed);
        shared.spawn(async move {
            tokio::time::sleep(wait).await;
            // Most are paid by then, which is no news.
            let _ = time_out(&own, &trade_no);
        });
    }
    Ok(trade)
}

/// The time in which the buyer could pay is over.
pub(crate) fn time_out(shared: &Arc<Shared>, trade_no: &str) -> Result<Trade, TradeError> {
    let trade = close(shared, trade_no)?;
    tracing::info!(trade_no, "trade closed: not paid in time");
    Ok(trade)
}

/// The seller, the buyer or the clock gives an unpaid trade up.
pub(crate) fn close(shared: &Arc<Shared>, trade_no: &str) -> Result<Trade, TradeError> {
    let trade = shared.trades.close(trade_no, now())?;
    if shared.settings.close_notices {
        notify(shared, &trade, Duration::ZERO);
    }
    Ok(trade)
}

/// The time for refunds is over.
pub(crate) fn finish(shared: &Arc<Shared>, trade_no: &str) -> Result<Trade, TradeError> {
    let trade = shared.trades.finish(trade_no, now())?;
    notify(shared, &trade, Duration::ZERO);
    Ok(trade)
}

/// A refund made on Alipay's site: the shop hears of it on the payment's `notify_url`.
pub(crate) fn refund(shared: &Arc<Shared>, trade_no: &str, amount: Money) -> Result<Trade, TradeError> {
    let number = format!("M{}", random::digits(16));
    let trade = shared.trades.refund(trade_no, &number, amount, "", now())?;
    // Cross-border messages have no field that would say so.
    if !trade.product().is_forex() {
        notify(shared, &trade, Duration::ZERO);
    }
    Ok(trade)
}

/// `return_url` with the signed message of the return; a fresh one each time, because its id lives for a minute.
pub(crate) fn return_address(shared: &Shared, trade: &Trade) -> Option<String> {
    let address = trade.return_url()?;
    if !trade.status().is_paid() && !trade.status().is_held() {
        return None;
    }
    let account = shared.account(trade.account())?;
    let mut notice = trade.returned();
    if notice.field("notify_id").is_some() {
        let id = shared.issued.return_id(trade.partner(), shared.settings.return_id_lifetime);
        notice = notice.with("notify_id", &id);
    }
    debug_assert_eq!(notice.channel(), Channel::Return);
    let signed = notice.sign(&account.alipay().with_charset(trade.purchase.charset)).ok()?;
    Some(format!("{address}?{}", account.certify(signed).body()))
}

fn until(deadline: Deadline, now: Timestamp) -> Duration {
    match deadline {
        Deadline::Minutes(minutes) => Duration::from_secs(minutes * 60),
        Deadline::Midnight => {
            let second_of_day = (now.unix_seconds() + 8 * 3600).rem_euclid(86_400);
            Duration::from_secs(86_400_u64.saturating_sub(second_of_day.unsigned_abs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_beijings() {
        let at: Timestamp = "2024-01-01 23:59:50".parse().unwrap();
        assert_eq!(until(Deadline::Midnight, at), Duration::from_secs(10));
    }
}
