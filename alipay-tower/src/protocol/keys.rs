//! What a merchant signs with, and what it takes for Alipay's hand: the keys of its configuration, old ones included.

#[cfg(feature = "rsa")]
use super::{Certificate, Certificates, ConfigError, PrivateKey, PublicKey, rsa::MIN_RSA2_BITS};
use super::{Fields, Md5Key, SignType, sign, text_rule::TextRule};

/// Which of the configured keys verified a message. [`KeyMatch::Previous`] in the log says that a rotation is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyMatch {
    /// The key that the merchant signs with, or Alipay's present public key.
    Current,
    /// A key that is kept while it is being replaced.
    Previous,
    /// None: the answer to a query of a merchant that [trusts TLS alone](super::XmlTrust::TlsOnly).
    Unsigned,
}

impl KeyMatch {
    /// `current`, `previous` or `unsigned`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Unsigned => "unsigned",
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
    /// Certificate mode, which is RSA2.
    #[cfg(feature = "rsa")]
    Certified {
        own: PrivateKey,
        certificates: Certificates,
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

    /// The merchant's own key and the files of the console, which belong together.
    #[cfg(feature = "rsa")]
    pub(super) fn certified(own: PrivateKey, certificates: Certificates) -> Result<Self, ConfigError> {
        if own.public().is_same_as(certificates.app_key()) {
            Ok(Self::Certified { own, certificates })
        } else {
            Err(ConfigError::Invalid("private key", "is not the one of the application's certificate"))
        }
    }

    /// Puts other files in the place of the present ones.
    #[cfg(feature = "rsa")]
    pub(super) fn renew(&mut self, files: Certificates) -> Result<(), ConfigError> {
        match self {
            Self::Certified { own, .. } => {
                *self = Self::certified(own.clone(), files)?;
                Ok(())
            }
            _ => Err(ConfigError::Invalid(
                "certificates",
                "belong to certificate mode, and this merchant has keys: make it one of certificates",
            )),
        }
    }

    /// Whether a message may name this certificate; without certificates nobody asks for the name.
    #[cfg_attr(not(feature = "rsa"), allow(clippy::unused_self))]
    pub(super) fn knows(&self, cert_sn: Option<&[u8]>) -> bool {
        #[cfg(feature = "rsa")]
        if let (Self::Certified { certificates, .. }, Some(sn)) = (self, cert_sn) {
            return sn.is_empty() || certificates.alipay_certs().any(|known| known.sn().as_bytes() == sn);
        }
        let _ = cert_sn;
        true
    }

    /// One more public key of Alipay's that is still taken.
    #[cfg(feature = "rsa")]
    pub(super) fn keep_rsa(&mut self, key: PublicKey) -> Result<(), ConfigError> {
        match self {
            Self::Md5 { .. } => Err(ConfigError::Invalid(
                "alipay_public_key",
                "this merchant signs with MD5 and has no use for it",
            )),
            Self::Certified { .. } => Err(ConfigError::Invalid(
                "alipay_public_key",
                "this merchant has certificates: give it Alipay's next certificate instead",
            )),
            Self::Rsa { own, .. } if own.public().is_same_as(&key) => Err(OWN_KEY),
            Self::Rsa { previous, .. } => {
                previous.push(key);
                Ok(())
            }
        }
    }

    /// Whether everybody has one of the MD5 keys, or the private half of one of the others.
    pub(super) fn are_published(&self) -> bool {
        match self {
            Self::Md5 { current, previous } => {
                sign::published::is_published(current) || previous.iter().any(sign::published::is_published)
            }
            #[cfg(feature = "rsa")]
            Self::Rsa { own, alipay, previous, .. } => {
                own.is_published_test_key()
                    || alipay.is_published_test_key()
                    || previous.iter().any(PublicKey::is_published_test_key)
            }
            #[cfg(feature = "rsa")]
            Self::Certified { own, certificates } => {
                let mut alipay = certificates.alipay_certs().filter_map(Certificate::public_key);
                own.is_published_test_key() || alipay.any(PublicKey::is_published_test_key)
            }
        }
    }

    /// The name of a key that is shorter than RSA2 is taken with. `RSA` has 1024 bits in old contracts.
    #[cfg(feature = "rsa")]
    pub(super) fn short(&self) -> Option<&'static str> {
        let is_short = |key: &PublicKey| key.bits() < MIN_RSA2_BITS;
        match self {
            Self::Rsa { own, alipay, previous, sign_type: SignType::Rsa2 } => {
                let alipay = std::iter::once(alipay).chain(previous).any(is_short);
                is_short(own.public()).then_some("private key").or(alipay.then_some("alipay_public_key"))
            }
            Self::Certified { own, certificates } => {
                let alipay = certificates.alipay_certs().filter_map(Certificate::public_key).any(is_short);
                is_short(own.public()).then_some("private key").or(alipay.then_some("Alipay certificate"))
            }
            Self::Md5 { .. } | Self::Rsa { .. } => None,
        }
    }

    #[cfg(not(feature = "rsa"))]
    #[allow(clippy::unused_self)]
    pub(super) const fn short(&self) -> Option<&'static str> {
        None
    }

    pub(super) const fn sign_type(&self) -> SignType {
        match self {
            Self::Md5 { .. } => SignType::Md5,
            #[cfg(feature = "rsa")]
            Self::Rsa { sign_type, .. } => *sign_type,
            #[cfg(feature = "rsa")]
            Self::Certified { .. } => SignType::Rsa2,
        }
    }

    pub(super) fn keep_md5(&mut self, key: Md5Key) {
        match self {
            Self::Md5 { previous, .. } => previous.push(key),
            #[cfg(feature = "rsa")]
            Self::Certified { .. } | Self::Rsa { .. } => drop(key),
        }
    }

    pub(super) fn sign(&self, text: &[u8]) -> String {
        match self {
            Self::Md5 { current, .. } => sign::md5::sign(text, current).into_iter().map(char::from).collect(),
            #[cfg(feature = "rsa")]
            Self::Rsa { own, sign_type, .. } => own.sign(*sign_type, text).unwrap_or_default(),
            #[cfg(feature = "rsa")]
            Self::Certified { own, .. } => own.sign(SignType::Rsa2, text).unwrap_or_default(),
        }
    }

    /// Verifies the fields by each rule in turn; the first is the usual one.
    pub(super) fn verify(
        &self,
        fields: &Fields,
        rules: impl IntoIterator<Item = TextRule>,
        signature: &[u8],
    ) -> Option<Verified> {
        let cert_sn = fields.get("alipay_cert_sn").filter(|sn| !sn.is_empty());
        rules.into_iter().find_map(|rule| {
            let text = fields.text(rule);
            let key = self.verify_text(&text, signature, cert_sn)?;
            Some(Verified { text, rule, key })
        })
    }

    /// The key that verifies a text. The number of a certificate only chooses among those that are here; a message that names
    /// none may be signed by any of them.
    pub(super) fn verify_text(
        &self,
        text: &[u8],
        signature: &[u8],
        cert_sn: Option<&[u8]>,
    ) -> Option<KeyMatch> {
        #[cfg(not(feature = "rsa"))]
        let _ = cert_sn;
        match self {
            Self::Md5 { current, previous } => {
                ring(current, previous, |key| sign::md5::verify(text, key, signature))
            }
            #[cfg(feature = "rsa")]
            Self::Rsa { alipay, previous, sign_type, .. } => {
                let hash = sign::rsa::Hash::of(*sign_type)?;
                ring(alipay, previous, |key| sign::rsa::verify(key, hash, text, signature))
            }
            #[cfg(feature = "rsa")]
            Self::Certified { certificates, .. } => {
                let named = |known: &&Certificate| cert_sn.is_none_or(|sn| known.sn().as_bytes() == sn);
                let mut keys = certificates.alipay_certs().filter(named).filter_map(Certificate::public_key);
                let verifies = |key| sign::rsa::verify(key, sign::rsa::Hash::Sha256, text, signature);
                keys.any(verifies).then_some(KeyMatch::Current)
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

#[cfg(test)]
#[cfg(feature = "rsa")]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::protocol::{
        AppId, AuthenticityError, Channel, GatewayUrl, Merchant, Notification, SellerId, SignedNotification,
    };

    static OWN: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());
    static ALIPAY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

    fn app() -> (AppId, SellerId) {
        (AppId::new("2021000000000001").unwrap(), SellerId::new("2088000000000001").unwrap())
    }

    fn merchant(alipay: &PublicKey) -> Merchant {
        let (app, seller) = app();
        Merchant::rsa2(app, seller, OWN.clone(), alipay.clone()).unwrap()
    }

    /// A notification whose signature covers `signed`, followed by what stands outside of it.
    fn receive(
        merchant: &Merchant,
        by: &PrivateKey,
        signed: &str,
        outside: &str,
    ) -> Result<SignedNotification, AuthenticityError> {
        let sign = by.sign(SignType::Rsa2, signed.as_bytes()).unwrap().replace('+', "%2B");
        let body = format!("{signed}{outside}&sign={sign}&sign_type=RSA2");
        Notification::parse(Channel::Notify, body.as_bytes()).unwrap().authenticate(merchant)
    }

    #[test]
    fn what_stands_outside_the_signature_is_not_handed_on() {
        let merchant = merchant(ALIPAY.public());
        let text = "app_id=2021000000000001&body=&notify_id=1";
        assert_eq!(receive(&merchant, &ALIPAY, text, "").unwrap().field("body"), None);
        for outside in ["&subject=", "&alipay_cert_sn=0123", "&alipay_cert_sn=0123&subject="] {
            let signed = receive(&merchant, &ALIPAY, "app_id=2021000000000001&notify_id=1", outside).unwrap();
            let names: Vec<_> = signed.fields().map(|(name, _)| name).collect();
            assert_eq!(names, ["app_id", "notify_id", "sign", "sign_type"], "{outside}");
        }
        for outside in ["&subject=x", "&refund_fee=1.00", "&alipay_cert_sn=0123&subject=x"] {
            assert!(receive(&merchant, &ALIPAY, text, outside).is_err(), "{outside}");
        }
        let with = "alipay_cert_sn=0123&app_id=2021000000000001&notify_id=1";
        assert_eq!(receive(&merchant, &ALIPAY, with, "").unwrap().field("alipay_cert_sn"), Some("0123"));
    }

    #[test]
    fn the_message_chooses_nothing() {
        let merchant = merchant(ALIPAY.public());
        let text = "app_id=2021000000000001&notify_id=1";
        for (label, sign_type) in [("RSA", SignType::Rsa), ("RSA2", SignType::Rsa), ("rsa2", SignType::Rsa2)]
        {
            let sign = ALIPAY.sign(sign_type, text.as_bytes()).unwrap().replace('+', "%2B");
            let body = format!("{text}&sign={sign}&sign_type={label}");
            let message = Notification::parse(Channel::Notify, body.as_bytes()).unwrap();
            assert!(message.authenticate(&merchant).is_err(), "{label}");
        }
        // Our own requests are signed by another key than Alipay's messages.
        assert!(receive(&merchant, &OWN, text, "").is_err());
        assert_eq!(
            receive(&merchant, &ALIPAY, "app_id=2021000000000002&notify_id=1", "").unwrap_err(),
            AuthenticityError::App
        );
    }

    #[test]
    fn test_keys_and_test_gateways_are_not_for_production() {
        let merchant = merchant(ALIPAY.public());
        assert_eq!(merchant.gateway().as_str(), GatewayUrl::OPENAPI);
        assert!(merchant.clone().for_production().is_ok());
        for gateway in ["http://127.0.0.1:4001/gateway.do", GatewayUrl::OPENAPI_SANDBOX, GatewayUrl::SANDBOX]
        {
            let merchant = merchant.clone().with_gateway(GatewayUrl::new(gateway).unwrap());
            assert!(merchant.for_production().is_err(), "{gateway}");
        }
        let published = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDxijgLQTMMjn+LMia7mHrcJLvBLrPXOyIyf9slHKcvhYXqxyXJ2W2XE\
             JEGM1OjDL1RIw68SEq+dVFn9idbFLmWjOphfo5RoZRI20ILk4lkOfbtxVPfEO5jMpMAk1EithMwG5rJFPQ/j+cYfcOys06Mieu\
             Dh9AqjyjvIV365+aRgQIDAQAB";
        let published = PublicKey::new(published).unwrap();
        assert!(merchant.with_previous_alipay_key(published).unwrap().for_production().is_err());
    }
}
