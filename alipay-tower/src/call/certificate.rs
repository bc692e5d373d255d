//! Alipay's next certificate, fetched when somebody says so.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::SystemTime,
};

use super::CallError;
use crate::{
    alipay::Alipay,
    protocol::{AnswerError, Timestamp, openapi::CertificateDownload, openapi::CertificateError},
};

impl Alipay {
    /// Fetches the certificate with the number that a message named and that the merchant does not have, and gives back the
    /// same desk with it: put it in the place of this one, see [`Desks`](crate::Desks#keys-that-change).
    ///
    /// It is for an operator, or for a task outside of all requests: no message makes a desk do it, for a stranger could
    /// write one. The certificate is taken only with a chain to the merchant's own roots, within its dates, and when it is
    /// Alipay's; one download runs at a time.
    ///
    /// # Errors
    ///
    /// [`CallError`], and nothing has changed; [`CallError::InFlight`] while another download runs.
    pub async fn download_certificate(&self, alipay_cert_sn: &str) -> Result<Self, CallError> {
        let _flight = Flight::begin(self.downloading()).ok_or(CallError::InFlight)?;
        let (call, now) = (CertificateDownload::new(alipay_cert_sn), Timestamp::from(SystemTime::now()));
        if self.merchant().certificates().is_none() {
            return Err(CallError::Certificate(CertificateError::KeyMode));
        }
        let body = self.gateway().send(&call.sign(self.merchant(), now)?).await?;
        let certificates = call.read(&body, self.merchant(), now).map_err(|error| match error {
            CertificateError::Answer(error) => CallError::Answer(AnswerError::from(error)),
            error => CallError::Certificate(error),
        })?;
        let merchant = self.merchant().clone().with_certificates(certificates);
        let merchant = merchant.map_err(|_| CallError::Certificate(CertificateError::KeyMode))?;
        Ok(self.clone().with_merchant(merchant))
    }
}

/// The one download that runs; ends when it is dropped, however that comes to pass.
struct Flight<'a>(&'a AtomicBool);

impl<'a> Flight<'a> {
    fn begin(running: &'a AtomicBool) -> Option<Self> {
        (!running.swap(true, Ordering::AcqRel)).then_some(Self(running))
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
