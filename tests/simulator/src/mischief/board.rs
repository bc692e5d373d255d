//! The switches, and what they make of the next delivery.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{AnswerTrick, Arrival, Behaviour, CertificateLie, Concern, Mischief};
use crate::settings::MAX_COPIES;

/// The most switches that can be on at one time: a field may be tampered with in many ways.
const MAX_ACTIVE: usize = 64;

/// All switches of a gateway.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Switches>);

#[derive(Debug, Default)]
struct Switches {
    active: Vec<Behaviour>,
    arrival: Arrival,
}

/// What is to happen to one delivery.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) copies: u32,
    pub(crate) delay: Duration,
    pub(crate) held: bool,
    pub(crate) lost: bool,
    /// What becomes of the text, in the order of the switches.
    pub(crate) forgeries: Vec<Mischief>,
    pub(crate) names: Vec<&'static str>,
    pub(crate) transport: Transport,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Transport {
    Cut,
    Slow(Duration),
    #[default]
    Whole,
}

impl Board {
    /// Switches a behaviour on, in place of one of the same name.
    ///
    /// # Errors
    ///
    /// A sentence, when too many are on; those stay as they are.
    pub(crate) fn switch(&self, behaviour: Behaviour) -> Result<(), String> {
        let mut switches = self.lock();
        let same = |old: &Behaviour| match (old.mischief(), behaviour.mischief()) {
            (Mischief::Tamper { field: one, .. }, Mischief::Tamper { field: other, .. }) => one == other,
            (one, other) => one.name() == other.name(),
        };
        switches.active.retain(|old| !same(old));
        if behaviour.left == Some(0) {
            return Ok(());
        }
        if switches.active.len() >= MAX_ACTIVE {
            return Err(format!("{MAX_ACTIVE} switches are on, which is the most: reset them first"));
        }
        switches.active.push(behaviour);
        Ok(())
    }

    pub(crate) fn reset(&self) {
        self.lock().active.clear();
    }

    pub(crate) fn active(&self) -> Vec<Behaviour> {
        self.lock().active.clone()
    }

    pub(crate) fn arrival(&self) -> Arrival {
        self.lock().arrival
    }

    pub(crate) fn arrange(&self, arrival: Arrival) {
        self.lock().arrival = arrival;
    }

    /// What the next question of `notify_verify` meets.
    pub(crate) fn for_question(&self) -> Option<Mischief> {
        self.take(Concern::Verify).pop()
    }

    /// How the next answer of the OpenAPI gateway is written down.
    pub(crate) fn for_answer(&self) -> Option<AnswerTrick> {
        match self.take(Concern::Answer).pop() {
            Some(Mischief::Answer(trick)) => Some(trick),
            _ => None,
        }
    }

    /// What the next download of a certificate brings.
    pub(crate) fn for_download(&self) -> Option<CertificateLie> {
        match self.take(Concern::Download).pop() {
            Some(Mischief::Certificate(lie)) => Some(lie),
            _ => None,
        }
    }

    /// What the next query of a trade meets.
    pub(crate) fn for_query(&self) -> Option<Mischief> {
        self.take(Concern::Query).pop()
    }

    /// Whether the answer to the next refund is lost.
    pub(crate) fn loses_answer(&self) -> bool {
        !self.take(Concern::Refund).is_empty()
    }

    /// What the next delivery meets.
    pub(crate) fn for_delivery(&self) -> Plan {
        let taken = self.take(Concern::Delivery);
        let mut plan = Plan {
            copies: 1,
            delay: Duration::ZERO,
            held: false,
            lost: false,
            forgeries: Vec::new(),
            names: taken.iter().map(Mischief::name).collect(),
            transport: Transport::Whole,
        };
        for mischief in taken {
            match mischief {
                Mischief::CutConnection => plan.transport = Transport::Cut,
                Mischief::Delay(time) => plan.delay = time,
                Mischief::Drop => plan.lost = true,
                Mischief::Duplicate(copies) => plan.copies = copies.clamp(1, MAX_COPIES),
                Mischief::Reorder => plan.held = true,
                Mischief::SlowBody(time) => plan.transport = Transport::Slow(time),
                forgery => plan.forgeries.push(forgery),
            }
        }
        plan
    }

    /// The active ones that fit, each used up by one.
    fn take(&self, concern: Concern) -> Vec<Mischief> {
        let mut switches = self.lock();
        let mut taken = Vec::new();
        for behaviour in &mut switches.active {
            if behaviour.mischief.concerns() == concern {
                taken.push(behaviour.mischief.clone());
                behaviour.left = behaviour.left.map(|left| left.saturating_sub(1));
            }
        }
        switches.active.retain(|behaviour| behaviour.left != Some(0));
        taken
    }

    fn lock(&self) -> MutexGuard<'_, Switches> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mischief::Lie;

    #[test]
    fn a_switch_is_used_up_or_stays() {
        let board = Board::default();
        board.switch(Mischief::Drop.once()).unwrap();
        board.switch(Mischief::Duplicate(9999).into()).unwrap();
        board.switch(Mischief::Lie(Lie::True).once()).unwrap();
        let plan = board.for_delivery();
        assert!(plan.lost);
        assert_eq!((plan.copies, plan.names), (MAX_COPIES, vec!["drop", "duplicate"]));
        assert!(!board.for_delivery().lost);
        assert_eq!(board.active().len(), 2);
        assert_eq!(board.for_question(), Some(Mischief::Lie(Lie::True)));
        assert_eq!(board.for_question(), None);
        board.reset();
        assert_eq!(board.for_delivery().copies, 1);
    }

    #[test]
    fn one_switch_of_each_name() {
        let board = Board::default();
        let tamper = |field: &str| Mischief::Tamper { field: field.to_owned(), value: "1".to_owned() };
        for _ in 0..3 {
            board.switch(Mischief::Forge.into()).unwrap();
            board.switch(tamper("price").into()).unwrap();
            board.switch(tamper("total_fee").into()).unwrap();
        }
        assert_eq!(board.active().len(), 3);
        for at in 3..MAX_ACTIVE {
            board.switch(tamper(&at.to_string()).into()).unwrap();
        }
        assert!(board.switch(tamper("one more").into()).unwrap_err().contains("reset"));
        assert_eq!(board.active().len(), MAX_ACTIVE);
        board.switch(tamper("price").once()).unwrap();
    }
}
