//! The book of batches: refunds and payouts that a shop asks for by the dozen.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use alipay_tower::{Money, protocol::Charset};

use crate::{random, settings::MAX_BATCHES};

/// One batch, with the address of its page.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) charset: Charset,
    pub(crate) batch_no: String,
    pub(crate) notify_url: Option<String>,
    pub(crate) items: Items,
    pub(crate) state: BatchState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Items {
    Payouts(Vec<Payout>),
    Refunds(Vec<RefundItem>),
}

/// `trade_no^amount^reason`, and the account that a fee comes back from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefundItem {
    pub(crate) trade_no: String,
    pub(crate) amount: Money,
    pub(crate) reason: String,
    pub(crate) fee: Option<FeeRefund>,
}

/// `account^user_id^amount^reason` behind a `$`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FeeRefund {
    pub(crate) account: String,
    pub(crate) user_id: String,
    pub(crate) amount: Money,
}

/// `serial^account^name^amount^memo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payout {
    pub(crate) serial: String,
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) amount: Money,
    pub(crate) memo: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchState {
    Done,
    GivenUp,
    Waiting,
}

impl BatchState {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::GivenUp => "given_up",
            Self::Waiting => "waiting",
        }
    }
}

impl Items {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Payouts(items) => items.len(),
            Self::Refunds(items) => items.len(),
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Payouts(_) => "payouts",
            Self::Refunds(_) => "refunds",
        }
    }

    /// Whether both are of one kind, which number their batches apart.
    fn are_like(&self, other: &Self) -> bool {
        self.kind() == other.kind()
    }
}

impl Batch {
    pub(crate) fn new(account: &str, batch_no: &str, items: Items) -> Self {
        Self {
            id: random::digits(20),
            account: account.to_owned(),
            charset: Charset::Utf8,
            batch_no: batch_no.to_owned(),
            notify_url: None,
            items,
            state: BatchState::Waiting,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Batches(Mutex<VecDeque<Batch>>);

impl Batches {
    /// Takes a batch down, or finds the same one still waiting for its password. `None` when the number was used.
    pub(crate) fn open(&self, batch: Batch) -> Option<Batch> {
        let mut batches = self.lock();
        let same = batches.iter().find(|old| {
            old.account == batch.account && old.batch_no == batch.batch_no && old.items.are_like(&batch.items)
        });
        if let Some(old) = same {
            let again = old.state == BatchState::Waiting && old.items == batch.items;
            return again.then(|| old.clone());
        }
        if batches.len() >= MAX_BATCHES {
            batches.pop_front();
        }
        batches.push_back(batch.clone());
        Some(batch)
    }

    /// Ends a waiting batch; `None` when there is none of this id, or it has ended.
    pub(crate) fn end(&self, id: &str, state: BatchState) -> Option<Batch> {
        let mut batches = self.lock();
        let batch = batches.iter_mut().find(|batch| batch.id == id && batch.state == BatchState::Waiting)?;
        batch.state = state;
        Some(batch.clone())
    }

    pub(crate) fn find(&self, id: &str) -> Option<Batch> {
        self.lock().iter().find(|batch| batch.id == id).cloned()
    }

    /// The newest batch of a number.
    pub(crate) fn by_number(&self, batch_no: &str) -> Option<Batch> {
        self.lock().iter().rfind(|batch| batch.batch_no == batch_no).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Batch> {
        self.lock().iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Batch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
