//! Alipay's side of a merchant: in a simulation its key is ours.

use std::path::PathBuf;

use alipay_simulator::{Application, DEMO_APP_ID, DEMO_KEY, DEMO_PARTNER, DEMO_SELLER_EMAIL};
use alipay_tower::{
    Merchant,
    protocol::{AppId, Md5Key, PartnerId, PrivateKey, SellerId, SignType},
};
use clap::Args;

use super::{
    Contract, MerchantArgs, keys,
    parties::{Ids, build},
    variable,
};
use crate::cli::Failure;

/// Alipay's key, where it is simulated.
#[derive(Debug, Args)]
#[command(next_help_heading = "Alipay")]
pub(crate) struct AlipayArgs {
    /// Private key that signs as Alipay: the shop under test must have been given its public half. For RSA and RSA2
    #[arg(long, value_name = "FILE")]
    alipay_private_key: Option<PathBuf>,
}

impl AlipayArgs {
    pub(super) fn key(&self) -> Result<Option<PrivateKey>, Failure> {
        keys::private("--alipay-private-key", self.alipay_private_key.as_deref(), None)
    }
}

impl MerchantArgs {
    /// Who signs as Alipay for this merchant; what is not given is the demo merchant's.
    pub(crate) fn as_alipay(&self, alipay: &AlipayArgs) -> Result<Merchant, Failure> {
        match self.contract()? {
            Contract::MapiMd5 => self.simulated(),
            contract => {
                let own = alipay.key()?.map_or_else(|| self.own_key(), |key| Ok(Some(key)))?;
                let [app, demo] = keys::demo()?;
                let own = own.unwrap_or(demo);
                let other = if own.public().is_same_as(app.public()) {
                    keys::other_half(&own)?
                } else {
                    app.public().clone()
                };
                self.demo_dressed(build(contract, self.demo_ids()?, own, other)?)
            }
        }
    }

    /// The application of a simulation: what is not given is the demo application's.
    pub(crate) fn application(
        &self,
        sign_type: SignType,
        alipay: &AlipayArgs,
    ) -> Result<Application, Failure> {
        let [app, demo] = keys::demo()?;
        let ids = self.demo_ids()?;
        let seller_id = ids.seller_id.unwrap_or_else(|| SellerId::from(&ids.partner));
        let demo_seller = seller_id.as_str() == DEMO_PARTNER;
        let email = self.seller_email().or_else(|| demo_seller.then(|| DEMO_SELLER_EMAIL.to_owned()));
        let application = Application::new(ids.app_id, seller_id)
            .with_keys(self.own_key()?.unwrap_or(app), alipay.key()?.unwrap_or(demo));
        let application = match email {
            Some(email) => application.with_seller_email(email),
            None => application,
        };
        Ok(if sign_type == SignType::Rsa { application.with_sha1() } else { application })
    }

    /// The partner, or the demo merchant's.
    pub(crate) fn demo_partner(&self) -> Result<PartnerId, Failure> {
        match (&self.partner, variable("ALIPAY_PARTNER")) {
            (None, None) => PartnerId::new(DEMO_PARTNER).map_err(Failure::usage),
            _ => self.partner(),
        }
    }

    /// Ids, with the demo merchant's for those that are not given.
    pub(super) fn demo_ids(&self) -> Result<Ids, Failure> {
        let partner = self.demo_partner()?;
        let app_id = match (&self.app_id, variable("ALIPAY_APP_ID")) {
            (None, None) => AppId::new(DEMO_APP_ID).map_err(Failure::usage)?,
            _ => self.app_id()?,
        };
        let seller_id = self.seller_id()?.unwrap_or_else(|| SellerId::from(&partner));
        Ok(Ids { partner, app_id, seller_id: Some(seller_id) })
    }

    /// Charset, and the e-mail of the demo merchant where the seller is its.
    pub(super) fn demo_dressed(&self, merchant: Merchant) -> Result<Merchant, Failure> {
        let demo = merchant.seller_id().as_str() == DEMO_PARTNER;
        let email = self.seller_email().or_else(|| demo.then(|| DEMO_SELLER_EMAIL.to_owned()));
        let merchant = merchant.with_charset(self.charset()?);
        Ok(match email {
            Some(email) => merchant.with_seller_email(email),
            None => merchant,
        })
    }

    /// The merchant of a simulation with one key for both sides: what is not given is the demo merchant's.
    pub(crate) fn simulated(&self) -> Result<Merchant, Failure> {
        self.md5_only()?;
        let given_key = self.key.is_some() || variable("ALIPAY_KEY").is_some();
        let given_partner = self.partner.is_some() || variable("ALIPAY_PARTNER").is_some();
        let key = if given_key { self.key()? } else { DEMO_KEY.into() };
        let mut merchant = Merchant::md5(self.demo_partner()?, Md5Key::dangerous_unchecked(&key))
            .with_charset(self.charset()?);
        if let Some(seller_id) = self.seller_id()? {
            merchant = merchant.with_seller_id(seller_id);
        }
        let demo_email = (!given_partner).then(|| DEMO_SELLER_EMAIL.to_owned());
        Ok(match self.seller_email().or(demo_email) {
            Some(email) => merchant.with_seller_email(email),
            None => merchant,
        })
    }
}
