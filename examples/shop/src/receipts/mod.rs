//! Receipts: what a settlement owes the buyer, sent from the outbox.
//!
//! The message was written in the transaction that settled the order, so no receipt is ever lost and none is sent for
//! nothing. A worker that dies between sending and marking leaves its lease behind; the letter goes out again under
//! the same `Message-ID`.

mod letter;
mod post;

use std::time::Duration;

use alipay_sqlx_store::{OutboxKind, OutboxMessage, SqlStore, SqlStoreError};

pub(crate) use self::post::{Post, sender};
use self::{letter::Letter, post::Outcome};
use crate::stop::Stop;

/// One letter at a time, and longer than one can take: [`Post`] gives up sooner.
const LEASE: Duration = Duration::from_secs(45);
const PAUSE: Duration = Duration::from_millis(500);
/// After a failure of the books, which the letters do not hurry.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// Sends what is owed until the shop stops; a letter that was begun is finished.
pub(crate) async fn work(store: SqlStore, post: Post, stop: Stop) {
    while !stop.is_now() {
        let pause = match send_next(&store, &post).await {
            Ok(true) => continue,
            Ok(false) => PAUSE,
            Err(error) => {
                tracing::warn!(target: "shop::receipts", %error, "the outbox cannot be worked on");
                LONG_PAUSE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.wait() => {}
        }
    }
}

/// Whether there was anything to send.
async fn send_next(store: &SqlStore, post: &Post) -> Result<bool, SqlStoreError> {
    let Some(message) = store.claim_outbox(1, LEASE).await?.into_iter().next() else { return Ok(false) };
    match send(store, post, &message).await? {
        Outcome::Done(note) => store.outbox_done(message.id(), &note).await?,
        Outcome::Later(note) => {
            tracing::warn!(target: "shop::receipts", id = message.id(), "a letter could not leave; it is tried again");
            store.outbox_failed(message.id(), &note).await?;
        }
    }
    Ok(true)
}

async fn send(store: &SqlStore, post: &Post, message: &OutboxMessage) -> Result<Outcome, SqlStoreError> {
    let letter = match (message.kind(), store.order(message.out_trade_no()).await?) {
        (OutboxKind::PaidAfterClose | OutboxKind::Unmatched, _) => {
            Letter::unmatched(message.out_trade_no(), post.shop())
        }
        (_, None) => return Ok(Outcome::Done("there is no such order".to_owned())),
        (OutboxKind::Receipt, Some(order)) => match order.contact() {
            Some(contact) => Letter::receipt(&order, contact),
            None => return Ok(Outcome::Done("no address was given".to_owned())),
        },
        (OutboxKind::PaidTwice, Some(order)) => Letter::paid_twice(&order, post.shop()),
        (OutboxKind::SettledRefunded, Some(order)) => Letter::refunded(&order, post.shop()),
        (
            OutboxKind::ForeignBatch
            | OutboxKind::RefundDiffers
            | OutboxKind::RefundExceeds
            | OutboxKind::SettlementDenied
            | OutboxKind::UnclearStatus,
            Some(order),
        ) => Letter::alarm(&order, message.kind(), post.shop()),
        _ => return Ok(Outcome::Later("a kind of message that this version does not know".to_owned())),
    };
    Ok(post.send(&letter, message).await)
}

#[cfg(test)]
pub(crate) mod tests;
