//! Accounts as the builder is told of them, and the keys that they get when the gateway starts.

use alipay_tower::{
    ConfigError, Merchant,
    protocol::{AppId, PartnerId, PrivateKey, SellerId, SignType},
};

use super::{Account, Application, Keys, application::merchant};
/// Who is no merchant of any gateway.
const NEIGHBOUR: &str = "2088000000000998";
const NEIGHBOURS_APP: &str = "9021000000000998";

/// An account that has no keys yet.
#[derive(Clone, Debug)]
pub(crate) enum Spec {
    Application(Application),
    /// A classic merchant with an MD5 key.
    Md5(Merchant),
    /// A classic merchant with RSA.
    Rsa {
        partner: PartnerId,
        seller_email: Option<String>,
    },
}

/// The one key that Alipay signs with here, for all merchants alike: so a message must be told apart by what it says.
#[derive(Debug)]
pub(crate) struct AlipayKey(Option<PrivateKey>);

impl AlipayKey {
    /// The key that one of the accounts was given, or one that is made when it is needed.
    pub(crate) fn of(specs: &[Spec]) -> Self {
        Self(specs.iter().find_map(|spec| match spec {
            Spec::Application(application) => application.alipay_key.clone(),
            _ => None,
        }))
    }

    fn get(&mut self) -> Result<PrivateKey, ConfigError> {
        let key = self.0.take().map_or_else(PrivateKey::generate, Ok)?;
        Ok(self.0.insert(key).clone())
    }
}

impl Spec {
    /// What tells accounts apart.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Application(application) => application.app_id.as_str(),
            Self::Md5(merchant) => merchant.id(),
            Self::Rsa { partner, .. } => partner.as_str(),
        }
    }

    pub(crate) fn account(self, alipay: &mut AlipayKey) -> Result<Account, ConfigError> {
        match self {
            Self::Application(application) => application.account(&alipay.get()?),
            Self::Md5(merchant) if merchant.sign_type() == SignType::Md5 => Ok(Account::shared_key(merchant)),
            Self::Md5(_) => Err(ConfigError::Invalid(
                "merchant",
                "signs with RSA: give its id to `rsa_merchant` or `application`, which hold both sides",
            )),
            Self::Rsa { partner, seller_email } => {
                let (shop, alipay) = (PrivateKey::generate()?, alipay.get()?);
                let side = |own: &PrivateKey, other: &PrivateKey| -> Result<Merchant, ConfigError> {
                    let merchant = Merchant::rsa(partner.clone(), own.clone(), other.public().clone())?;
                    Ok(match &seller_email {
                        Some(email) => merchant.with_seller_email(email),
                        None => merchant,
                    })
                };
                Ok(Account {
                    shop: side(&shop, &alipay)?,
                    alipay: side(&alipay, &shop)?,
                    keys: Some(Keys {
                        shop,
                        alipay,
                        certified: None,
                        names_certificate: false,
                        content_key: None,
                    }),
                })
            }
        }
    }
}

/// Somebody else whose messages Alipay signs with the very same key; only their ids tell them apart.
pub(super) fn neighbour(account: &Account) -> Result<Option<Merchant>, ConfigError> {
    let Some(keys) = &account.keys else { return Ok(None) };
    let own = &account.shop;
    let (alipay, shop) = (keys.alipay.clone(), keys.shop.public().clone());
    let neighbour = match own.app_id() {
        None => Merchant::rsa(PartnerId::new(NEIGHBOUR)?, alipay, shop)?,
        Some(_) => {
            let (app_id, seller) = (AppId::new(NEIGHBOURS_APP)?, SellerId::new(NEIGHBOUR)?);
            merchant(own.sign_type(), app_id, seller, alipay, shop)?
        }
    };
    Ok(Some(neighbour.with_seller_email("stranger@example.com")))
}
