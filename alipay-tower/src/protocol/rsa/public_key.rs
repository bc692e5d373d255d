//! The key that verifies.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{
        ParsedPublicKey, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    },
};
use rsa::{
    pkcs1::DecodeRsaPublicKey,
    pkcs8::{DecodePublicKey, EncodePublicKey},
    traits::PublicKeyParts,
};

use super::{armour, kind::Kind, published};
use crate::protocol::{
    ConfigError, SignType,
    sign::{self, rsa::Hash},
};

/// The setting's name in errors.
const NAME: &str = "public key";

/// An RSA public key of 1024 to 4096 bits, most often Alipay's: the one that the console shows *after* the
/// application's own public key was uploaded (Alipay, *Keys*). It is parsed once; a clone is a reference.
///
/// ```
/// use alipay_tower::protocol::PublicKey;
///
/// // As the console shows it: bare base64, here of a 1024-bit key.
/// let key = PublicKey::new(
///     "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDxijgLQTMMjn+LMia7mHrcJLvBLrPXOyIyf9slHKcvhYXqxyXJ2W2XEJEG\
///      M1OjDL1RIw68SEq+dVFn9idbFLmWjOphfo5RoZRI20ILk4lkOfbtxVPfEO5jMpMAk1EithMwG5rJFPQ/j+cYfcOys06MieuD\
///      h9AqjyjvIV365+aRgQIDAQAB",
/// )?;
/// assert_eq!(key.bits(), 1024);
/// assert_eq!(format!("{key:?}"), "PublicKey(1024 bits, e72ff16563abeba3)");
/// # Ok::<(), alipay_tower::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct PublicKey(Arc<Inner>);

struct Inner {
    bits: u32,
    spki: Vec<u8>,
    sha1: ParsedPublicKey,
    sha256: ParsedPublicKey,
}

impl PublicKey {
    /// Takes a key as text: PEM or bare base64 of a `SubjectPublicKeyInfo` or of a PKCS#1 public key, told apart by
    /// their content. Line breaks, blanks and a byte order mark do not matter.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] that says what the text is, when it is anything else: a private key, a certificate, a key of
    /// another algorithm or size, a part of a key.
    pub fn new(text: &str) -> Result<Self, ConfigError> {
        let refused = |problem| ConfigError::Invalid(NAME, problem);
        let armour = armour::read(text).map_err(refused)?;
        let kind = Kind::of(&armour);
        let key = match kind {
            Kind::Pkcs1Public => rsa::PublicKey::from_pkcs1_der(&armour.der).ok(),
            Kind::SpkiPublic => rsa::PublicKey::from_public_key_der(&armour.der).ok(),
            _ => None,
        };
        let key = key.ok_or(refused(kind.instead_of_public()))?;
        Self::from_parts(&key).map_err(refused)
    }

    /// The one place where a key becomes ours: the size is checked, and the bytes are those of one encoding.
    pub(in crate::protocol) fn from_parts(key: &rsa::PublicKey) -> Result<Self, &'static str> {
        let bits = key.n().bit_width_vartime();
        if !(1024..=4096).contains(&bits) {
            return Err("must have 1024 to 4096 bits; Alipay makes keys of 2048");
        }
        let damaged = "is a damaged RSA key: copy it again, whole";
        let spki = key.to_public_key_der().map_err(|_| damaged)?.into_vec();
        let parsed = |algorithm| ParsedPublicKey::new(algorithm, &spki).map_err(|_| damaged);
        let sha1 = parsed(&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY)?;
        let sha256 = parsed(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY)?;
        Ok(Self(Arc::new(Inner { bits, spki, sha1, sha256 })))
    }

    /// The length of the modulus, in bits.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.0.bits
    }

    /// The beginning of the SHA-256 digest of the `SubjectPublicKeyInfo`, 16 hex digits: enough to tell keys apart in
    /// a log.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = digest(&SHA256, &self.0.spki);
        digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the two are one key, however they were written. A merchant whose key of Alipay is its own key
    /// verifies nothing.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.0.spki == other.0.spki
    }

    /// Whether everybody has the private half: a key of a test suite, of documentation or of the simulator.
    #[must_use]
    pub fn is_published_test_key(&self) -> bool {
        published::is_published(&self.fingerprint())
    }

    /// Whether `signature`, in base64, is this key's over these bytes. Messages are verified by
    /// [`Notification::authenticate`](crate::protocol::Notification::authenticate); this is for tools.
    #[must_use]
    pub fn verifies(&self, sign_type: SignType, text: &[u8], signature: &str) -> bool {
        Hash::of(sign_type).is_some_and(|hash| sign::rsa::verify(self, hash, text, signature.as_bytes()))
    }

    /// The key as PEM (`SubjectPublicKeyInfo`), for a console or for a file.
    #[must_use]
    pub fn to_pem(&self) -> String {
        armour::write("PUBLIC KEY", &self.0.spki)
    }

    pub(in crate::protocol) fn sha1(&self) -> &ParsedPublicKey {
        &self.0.sha1
    }

    pub(in crate::protocol) fn sha256(&self) -> &ParsedPublicKey {
        &self.0.sha256
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} bits, {})", self.bits(), self.fingerprint())
    }
}
