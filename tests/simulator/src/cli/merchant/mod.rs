//! The flags that say who the merchant is.

mod contract;
mod keys;
mod parties;

use std::{ffi::OsString, path::PathBuf};

use alipay_simulator::{DEMO_KEY, DEMO_PARTNER, DEMO_SELLER_EMAIL};
use alipay_tower::{
    Merchant,
    protocol::{AppId, Charset, Md5Key, PartnerId, SellerId},
};
use clap::Args;

use self::contract::{Algorithm, Generation};
pub(crate) use self::{contract::Contract, parties::Parties};
use super::{Failure, output::note};

/// The merchant. Flags come before the environment (ALIPAY_PARTNER, ALIPAY_KEY, ALIPAY_APP_ID, ALIPAY_SELLER_ID,
/// ALIPAY_SELLER_EMAIL, ALIPAY_CHARSET, ALIPAY_PUBLIC_KEY_FILE, ALIPAY_PRIVATE_KEY_FILE); an empty variable counts as
/// unset.
#[derive(Debug, Args)]
#[command(next_help_heading = "Merchant")]
pub(crate) struct MerchantArgs {
    /// Generation of the protocol
    #[arg(long, value_enum, default_value_t = Generation::Mapi)]
    scheme: Generation,
    /// PID of the merchant, 16 digits beginning with 2088; mapi [env: ALIPAY_PARTNER]
    #[arg(long)]
    partner: Option<PartnerId>,
    /// Application; openapi [env: ALIPAY_APP_ID]
    #[arg(long)]
    app_id: Option<AppId>,
    /// Account that receives the money; for mapi only when it is not the partner's own [env: ALIPAY_SELLER_ID]
    #[arg(long)]
    seller_id: Option<SellerId>,
    /// Login e-mail of the seller; a message that names another one is refused [env: ALIPAY_SELLER_EMAIL]
    #[arg(long)]
    seller_email: Option<String>,
    /// Algorithm of the contract; it is never taken from a message [default: MD5 for mapi, RSA2 for openapi]
    #[arg(long, value_enum, ignore_case = true)]
    sign_type: Option<Algorithm>,
    /// MD5 key of the merchant console, 32 letters and digits [env: ALIPAY_KEY, which keeps it out of the process list]
    #[arg(long, allow_hyphen_values = true)]
    key: Option<OsString>,
    /// Alipay's public key, PEM or bare base64; for RSA and RSA2 [env: ALIPAY_PUBLIC_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    alipay_public_key: Option<PathBuf>,
    /// The merchant's own private key, PEM or bare base64; for RSA and RSA2 [env: ALIPAY_PRIVATE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    private_key: Option<PathBuf>,
    /// Charset of the payment requests, and so of the messages: utf-8, gbk or gb2312 [env: ALIPAY_CHARSET] [default: utf-8]
    #[arg(long, value_parser = charset)]
    input_charset: Option<Charset>,
}

impl MerchantArgs {
    /// Generation and algorithm, after a look at the flags that contradict them.
    pub(crate) fn contract(&self) -> Result<Contract, Failure> {
        let contract = Contract::new(self.scheme, self.sign_type)?;
        if contract == Contract::MapiMd5 && self.alipay_public_key.is_some() {
            return Err(Failure::usage(
                "--alipay-public-key is for RSA: give --sign-type RSA, or --scheme openapi",
            ));
        }
        if contract != Contract::MapiMd5 && self.key.is_some() {
            note("note: --key has no meaning for RSA and is ignored");
        }
        if self.scheme == Generation::Mapi && self.app_id.is_some() {
            note("note: --app-id has no meaning for --scheme mapi and is ignored");
        }
        Ok(contract)
    }

    /// The same for commands that so far speak MD5 alone.
    pub(crate) fn md5_only(&self) -> Result<(), Failure> {
        match self.contract()? {
            Contract::MapiMd5 => Ok(()),
            _ => Err(Failure::usage("this command speaks --scheme mapi with --sign-type MD5 only")),
        }
    }

    /// The application, which must be given.
    pub(crate) fn app_id(&self) -> Result<AppId, Failure> {
        match (&self.app_id, variable("ALIPAY_APP_ID")) {
            (Some(app_id), _) => Ok(app_id.clone()),
            (None, Some(text)) => AppId::new(&text.to_string_lossy()).map_err(Failure::usage),
            (None, None) => Err(Failure::usage(
                "--app-id is missing: the digits that the console shows for the application",
            )),
        }
    }

    /// The partner, which must be given.
    pub(crate) fn partner(&self) -> Result<PartnerId, Failure> {
        match (&self.partner, variable("ALIPAY_PARTNER")) {
            (Some(partner), _) => Ok(partner.clone()),
            (None, Some(text)) => PartnerId::new(&text.to_string_lossy()).map_err(Failure::usage),
            (None, None) => Err(Failure::usage(
                "--partner is missing: the 16 digits of the merchant console, beginning with 2088",
            )),
        }
    }

    /// The key, which must be given and must not be empty.
    pub(crate) fn key(&self) -> Result<Vec<u8>, Failure> {
        match self.any_key()? {
            key if key.is_empty() => Err(Failure::usage(
                "--key is empty: anyone could sign so. Give the 32-character MD5 key of the merchant console",
            )),
            key => Ok(key),
        }
    }

    /// The key, which must be given; the empty key only in so many words.
    pub(crate) fn any_key(&self) -> Result<Vec<u8>, Failure> {
        let Some(key) = self.key.clone().or_else(|| variable("ALIPAY_KEY")) else {
            return Err(Failure::usage(
                "--key is missing: the 32-character MD5 key of the merchant console (or set ALIPAY_KEY)",
            ));
        };
        let key = key.into_encoded_bytes();
        if key.len() != 32 || !key.iter().all(u8::is_ascii_alphanumeric) {
            note("note: the key is not 32 letters and digits, as keys of the merchant console are");
        }
        Ok(key)
    }

    /// The charset.
    pub(crate) fn charset(&self) -> Result<Charset, Failure> {
        match (self.input_charset, variable("ALIPAY_CHARSET")) {
            (Some(charset), _) => Ok(charset),
            (None, Some(label)) => charset(&label.to_string_lossy()).map_err(Failure::usage),
            (None, None) => Ok(Charset::Utf8),
        }
    }

    pub(crate) fn seller_id(&self) -> Result<Option<SellerId>, Failure> {
        match (&self.seller_id, variable("ALIPAY_SELLER_ID")) {
            (Some(seller_id), _) => Ok(Some(seller_id.clone())),
            (None, Some(text)) => SellerId::new(&text.to_string_lossy()).map(Some).map_err(Failure::usage),
            (None, None) => Ok(None),
        }
    }

    pub(crate) fn seller_email(&self) -> Option<String> {
        self.seller_email
            .clone()
            .or_else(|| variable("ALIPAY_SELLER_EMAIL").map(|text| text.to_string_lossy().into_owned()))
    }

    /// The shop's own merchant, when a key is given; a partner must be given then, too.
    pub(crate) fn of_the_shop(&self) -> Result<Option<Merchant>, Failure> {
        self.md5_only()?;
        if self.key.is_none() && variable("ALIPAY_KEY").is_none() {
            return Ok(None);
        }
        let key = Md5Key::dangerous_unchecked(&self.key()?);
        let mut merchant = Merchant::md5(self.partner()?, key).with_charset(self.charset()?);
        if let Some(seller_id) = self.seller_id()? {
            merchant = merchant.with_seller_id(seller_id);
        }
        if let Some(email) = self.seller_email() {
            merchant = merchant.with_seller_email(email);
        }
        Ok(Some(merchant))
    }

    /// The merchant of a simulation: what is not given is the demo merchant's. The flag says whether all of it is.
    pub(crate) fn simulated(&self) -> Result<(Merchant, bool), Failure> {
        self.md5_only()?;
        let demo_key = self.key.is_none() && variable("ALIPAY_KEY").is_none();
        let demo_partner = self.partner.is_none() && variable("ALIPAY_PARTNER").is_none();
        let key = if demo_key { DEMO_KEY.into() } else { self.key()? };
        let partner = if demo_partner {
            PartnerId::new(DEMO_PARTNER).map_err(Failure::usage)?
        } else {
            self.partner()?
        };
        let demo_email = demo_partner.then(|| DEMO_SELLER_EMAIL.to_owned());
        let mut merchant =
            Merchant::md5(partner, Md5Key::dangerous_unchecked(&key)).with_charset(self.charset()?);
        if let Some(seller_id) = self.seller_id()? {
            merchant = merchant.with_seller_id(seller_id);
        }
        if let Some(email) = self.seller_email().or(demo_email) {
            merchant = merchant.with_seller_email(email);
        }
        Ok((merchant, demo_key && demo_partner))
    }
}

/// An environment variable that says something.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn charset(label: &str) -> Result<Charset, &'static str> {
    Charset::from_label(label).ok_or("the charsets of Alipay are utf-8, gbk and gb2312")
}
