//! The layer: configuration, and the making of the service.

use std::{sync::Arc, time::Duration};

use tower_layer::Layer;

use super::AlipayService;
use crate::{adapter, alipay::Alipay};

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
/// Made by [`Alipay::layer`]. Put it on the outside of the whole application: it must see the full path, also of
/// requests that no route matches.
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is applied to a service"]
pub struct AlipayLayer {
    pub(super) config: Arc<Config>,
}

#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) alipay: Alipay,
    pub(super) mode: NotifyMode,
    pub(super) body_limit: usize,
    pub(super) body_timeout: Duration,
    pub(super) deadline: Duration,
}

impl Alipay {
    /// The tower layer for this desk.
    #[cfg_attr(docsrs, doc(cfg(feature = "layer")))]
    pub fn layer(&self) -> AlipayLayer {
        AlipayLayer {
            config: Arc::new(Config {
                alipay: self.clone(),
                mode: NotifyMode::default(),
                body_limit: adapter::BODY_LIMIT,
                body_timeout: adapter::BODY_TIMEOUT,
                deadline: adapter::DEADLINE,
            }),
        }
    }
}

impl AlipayLayer {
    /// Whether the layer answers notifications alone or forwards them too. Default: [`NotifyMode::Answer`].
    pub fn with_notify(self, mode: NotifyMode) -> Self {
        self.with(|config| config.mode = mode)
    }

    /// The largest notification, in bytes. Default: 65536; a real one has one or two thousand.
    pub fn with_body_limit(self, bytes: usize) -> Self {
        self.with(|config| config.body_limit = bytes)
    }

    /// How long the body may take to arrive. Default: 5 seconds.
    pub fn with_body_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.body_timeout = timeout)
    }

    /// When a notification is answered at the latest; with `fail`, if nothing better is known by then. Default: 10
    /// seconds. Alipay does not say how long it waits.
    pub fn with_deadline(self, deadline: Duration) -> Self {
        self.with(|config| config.deadline = deadline)
    }

    fn with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(Arc::make_mut(&mut self.config));
        self
    }
}

impl<S> Layer<S> for AlipayLayer {
    type Service = AlipayService<S>;

    fn layer(&self, inner: S) -> AlipayService<S> {
        AlipayService { inner, config: Arc::clone(&self.config) }
    }
}
