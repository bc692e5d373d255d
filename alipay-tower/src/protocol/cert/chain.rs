//! From a certificate up to a root that is kept locally: signatures, dates, and who may issue.

use std::fmt;

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
    UnparsedPublicKey,
};
use x509_cert::{
    der::Encode,
    ext::pkix::{BasicConstraints, KeyUsage},
};

use super::{Certificate, RootCertificates};
use crate::protocol::{Timestamp, rsa::MIN_RSA2_BITS};

/// Why a certificate is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustError {
    /// A certificate of the chain is no longer valid.
    Expired,
    /// An issuer may not issue certificates, or not so many steps away; or the certificate may not sign messages.
    Forbidden,
    /// Nobody known issued it: no way leads to a root that is kept locally.
    Issuer,
    /// The text is no certificate, or one without an RSA key.
    Malformed,
    /// A certificate of the chain is not valid yet.
    NotYetValid,
    /// It is somebody else's: every merchant's certificates come from the same roots.
    OtherSubject,
    /// A signature in the chain is wrong.
    Signature,
    /// An algorithm that is not SHA-2 with RSA, or a critical extension that is not understood.
    Unsupported,
    /// The key is shorter than 2048 bits.
    Weak,
}

impl TrustError {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "a certificate of the chain has expired",
            Self::Forbidden => "a certificate of the chain is used for what it was not issued for",
            Self::Issuer => "no chain leads to a certificate of the local root file: download it again",
            Self::Malformed => "not a certificate with an RSA key",
            Self::NotYetValid => "a certificate of the chain is not valid yet: is the clock right?",
            Self::OtherSubject => "the certificate is not the one of Alipay for this merchant",
            Self::Signature => "a signature in the certificate chain is wrong",
            Self::Unsupported => {
                "the certificate chain has an algorithm or an extension that is not supported"
            }
            Self::Weak => "the key in the certificate is shorter than 2048 bits",
        }
    }
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for TrustError {}

impl Certificate {
    /// Whether a chain leads from this certificate, by way of those that followed it in its file, to one of the roots,
    /// and may be believed at this moment: every signature, every validity, the right to issue of everyone above.
    ///
    /// RSA with SHA-256, SHA-384 or SHA-512 and keys of 2048 bits and more, as in Alipay's chains of today. The
    /// chains of the sandbox do not end in its root file.
    ///
    /// # Errors
    ///
    /// [`TrustError`], the reason that stood nearest to a root.
    pub fn verify_chain(&self, roots: &RootCertificates, now: Timestamp) -> Result<(), TrustError> {
        self.verify_chain_with(&[], roots, now)
    }

    /// The same, with more certificates that may stand between.
    pub(super) fn verify_chain_with(
        &self,
        more: &[Self],
        roots: &RootCertificates,
        now: Timestamp,
    ) -> Result<(), TrustError> {
        if self.public_key().is_some_and(|key| key.bits() < MIN_RSA2_BITS) {
            return Err(TrustError::Weak);
        }
        let constraints = self.constraints()?;
        let signs = self.usage()?.is_none_or(|usage| usage.digital_signature() || usage.non_repudiation());
        if constraints.is_some_and(|constraints| constraints.ca) || !signs {
            return Err(TrustError::Forbidden);
        }
        let mut others: Vec<_> = self.others().iter().chain(more).map(Some).collect();
        self.climb(0, &mut others, roots, now)
    }

    /// One step up after another. A certificate between is tried once and then gone, so a ring ends.
    fn climb(
        &self,
        below: u8,
        others: &mut [Option<&Self>],
        roots: &RootCertificates,
        now: Timestamp,
    ) -> Result<(), TrustError> {
        self.usable(now)?;
        let mut problem = TrustError::Issuer;
        for root in roots.iter().filter(|root| root.is_named_by(self)) {
            match root.usable(now).and_then(|()| self.issued_by(root, below)) {
                Ok(()) => return Ok(()),
                Err(error) => problem = error,
            }
        }
        for index in 0..others.len() {
            let Some(slot) = others.get_mut(index) else { break };
            let Some(issuer) = slot.take_if(|issuer| issuer.is_named_by(self)) else { continue };
            let above = below.checked_add(1).ok_or(TrustError::Issuer)?;
            match self.issued_by(issuer, below).and_then(|()| issuer.climb(above, others, roots, now)) {
                Ok(()) => return Ok(()),
                Err(error) => problem = error,
            }
        }
        Err(problem)
    }

    fn is_named_by(&self, issued: &Self) -> bool {
        self.tbs().subject() == issued.tbs().issuer()
    }

    fn usable(&self, now: Timestamp) -> Result<(), TrustError> {
        // Basic constraints and key usage: the two that are read here.
        let known = ["2.5.29.15", "2.5.29.19"];
        let mut extensions = self.tbs().extensions().into_iter().flatten();
        if extensions
            .any(|extension| extension.critical && !known.contains(&extension.extn_id.to_string().as_str()))
        {
            Err(TrustError::Unsupported)
        } else if now < self.valid_from() {
            Err(TrustError::NotYetValid)
        } else if now > self.valid_until() {
            Err(TrustError::Expired)
        } else {
            Ok(())
        }
    }

    /// Whether `issuer` signed this certificate and might; `below` counts the issuers between it and the end.
    fn issued_by(&self, issuer: &Self, below: u8) -> Result<(), TrustError> {
        let constraints = issuer.constraints()?.filter(|constraints| constraints.ca);
        let constraints = constraints.ok_or(TrustError::Forbidden)?;
        let near = constraints.path_len_constraint.is_none_or(|length| below <= length);
        let issues = issuer.usage()?.is_none_or(|usage| usage.key_cert_sign());
        if !near || !issues {
            return Err(TrustError::Forbidden);
        }
        let algorithm = self.rsa_algorithm().ok_or(TrustError::Unsupported)?;
        let key = issuer.tbs().subject_public_key_info().to_der().map_err(|_| TrustError::Unsupported)?;
        let signature = self.signature().ok_or(TrustError::Signature)?;
        let key = UnparsedPublicKey::new(algorithm, key);
        key.verify(self.signed(), signature).map_err(|_| TrustError::Signature)
    }

    fn rsa_algorithm(&self) -> Option<&'static RsaParameters> {
        match self.algorithm()?.to_string().as_str() {
            "1.2.840.113549.1.1.11" => Some(&RSA_PKCS1_2048_8192_SHA256),
            "1.2.840.113549.1.1.12" => Some(&RSA_PKCS1_2048_8192_SHA384),
            "1.2.840.113549.1.1.13" => Some(&RSA_PKCS1_2048_8192_SHA512),
            _ => None,
        }
    }

    fn constraints(&self) -> Result<Option<BasicConstraints>, TrustError> {
        let found = self.tbs().get_extension().map_err(|_| TrustError::Unsupported)?;
        Ok(found.map(|(_, constraints)| constraints))
    }

    fn usage(&self) -> Result<Option<KeyUsage>, TrustError> {
        let found = self.tbs().get_extension().map_err(|_| TrustError::Unsupported)?;
        Ok(found.map(|(_, usage)| usage))
    }
}
