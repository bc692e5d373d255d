//! Several merchants, each bound to its own paths.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use crate::{
    alipay::Alipay,
    events::{self, Change},
    protocol::ConfigError,
};

/// The desks of several merchants under one application; they may come, go and change while it runs.
///
/// The path alone says whose desk a message comes to, never the message: each merchant has its own notify and return path,
/// and a notification for one of them on another's path is refused by the other's keys and ids. A message ends at the desk
/// at which it began, whatever changes meanwhile.
///
/// Cheap to clone; clones share the desks. The tower layer is [`Desks::layer`]; an order form takes the desk from
/// [`Desks::desk`].
///
/// ```
/// use alipay_tower::{Alipay, Desks, Endpoints, Merchant, protocol::{Md5Key, PartnerId}, store::MemoryStore};
/// # use alipay_tower::{async_trait, gateway::{GatewayError, NotifyGateway}, protocol::{Confirmation, NotifyCheck}};
/// # #[derive(Clone)]
/// # struct Gateway;
/// # #[async_trait]
/// # impl NotifyGateway for Gateway {
/// #     async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> { Ok(check.read(b"true")?) }
/// # }
/// # let gateway = Gateway;
///
/// let shop = |name: &str, partner: &str, key: &str| {
///     let url = |path: &str| format!("https://shop.example.com/pay/{name}/{path}");
///     let merchant = Merchant::md5(PartnerId::new(partner)?, Md5Key::new(key)?);
///     let endpoints = Endpoints::new(&url("notify"), &url("return"))?;
///     Ok::<_, alipay_tower::ConfigError>(Alipay::new(merchant, gateway.clone(), MemoryStore::new(), endpoints))
/// };
/// let desks = Desks::under("/pay")?;
/// desks.add(shop("tea", "2088000000000001", "abcdefghijklmnopqrstuvwxyz012345")?)?;
/// desks.add(shop("cups", "2088000000000002", "bcdefghijklmnopqrstuvwxyz0123456")?)?;
/// let layer = desks.layer(); // serves both, and what is added later
///
/// let cups = desks.desk("/pay/cups/notify").ok_or("no such merchant")?;
/// assert_eq!(cups.merchant().id(), "2088000000000002");
/// assert!(desks.add(cups).is_err()); // the paths are taken
/// desks.remove("/pay/tea/notify");
/// assert!(desks.desk("/pay/tea/return").is_none());
/// # drop(layer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Keys that change
///
/// Alipay takes the new key at a moment that the shop does not see, and what it sent before is signed with the old one. So
/// for a while both are good: [`replace`](Self::replace) the desk by one that
/// [keeps the previous key](crate::Merchant::with_previous_key), and when the log has not said `key = previous` for some days, by
/// one without it.
///
/// ```
/// # use alipay_tower::{Alipay, ConfigError, Desks, Merchant, protocol::{Md5Key, PartnerId}};
/// # fn rotate(desks: &Desks, alipay: Alipay, old_key: Md5Key, new_key: Md5Key) -> Result<(), ConfigError> {
/// let partner = alipay.merchant().partner().clone();
/// let both = Merchant::md5(partner.clone(), new_key.clone()).with_previous_key(old_key);
/// desks.replace(alipay.clone().with_merchant(both))?;
/// // … days later:
/// desks.replace(alipay.with_merchant(Merchant::md5(partner, new_key)))?;
/// # Ok(())
/// # }
/// ```
///
/// [`Merchant::with_previous_key`]: crate::Merchant::with_previous_key
#[derive(Clone)]
pub struct Desks {
    inner: Arc<Inner>,
}

struct Inner {
    prefix: String,
    /// By either path. Locked for a look or for a swap, never while a message walks.
    by_path: RwLock<Arc<ByPath>>,
    /// Whoever changes the desks, one after the other; readers do not wait for them.
    changes: Mutex<()>,
}

type ByPath = HashMap<String, Alipay>;

impl Default for Desks {
    fn default() -> Self {
        Self::of(String::new())
    }
}

impl Desks {
    /// No desk yet; any path will do.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No desk yet, and only paths below this one will do, such as `/pay/shop-a/notify` below `/pay`. Rocket needs to know
    /// it before it starts.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Path`] when the prefix is not `/` or `/`-separated letters, digits and `-`, `.`, `_`, `~`.
    pub fn under(prefix: &str) -> Result<Self, ConfigError> {
        let trimmed = prefix.strip_suffix('/').unwrap_or(prefix);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let segments = trimmed.strip_prefix('/').map(|rest| rest.split('/'));
        let well_formed =
            segments.is_some_and(|mut all| all.all(|text| !text.is_empty() && text.bytes().all(plain)));
        if well_formed || prefix == "/" {
            Ok(Self::of(trimmed.to_owned()))
        } else {
            Err(ConfigError::Path(prefix.to_owned(), "is no prefix: write it like `/pay`"))
        }
    }

    fn of(prefix: String) -> Self {
        let inner = Inner { prefix, by_path: RwLock::default(), changes: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// The path that all paths are below; `/` for any.
    #[must_use]
    pub fn prefix(&self) -> &str {
        if self.inner.prefix.is_empty() { "/" } else { &self.inner.prefix }
    }

    /// Serves one more merchant from the next request on.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Path`] when one of its two paths is another desk's, of either kind, or not below the prefix; nothing
    /// has changed then.
    pub fn add(&self, alipay: Alipay) -> Result<(), ConfigError> {
        self.change(|desks| self.open(desks, alipay, Change::Added))
    }

    /// Serves the merchant of this notify path by another desk from the next request on: other keys, another store,
    /// another return path. The desk that it served before is given back; messages that began there end there.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Path`] when no desk has this notify path, or the return path is another desk's or not below the
    /// prefix; nothing has changed then.
    pub fn replace(&self, alipay: Alipay) -> Result<Alipay, ConfigError> {
        self.change(|desks| {
            let notify_path = alipay.endpoints().notify_path();
            let Some(old) = close(desks, notify_path) else {
                return Err(ConfigError::Path(
                    notify_path.to_owned(),
                    "is no desk's notify path: add the desk",
                ));
            };
            self.open(desks, alipay, Change::Replaced)?;
            Ok(old)
        })
    }

    /// Serves the merchant of this notify path no longer, from the next request on. Messages that began there end there.
    #[expect(clippy::must_use_candidate, reason = "it is called to remove")]
    pub fn remove(&self, notify_path: &str) -> Option<Alipay> {
        let removed = self.change(|desks| {
            let old = close(desks, notify_path);
            old.iter().for_each(|old| events::changed(Change::Removed, old));
            Ok(old)
        });
        removed.ok().flatten()
    }

    /// The desk that has this path, for its notifications or for its returns.
    #[must_use]
    pub fn desk(&self, path: &str) -> Option<Alipay> {
        let by_path = self.inner.by_path.read().unwrap_or_else(PoisonError::into_inner);
        by_path.get(path).cloned()
    }

    /// All desks, by their notify paths.
    #[must_use]
    pub fn all(&self) -> Vec<Alipay> {
        let desks = self.now();
        let of_notify_path = |(path, desk): &(&String, &Alipay)| desk.endpoints().notify_path() == *path;
        let mut all: Vec<_> = desks.iter().filter(of_notify_path).map(|(_, desk)| desk.clone()).collect();
        all.sort_by(|a, b| a.endpoints().notify_path().cmp(b.endpoints().notify_path()));
        all
    }

    fn now(&self) -> Arc<ByPath> {
        Arc::clone(&self.inner.by_path.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Works on a copy, which becomes true in one moment, or not at all.
    fn change<T>(&self, work: impl FnOnce(&mut ByPath) -> Result<T, ConfigError>) -> Result<T, ConfigError> {
        let _turn = self.inner.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut desks = (*self.now()).clone();
        let result = work(&mut desks)?;
        let mut next = Arc::new(desks);
        let mut by_path = self.inner.by_path.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut *by_path, &mut next);
        drop(by_path);
        // Only now, when nobody waits: the last desk of a merchant takes its store with it.
        drop(next);
        Ok(result)
    }

    fn open(&self, desks: &mut ByPath, alipay: Alipay, change: Change) -> Result<(), ConfigError> {
        let paths = [alipay.endpoints().notify_path(), alipay.endpoints().return_path()].map(str::to_owned);
        for path in &paths {
            let problem = |text| Err(ConfigError::Path(path.clone(), text));
            if !path.strip_prefix(&self.inner.prefix).is_some_and(|rest| rest.starts_with('/')) {
                return problem("is not below the prefix of the desks");
            }
            if desks.contains_key(path) {
                return problem("is another desk's: give each desk its own");
            }
        }
        events::changed(change, &alipay);
        let [notify_path, return_path] = paths;
        desks.insert(notify_path, alipay.clone());
        desks.insert(return_path, alipay);
        Ok(())
    }
}

fn close(desks: &mut ByPath, notify_path: &str) -> Option<Alipay> {
    let old = desks.get(notify_path).filter(|desk| desk.endpoints().notify_path() == notify_path)?.clone();
    desks.remove(old.endpoints().notify_path());
    desks.remove(old.endpoints().return_path());
    Some(old)
}

impl fmt::Debug for Desks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desks").field("prefix", &self.prefix()).field("desks", &self.all()).finish()
    }
}
