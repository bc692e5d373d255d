//! What the gateway has handed out and may be asked about: notify ids and anti-phishing keys.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use alipay_tower::protocol::PartnerId;

use crate::random;

/// The most of each kind that is remembered; the oldest is forgotten first.
const MAX_ISSUED: usize = 20_000;

#[derive(Debug, Default)]
pub(crate) struct Issued(Mutex<Registers>);

#[derive(Debug, Default)]
struct Registers {
    notifies: Register<String, PartnerId>,
    returns: Register<String, (PartnerId, Instant)>,
    keys: Register<String, (PartnerId, Instant)>,
}

/// What an anti-phishing key is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyState {
    Expired,
    Good,
    Unknown,
}

impl Issued {
    /// An id of a notification: good until it is acknowledged.
    pub(crate) fn notify_id(&self, partner: &PartnerId) -> String {
        let id = format!("{}5e", random::hex());
        self.lock().notifies.insert(id.clone(), partner.clone());
        id
    }

    /// An id of a return, as the *value* of the field: with escapes of its own. Good for a time.
    pub(crate) fn return_id(&self, partner: &PartnerId, lifetime: Duration) -> String {
        let plain = format!("RqPn{}/{}+{}", random::hex(), random::hex(), random::digits(8));
        self.lock().returns.insert(plain.clone(), (partner.clone(), Instant::now() + lifetime));
        plain.replace('/', "%2F").replace('+', "%2B")
    }

    /// A key for one payment request. Good for a time.
    pub(crate) fn anti_phishing_key(&self, partner: &PartnerId, lifetime: Duration) -> String {
        let key = random::hex().to_ascii_uppercase();
        self.lock().keys.insert(key.clone(), (partner.clone(), Instant::now() + lifetime));
        key
    }

    /// The shop answered `success`: the id is void from now on.
    pub(crate) fn acknowledge(&self, notify_id: &str) {
        self.lock().notifies.remove(notify_id);
    }

    /// Whether the gateway sent this id to this partner and stands by it. A return's id is known in its two spellings:
    /// as the value of the field (`…%2F…`), and with its escapes undone (`…/…`), which is what arrives when the value was
    /// put into the question's address as it stands.
    pub(crate) fn stands_by(&self, partner: &PartnerId, id: &str) -> bool {
        let plain = id.replace("%2F", "/").replace("%2B", "+");
        let registers = self.lock();
        registers.notifies.get(id).is_some_and(|own| own == partner)
            || registers
                .returns
                .get(&plain)
                .is_some_and(|(own, until)| own == partner && Instant::now() < *until)
    }

    pub(crate) fn key_state(&self, partner: &PartnerId, key: &str) -> KeyState {
        match self.lock().keys.get(key) {
            Some((own, until)) if own == partner && Instant::now() < *until => KeyState::Good,
            Some((own, _)) if own == partner => KeyState::Expired,
            _ => KeyState::Unknown,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Registers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A map that forgets its oldest entry when it is full.
#[derive(Debug)]
struct Register<K, V> {
    map: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V> Default for Register<K, V> {
    fn default() -> Self {
        Self { map: HashMap::new(), order: VecDeque::new() }
    }
}

impl<K: Clone + Eq + Hash, V> Register<K, V> {
    fn insert(&mut self, key: K, value: V) {
        if self.order.len() >= MAX_ISSUED
            && let Some(oldest) = self.order.pop_front()
        {
            self.map.remove(&oldest);
        }
        self.order.push_back(key.clone());
        self.map.insert(key, value);
    }

    fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.map.get(key)
    }

    fn remove<Q>(&mut self, key: &Q)
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.map.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partner(last: u8) -> PartnerId {
        PartnerId::new(&format!("208800000000000{last}")).unwrap()
    }

    #[test]
    fn an_id_is_good_until_acknowledged_and_only_for_its_partner() {
        let issued = Issued::default();
        let id = issued.notify_id(&partner(1));
        assert!(issued.stands_by(&partner(1), &id) && issued.stands_by(&partner(1), &id));
        assert!(!issued.stands_by(&partner(2), &id));
        issued.acknowledge(&id);
        assert!(!issued.stands_by(&partner(1), &id));
        assert!(!issued.stands_by(&partner(1), ""));
    }

    #[test]
    fn a_return_id_has_two_spellings_and_a_short_life() {
        let issued = Issued::default();
        let id = issued.return_id(&partner(1), Duration::from_secs(60));
        assert!(id.contains("%2F") && id.contains("%2B"));
        assert!(issued.stands_by(&partner(1), &id));
        assert!(issued.stands_by(&partner(1), &id.replace("%2F", "/").replace("%2B", "+")));
        let dead = issued.return_id(&partner(1), Duration::ZERO);
        assert!(!issued.stands_by(&partner(1), &dead));
    }

    #[test]
    fn keys_expire() {
        let issued = Issued::default();
        let key = issued.anti_phishing_key(&partner(1), Duration::from_secs(30));
        let dead = issued.anti_phishing_key(&partner(1), Duration::ZERO);
        assert_eq!(issued.key_state(&partner(1), &key), KeyState::Good);
        assert_eq!(issued.key_state(&partner(1), &dead), KeyState::Expired);
        assert_eq!(issued.key_state(&partner(2), &key), KeyState::Unknown);
    }

    #[test]
    fn memory_is_bounded() {
        let issued = Issued::default();
        let first = issued.notify_id(&partner(1));
        for _ in 0..MAX_ISSUED {
            issued.notify_id(&partner(1));
        }
        assert!(!issued.stands_by(&partner(1), &first));
        assert_eq!(issued.lock().notifies.map.len(), MAX_ISSUED);
    }
}
