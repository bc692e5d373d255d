//! A merchant from both sides: as the shop is configured, and as Alipay sees it.

use alipay_tower::{GatewayUrl, Merchant, protocol::Scheme};

/// One contract. With MD5 both sides hold the same key; with RSA each holds its own private key and the other's public
/// one.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// What the shop is configured with.
    pub(crate) shop: Merchant,
    /// The same at Alipay: it signs with Alipay's key.
    pub(crate) alipay: Merchant,
}

impl Account {
    /// A contract with one shared key.
    pub(crate) fn shared_key(merchant: Merchant) -> Self {
        Self { shop: merchant.clone(), alipay: merchant }
    }

    pub(crate) fn with_gateway(self, gateway: &GatewayUrl) -> Self {
        Self {
            shop: self.shop.with_gateway(gateway.clone()),
            alipay: self.alipay.with_gateway(gateway.clone()),
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
        self.shop.sign_text(text).as_bytes() == sign
    }
}
