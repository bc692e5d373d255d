//! An application of the OpenAPI generation.

use alipay_tower::{
    ConfigError, Merchant,
    protocol::{AesKey, AppId, PrivateKey, PublicKey, SellerId, SignType},
};

use super::{Account, CertificateFiles, Keys};

/// An application that a [gateway](crate::SimulatedGateway) is to know: its ids, and how it signs. Keys that are not
/// given are made when the gateway starts; [`credentials`](crate::SimulatedGateway::credentials) gives them to the shop.
///
/// ```
/// use alipay_simulator::{Application, SimulatedGateway};
/// use alipay_tower::protocol::{AppId, Scheme, SellerId};
///
/// # let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let (app_id, seller_id) = (AppId::new("9021000000000002")?, SellerId::new("2088000000000001")?);
/// let gateway = SimulatedGateway::builder()
///     .application(Application::new(app_id, seller_id).with_certificates())
///     .start()
///     .await?;
/// let credentials = gateway.credentials().remove(0);
/// assert_eq!(credentials.merchant().scheme(), Scheme::OpenApi);
/// assert!(credentials.certificates().is_some());
/// # Ok(()) })
/// # as Result<(), Box<dyn std::error::Error>>
/// # ;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "an application does nothing until a gateway knows it"]
pub struct Application {
    pub(super) app_id: AppId,
    seller_id: SellerId,
    seller_email: Option<String>,
    sign_type: SignType,
    app_key: Option<PrivateKey>,
    pub(super) alipay_key: Option<PrivateKey>,
    certified: bool,
    names_certificate: bool,
    content_key: Option<AesKey>,
}

impl Application {
    /// An application that signs with RSA2, in key mode.
    pub fn new(app_id: AppId, seller_id: SellerId) -> Self {
        Self {
            app_id,
            seller_id,
            seller_email: None,
            sign_type: SignType::Rsa2,
            app_key: None,
            alipay_key: None,
            certified: false,
            names_certificate: false,
            content_key: None,
        }
    }

    /// Both private keys: the application's, and the one that the gateway signs with as Alipay. The gateway has one
    /// Alipay key for all of its merchants: the first that it is given. Default: made at the start.
    pub fn with_keys(self, app: PrivateKey, alipay: PrivateKey) -> Self {
        Self { app_key: Some(app), alipay_key: Some(alipay), ..self }
    }

    /// The seller's login e-mail, which notifications name.
    pub fn with_seller_email(self, seller_email: impl Into<String>) -> Self {
        Self { seller_email: Some(seller_email.into()), ..self }
    }

    /// Signs with RSA (SHA-1), as old applications do. Default: RSA2.
    pub fn with_sha1(self) -> Self {
        Self { sign_type: SignType::Rsa, ..self }
    }

    /// Certificate mode: the gateway issues a chain for Alipay's key and a certificate for the application's, and demands
    /// the serial numbers in requests. Default: key mode.
    pub fn with_certificates(self) -> Self {
        Self { certified: true, ..self }
    }

    /// Notifications and returns name the certificate (`alipay_cert_sn`), which they do not sign, as some deliveries of
    /// Alipay's do. Certificate mode only. Default: no.
    pub fn with_certificate_named(self) -> Self {
        Self { names_certificate: true, ..self }
    }

    /// The AES key of the application: requests that are encrypted with it are answered so. Default: none.
    pub fn with_content_key(self, key: AesKey) -> Self {
        Self { content_key: Some(key), ..self }
    }

    pub(super) fn account(self, alipay: &PrivateKey) -> Result<Account, ConfigError> {
        let shop = self.app_key.map_or_else(PrivateKey::generate, Ok)?;
        let (app_id, seller_id) = (self.app_id, self.seller_id);
        let certificates = if self.certified {
            Some(CertificateFiles::issue(app_id.as_str(), &seller_id, shop.public(), alipay.public())?)
        } else {
            None
        };
        let named = |merchant: Merchant| match &self.seller_email {
            Some(email) => merchant.with_seller_email(email),
            None => merchant,
        };
        let side = |own: &PrivateKey, other: &PublicKey| {
            merchant(self.sign_type, app_id.clone(), seller_id.clone(), own.clone(), other.clone())
        };
        let own = match &certificates {
            None => side(&shop, alipay.public())?,
            Some(files) => files.merchant(app_id.clone(), seller_id.clone(), &shop)?,
        };
        let own = match &self.content_key {
            Some(key) => own.with_content_key(key.clone()),
            None => own,
        };
        let signer = named(side(alipay, shop.public())?);
        let keys = Keys {
            alipay: alipay.clone(),
            shop,
            certified: None,
            names_certificate: self.names_certificate,
            content_key: self.content_key,
        };
        Ok(Account {
            shop: named(own),
            alipay: signer.clone(),
            keys: Some(keys.certified(certificates, signer)),
        })
    }
}

/// One side of an application.
pub(crate) fn merchant(
    sign_type: SignType,
    app_id: AppId,
    seller_id: SellerId,
    own: PrivateKey,
    other: PublicKey,
) -> Result<Merchant, ConfigError> {
    match sign_type {
        SignType::Rsa => Merchant::openapi_rsa(app_id, seller_id, own, other),
        _ => Merchant::rsa2(app_id, seller_id, own, other),
    }
}
