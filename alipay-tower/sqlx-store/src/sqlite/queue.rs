//! The two bounded queues before the writer: work that somebody waits for, and hits that nobody waits for.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use alipay_tower::store::Hit;
use tokio::{
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    time::{Duration, Instant, sleep_until},
};

use super::{
    allowance::Allowance,
    operation::{Caller, Job, Operation, Waiting},
    settle::{Outcome, Settle},
};
use crate::{
    error::SqlStoreError,
    records::{Capped, JournalRow, is_strange},
};

/// Hits wait apart, so that a flood of them cannot keep a settlement out of the queue.
const HITS: usize = 1024;
/// At most so many hits are written at once...
const HITS_AT_ONCE: usize = 128;
/// ...and not before so much time has passed: a flood costs ten small commits a second.
const HITS_PAUSE: Duration = Duration::from_millis(100);

/// The callers' end.
#[derive(Clone)]
pub(super) struct Sender {
    work: mpsc::Sender<Work>,
    hits: mpsc::Sender<JournalRow>,
    strange: Arc<Allowance>,
    unrecorded: Arc<AtomicU64>,
}

/// The writer's end.
pub(super) struct Queue {
    work: mpsc::Receiver<Work>,
    hits: mpsc::Receiver<JournalRow>,
    /// The first hit since the last ones were written.
    waiting_hit: Option<JournalRow>,
    hits_due: Instant,
    unrecorded: Arc<AtomicU64>,
    /// Who waits for the writer's end.
    stoppers: Vec<oneshot::Sender<()>>,
}

enum Work {
    /// To be run and answered.
    Job(Box<dyn Job>),
    /// The same, together with others of its kind.
    Settle(Box<Waiting<Settle, Outcome>>),
    /// To be answered after everything before it, the hits included.
    Flush(Caller<()>),
    /// The last one.
    Stop(oneshot::Sender<()>),
}

pub(super) fn queue(capacity: usize) -> (Sender, Queue) {
    let (work, work_end) = mpsc::channel(capacity);
    let (hits, hits_end) = mpsc::channel(HITS);
    let unrecorded = Arc::new(AtomicU64::new(0));
    let queue = Queue {
        work: work_end,
        hits: hits_end,
        waiting_hit: None,
        hits_due: Instant::now(),
        unrecorded: Arc::clone(&unrecorded),
        stoppers: Vec::new(),
    };
    (Sender { work, hits, strange: Arc::default(), unrecorded }, queue)
}

impl Sender {
    /// Waits until the operation is on disk; dropping the future does not stop the operation.
    pub(super) async fn submit<O: Operation>(&self, operation: O) -> Result<O::Output, SqlStoreError> {
        self.ask(|caller| Work::Job(Box::new(Waiting::new(operation, caller)))).await
    }

    /// The same for a settlement; whatever is submitted meanwhile may run before it.
    pub(super) async fn settle(&self, settle: Settle) -> Result<Outcome, SqlStoreError> {
        self.ask(|caller| Work::Settle(Box::new(Waiting::new(settle, caller)))).await
    }

    pub(super) async fn flush(&self) -> Result<(), SqlStoreError> {
        self.ask(Work::Flush).await
    }

    async fn ask<T>(&self, work: impl FnOnce(Caller<T>) -> Work) -> Result<T, SqlStoreError> {
        let (caller, answer) = oneshot::channel();
        self.work.try_send(work(caller)).map_err(|error| unsent(&error))?;
        answer.await.unwrap_or(Err(SqlStoreError::Closed))
    }

    pub(super) async fn stop(&self) {
        let (caller, stopped) = oneshot::channel();
        // However long the queue: whoever shuts the shop waits.
        if self.work.send(Work::Stop(caller)).await.is_ok() {
            let _ = stopped.await;
        }
    }

    pub(super) fn hit(&self, hit: &Hit<'_>) {
        let allowed = !is_strange(hit) || self.strange.take();
        match self.hits.try_reserve() {
            Ok(place) if allowed => place.send(JournalRow::of_hit(hit)),
            _ if hit.is_refused() => {
                self.unrecorded.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

/// Why a queue takes nothing.
pub(super) fn unsent<T>(error: &TrySendError<T>) -> SqlStoreError {
    match error {
        TrySendError::Full(_) => SqlStoreError::Overloaded,
        TrySendError::Closed(_) => SqlStoreError::Closed,
    }
}

impl Queue {
    /// Waits for something to do: work, or, when none waits, hits that are due, for which the group is empty. `None` when
    /// there will never be more work.
    pub(super) async fn next(&mut self) -> Option<Group> {
        let mut group = Group::default();
        loop {
            tokio::select! {
                biased;
                work = self.work.recv() => {
                    self.take(&mut group, work?);
                    return Some(group);
                }
                Some(row) = self.hits.recv(), if self.waiting_hit.is_none() => self.waiting_hit = Some(row),
                () = sleep_until(self.hits_due), if self.waiting_hit.is_some() => return Some(group),
            }
        }
    }

    /// Adds what has come meanwhile, up to so many jobs; whether anything has.
    pub(super) fn top_up(&mut self, group: &mut Group, max: usize) -> bool {
        let before = group.len();
        while group.open && group.len() < max {
            match self.work.try_recv() {
                Ok(work) => self.take(group, work),
                Err(_) => break,
            }
        }
        group.len() > before
    }

    /// The hits that are due, or all for a flush and at the end.
    pub(super) fn take_hits(&mut self, all: bool) -> Hits {
        let max = match (all || self.work.is_closed(), Instant::now() >= self.hits_due) {
            (true, _) => HITS + 1,
            (false, true) => HITS_AT_ONCE,
            (false, false) => return Hits::default(),
        };
        let rows =
            self.waiting_hit.take().into_iter().chain(std::iter::from_fn(|| self.hits.try_recv().ok()));
        let rows = rows.take(max).collect();
        self.hits_due = Instant::now() + HITS_PAUSE;
        Hits { rows, unrecorded: self.unrecorded.swap(0, Ordering::Relaxed) }
    }

    fn take(&mut self, group: &mut Group, work: Work) {
        match work {
            Work::Job(job) => group.jobs.push(job),
            Work::Settle(settlement) => group.settlements.push(*settlement),
            Work::Flush(caller) => {
                group.flush = Some(caller);
                group.open = false;
            }
            // Nothing more comes in; what is in the queue is still done.
            Work::Stop(caller) => {
                self.stoppers.push(caller);
                self.work.close();
                self.hits.close();
            }
        }
    }

    /// Tells everybody who asked for the end that it is reached.
    pub(super) fn stopped(self) {
        for caller in self.stoppers {
            let _ = caller.send(());
        }
    }

    /// Hits that could not be written are at least counted.
    pub(super) fn lose(&self, hits: &Hits) {
        self.unrecorded.fetch_add(hits.refused() + hits.unrecorded, Ordering::Relaxed);
    }
}

/// Jobs that share a transaction.
pub(super) struct Group {
    pub(super) jobs: Vec<Box<dyn Job>>,
    pub(super) settlements: Vec<Waiting<Settle, Outcome>>,
    /// Who waits for them, and for the hits that came before.
    pub(super) flush: Option<Caller<()>>,
    /// Whether more jobs may be added.
    open: bool,
}

/// Hits that are to be written now, in a transaction of their own.
#[derive(Default)]
pub(super) struct Hits {
    pub(super) rows: Vec<JournalRow>,
    /// How many more there were for which the queue had no place.
    pub(super) unrecorded: u64,
}

impl Group {
    /// The same jobs with a transaction for each.
    pub(super) fn split(&mut self) -> Vec<Self> {
        let closed = || Self { open: false, ..Self::default() };
        let jobs = self.jobs.drain(..).map(|job| Self { jobs: vec![job], ..closed() });
        let settlements = self.settlements.drain(..).map(|own| Self { settlements: vec![own], ..closed() });
        jobs.chain(settlements).collect()
    }

    pub(super) const fn len(&self) -> usize {
        self.jobs.len() + self.settlements.len()
    }

    /// Tells everybody in the group.
    pub(super) fn answer(&mut self, result: &Result<(), SqlStoreError>) {
        for job in self.jobs.drain(..) {
            job.answer(result.clone());
        }
        for settlement in self.settlements.drain(..) {
            settlement.answer(result.clone());
        }
    }
}

impl Default for Group {
    fn default() -> Self {
        Self { jobs: Vec::new(), settlements: Vec::new(), flush: None, open: true }
    }
}

impl Hits {
    pub(super) const fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.unrecorded == 0
    }

    fn refused(&self) -> u64 {
        self.rows.iter().filter(|row| row.capped == Some(Capped::Refused)).map(|_| 1).sum()
    }
}
