//! What a shop is configured with.

use alipay_tower::{
    Merchant,
    protocol::{AesKey, PrivateKey, PublicKey},
};

use super::CertificateFiles;

/// Everything that a shop needs to be this merchant of the simulated gateway, as the merchant console would show it.
/// From [`SimulatedGateway::credentials`](crate::SimulatedGateway::credentials).
#[derive(Clone, Debug)]
pub struct Credentials {
    pub(super) merchant: Merchant,
    pub(super) private_key: Option<PrivateKey>,
    pub(super) alipay_public_key: Option<PublicKey>,
    pub(super) certificates: Option<CertificateFiles>,
    pub(super) content_key: Option<AesKey>,
}

impl Credentials {
    /// The shop's side, ready to use, pointing at the gateway.
    #[must_use]
    pub const fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    /// The shop's private key; `None` with MD5.
    #[must_use]
    pub const fn private_key(&self) -> Option<&PrivateKey> {
        self.private_key.as_ref()
    }

    /// Alipay's public key, as the console shows it; `None` with MD5.
    #[must_use]
    pub const fn alipay_public_key(&self) -> Option<&PublicKey> {
        self.alipay_public_key.as_ref()
    }

    /// The three files of certificate mode, as they were last issued.
    #[must_use]
    pub const fn certificates(&self) -> Option<&CertificateFiles> {
        self.certificates.as_ref()
    }

    /// The AES key, of an application with content encryption.
    #[must_use]
    pub const fn content_key(&self) -> Option<&AesKey> {
        self.content_key.as_ref()
    }
}
