//! Alipay's root file.

use std::{fmt, sync::Arc};

use super::Certificate;
use crate::protocol::{ConfigError, rsa::armour};

const NAME: &str = "root certificates";

/// The certificates of `alipayRootCert.crt` that are signed with RSA. The file holds others too, of SM2 and of
/// elliptic curves; what cannot be read or used is passed over. A clone is a reference.
#[derive(Clone)]
pub struct RootCertificates(Arc<(String, Vec<Certificate>)>);

impl RootCertificates {
    /// Takes the text of the file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when no certificate in it is signed with RSA.
    pub fn from_pem(text: &str) -> Result<Self, ConfigError> {
        if text.len() > armour::MAX_TEXT {
            return Err(ConfigError::Invalid(NAME, "are longer than Alipay's file: is this the right one?"));
        }
        let roots: Vec<_> = Certificate::bundle(text).filter(is_signed_with_rsa).collect();
        if roots.is_empty() {
            let advice = "hold none that is signed with RSA: put the text of alipayRootCert.crt here";
            return Err(ConfigError::Invalid(NAME, advice));
        }
        let numbers: Vec<&str> = roots.iter().map(Certificate::sn).collect();
        Ok(Self(Arc::new((numbers.join("_"), roots))))
    }

    /// The number that `alipay_root_cert_sn` carries: those of the certificates that are signed with RSA, in the order
    /// of the file, joined by `_` (Alipay, *Certificate signing*).
    #[must_use]
    pub fn sn(&self) -> &str {
        &self.0.0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.0.1.iter()
    }
}

/// Everything under `1.2.840.113549.1.1`, PKCS#1.
fn is_signed_with_rsa(certificate: &Certificate) -> bool {
    certificate.algorithm().is_some_and(|oid| oid.to_string().starts_with("1.2.840.113549.1.1."))
}

impl fmt::Debug for RootCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
