//! A merchant from both sides: as the shop is configured, and as Alipay sees it.

mod application;
mod certificates;
mod credentials;
mod der;
mod files;
mod spec;

use std::sync::{Arc, PoisonError, RwLock};

use alipay_tower::{
    ConfigError, GatewayUrl, Merchant,
    protocol::{AesKey, PrivateKey, Scheme},
};

pub(crate) use self::application::merchant as application_merchant;
pub(crate) use self::spec::{AlipayKey, Spec};
pub use self::{application::Application, certificates::CertificateFiles, credentials::Credentials};

/// One contract. With MD5 both sides hold the same key; with RSA each holds its own private key and the other's public
/// one.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// What the shop is configured with.
    pub(crate) shop: Merchant,
    /// The same at Alipay: it signs with Alipay's key.
    pub(crate) alipay: Merchant,
    /// Without, the shop signs with the key that both have.
    keys: Option<Keys>,
}

/// The keys of a merchant that signs with RSA.
#[derive(Clone, Debug)]
struct Keys {
    shop: PrivateKey,
    alipay: PrivateKey,
    /// Of an application in certificate mode; Alipay's can be renewed while the gateway runs.
    certificates: Option<Arc<RwLock<CertificateFiles>>>,
    content_key: Option<AesKey>,
}

impl Account {
    /// A contract with one shared key.
    pub(crate) fn shared_key(merchant: Merchant) -> Self {
        Self { shop: merchant.clone(), alipay: merchant, keys: None }
    }

    pub(crate) fn with_gateway(self, gateway: &GatewayUrl) -> Self {
        Self {
            shop: self.shop.with_gateway(gateway.clone()),
            alipay: self.alipay.with_gateway(gateway.clone()),
            ..self
        }
    }

    /// The PID, or the `app_id`.
    pub(crate) fn id(&self) -> &str {
        self.shop.id()
    }

    pub(crate) fn is_mapi(&self) -> bool {
        self.shop.scheme() == Scheme::Mapi
    }

    /// Whether the shop signed this text.
    pub(crate) fn verifies(&self, text: &[u8], sign: &[u8]) -> bool {
        match (&self.keys, std::str::from_utf8(sign)) {
            (None, _) => self.shop.sign_text(text).as_bytes() == sign,
            (Some(keys), Ok(sign)) => keys.shop.public().verifies(self.shop.sign_type(), text, sign),
            (Some(_), Err(_)) => false,
        }
    }

    /// What the shop is to be configured with, in full.
    pub(crate) fn credentials(&self) -> Credentials {
        let keys = self.keys.as_ref();
        Credentials {
            merchant: self.shop.clone(),
            private_key: keys.map(|keys| keys.shop.clone()),
            alipay_public_key: keys.map(|keys| keys.alipay.public().clone()),
            certificates: self.certificates(),
            content_key: self.content_key().cloned(),
        }
    }

    /// The files of certificate mode.
    pub(crate) fn certificates(&self) -> Option<CertificateFiles> {
        let files = self.keys.as_ref()?.certificates.as_ref()?;
        Some(files.read().unwrap_or_else(PoisonError::into_inner).clone())
    }

    pub(crate) fn content_key(&self) -> Option<&AesKey> {
        self.keys.as_ref()?.content_key.as_ref()
    }

    /// Alipay gets a new certificate for the key that it has; `None` in key mode.
    pub(crate) fn renew_certificate(&self) -> Option<Result<CertificateFiles, ConfigError>> {
        let files = self.keys.as_ref()?.certificates.as_ref()?;
        let mut files = files.write().unwrap_or_else(PoisonError::into_inner);
        Some(files.renewed().inspect(|next| next.clone_into(&mut files)))
    }

    /// Another merchant whose messages have the same key of Alipay's; `None` with MD5, where each has his own.
    pub(crate) fn neighbour(&self) -> Option<Merchant> {
        spec::neighbour(self).ok().flatten()
    }
}
