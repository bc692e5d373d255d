//! One notification: eight deliveries at most, until the shop says `success`.

use std::{sync::Arc, time::Duration};

use alipay_tower::{Merchant, protocol::Charset};
use futures_util::future::join_all;
use tokio::sync::oneshot;

use crate::{
    delivery::{Delivery, Outcome},
    loopback::Target,
    mischief::Plan,
    notice::Notice,
    sender::{self, Answer, Parcel},
    settings::{GAPS, MAX_LADDERS},
    shared::{Shared, compressed, now},
    trade::Trade,
};

/// How long a held delivery waits for another one to overtake it.
const HOLD: Duration = Duration::from_secs(10);

/// A notification that is on its way.
#[derive(Debug)]
pub(crate) struct Ladder {
    /// As Alipay has it, in the charset of the order.
    pub(crate) merchant: Merchant,
    pub(crate) letter: Letter,
    pub(crate) notify_id: String,
    target: Target,
}

/// What is to be told, where, and what the log says of it.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) account: String,
    pub(crate) charset: Charset,
    pub(crate) notify_url: String,
    pub(crate) notice: Notice,
    /// An order, or a batch.
    pub(crate) number: String,
    pub(crate) trade_no: String,
    /// The status that it is about.
    pub(crate) status: String,
}

/// Tells the shop how the trade stands now; nothing when the trade has no `notify_url`. The receiver hears when the
/// first delivery was answered, or when mischief keeps it away for longer.
pub(crate) fn notify(shared: &Arc<Shared>, trade: &Trade, wait: Duration) -> Option<oneshot::Receiver<()>> {
    let letter = Letter {
        account: trade.account().to_owned(),
        charset: trade.purchase.charset,
        notify_url: trade.notify_url()?.to_owned(),
        notice: trade.notice(),
        number: trade.out_trade_no().to_owned(),
        trade_no: trade.trade_no().to_owned(),
        status: trade.status().to_string(),
    };
    send(shared, letter, wait)
}

/// Sends a notification until it is acknowledged or given up.
pub(crate) fn send(shared: &Arc<Shared>, letter: Letter, wait: Duration) -> Option<oneshot::Receiver<()>> {
    let target = Target::parse(&letter.notify_url).ok()?;
    let account = shared.account(&letter.account)?;
    if *shared.ladders.borrow() >= MAX_LADDERS {
        tracing::warn!(number = letter.number, "too many notifications are on their way");
        return None;
    }
    let notify_id = shared.issued.notify_id(account.shop.partner());
    let ladder = Ladder {
        merchant: account.alipay().with_charset(letter.charset),
        letter: Letter { notice: letter.notice.with("notify_id", &notify_id), ..letter },
        notify_id,
        target,
    };
    let (first, answered) = oneshot::channel();
    let rung = Rung::climb(shared);
    let own = Arc::clone(shared);
    shared.spawn(async move {
        tokio::time::sleep(wait).await;
        ladder.run(&own, first).await;
        drop(rung);
    });
    Some(answered)
}

/// Counts a ladder for as long as it lives, also when it is aborted.
struct Rung(Arc<Shared>);

impl Rung {
    fn climb(shared: &Arc<Shared>) -> Self {
        shared.ladders.send_modify(|count| *count += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for Rung {
    fn drop(&mut self) {
        self.0.ladders.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Ladder {
    async fn run(self, shared: &Arc<Shared>, first: oneshot::Sender<()>) {
        let mut first = Some(first);
        let gaps = [Duration::ZERO].into_iter().chain(GAPS);
        for (attempt, gap) in (1..).zip(gaps) {
            tokio::time::sleep(compressed(gap, shared.settings.clock_speed)).await;
            let plan = shared.board.for_delivery();
            if plan.held || plan.lost || !plan.delay.is_zero() {
                drop(first.take());
            }
            let acknowledged = self.deliver(shared, attempt, &plan).await;
            drop(first.take());
            if acknowledged {
                return;
            }
        }
        tracing::warn!(number = self.letter.number, "gave up a notification after 8 deliveries");
    }

    /// One attempt, with all its copies; whether any was acknowledged.
    async fn deliver(&self, shared: &Arc<Shared>, attempt: u32, plan: &Plan) -> bool {
        tokio::time::sleep(plan.delay).await;
        // One waits, the next one overtakes it: two that wait for each other would both be late.
        let held = plan.held.then(|| shared.held.try_acquire().ok()).flatten();
        if held.is_some() {
            let mut ended = shared.ended.subscribe();
            let before = *ended.borrow_and_update();
            let overtaken = ended.wait_for(|count| *count > before);
            let _ = tokio::time::timeout(HOLD, overtaken).await;
        }
        drop(held);
        let parcel = match self.pack(shared, plan) {
            _ if plan.lost => None,
            Ok(parcel) => Some(parcel),
            Err(error) => {
                tracing::error!(%error, "a notification could not be signed");
                None
            }
        };
        let Some(parcel) = parcel else {
            let answer = Answer::none(Outcome::Dropped, "never sent");
            self.record(shared, plan, (attempt, 1), &self.notify_id, answer);
            return false;
        };
        let copies = (1..=plan.copies).map(|copy| {
            let parcel = &parcel;
            async move {
                let answer = sender::send(shared, parcel, plan.transport).await;
                let acknowledged = answer.outcome == Outcome::Acknowledged;
                if acknowledged {
                    shared.issued.acknowledge(&self.notify_id);
                }
                self.record(shared, plan, (attempt, copy), &parcel.notify_id, answer);
                acknowledged
            }
        });
        let acknowledged = join_all(copies).await.contains(&true);
        shared.ended.send_modify(|count| *count += 1);
        acknowledged
    }

    fn record(
        &self,
        shared: &Shared,
        plan: &Plan,
        (attempt, copy): (u32, u32),
        notify_id: &str,
        answer: Answer,
    ) {
        let letter = &self.letter;
        tracing::info!(
            number = letter.number,
            attempt,
            copy,
            outcome = answer.outcome.name(),
            http_status = answer.status,
            "notification"
        );
        shared.deliveries.write(Delivery {
            at: now(),
            notify_id: notify_id.to_owned(),
            notify_type: letter.notice.kind().to_owned(),
            out_trade_no: letter.number.clone(),
            trade_no: letter.trade_no.clone(),
            trade_status: letter.status.clone(),
            url: letter.notify_url.clone(),
            attempt,
            copy,
            status: answer.status,
            answer: answer.text,
            outcome: answer.outcome,
            mischief: plan.names.clone(),
        });
    }

    /// Signs the notice, or what mischief makes of it.
    fn pack(&self, shared: &Shared, plan: &Plan) -> Result<Parcel, alipay_tower::protocol::RequestError> {
        let (notify_id, signed) = crate::forgery::sign(self, shared, &plan.forgeries)?;
        Ok(Parcel {
            target: self.target.clone(),
            url: self.letter.notify_url.clone(),
            content_type: crate::notice::content_type(self.merchant.scheme(), self.merchant.charset()),
            body: signed.body().into(),
            notify_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_is_the_documented_one() {
        let minutes = [2, 10, 10, 60, 120, 360, 900];
        assert_eq!(GAPS, minutes.map(|count| Duration::from_secs(count * 60)));
        let total: Duration = GAPS.iter().sum();
        assert_eq!(total, Duration::from_secs((24 * 60 + 22) * 60));
        assert_eq!(compressed(GAPS[0], 60), Duration::from_secs(2));
        assert!(compressed(total, 14_400) < Duration::from_secs(7));
    }
}
