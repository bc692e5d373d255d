//! The layer: configuration, and the making of the service.

use std::time::Duration;

use tower::Layer;

use super::AlipayService;
use crate::{adapter, alipay::Alipay, desks::Desks, protocol::Channel};

/// What happens to a notification after it was settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotifyMode {
    /// The layer answers `success`; the application has no route for it. The default.
    #[default]
    Answer,
    /// The application's own handler runs too, with [`VerifiedPayment`](crate::VerifiedPayment) and
    /// [`Receipt`](crate::store::Receipt) in the extensions and the body replayed. Its status decides, the layer keeps
    /// the word: 2xx becomes `success`, anything else `fail`. It runs again whenever the gateway repeats itself: ship only
    /// on [`Receipt::Settled`](crate::store::Receipt::Settled), or make it idempotent. A second payment of a paid order
    /// comes as [`Receipt::PaidTwice`](crate::store::Receipt::PaidTwice) without `VerifiedPayment`; events that are not
    /// payments do not reach it.
    Forward,
}

/// Adds the notify and the return path to a service.
///
/// Made by [`Alipay::layer`], or for several merchants by [`Desks::layer`]. Put it on the outside of the whole application: it must see the full path, also of
/// requests that no route matches.
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is applied to a service"]
pub struct AlipayLayer {
    front: Front,
    limits: Limits,
}

/// Whom the layer serves.
#[derive(Clone, Debug)]
pub(super) enum Front {
    One(Alipay),
    Several(Desks),
}

impl Front {
    /// The desk on this path, and what it takes there.
    pub(super) fn at(&self, path: &str) -> Option<(Alipay, Channel)> {
        match self {
            Self::One(alipay) => {
                let channel = alipay.endpoints().channel(path)?;
                Some((alipay.clone(), channel))
            }
            Self::Several(desks) => {
                let alipay = desks.desk(path)?;
                let channel = alipay.endpoints().channel(path)?;
                Some((alipay, channel))
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) mode: NotifyMode,
    pub(super) body_limit: usize,
    pub(super) body_timeout: Duration,
    pub(super) deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mode: NotifyMode::default(),
            body_limit: adapter::BODY_LIMIT,
            body_timeout: adapter::BODY_TIMEOUT,
            deadline: adapter::DEADLINE,
        }
    }
}

/// One request at one desk: where it began, it ends.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) alipay: Alipay,
    pub(super) limits: Limits,
}

impl Alipay {
    /// The tower layer for this desk.
    #[cfg_attr(docsrs, doc(cfg(feature = "layer")))]
    pub fn layer(&self) -> AlipayLayer {
        AlipayLayer { front: Front::One(self.clone()), limits: Limits::default() }
    }
}

impl Desks {
    /// The tower layer for all these desks, those too that are added while it runs.
    #[cfg_attr(docsrs, doc(cfg(feature = "layer")))]
    pub fn layer(&self) -> AlipayLayer {
        AlipayLayer { front: Front::Several(self.clone()), limits: Limits::default() }
    }
}

impl AlipayLayer {
    /// Whether the layer answers notifications alone or forwards them too. Default: [`NotifyMode::Answer`].
    pub const fn with_notify(mut self, mode: NotifyMode) -> Self {
        self.limits.mode = mode;
        self
    }

    /// The largest notification, in bytes. Default: 65536; a real one has one or two thousand. The query of a return may have
    /// as many, but never more than [`QUERY_LIMIT`](crate::adapter::QUERY_LIMIT).
    pub const fn with_body_limit(mut self, bytes: usize) -> Self {
        self.limits.body_limit = bytes;
        self
    }

    /// How long the body may take to arrive. Default: 5 seconds.
    pub const fn with_body_timeout(mut self, timeout: Duration) -> Self {
        self.limits.body_timeout = timeout;
        self
    }

    /// When a notification is answered at the latest; with `fail`, if nothing better is known by then. Default: 10
    /// seconds. Alipay does not say how long it waits.
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = deadline;
        self
    }
}

impl<S> Layer<S> for AlipayLayer {
    type Service = AlipayService<S>;

    fn layer(&self, inner: S) -> AlipayService<S> {
        AlipayService { inner, front: self.front.clone(), limits: self.limits }
    }
}
