//! The files of certificate mode, together.

use std::fmt;

use super::{Certificate, RootCertificates, TrustError};
use crate::protocol::{ConfigError, PublicKey, Timestamp};

const APP: &str = "application certificate";
const ALIPAY: &str = "Alipay certificate";

/// The three files of certificate mode: the application's certificate (`appCertPublicKey_….crt`), Alipay's
/// (`alipayCertPublicKey_RSA2.crt`) and the roots (`alipayRootCert.crt`).
///
/// Alipay renews its certificate every two years. The new one can be configured beside the old one ahead of time
/// ([`with_alipay_cert`](Self::with_alipay_cert)), or be taken when its number first appears
/// ([`trust`](Self::trust)).
#[derive(Clone, Debug)]
pub struct Certificates {
    app: Certificate,
    app_key: PublicKey,
    /// The first is the one that counts when a message names none.
    alipay: Vec<(Certificate, PublicKey)>,
    roots: RootCertificates,
}

/// No certificate of Alipay with this number is configured: download it by its number, or configure it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownSn;

impl fmt::Display for UnknownSn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no Alipay certificate with this `alipay_cert_sn` is configured")
    }
}

impl std::error::Error for UnknownSn {}

impl Certificates {
    /// Puts the three together. What is given here is believed as it is, for the chains of the sandbox end nowhere and
    /// those of a test are its own; with real money it must be [`verified`](Self::verified). Certificates that arrive later
    /// are always checked against the roots.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when a certificate has no RSA key, or when Alipay's is the application's.
    pub fn new(app: Certificate, alipay: Certificate, roots: RootCertificates) -> Result<Self, ConfigError> {
        let app_key = key(APP, &app)?;
        Self { app, app_key, alipay: Vec::new(), roots }.with_alipay_cert(alipay)
    }

    /// Takes the texts of the three files.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when a text is not of its kind, and as of [`new`](Self::new).
    pub fn from_pem(app_cert: &str, alipay_cert: &str, root_cert: &str) -> Result<Self, ConfigError> {
        let (app, alipay) = (Certificate::named(APP, app_cert)?, Certificate::named(ALIPAY, alipay_cert)?);
        Self::new(app, alipay, RootCertificates::from_pem(root_cert)?)
    }

    /// One more certificate of Alipay, such as the next one: messages signed with either are taken.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the certificate has no RSA key, or the application's.
    pub fn with_alipay_cert(mut self, alipay: Certificate) -> Result<Self, ConfigError> {
        let key = key(ALIPAY, &alipay)?;
        if key.is_same_as(&self.app_key) {
            let advice = "has the application's own key: put alipayCertPublicKey_RSA2.crt here";
            return Err(ConfigError::Invalid(ALIPAY, advice));
        }
        self.add(alipay, key);
        Ok(self)
    }

    /// Takes a certificate that was downloaded when its number appeared in an answer, for messages from then on. The
    /// answer that brought it is signed with the very key in question, so everything rests on the certificate: a chain
    /// must lead to the roots, be valid `now`, and the name in it must be the one in Alipay's present certificate,
    /// because every merchant's certificate comes from the same roots.
    ///
    /// # Errors
    ///
    /// [`TrustError`], and nothing has changed.
    pub fn trust(&self, alipay_cert: &str, now: Timestamp) -> Result<Self, TrustError> {
        let certificate = Certificate::named(ALIPAY, alipay_cert).map_err(|_| TrustError::Malformed)?;
        let key = key(ALIPAY, &certificate).map_err(|_| TrustError::Malformed)?;
        let name = certificate.common_name().ok_or(TrustError::OtherSubject)?;
        let ours = self.alipay_certs().any(|known| known.common_name() == Some(name));
        if !ours || key.is_same_as(&self.app_key) {
            return Err(TrustError::OtherSubject);
        }
        // A download may bring the certificate alone; its issuer stood in the files then.
        certificate.verify_chain_with(&self.between(), &self.roots, now)?;
        let mut next = self.clone();
        next.add(certificate, key);
        Ok(next)
    }

    /// The same files, when they are fit for real money: a chain leads from the application's certificate and from each of
    /// Alipay's to the given roots, everyone in it is valid `now`, and no key is shorter than 2048 bits. An expired
    /// certificate of Alipay's has had its time: take it out.
    ///
    /// The chains of the sandbox do not end in its root file, so its files do not pass.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] with the file and the reason.
    pub fn verified(self, now: Timestamp) -> Result<Self, ConfigError> {
        let between = self.between();
        let alipay = self.alipay_certs().map(|certificate| (ALIPAY, certificate));
        for (name, certificate) in std::iter::once((APP, &self.app)).chain(alipay) {
            let believed = certificate.verify_chain_with(&between, &self.roots, now);
            believed.map_err(|reason| ConfigError::Invalid(name, reason.as_str()))?;
        }
        Ok(self)
    }

    /// What stands between a certificate and a root: the followers in all files.
    fn between(&self) -> Vec<Certificate> {
        let files = std::iter::once(&self.app).chain(self.alipay_certs());
        files.flat_map(Certificate::others).cloned().collect()
    }

    fn add(&mut self, certificate: Certificate, key: PublicKey) {
        if !self.alipay.iter().any(|(known, _)| known.sn() == certificate.sn()) {
            self.alipay.push((certificate, key));
        }
    }

    /// The key that a message is verified with: the one of the certificate with the number that the message names, or
    /// of the first one configured when it names none. A number only chooses among the certificates that are here.
    ///
    /// # Errors
    ///
    /// [`UnknownSn`] when no certificate here has that number.
    pub fn key_for(&self, sn: Option<&str>) -> Result<&PublicKey, UnknownSn> {
        let mut certificates = self.alipay.iter();
        let found = match sn {
            Some(sn) => certificates.find(|(certificate, _)| certificate.sn() == sn),
            None => certificates.next(),
        };
        found.map(|(_, key)| key).ok_or(UnknownSn)
    }

    /// Alipay's certificates, those that came later last.
    pub fn alipay_certs(&self) -> impl Iterator<Item = &Certificate> {
        self.alipay.iter().map(|(certificate, _)| certificate)
    }

    /// The application's certificate.
    #[must_use]
    pub fn app_cert(&self) -> &Certificate {
        &self.app
    }

    /// The key in the application's certificate; the private key must be its other half.
    #[must_use]
    pub fn app_key(&self) -> &PublicKey {
        &self.app_key
    }

    /// `app_cert_sn` of requests.
    #[must_use]
    pub fn app_cert_sn(&self) -> &str {
        self.app.sn()
    }

    /// `alipay_root_cert_sn` of requests.
    #[must_use]
    pub fn root_cert_sn(&self) -> &str {
        self.roots.sn()
    }
}

fn key(name: &'static str, certificate: &Certificate) -> Result<PublicKey, ConfigError> {
    let none = ConfigError::Invalid(name, "has no RSA key: download the RSA2 certificate");
    certificate.public_key().cloned().ok_or(none)
}
