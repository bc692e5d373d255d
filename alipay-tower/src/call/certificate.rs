//! Alipay's next certificate, fetched when somebody says so.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Instant, SystemTime},
};

use super::{CallError, service};
use crate::{
    alipay::Alipay,
    events,
    protocol::{
        AnswerError, Certificates, Timestamp,
        openapi::{CertificateDownload, CertificateError},
    },
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
        self.fetch(alipay_cert_sn).await
    }

    /// The same without knowing a number: asks the gateway which certificate it signs with now, and
    /// [fetches](Self::download_certificate) that one. `None` when the merchant has it already.
    ///
    /// The first answer cannot be verified when its certificate is a new one, so nothing of it counts but the number, and a
    /// wrong number brings nothing that would be believed.
    ///
    /// # Errors
    ///
    /// As [`download_certificate`](Self::download_certificate).
    pub async fn renew_certificate(&self) -> Result<Option<Self>, CallError> {
        let _flight = Flight::begin(self.downloading()).ok_or(CallError::InFlight)?;
        // Any call would do; this one asks for what the merchant has, and changes nothing anywhere.
        let known = self.certificates()?.alipay_certs().last().map(|newest| newest.sn().to_owned());
        let call = CertificateDownload::new(known.unwrap_or_default());
        let body = self.gateway().send(&call.sign(self.merchant(), now())?).await?;
        let used = call.certificate_used(&body, self.merchant()).map_err(read_error)?;
        if self.certificates()?.alipay_certs().any(|known| known.sn() == used) {
            return Ok(None);
        }
        self.fetch(&used).await.map(Some)
    }

    async fn fetch(&self, alipay_cert_sn: &str) -> Result<Self, CallError> {
        let call = CertificateDownload::new(alipay_cert_sn);
        self.certificates()?;
        let (request, start) = (call.sign(self.merchant(), now())?, Instant::now());
        let (trace_id, certificates) = match self.gateway().call(&request).await {
            Ok(came) => {
                let certificates = call.read(came.body(), self.merchant(), now()).map_err(read_error);
                (came.trace_id().map(str::to_owned), certificates)
            }
            Err(error) => (None, Err(error.into())),
        };
        let error = certificates.as_ref().err();
        events::called(service(&request), error, trace_id.as_deref(), start.elapsed());
        let certificates = certificates?;
        let merchant = self.merchant().clone().with_certificates(certificates);
        let merchant = merchant.map_err(|_| CallError::Certificate(CertificateError::KeyMode))?;
        Ok(self.clone().with_merchant(merchant))
    }

    fn certificates(&self) -> Result<&Certificates, CallError> {
        self.merchant().certificates().ok_or(CallError::Certificate(CertificateError::KeyMode))
    }
}

fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}

fn read_error(error: CertificateError) -> CallError {
    match error {
        CertificateError::Answer(error) => CallError::Answer(AnswerError::from(error)),
        error => CallError::Certificate(error),
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
