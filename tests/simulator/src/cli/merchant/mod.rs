//! The flags that say who the merchant is.

mod alipay;
mod certificates;
mod contract;
mod keys;
mod parties;
mod patient;

use std::{ffi::OsString, path::PathBuf};

use alipay_tower::protocol::{AppId, Charset, PartnerId, SellerId, SignType};
use clap::Args;

use self::contract::{Algorithm, Generation};
pub(crate) use self::{
    alipay::AlipayArgs, contract::Contract, keys::file_text, parties::Parties, patient::Patient,
};
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
    /// Certificate mode, instead of --alipay-public-key: Alipay's certificate (alipayCertPublicKey_RSA2.crt); openapi. May be
    /// repeated while it is being renewed
    #[arg(long, value_name = "FILE", conflicts_with = "alipay_public_key", verbatim_doc_comment)]
    alipay_cert: Vec<PathBuf>,
    /// Certificate mode: the root certificates (alipayRootCert.crt), to check the chain of --alipay-cert
    #[arg(long, value_name = "FILE", requires = "alipay_cert")]
    root_cert: Option<PathBuf>,
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
        if !self.alipay_cert.is_empty() && contract != Contract::OpenApi(SignType::Rsa2) {
            return Err(Failure::usage("--alipay-cert is for --scheme openapi with --sign-type RSA2"));
        }
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
}

/// An environment variable that says something.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn charset(label: &str) -> Result<Charset, &'static str> {
    Charset::from_label(label).ok_or("the charsets of Alipay are utf-8, gbk and gb2312")
}
