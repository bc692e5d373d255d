//! Merchants with RSA keys: to verify with, and to sign with.

use std::path::Path;

use alipay_tower::{
    Merchant,
    protocol::{AppId, Fields, PartnerId, PrivateKey, PublicKey, SellerId, SignType},
};

use super::{Contract, MerchantArgs, keys};
use crate::cli::{Failure, output::note};

const PUBLIC: &str = "--alipay-public-key";
const PRIVATE: &str = "--private-key";

/// Who is on both sides of a message.
pub(crate) struct Parties {
    /// The shop, which believes what `alipay` verifies.
    pub(crate) merchant: Merchant,
    /// The key that messages are verified with.
    pub(crate) alipay: PublicKey,
    /// The shop's own, when it is known.
    pub(crate) own: Option<PublicKey>,
    /// What stands where Alipay's key belongs, when that is no public key; `alipay` is a placeholder then.
    pub(crate) unusable: Option<String>,
}

impl MerchantArgs {
    /// A merchant that verifies. Its private key is needed for nothing, so it may be left out.
    pub(crate) fn verifying(&self, contract: Contract, raw: &[u8]) -> Result<Parties, Failure> {
        if !self.alipay_cert.is_empty() {
            return self.certified(raw);
        }
        let text = keys::text(PUBLIC, self.alipay_public_key.as_deref(), Some("ALIPAY_PUBLIC_KEY_FILE"))?;
        let Some(text) = text else {
            return Err(Failure::usage(
                "--alipay-public-key is missing: a file with the key that the console shows as Alipay's",
            ));
        };
        let (alipay, unusable) = match PublicKey::new(&text) {
            Ok(key) => (key, None),
            // No mistake in the flags, but a cause to be named.
            Err(_) => (keys::nobodys()?, Some(text)),
        };
        let own = self.own_key()?;
        let mixed_up = own.as_ref().is_some_and(|own| own.public().is_same_as(&alipay));
        let private = match &own {
            // The library refuses such a merchant at once; here the message is to be explained with it.
            Some(own) if !mixed_up => own.clone(),
            _ => keys::placeholder(&alipay)?,
        };
        let ids = self.ids(contract, raw)?;
        let merchant = self.dressed(build(contract, ids, private, alipay.clone())?)?;
        Ok(Parties { merchant, alipay, own: own.map(|own| own.public().clone()), unusable })
    }

    /// A merchant that signs requests; what it signs brings its own ids.
    pub(crate) fn signing(&self, contract: Contract) -> Result<Merchant, Failure> {
        let Some(own) = self.own_key()? else {
            return Err(Failure::usage(
                "--private-key is missing: a file with the merchant's own private key",
            ));
        };
        let alipay = keys::other_half(&own)?;
        let ids = Ids {
            partner: PartnerId::new("2088000000000000").map_err(Failure::usage)?,
            app_id: AppId::new("1").map_err(Failure::usage)?,
            seller_id: None,
        };
        build(contract, ids, own, alipay)
    }

    /// A public key that is only tried.
    pub(crate) fn other_public_key(file: &Path) -> Result<PublicKey, Failure> {
        keys::public("--other-public-key", Some(file), None)?
            .ok_or_else(|| Failure::usage("--other-public-key"))
    }

    pub(super) fn own_key(&self) -> Result<Option<PrivateKey>, Failure> {
        keys::private(PRIVATE, self.private_key.as_deref(), Some("ALIPAY_PRIVATE_KEY_FILE"))
    }

    pub(super) fn ids(&self, contract: Contract, raw: &[u8]) -> Result<Ids, Failure> {
        let seller_id = self.seller_id()?;
        let nobody = || PartnerId::new("2088000000000000").map_err(Failure::usage);
        Ok(match contract {
            Contract::OpenApi(_) => {
                let seller_id = seller_id.or_else(|| self.seller_of(raw));
                Ids { partner: nobody()?, app_id: self.app_id()?, seller_id }
            }
            _ => {
                let app_id = AppId::new("1").map_err(Failure::usage)?;
                Ids { partner: self.partner()?, app_id, seller_id }
            }
        })
    }

    /// Without --seller-id there is nothing to compare the message's seller with.
    fn seller_of(&self, raw: &[u8]) -> Option<SellerId> {
        if raw.is_empty() {
            return None;
        }
        note("note: --seller-id is not given, so the message's seller is not compared with yours");
        let fields = Fields::parse(raw).ok()?;
        SellerId::new(std::str::from_utf8(fields.get("seller_id")?).ok()?).ok()
    }

    /// What every merchant may have.
    pub(super) fn dressed(&self, merchant: Merchant) -> Result<Merchant, Failure> {
        let merchant = merchant.with_charset(self.charset()?);
        Ok(match self.seller_email() {
            Some(email) => merchant.with_seller_email(email),
            None => merchant,
        })
    }
}

/// What a merchant is known by.
pub(super) struct Ids {
    pub(super) partner: PartnerId,
    pub(super) app_id: AppId,
    pub(super) seller_id: Option<SellerId>,
}

pub(super) fn build(
    contract: Contract,
    ids: Ids,
    own: PrivateKey,
    alipay: PublicKey,
) -> Result<Merchant, Failure> {
    let Ids { partner, app_id, seller_id } = ids;
    let seller = seller_id.clone().unwrap_or_else(|| SellerId::from(&partner));
    match contract {
        Contract::OpenApi(SignType::Rsa) => Merchant::openapi_rsa(app_id, seller, own, alipay),
        Contract::OpenApi(_) => Merchant::rsa2(app_id, seller, own, alipay),
        Contract::MapiMd5 | Contract::MapiRsa => {
            Merchant::rsa(partner, own, alipay).map(|merchant| merchant.with_seller_id(seller))
        }
    }
    .map_err(Failure::usage)
}
