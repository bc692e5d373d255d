//! One X.509 certificate.

use std::{fmt, sync::Arc};

use md5::{Digest, Md5};
use rsa::pkcs8::DecodePublicKey;
use x509_cert::{
    TbsCertificate,
    der::{
        Decode, Encode,
        asn1::{AnyRef, ObjectIdentifier},
    },
    time::Time,
};

use super::{name, serial};
use crate::protocol::{
    ConfigError, PublicKey, Timestamp,
    rsa::{
        armour::{self, Armour},
        kind::Kind,
    },
};

/// More certificates than any file of Alipay holds.
const MAX_CERTIFICATES: usize = 32;

/// An X.509 certificate: the application's, Alipay's, or one between them and a root.
///
/// A clone is a reference.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    parsed: x509_cert::Certificate,
    /// The signed part, as it stood in the file: the signature is over these bytes and no other encoding of them.
    signed: Vec<u8>,
    sn: String,
    common_name: Option<String>,
    key: Option<PublicKey>,
    /// What followed it in its file.
    others: Vec<Certificate>,
}

impl Certificate {
    /// Takes a file whose first certificate counts; what follows it in Alipay's files is its issuer's, and kept for
    /// [`verify_chain`](Self::verify_chain). Followers that cannot be read are passed over.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] that says what the text is, when it does not begin with a certificate.
    pub fn from_pem(text: &str) -> Result<Self, ConfigError> {
        Self::named("certificate", text)
    }

    /// The same, for a setting of this name.
    pub(super) fn named(name: &'static str, text: &str) -> Result<Self, ConfigError> {
        let refused = |problem| ConfigError::Invalid(name, problem);
        if text.len() > armour::MAX_TEXT {
            return Err(refused("is longer than any certificate: is this the right file?"));
        }
        let first = armour::blocks(text).next().unwrap_or_else(|| armour::read(text)).map_err(refused)?;
        let others = armour::blocks(text).take(MAX_CERTIFICATES).skip(1);
        let others = others.filter_map(|block| Self::read(&block.ok()?, Vec::new()).ok()).collect();
        Self::read(&first, others).map_err(refused)
    }

    /// The certificates of a bundle, without those that cannot be read.
    pub(super) fn bundle(text: &str) -> impl Iterator<Item = Self> {
        armour::blocks(text)
            .take(MAX_CERTIFICATES)
            .filter_map(|block| Self::read(&block.ok()?, Vec::new()).ok())
    }

    fn read(armour: &Armour<'_>, others: Vec<Self>) -> Result<Self, &'static str> {
        let der = armour.der.as_slice();
        let Ok(parsed) = x509_cert::Certificate::from_der(der) else {
            return Err(Kind::of(armour).instead_of_certificate());
        };
        let elements = Vec::<AnyRef<'_>>::from_der(der).unwrap_or_default();
        let signed = elements.first().and_then(|signed| signed.to_der().ok()).ok_or(DAMAGED)?;
        let tbs = parsed.tbs_certificate();
        let serial = tbs.serial_number().as_bytes();
        if serial.first().is_some_and(|byte| *byte > 127) {
            return Err("has a negative serial number");
        }
        let issuer = name::text(tbs.issuer()).ok_or("has an issuer whose name is no text")?;
        let digest = Md5::new().chain_update(&issuer).chain_update(serial::decimal(serial)).finalize();
        let sn = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = tbs.subject_public_key_info().to_der().ok();
        let key = key.and_then(|der| rsa::PublicKey::from_public_key_der(&der).ok());
        let key = key.and_then(|key| PublicKey::from_parts(&key).ok());
        let common_name = name::common_name(tbs.subject());
        Ok(Self(Arc::new(Inner { signed, sn, common_name, key, others, parsed })))
    }

    /// The number that `app_cert_sn` and `alipay_cert_sn` carry: 32 hex digits of the MD5 of the issuer's name and the
    /// serial number in decimal (Alipay, *Certificate signing*). It is not the serial number of X.509.
    #[must_use]
    pub fn sn(&self) -> &str {
        &self.0.sn
    }

    /// The key; `None` when it is not an RSA key of 1024 to 4096 bits.
    #[must_use]
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.0.key.as_ref()
    }

    /// From when on it is valid.
    #[must_use]
    pub fn valid_from(&self) -> Timestamp {
        timestamp(self.tbs().validity().not_before)
    }

    /// The last second of its validity: two years after the first for Alipay's own.
    #[must_use]
    pub fn valid_until(&self) -> Timestamp {
        timestamp(self.tbs().validity().not_after)
    }

    pub(super) fn others(&self) -> &[Self] {
        &self.0.others
    }

    pub(super) fn common_name(&self) -> Option<&str> {
        self.0.common_name.as_deref()
    }

    pub(super) fn tbs(&self) -> &TbsCertificate {
        self.0.parsed.tbs_certificate()
    }

    pub(super) fn signed(&self) -> &[u8] {
        &self.0.signed
    }

    pub(super) fn signature(&self) -> Option<&[u8]> {
        self.0.parsed.signature().as_bytes()
    }

    /// The algorithm of the signature; `None` when the certificate names two.
    pub(super) fn algorithm(&self) -> Option<ObjectIdentifier> {
        let outer = self.0.parsed.signature_algorithm();
        (outer == self.tbs().signature()).then_some(outer.oid)
    }
}

const DAMAGED: &str = "is a damaged certificate: download it again";

fn timestamp(time: Time) -> Timestamp {
    let seconds = time.to_unix_duration().as_secs();
    Timestamp::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, until {})", self.sn(), self.valid_until())
    }
}
