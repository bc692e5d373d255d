//! `alipay.open.app.alipaycert.download`: Alipay's next certificate.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::RULES;
use crate::protocol::{
    Certificate, Certificates, Merchant, RequestError, SignedRequest, Timestamp, TrustError,
    openapi::{
        Answer, AnswerError, Json, RawAnswer,
        request::{Limits, Request, macros::builder},
    },
};

builder! {
    /// Asks for the certificate with a number that a message named and that is not configured
    /// (`alipay.open.app.alipaycert.download`).
    ///
    /// It is never asked for while a notification waits: a stranger could make a shop ask. An operator does, or a task
    /// outside of all requests, and gives the merchant what came ([`Merchant::with_certificates`]).
    CertificateDownload
}

const LIMITS: Limits = Limits { required: &["alipay_cert_sn"], rules: RULES, together: |_| Ok(()) };

/// A downloaded certificate that is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateError {
    /// The answer is not the gateway's, or has no certificate.
    Answer(AnswerError),
    /// The merchant is not in certificate mode.
    KeyMode,
    /// The certificate is not Alipay's.
    Trust(TrustError),
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(error) => error.fmt(f),
            Self::KeyMode => {
                f.write_str("the merchant has keys and no certificates: there is nothing to renew")
            }
            Self::Trust(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CertificateError {}

impl From<AnswerError> for CertificateError {
    fn from(error: AnswerError) -> Self {
        Self::Answer(error)
    }
}

impl CertificateDownload {
    /// The certificate with this `alipay_cert_sn`.
    pub fn new(alipay_cert_sn: impl Into<String>) -> Self {
        let request = Request::of("alipay.open.app.alipaycert.download");
        Self { request: request.with("alipay_cert_sn", alipay_cert_sn.into()) }
    }

    /// Checks every limit and signs; `at` is the time of the request, by which the gateway knows a stale one.
    ///
    /// # Errors
    ///
    /// [`RequestError`] when the number is none.
    pub fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.request.sign(merchant, &LIMITS, at)
    }

    /// The number of the certificate that the answer says it is signed with, whatever the answer is: **not verified**, and
    /// good for nothing but to ask for the certificate of that number.
    ///
    /// # Errors
    ///
    /// [`CertificateError::Answer`] when it is no answer, or names no certificate.
    pub fn certificate_used(&self, body: &[u8], merchant: &Merchant) -> Result<String, CertificateError> {
        let text = merchant.charset().decode(body).map_err(|_| AnswerError::Malformed)?;
        let answer = RawAnswer::read(&text, self.request.method())?;
        let is_number = |sn: &&str| sn.len() == 32 && sn.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = answer.alipay_cert_sn().filter(is_number);
        Ok(number.ok_or(AnswerError::Field("alipay_cert_sn"))?.to_owned())
    }

    /// The merchant's certificates with the one that came, when a chain leads from it to the merchant's own roots `now`, it
    /// is Alipay's, and it has the number that was asked for.
    ///
    /// The answer is signed with the very key that it brings, so it is believed for its certificate, and verified with that
    /// after.
    ///
    /// # Errors
    ///
    /// [`CertificateError`], and nothing has changed.
    pub fn read(
        &self,
        body: &[u8],
        merchant: &Merchant,
        now: Timestamp,
    ) -> Result<Certificates, CertificateError> {
        let certificates = merchant.certificates().ok_or(CertificateError::KeyMode)?;
        let text = merchant.charset().decode(body).map_err(|_| AnswerError::Malformed)?;
        let outline = RawAnswer::read(&text, self.request.method())?;
        let json = Json::parse(outline.signed_content()).map_err(|_| AnswerError::Malformed)?;
        let Some(base64) = json.text("alipay_cert_content") else {
            // Without a certificate it can only be a refusal.
            let answer = Answer::read(body, self.request.method(), merchant);
            return Err(answer.err().unwrap_or(AnswerError::Field("alipay_cert_content")).into());
        };
        let field = |_| AnswerError::Field("alipay_cert_content");
        let pem = BASE64_STANDARD.decode(base64).map_err(|_| field(()))?;
        let pem = String::from_utf8(pem).map_err(|_| field(()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|_| field(()))?;
        if certificate.sn() != self.request.text("alipay_cert_sn") {
            return Err(AnswerError::Field("alipay_cert_sn").into());
        }
        let certificates = certificates.trust(&pem, now).map_err(CertificateError::Trust)?;
        let renewed = merchant.clone().with_certificates(certificates.clone());
        let renewed = renewed.map_err(|_| CertificateError::KeyMode)?;
        Answer::read(body, self.request.method(), &renewed)?;
        Ok(certificates)
    }
}
