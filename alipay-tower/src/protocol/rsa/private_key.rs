//! The key that signs.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use rsa::{
    pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey},
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};
use zeroize::Zeroizing;

use super::{PublicKey, armour, kind::Kind};
use crate::protocol::{
    ConfigError, SignType, SigningFailed,
    sign::{self, rsa::Hash},
};

/// The setting's name in errors.
const NAME: &str = "private key";
const DAMAGED: &str = "is a damaged RSA private key: export it again";

/// The application's RSA private key, of 1024 to 4096 bits. It is parsed once; a clone is a reference.
///
/// It is never printed and never compared, and the copies of its text that are made on the way are wiped.
///
/// RSA2 with a key of 2048 bits and more is signed by AWS-LC. AWS-LC does not sign with SHA-1 (`sign_type=RSA`) nor
/// with shorter keys, which contracts of the classic gateway still ask for; those are signed by the `rsa` crate,
/// whose arithmetic takes constant time and is blinded with random numbers besides.
///
/// ```
/// use alipay_tower::protocol::{PrivateKey, PublicKey, SignType};
///
/// let key = PrivateKey::generate()?;
/// let again = PrivateKey::new(&key.dangerous_to_pem())?;
/// assert!(again.public().is_same_as(key.public()));
/// let sign = again.sign(SignType::Rsa2, b"a=b").expect("random numbers");
/// assert!(key.public().verifies(SignType::Rsa2, b"a=b", &sign));
/// assert!(PublicKey::new(&key.dangerous_to_pem()).unwrap_err().to_string().contains("is a private key"));
/// # Ok::<(), alipay_tower::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct PrivateKey(Arc<Inner>);

struct Inner {
    public: PublicKey,
    /// Whatever AWS-LC signs, it signs faster.
    fast: Option<KeyPair>,
    any: rsa::PrivateKey,
}

impl PrivateKey {
    /// Takes a key as text: PEM or bare base64 of PKCS#8 or PKCS#1, told apart by their content. Line breaks, blanks
    /// and a byte order mark do not matter.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] that says what the text is, when it is anything else: a public key, a certificate, an MD5
    /// key, an encrypted key, a key of another algorithm or size, a part of a key.
    pub fn new(text: &str) -> Result<Self, ConfigError> {
        let refused = |problem| ConfigError::Invalid(NAME, problem);
        let armour = armour::read(text).map_err(refused)?;
        let kind = Kind::of(&armour);
        let key = match kind {
            Kind::Pkcs1Private => rsa::PrivateKey::from_pkcs1_der(&armour.der).ok(),
            Kind::Pkcs8Private => rsa::PrivateKey::from_pkcs8_der(&armour.der).ok(),
            _ => None,
        };
        Self::from_parts(key.ok_or(refused(kind.instead_of_private()))?).map_err(refused)
    }

    /// A new key of 2048 bits, for a sandbox or a test; the public half goes into the console.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the system has no random numbers.
    pub fn generate() -> Result<Self, ConfigError> {
        let refused = |problem| ConfigError::Invalid(NAME, problem);
        let failed = "could not be made: the system gives no random numbers";
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| refused(failed))?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| refused(failed))?;
        let key = rsa::PrivateKey::from_pkcs8_der(der.as_ref()).map_err(|_| refused(failed))?;
        Self::from_parts(key).map_err(refused)
    }

    fn from_parts(any: rsa::PrivateKey) -> Result<Self, &'static str> {
        let public = PublicKey::from_parts(any.as_public_key())?;
        let fast = if public.bits() >= 2048 {
            let der = any.to_pkcs1_der().map_err(|_| DAMAGED)?;
            Some(KeyPair::from_der(der.as_bytes()).map_err(|_| DAMAGED)?)
        } else {
            None
        };
        Ok(Self(Arc::new(Inner { public, fast, any })))
    }

    /// The public half: what is uploaded to the console.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// The signature of any bytes, as the `sign` parameter carries it. Requests are signed by
    /// [`Merchant`](crate::Merchant); this is for tools.
    ///
    /// # Errors
    ///
    /// [`SigningFailed`] when `sign_type` is not [`SignType::Rsa`] or [`SignType::Rsa2`], or when the system has no
    /// random numbers.
    pub fn sign(&self, sign_type: SignType, text: &[u8]) -> Result<String, SigningFailed> {
        sign::rsa::sign(self, Hash::of(sign_type).ok_or(SigningFailed)?, text)
    }

    /// Whether everybody has this key: it belongs to a test suite, to documentation or to the simulator.
    #[must_use]
    pub fn is_published_test_key(&self) -> bool {
        self.public().is_published_test_key()
    }

    /// The key as PEM (PKCS#8), in the clear. Whoever reads it can sign as the application; it is for tools that
    /// make keys.
    #[must_use]
    pub fn dangerous_to_pem(&self) -> String {
        let der = self.0.any.to_pkcs8_der().map(|document| Zeroizing::new(document.as_bytes().to_vec()));
        armour::write("PRIVATE KEY", &der.unwrap_or_default())
    }

    pub(in crate::protocol) fn fast(&self) -> Option<&KeyPair> {
        self.0.fast.as_ref()
    }

    pub(in crate::protocol) fn any(&self) -> &rsa::PrivateKey {
        &self.0.any
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey([redacted] of {:?})", self.public())
    }
}
