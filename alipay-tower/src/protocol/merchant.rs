//! Who we are, and what we sign and verify with.

#[cfg(feature = "rsa")]
use super::{AesKey, PrivateKey, PublicKey};
use super::{
    AppId, AuthenticityError, Channel, Charset, ConfigError, Fields, GatewayUrl, Md5Key, ParseError,
    PartnerId, RequestError, Scheme, SellerId, SignType, SignedRequest, XmlTrust,
    keys::{Keys, Verified},
    text_rule::TextRule,
};

/// A merchant: its ids, its keys, the charset and the gateway of its contract.
///
/// Everything that decides how a message is verified is here, and nothing of it can be chosen by a message.
///
/// ```
/// use alipay_tower::{Merchant, protocol::{Md5Key, PartnerId}};
///
/// let merchant = Merchant::md5(
///     PartnerId::new("2088000000000001")?,
///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
/// )
/// .with_seller_email("seller@example.com");
/// # Ok::<(), alipay_tower::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Merchant {
    /// Whose generation is the OpenAPI one.
    app_id: Option<AppId>,
    partner: PartnerId,
    seller_id: SellerId,
    seller_email: Option<String>,
    charset: Charset,
    gateway: GatewayUrl,
    pub(super) keys: Keys,
    xml_trust: XmlTrust,
    #[cfg(feature = "rsa")]
    pub(super) content_key: Option<AesKey>,
}

impl Merchant {
    /// A merchant of the classic gateway whose contract signs with MD5. The seller is the partner itself, the charset
    /// `utf-8`, the gateway the mainland's, until said otherwise.
    #[must_use]
    pub fn md5(partner: PartnerId, key: Md5Key) -> Self {
        Self::mapi(partner, Keys::Md5 { current: key, previous: Vec::new() })
    }

    /// A merchant of the classic gateway whose contract signs with RSA (SHA-1): the merchant's private key and Alipay's
    /// public key.
    ///
    /// All merchants of the classic gateway share Alipay's key, so messages of the mainland products must name this
    /// merchant's seller.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] when the public key is the merchant's own.
    #[cfg(feature = "rsa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
    pub fn rsa(
        partner: PartnerId,
        private_key: PrivateKey,
        alipay_public_key: PublicKey,
    ) -> Result<Self, ConfigError> {
        Ok(Self::mapi(partner, Keys::rsa(private_key, alipay_public_key, SignType::Rsa)?))
    }

    /// An application of the OpenAPI generation (RSA2, which is SHA-256): its private key and the public key that Alipay's
    /// console shows for it. The gateway is the production one until said otherwise.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] when the public key is the application's own.
    #[cfg(feature = "rsa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
    pub fn rsa2(
        app_id: AppId,
        seller_id: SellerId,
        private_key: PrivateKey,
        alipay_public_key: PublicKey,
    ) -> Result<Self, ConfigError> {
        Self::openapi(app_id, seller_id, private_key, alipay_public_key, SignType::Rsa2)
    }

    /// An old application of the OpenAPI generation that still signs with RSA (SHA-1).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] when the public key is the application's own.
    #[cfg(feature = "rsa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
    pub fn openapi_rsa(
        app_id: AppId,
        seller_id: SellerId,
        private_key: PrivateKey,
        alipay_public_key: PublicKey,
    ) -> Result<Self, ConfigError> {
        Self::openapi(app_id, seller_id, private_key, alipay_public_key, SignType::Rsa)
    }

    #[cfg(feature = "rsa")]
    fn openapi(
        app_id: AppId,
        seller_id: SellerId,
        private_key: PrivateKey,
        alipay_public_key: PublicKey,
        sign_type: SignType,
    ) -> Result<Self, ConfigError> {
        Ok(Self::application(app_id, seller_id, Keys::rsa(private_key, alipay_public_key, sign_type)?))
    }

    #[cfg(feature = "rsa")]
    pub(super) fn application(app_id: AppId, seller_id: SellerId, keys: Keys) -> Self {
        let partner = PartnerId::from(&seller_id);
        let (charset, gateway) = (Charset::default(), GatewayUrl::openapi());
        Self {
            app_id: Some(app_id),
            partner,
            seller_id,
            seller_email: None,
            charset,
            gateway,
            keys,
            xml_trust: XmlTrust::default(),
            #[cfg(feature = "rsa")]
            content_key: None,
        }
    }

    /// A public key of Alipay's that is being replaced: messages that it verifies are still taken, and the log says so.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] for a merchant that signs with MD5, and for the merchant's own public key.
    #[cfg(feature = "rsa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
    pub fn with_previous_alipay_key(mut self, key: PublicKey) -> Result<Self, ConfigError> {
        self.keys.keep_rsa(key)?;
        Ok(self)
    }

    fn mapi(partner: PartnerId, keys: Keys) -> Self {
        // The two ids have one form, so a partner's id is always a seller's.
        let seller_id = SellerId::from(&partner);
        let (charset, gateway) = (Charset::default(), GatewayUrl::default());
        Self {
            app_id: None,
            partner,
            seller_id,
            seller_email: None,
            charset,
            gateway,
            keys,
            xml_trust: XmlTrust::default(),
            #[cfg(feature = "rsa")]
            content_key: None,
        }
    }

    /// An MD5 key that is being replaced: messages signed with it are still taken, and the log says so. Requests are
    /// signed with the present key alone. It is kept for nothing by a merchant that does not sign with MD5.
    #[must_use]
    pub fn with_previous_key(mut self, key: Md5Key) -> Self {
        self.keys.keep_md5(key);
        self
    }

    /// The same merchant, when it is fit for real money.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] for a key that everybody has (of a test suite, of documentation, of the simulator), for
    /// one of less than 2048 bits where the contract is RSA2, for the simulator, and for a sandbox. It knows no clock, so the
    /// files of certificate mode are [verified](super::Certificates::verified) apart.
    pub fn for_production(self) -> Result<Self, ConfigError> {
        let problem = |name, problem| Err(ConfigError::Invalid(name, problem));
        if let Some(name) = self.keys.short() {
            problem(name, "is shorter than 2048 bits, which RSA2 needs: make a new one in Alipay's console")
        } else if self.keys.are_published() {
            problem("key", "is a published test key, with which everybody can sign: take your own")
        } else if self.gateway.is_plain_http() {
            problem("gateway", "is a simulator on this machine: take the production gateway")
        } else if self.gateway.is_sandbox() {
            problem("gateway", "is a sandbox, where no money moves: take the production gateway")
        } else {
            Ok(self)
        }
    }

    /// The account that receives the money, when it is not the partner's own.
    #[must_use]
    pub fn with_seller_id(self, seller_id: SellerId) -> Self {
        Self { seller_id, ..self }
    }

    /// The seller's login e-mail (or mobile number). A message that names another one is refused, letter case aside.
    #[must_use]
    pub fn with_seller_email(self, seller_email: impl Into<String>) -> Self {
        Self { seller_email: Some(seller_email.into()), ..self }
    }

    /// The charset of requests and messages. Default: `utf-8`.
    #[must_use]
    pub fn with_charset(self, charset: Charset) -> Self {
        Self { charset, ..self }
    }

    /// The gateway that buyers are sent to and questions are put to. Default: [`GatewayUrl::MAINLAND`].
    #[must_use]
    pub fn with_gateway(self, gateway: GatewayUrl) -> Self {
        Self { gateway, ..self }
    }

    /// What must vouch for an answer of the classic gateway. Default: its [signature](XmlTrust::Signed); the rule by which
    /// answers are signed is known from implementations alone, so it can be given up.
    #[must_use]
    pub fn with_dangerous_xml_trust(self, xml_trust: XmlTrust) -> Self {
        Self { xml_trust, ..self }
    }

    /// What must vouch for an answer of the classic gateway.
    #[must_use]
    pub const fn xml_trust(&self) -> XmlTrust {
        self.xml_trust
    }

    /// The generation of the gateway.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        if self.app_id.is_some() { Scheme::OpenApi } else { Scheme::Mapi }
    }

    /// The application, of a merchant of the OpenAPI generation.
    #[must_use]
    pub const fn app_id(&self) -> Option<&AppId> {
        self.app_id.as_ref()
    }

    /// What the merchant is called in logs: its `app_id`, or its `partner`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.app_id().map_or(self.partner.as_str(), AppId::as_str)
    }

    /// The merchant's PID; of an application of the OpenAPI generation, which names none, its seller's.
    #[must_use]
    pub const fn partner(&self) -> &PartnerId {
        &self.partner
    }

    /// The account that receives the money.
    #[must_use]
    pub const fn seller_id(&self) -> &SellerId {
        &self.seller_id
    }

    /// The seller's login e-mail, when configured.
    #[must_use]
    pub fn seller_email(&self) -> Option<&str> {
        self.seller_email.as_deref()
    }

    /// The charset of requests and messages.
    #[must_use]
    pub const fn charset(&self) -> Charset {
        self.charset
    }

    /// The gateway.
    #[must_use]
    pub const fn gateway(&self) -> &GatewayUrl {
        &self.gateway
    }

    /// The algorithm that this merchant signs and verifies with.
    #[must_use]
    pub const fn sign_type(&self) -> SignType {
        self.keys.sign_type()
    }

    /// The signature over a signed text, in the form of the `sign` parameter.
    #[must_use]
    pub fn sign_text(&self, text: &[u8]) -> String {
        self.keys.sign(text)
    }

    /// Signs any set of request parameters: encodes them in the merchant's charset, drops empty values, adds
    /// `sign` and `sign_type` and nothing else, so a request to the gateway brings its own `_input_charset`.
    ///
    /// No limit of a parameter is checked and no text is refused: payments are built with
    /// [`PaymentRequest`](crate::PaymentRequest), this is for tools.
    ///
    /// # Errors
    ///
    /// [`RequestError`] when a text does not fit the charset or a name stands twice.
    pub fn sign_fields<'a>(
        &self,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<SignedRequest, RequestError> {
        SignedRequest::build(self, fields)
    }

    /// The signed text, and the key, of a message whose signature is this merchant's, by the algorithm of the
    /// configuration alone.
    pub(super) fn verify(&self, channel: Channel, fields: &Fields) -> Result<Verified, AuthenticityError> {
        let required = |name| match fields.get(name) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(ParseError::Missing(name)),
        };
        let (signature, sign_type) = (required("sign")?, required("sign_type")?);
        if sign_type != self.sign_type().as_str().as_bytes() {
            return Err(AuthenticityError::SignType);
        }
        if !self.keys.knows(fields.get("alipay_cert_sn")) {
            return Err(AuthenticityError::UnknownCertificate);
        }
        let rules = TextRule::candidates(self.scheme(), channel, fields);
        self.keys.verify(fields, rules, signature).ok_or(AuthenticityError::Signature)
    }

    /// With RSA all merchants of the classic gateway verify with one key of Alipay's.
    pub(super) fn shares_its_key(&self) -> bool {
        self.scheme() == Scheme::Mapi && self.sign_type() != SignType::Md5
    }

    /// Whether a message that says who it is for is for this merchant. With MD5 the key alone says whose message it is,
    /// so an id that did not come is not missed (batch and cross-border messages carry none). An application's own
    /// id must be there.
    pub(super) fn addressed(&self, fields: &Fields) -> Result<(), AuthenticityError> {
        if self.shares_its_key() && !fields.contains("currency") && fields.contains("trade_status") {
            // Nothing else stops another merchant's genuine message.
            let named = ["seller_id", "seller_email"].iter().any(|name| fields.contains(name));
            if !named {
                return Err(AuthenticityError::Seller);
            }
        }
        self.names_no_other(fields)
    }

    /// Whether the ids that the fields name are this merchant's. It is enough for the answer to a question of his own,
    /// which need not repeat who asked.
    pub(super) fn names_no_other(&self, fields: &Fields) -> Result<(), AuthenticityError> {
        let differs = |name, expected: &str| {
            fields
                .get(name)
                .is_some_and(|value| !value.is_empty() && !value.eq_ignore_ascii_case(expected.as_bytes()))
        };
        if let Some(app_id) = self.app_id()
            && fields.get("app_id") != Some(app_id.as_str().as_bytes())
        {
            return Err(AuthenticityError::App);
        }
        if differs("partner", self.partner.as_str()) {
            return Err(AuthenticityError::Partner);
        }
        let other_email = self.seller_email().is_some_and(|email| differs("seller_email", email));
        if differs("seller_id", self.seller_id.as_str()) || other_email {
            return Err(AuthenticityError::Seller);
        }
        Ok(())
    }
}

#[cfg(test)]
#[cfg(feature = "rsa")]
mod tests {
    use super::*;
    use crate::protocol::{Channel, KeyMatch, Notification};

    fn app() -> (AppId, SellerId) {
        (AppId::new("2021000000000001").unwrap(), SellerId::new("2088000000000001").unwrap())
    }

    /// Signs a message as the other side: its private key, its view of the application.
    fn message(alipay: &PrivateKey, shop: &PrivateKey, text: &str) -> String {
        let (app_id, seller_id) = app();
        let mirror = Merchant::rsa2(app_id, seller_id, alipay.clone(), shop.public().clone()).unwrap();
        let sign = mirror.sign_text(text.as_bytes()).replace('+', "%2B");
        format!("{text}&sign={sign}&sign_type=RSA2")
    }

    #[test]
    fn an_application_takes_its_own_messages_and_no_others() {
        let [shop, alipay, older] = [(); 3].map(|()| PrivateKey::generate().unwrap());
        let (app_id, seller_id) = app();
        let own = shop.public().clone();
        assert!(Merchant::rsa2(app_id.clone(), seller_id.clone(), shop.clone(), own).is_err());
        let merchant = Merchant::rsa2(app_id, seller_id, shop.clone(), alipay.public().clone()).unwrap();
        let merchant = merchant.with_previous_alipay_key(older.public().clone()).unwrap();
        assert_eq!((merchant.scheme(), merchant.id()), (Scheme::OpenApi, "2021000000000001"));

        let take = |body: &str| {
            let notification = Notification::parse(Channel::Notify, body.as_bytes()).unwrap();
            notification.authenticate(&merchant).map(|signed| signed.key())
        };
        let text = "app_id=2021000000000001&body=&notify_id=1&out_trade_no=T1";
        assert_eq!(take(&message(&alipay, &shop, text)), Ok(KeyMatch::Current), "an empty value is signed");
        assert_eq!(take(&message(&older, &shop, text)), Ok(KeyMatch::Previous));
        assert_eq!(take(&message(&shop, &alipay, text)), Err(AuthenticityError::Signature));
        let weaker = message(&alipay, &shop, text).replace("sign_type=RSA2", "sign_type=RSA");
        assert_eq!(take(&weaker), Err(AuthenticityError::SignType));
        let other = text.replace("2021000000000001", "2021000000000002");
        assert_eq!(take(&message(&alipay, &shop, &other)), Err(AuthenticityError::App));
        let nobody = text.replace("app_id=2021000000000001&", "");
        assert_eq!(take(&message(&alipay, &shop, &nobody)), Err(AuthenticityError::App));
    }

    #[test]
    fn with_a_shared_key_the_seller_must_be_named() {
        let [shop, alipay] = [(); 2].map(|()| PrivateKey::generate().unwrap());
        let partner = PartnerId::new("2088000000000001").unwrap();
        let merchant = Merchant::rsa(partner.clone(), shop.clone(), alipay.public().clone()).unwrap();
        let mirror = Merchant::rsa(partner, alipay, shop.public().clone()).unwrap();
        let take = |text: &str| {
            let sign = mirror.sign_text(text.as_bytes()).replace('+', "%2B");
            let body = format!("{text}&sign={sign}&sign_type=RSA");
            let notification = Notification::parse(Channel::Notify, body.as_bytes()).unwrap();
            notification.authenticate(&merchant).map(drop)
        };
        let named = "notify_id=1&out_trade_no=T1&seller_id=2088000000000001&trade_status=TRADE_SUCCESS";
        assert_eq!(take(named), Ok(()));
        let other = named.replace("2088000000000001", "2088000000000002");
        assert_eq!(take(&other), Err(AuthenticityError::Seller));
        let unnamed = "notify_id=1&out_trade_no=T1&trade_status=TRADE_SUCCESS";
        assert_eq!(take(unnamed), Err(AuthenticityError::Seller));
        let cross_border = "currency=USD&notify_id=1&out_trade_no=T1&trade_status=TRADE_FINISHED";
        assert_eq!(take(cross_border), Ok(()));
    }
}
