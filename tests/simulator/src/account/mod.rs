//! A merchant from both sides: as the shop is configured, and as Alipay sees it.

mod application;
mod certificates;
mod credentials;
mod der;
mod files;
mod rollover;
mod spec;

use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use alipay_tower::{
    ConfigError, GatewayUrl, Merchant,
    protocol::{AesKey, PrivateKey, Scheme},
};

pub(crate) use self::application::merchant as application_merchant;
use self::rollover::Certified;
pub(crate) use self::spec::{AlipayKey, Spec};
pub use self::{application::Application, certificates::CertificateFiles, credentials::Credentials};
use crate::notice::SignedNotice;

/// One contract. With MD5 both sides hold the same key; with RSA each holds its own private key and the other's public
/// one.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// What the shop is configured with.
    pub(crate) shop: Merchant,
    /// The same at Alipay: it signs with Alipay's key, as it was at the start.
    alipay: Merchant,
    /// Without, the shop signs with the key that both have.
    keys: Option<Keys>,
}

/// The keys of a merchant that signs with RSA.
#[derive(Clone, Debug)]
struct Keys {
    shop: PrivateKey,
    alipay: PrivateKey,
    /// Of an application in certificate mode; Alipay's part of it changes while the gateway runs.
    certified: Option<Arc<RwLock<Certified>>>,
    /// Whether messages name Alipay's certificate.
    names_certificate: bool,
    content_key: Option<AesKey>,
}

impl Keys {
    fn certified(self, files: Option<CertificateFiles>, alipay: Merchant) -> Self {
        let shop = self.shop.public().clone();
        let certified = files.map(|files| Arc::new(RwLock::new(Certified::new(files, alipay, shop))));
        Self { certified, ..self }
    }
}

impl Account {
    /// A contract with one shared key.
    pub(crate) fn shared_key(merchant: Merchant) -> Self {
        Self { shop: merchant.clone(), alipay: merchant, keys: None }
    }

    pub(crate) fn with_gateway(self, gateway: &GatewayUrl) -> Self {
        if let Some(mut certified) = self.certified() {
            certified.point_at(gateway);
        }
        Self {
            shop: self.shop.with_gateway(gateway.clone()),
            alipay: self.alipay.with_gateway(gateway.clone()),
            ..self
        }
    }

    /// The merchant as Alipay sees it: with the key that signs at this moment.
    pub(crate) fn alipay(&self) -> Merchant {
        self.certified().map_or_else(|| self.alipay.clone(), |certified| certified.alipay().clone())
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
        Some(self.certified()?.files().clone())
    }

    /// A certificate of Alipay's by its number, the next one too.
    pub(crate) fn certificate(&self, sn: &str) -> Option<String> {
        self.certified()?.find(sn).map(|leaf| leaf.pem.clone())
    }

    /// A forger's certificate of this number, and the merchant as he signs for it.
    pub(crate) fn forged_certificate(&self, sn: &str) -> Option<Result<(String, Merchant), ConfigError>> {
        self.certified()?.forged(sn)
    }

    /// A message with the number of Alipay's certificate beside its signature, where messages have it.
    pub(crate) fn certify(&self, notice: SignedNotice) -> SignedNotice {
        let named = self.keys.as_ref().is_some_and(|keys| keys.names_certificate);
        match self.certificates().filter(|_| named).map(|files| files.alipay_sn()) {
            Some(Ok(sn)) => notice.tamper("alipay_cert_sn", &sn),
            _ => notice,
        }
    }

    fn certified(&self) -> Option<RwLockWriteGuard<'_, Certified>> {
        let certified = self.keys.as_ref()?.certified.as_ref()?;
        Some(certified.write().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn content_key(&self) -> Option<&AesKey> {
        self.keys.as_ref()?.content_key.as_ref()
    }

    /// Alipay gets a new certificate for the key that it has; `None` in key mode.
    pub(crate) fn renew_certificate(&self) -> Option<Result<CertificateFiles, ConfigError>> {
        Some(self.certified()?.renew())
    }

    /// Alipay's next certificate, for another key, before it is used; `None` in key mode.
    pub(crate) fn announce_certificate(&self) -> Option<Result<String, ConfigError>> {
        Some(self.certified()?.announce())
    }

    /// Alipay signs with the key of its next certificate from now on; `None` in key mode.
    pub(crate) fn roll_certificate_over(&self) -> Option<Result<CertificateFiles, ConfigError>> {
        Some(self.certified()?.roll_over())
    }

    /// Another merchant whose messages have the same key of Alipay's; `None` with MD5, where each has his own.
    pub(crate) fn neighbour(&self) -> Option<Merchant> {
        spec::neighbour(self).ok().flatten()
    }
}
