//! What a merchant signs with, and what it takes for Alipay's hand: the keys of its configuration, old ones included.

#[cfg(feature = "rsa")]
use super::{ConfigError, PrivateKey, PublicKey};
use super::{Fields, Md5Key, SignType, fields::TextRule, sign};

/// Which of the configured keys verified a message. [`KeyMatch::Previous`] in the log says that a rotation is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyMatch {
    /// The key that the merchant signs with, or Alipay's present public key.
    Current,
    /// A key that is kept while it is being replaced.
    Previous,
}

impl KeyMatch {
    /// `current` or `previous`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Previous => "previous",
        }
    }
}

/// The keys of one merchant; the algorithm is theirs, never a message's.
#[derive(Clone, Debug)]
pub(super) enum Keys {
    Md5 {
        current: Md5Key,
        previous: Vec<Md5Key>,
    },
    #[cfg(feature = "rsa")]
    Rsa {
        own: PrivateKey,
        alipay: PublicKey,
        previous: Vec<PublicKey>,
        sign_type: SignType,
    },
}

/// A signature that verified: over which text, by which key.
pub(super) struct Verified {
    pub(super) text: Vec<u8>,
    pub(super) rule: TextRule,
    pub(super) key: KeyMatch,
}

impl Keys {
    /// The merchant's own key and Alipay's. The two are taken for each other so often that it is looked for here.
    #[cfg(feature = "rsa")]
    pub(super) fn rsa(own: PrivateKey, alipay: PublicKey, sign_type: SignType) -> Result<Self, ConfigError> {
        if own.public().is_same_as(&alipay) {
            return Err(OWN_KEY);
        }
        Ok(Self::Rsa { own, alipay, previous: Vec::new(), sign_type })
    }

    /// One more public key of Alipay's that is still taken.
    #[cfg(feature = "rsa")]
    pub(super) fn keep_rsa(&mut self, key: PublicKey) -> Result<(), ConfigError> {
        match self {
            Self::Md5 { .. } => Err(ConfigError::Invalid(
                "alipay_public_key",
                "this merchant signs with MD5 and has no use for it",
            )),
            Self::Rsa { own, .. } if own.public().is_same_as(&key) => Err(OWN_KEY),
            Self::Rsa { previous, .. } => {
                previous.push(key);
                Ok(())
            }
        }
    }

    pub(super) const fn sign_type(&self) -> SignType {
        match self {
            Self::Md5 { .. } => SignType::Md5,
            #[cfg(feature = "rsa")]
            Self::Rsa { sign_type, .. } => *sign_type,
        }
    }

    pub(super) fn keep_md5(&mut self, key: Md5Key) {
        match self {
            Self::Md5 { previous, .. } => previous.push(key),
            #[cfg(feature = "rsa")]
            Self::Rsa { .. } => drop(key),
        }
    }

    pub(super) fn sign(&self, text: &[u8]) -> String {
        match self {
            Self::Md5 { current, .. } => sign::md5::sign(text, current).into_iter().map(char::from).collect(),
            #[cfg(feature = "rsa")]
            Self::Rsa { own, sign_type, .. } => own.sign(*sign_type, text).unwrap_or_default(),
        }
    }

    /// Verifies the fields by each rule in turn; the first is the usual one.
    pub(super) fn verify(&self, fields: &Fields, rules: &[TextRule], signature: &[u8]) -> Option<Verified> {
        rules.iter().find_map(|rule| {
            let text = fields.text(*rule);
            let key = self.verify_text(&text, signature)?;
            Some(Verified { text, rule: *rule, key })
        })
    }

    fn verify_text(&self, text: &[u8], signature: &[u8]) -> Option<KeyMatch> {
        match self {
            Self::Md5 { current, previous } => {
                ring(current, previous, |key| sign::md5::verify(text, key, signature))
            }
            #[cfg(feature = "rsa")]
            Self::Rsa { alipay, previous, sign_type, .. } => {
                let hash = sign::rsa::Hash::of(*sign_type)?;
                ring(alipay, previous, |key| sign::rsa::verify(key, hash, text, signature))
            }
        }
    }
}

#[cfg(feature = "rsa")]
const OWN_KEY: ConfigError = ConfigError::Invalid(
    "alipay_public_key",
    "is the public half of your own private key: copy *Alipay's* public key from the console, which it shows after you have \
     uploaded yours",
);

fn ring<K>(current: &K, previous: &[K], verifies: impl Fn(&K) -> bool) -> Option<KeyMatch> {
    if verifies(current) {
        Some(KeyMatch::Current)
    } else {
        previous.iter().any(verifies).then_some(KeyMatch::Previous)
    }
}
