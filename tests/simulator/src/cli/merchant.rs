//! The flags that say who the merchant is.

use std::{ffi::OsString, path::PathBuf};

use alipay_simulator::{DEMO_KEY, DEMO_PARTNER, DEMO_SELLER_EMAIL};
use alipay_tower::{
    Merchant,
    protocol::{Charset, Md5Key, PartnerId, SellerId},
};
use clap::{Args, ValueEnum};

use super::{Failure, output::note};

/// The merchant. Flags come before the environment (ALIPAY_PARTNER, ALIPAY_KEY, ALIPAY_SELLER_EMAIL, ALIPAY_CHARSET);
/// an empty variable counts as unset.
#[derive(Debug, Args)]
#[command(next_help_heading = "Merchant")]
pub(crate) struct MerchantArgs {
    /// Generation of the protocol: `mapi` is the classic gateway (mapi.alipay.com)
    #[arg(long, value_enum, default_value_t = Scheme::Mapi)]
    scheme: Scheme,
    /// PID of the merchant, 16 digits beginning with 2088 [env: ALIPAY_PARTNER]
    #[arg(long)]
    partner: Option<PartnerId>,
    /// App id; of the OpenAPI generation, without meaning for `mapi`
    #[arg(long)]
    app_id: Option<String>,
    /// Account that receives the money, when it is not the partner's own
    #[arg(long)]
    seller_id: Option<SellerId>,
    /// Login e-mail of the seller; a message that names another one is refused [env: ALIPAY_SELLER_EMAIL]
    #[arg(long)]
    seller_email: Option<String>,
    /// Algorithm of the contract; it is never taken from a message
    #[arg(long, value_enum, default_value_t = Algorithm::Md5, ignore_case = true)]
    sign_type: Algorithm,
    /// MD5 key of the merchant console, 32 letters and digits [env: ALIPAY_KEY, which keeps it out of the process list]
    #[arg(long, allow_hyphen_values = true)]
    key: Option<OsString>,
    /// Alipay's public key; for RSA and RSA2
    #[arg(long, value_name = "FILE")]
    alipay_public_key: Option<PathBuf>,
    /// Charset of the payment requests, and so of the messages: utf-8, gbk or gb2312 [env: ALIPAY_CHARSET] [default: utf-8]
    #[arg(long, value_parser = charset)]
    input_charset: Option<Charset>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scheme {
    /// Classic gateway
    Mapi,
    /// openapi.alipay.com (not in this build)
    Openapi,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Algorithm {
    #[value(name = "MD5")]
    Md5,
    /// Not in this build
    #[value(name = "RSA")]
    Rsa,
    /// Not in this build
    #[value(name = "RSA2")]
    Rsa2,
}

impl MerchantArgs {
    /// Refuses what this build cannot do, before anything is read.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.scheme == Scheme::Openapi {
            return Err(Failure::usage(
                "--scheme openapi is not in this build, which speaks the classic gateway (--scheme mapi) only",
            ));
        }
        if self.sign_type != Algorithm::Md5 || self.alipay_public_key.is_some() {
            return Err(Failure::usage(
                "this build signs and verifies MD5 only: leave out --alipay-public-key and give --sign-type MD5 with --key",
            ));
        }
        if self.app_id.is_some() {
            note("note: --app-id has no meaning for --scheme mapi and is ignored");
        }
        Ok(())
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

    pub(crate) const fn seller_id(&self) -> Option<&SellerId> {
        self.seller_id.as_ref()
    }

    pub(crate) fn seller_email(&self) -> Option<String> {
        self.seller_email
            .clone()
            .or_else(|| variable("ALIPAY_SELLER_EMAIL").map(|text| text.to_string_lossy().into_owned()))
    }

    /// The shop's own merchant, when a key is given; a partner must be given then, too.
    pub(crate) fn of_the_shop(&self) -> Result<Option<Merchant>, Failure> {
        self.check()?;
        if self.key.is_none() && variable("ALIPAY_KEY").is_none() {
            return Ok(None);
        }
        let key = Md5Key::dangerous_unchecked(&self.key()?);
        let mut merchant = Merchant::md5(self.partner()?, key).with_charset(self.charset()?);
        if let Some(seller_id) = self.seller_id() {
            merchant = merchant.with_seller_id(seller_id.clone());
        }
        if let Some(email) = self.seller_email() {
            merchant = merchant.with_seller_email(email);
        }
        Ok(Some(merchant))
    }

    /// The merchant of a simulation: what is not given is the demo merchant's. The flag says whether all of it is.
    pub(crate) fn simulated(&self) -> Result<(Merchant, bool), Failure> {
        self.check()?;
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
        if let Some(seller_id) = self.seller_id() {
            merchant = merchant.with_seller_id(seller_id.clone());
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
