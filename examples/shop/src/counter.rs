//! The desk, which is another one after Alipay's certificate has changed.

use std::fmt;

use alipay_tower::{Alipay, CallError, ConfigError, Desks, reconcile::Reconciler};
use tokio::sync::Mutex;

/// Where the paths that Alipay knows are.
const PREFIX: &str = "/alipay";

/// Keeps the desk that the shop serves at.
#[derive(Debug)]
pub(crate) struct Counter {
    /// The one that the shop was opened with.
    first: Alipay,
    /// Of a merchant in certificate mode, whose desk is replaced while the shop is open.
    desks: Option<Desks>,
    renewing: Mutex<()>,
}

impl Counter {
    pub(crate) fn new(alipay: Alipay) -> Result<Self, ConfigError> {
        let desks = match alipay.merchant().certificates() {
            Some(_) => {
                let desks = Desks::under(PREFIX)?;
                desks.add(alipay.clone())?;
                Some(desks)
            }
            None => None,
        };
        Ok(Self { first: alipay, desks, renewing: Mutex::default() })
    }

    /// The desk of this moment.
    pub(crate) fn alipay(&self) -> Alipay {
        let path = self.first.endpoints().notify_path();
        let desk = self.desks.as_ref().and_then(|desks| desks.desk(path));
        desk.unwrap_or_else(|| self.first.clone())
    }

    pub(crate) const fn desks(&self) -> Option<&Desks> {
        self.desks.as_ref()
    }

    /// The same, asking through the desk of its time.
    pub(crate) fn followed_by(&self, reconciler: Reconciler) -> Reconciler {
        match &self.desks {
            Some(desks) => reconciler.with_desks(desks.clone()),
            None => reconciler,
        }
    }

    /// Asks Alipay for the certificate that it signs with now, and serves with that one too from then on; whether it was a
    /// new one.
    pub(crate) async fn renew(&self) -> Result<bool, RenewError> {
        // One after the other: what the first has fetched must not be lost by the second.
        let _turn = self.renewing.lock().await;
        let Some(alipay) = self.alipay().renew_certificate().await? else { return Ok(false) };
        if let Some(desks) = &self.desks {
            desks.replace(alipay)?;
        }
        Ok(true)
    }
}

/// Why no other certificate is taken.
#[derive(Debug)]
pub(crate) enum RenewError {
    Call(CallError),
    Desks(ConfigError),
}

impl fmt::Display for RenewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Desks(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RenewError {}

impl From<CallError> for RenewError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl From<ConfigError> for RenewError {
    fn from(error: ConfigError) -> Self {
        Self::Desks(error)
    }
}
