//! One round through the open orders.

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU32, Ordering},
    time::Instant,
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};

use super::{
    Finding, Reconciler, Report,
    options::{after, before},
};
use crate::{
    events,
    protocol::{Order, Timestamp, TradeEvent},
    rejection::Rejection,
    store::{Receipt, StoreError},
};

impl Reconciler {
    /// Looks once through the orders that are due: the gateway is asked about each, and what it says is settled as a
    /// notification is.
    ///
    /// It fails for no reason: what went wrong is counted, told to the log, and tried again by a later sweep. May be dropped
    /// at any point.
    pub async fn sweep(&self, now: Timestamp) -> Report {
        let present = self.at_present();
        let report = match present.leased().await {
            Ok(true) => present.look_through(now).await,
            Ok(false) => Report::elsewhere(),
            Err(error) => failed(Report::elsewhere(), &error),
        };
        events::swept(&report);
        report
    }

    /// Without the lease another instance sweeps, and this one has nothing to do.
    async fn leased(&self) -> Result<bool, StoreError> {
        self.store.lease(&self.lease, &self.holder, self.options.interval).await
    }

    async fn look_through(&self, now: Timestamp) -> Report {
        let mut report = Report::leased();
        let due = match self.due(now).await {
            Ok(due) => due,
            Err(error) => return failed(report, &error),
        };
        let silence = AtomicU32::new(0);
        let count = due.len();
        let looks: Vec<BoxFuture<'_, Finding>> = due
            .into_iter()
            .map(|(order, overdue)| self.look(order, overdue, now, &silence).boxed())
            .collect();
        let mut looks = stream::iter(looks).buffer_unordered(self.options.concurrency);
        let (mut seen, mut leased) = (0, Instant::now());
        while let Some(finding) = looks.next().await {
            report.add(finding, 1);
            seen += 1;
            // A long sweep keeps its lease, and stops when it has lost it.
            if leased.elapsed() > self.options.interval / 2 {
                leased = Instant::now();
                if !self.leased().await.unwrap_or(false) {
                    break;
                }
            }
        }
        report.add(Finding::Skipped, count.saturating_sub(seen));
        report
    }

    /// The orders to look at, and whether it is time to close them.
    async fn due(&self, now: Timestamp) -> Result<Vec<(Order, bool)>, StoreError> {
        let (options, mut due) = (&self.options, Vec::new());
        if let Some(age) = options.close_after {
            let overdue = self.store.due(now, before(now, age), options.budget).await?;
            due.extend(overdue.into_iter().map(|order| (order, true)));
        }
        let known: HashSet<_> = due.iter().map(|(order, _)| order.out_trade_no().clone()).collect();
        let waiting = self.store.due(now, before(now, options.older_than), options.budget).await?;
        let others = waiting.into_iter().filter(|order| !known.contains(order.out_trade_no()));
        due.extend(others.map(|order| (order, false)));
        // An order of another seller is another merchant's.
        let seller = self.alipay.merchant().seller_id();
        due.retain(|(order, _)| order.seller_id().is_none_or(|own| own == seller));
        due.truncate(usize::try_from(options.budget).unwrap_or(usize::MAX));
        Ok(due)
    }

    async fn look(&self, order: Order, overdue: bool, now: Timestamp, silence: &AtomicU32) -> Finding {
        if silence.load(Ordering::Relaxed) >= self.options.give_up_after {
            return Finding::Skipped;
        }
        let found = AssertUnwindSafe(self.find_out(&order, overdue)).catch_unwind().await;
        let mut finding = found.unwrap_or(Finding::Panicked);
        if finding == Finding::Unanswered {
            silence.fetch_add(1, Ordering::Relaxed);
        } else {
            silence.store(0, Ordering::Relaxed);
        }
        if finding.is_to_be_continued() {
            let rest = AssertUnwindSafe(self.rest(&order, now)).catch_unwind().await;
            if !matches!(rest, Ok(Ok(()))) {
                finding = Finding::StoreFailed;
            }
        }
        events::looked(order.out_trade_no(), finding);
        finding
    }

    async fn rest(&self, order: &Order, now: Timestamp) -> Result<(), StoreError> {
        let id = order.out_trade_no();
        let attempts = self.store.attempts(id).await?;
        self.store.postpone(id, after(now, self.options.rest(attempts))).await
    }

    async fn find_out(&self, order: &Order, overdue: bool) -> Finding {
        let found = match order.settled_by() {
            Some(trade_no) if order.is_unconfirmed() => self.confirm(order, trade_no).await,
            None if overdue => self.close_order(order.out_trade_no()).await,
            // A store that lists an order too many does no harm.
            _ => self.ask(order).await,
        };
        found.unwrap_or_else(|rejection| Finding::from(&rejection))
    }

    async fn ask(&self, order: &Order) -> Result<Finding, Rejection> {
        match self.alipay.receive_query(order.out_trade_no()).await? {
            // Closed at Alipay, unpaid: it cannot be paid under this number any more.
            Some(Receipt::Observed(TradeEvent::Closed(_))) => self.close_here(order.out_trade_no()).await,
            Some(receipt) => Ok(Finding::from(&receipt)),
            None => Ok(Finding::Open),
        }
    }
}

fn failed(mut report: Report, error: &StoreError) -> Report {
    events::sweep_failed(error);
    report.add(Finding::StoreFailed, 1);
    report
}
