//! The shop that a doctor examines, as far as the flags say who it is.

use alipay_tower::{Merchant, protocol::Md5Key};

use super::{AlipayArgs, Contract, MerchantArgs, keys, parties::build, variable};
use crate::cli::Failure;

/// Who writes to the shop.
pub(crate) struct Patient {
    /// Alipay, or a simulation of it: the shop should believe what it signs. `None` without its key.
    pub(crate) alipay: Option<Merchant>,
    /// Somebody who knows the shop's ids and not the key.
    pub(crate) stranger: Merchant,
    /// The shop itself, when its private key is given.
    pub(crate) own: Option<Merchant>,
}

impl MerchantArgs {
    /// What the flags say about the shop; ids that are not given are the demo merchant's.
    pub(crate) fn patient(&self, alipay: &AlipayArgs) -> Result<Patient, Failure> {
        match self.contract()? {
            Contract::MapiMd5 => self.md5_patient(),
            contract => {
                let [nobody, other] = keys::demo()?;
                let stranger = build(contract, self.demo_ids()?, nobody.clone(), other.public().clone())?;
                let signing = |key| {
                    let half = keys::other_half(&key)?;
                    self.demo_dressed(build(contract, self.demo_ids()?, key, half)?)
                };
                Ok(Patient {
                    alipay: alipay.key()?.map(signing).transpose()?,
                    stranger: self.demo_dressed(stranger)?,
                    own: self.own_key()?.map(signing).transpose()?,
                })
            }
        }
    }

    fn md5_patient(&self) -> Result<Patient, Failure> {
        let known = self.key.is_some() || variable("ALIPAY_KEY").is_some();
        if known {
            let ids = self.ids(Contract::MapiMd5, b"")?;
            let merchant = Merchant::md5(ids.partner, Md5Key::dangerous_unchecked(&self.key()?));
            let merchant = match ids.seller_id {
                Some(seller_id) => merchant.with_seller_id(seller_id),
                None => merchant,
            };
            let merchant = self.dressed(merchant)?;
            return Ok(Patient { alipay: Some(merchant.clone()), stranger: merchant, own: None });
        }
        let ids = self.demo_ids()?;
        // Long enough to be a key, and nobody's.
        let nobody = Md5Key::dangerous_unchecked(b"a key that no shop was ever told of");
        let mut stranger = Merchant::md5(ids.partner, nobody);
        if let Some(seller_id) = ids.seller_id {
            stranger = stranger.with_seller_id(seller_id);
        }
        Ok(Patient { alipay: None, stranger: self.demo_dressed(stranger)?, own: None })
    }
}
