//! Alipay's certificate of an application, as it changes while the gateway runs.

use alipay_tower::{
    ConfigError, GatewayUrl, Merchant,
    protocol::{PrivateKey, PublicKey},
};

use super::{CertificateFiles, application::merchant, certificates::Leaf};

/// Certificate mode of one application.
#[derive(Debug)]
pub(super) struct Certified {
    files: CertificateFiles,
    /// The application as Alipay sees it: with the key that it signs with now.
    alipay: Merchant,
    shop: PublicKey,
    /// The certificate that follows, which the console shows already.
    next: Option<(Leaf, PrivateKey)>,
}

impl Certified {
    pub(super) const fn new(files: CertificateFiles, alipay: Merchant, shop: PublicKey) -> Self {
        Self { files, alipay, shop, next: None }
    }

    pub(super) const fn files(&self) -> &CertificateFiles {
        &self.files
    }

    pub(super) const fn alipay(&self) -> &Merchant {
        &self.alipay
    }

    pub(super) fn point_at(&mut self, gateway: &GatewayUrl) {
        self.alipay = self.alipay.clone().with_gateway(gateway.clone());
    }

    /// Another certificate for the same key.
    pub(super) fn renew(&mut self) -> Result<CertificateFiles, ConfigError> {
        self.files = self.files.renewed()?;
        Ok(self.files.clone())
    }

    /// The certificate that follows, for another key.
    pub(super) fn announce(&mut self) -> Result<String, ConfigError> {
        if let Some((leaf, _)) = &self.next {
            return Ok(leaf.pem.clone());
        }
        let key = PrivateKey::generate()?;
        let leaf = self.files.certify_alipay(key.public())?;
        let pem = leaf.pem.clone();
        self.next = Some((leaf, key));
        Ok(pem)
    }

    /// The certificate that follows is the present one, and its key signs.
    pub(super) fn roll_over(&mut self) -> Result<CertificateFiles, ConfigError> {
        self.announce()?;
        if let Some((leaf, key)) = self.next.take() {
            self.alipay = self.signing_with(&key)?;
            self.files = self.files.clone().with_alipay(leaf, key.public().clone());
        }
        Ok(self.files.clone())
    }

    /// A certificate of Alipay's by its number.
    pub(super) fn find(&self, sn: &str) -> Option<&Leaf> {
        let next = self.next.as_ref().map(|(leaf, _)| leaf);
        let mut known = [Some(self.files.present()), next].into_iter().flatten();
        known.find(|leaf| leaf.sn().is_ok_and(|own| own == sn))
    }

    /// What a forger makes of the certificate with this number: the same names and the same number, from authorities that are
    /// nobody's; and the application as he signs for it.
    pub(super) fn forged(&self, sn: &str) -> Option<Result<(String, Merchant), ConfigError>> {
        let genuine = self.find(sn)?;
        let forge = || {
            let key = PrivateKey::generate()?;
            Ok((self.files.forged(genuine, key.public())?.pem, self.signing_with(&key)?))
        };
        Some(forge())
    }

    fn signing_with(&self, key: &PrivateKey) -> Result<Merchant, ConfigError> {
        let now = &self.alipay;
        let app_id = now.app_id().ok_or(ConfigError::Invalid("app_id", "belongs to certificate mode"))?;
        let seller_id = now.seller_id().clone();
        let signer = merchant(now.sign_type(), app_id.clone(), seller_id, key.clone(), self.shop.clone())?;
        let signer = signer.with_charset(now.charset()).with_gateway(now.gateway().clone());
        Ok(match now.seller_email() {
            Some(email) => signer.with_seller_email(email),
            None => signer,
        })
    }
}
