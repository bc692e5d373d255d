//! `sign`: what would Alipay compute over these parameters?

use std::{collections::BTreeMap, process::ExitCode};

use alipay_tower::{
    GatewayUrl, Merchant,
    protocol::{Md5Key, PartnerId, SignedRequest},
};
use clap::Args;
use serde::Serialize;

use super::{Contract, Failure, MerchantArgs, form, output};

/// The most input that is read.
const LIMIT: usize = 16 * 1024 * 1024;

/// Signs a set of request parameters, and prints signed text, sign and the full address.
///
/// Reads one form body (names and values percent-encoded in UTF-8) from standard input; one line end after it is left
/// out, because a form body never ends in one. Signs any set, in the charset of --input-charset: it is a tool for
/// comparing, and the limits of a payment belong to the library's builder. Empty values are neither signed nor sent,
/// `sign` and `sign_type` of the input are replaced, and nothing is added: a request needs its own partner and
/// _input_charset (mapi), or app_id, charset, timestamp and so on (openapi). RSA needs --private-key alone.
///
/// Exit status: 0 signed, 1 the input cannot be signed, 2 mistake in the flags.
///
/// Example:
///   printf 'service=query_timestamp&partner=2088000000000001&_input_charset=utf-8' | alipay-simulator sign --key "$KEY"
///   alipay-simulator sign --scheme openapi --private-key app.pem < request.txt
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct SignArgs {
    /// Prints one object on one line: {"presign":"…","sign":"…","url":"…","fields":{…}}
    #[arg(long)]
    json: bool,
    /// Gateway of the address: https, or http on a loopback address [default: the production gateway of the scheme]
    #[arg(long, value_name = "URL")]
    gateway: Option<String>,
    #[command(flatten)]
    merchant: MerchantArgs,
}

#[derive(Serialize)]
struct Answer<'a> {
    presign: &'a str,
    sign: &'a str,
    url: &'a str,
    fields: BTreeMap<&'a str, &'a str>,
}

impl SignArgs {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let merchant = self.merchant()?;
        let input = form::read_stdin(LIMIT)?;
        if input.len() > LIMIT {
            return Err(Failure::refused(format!("standard input is larger than {LIMIT} bytes")));
        }
        let body = input.strip_suffix(b"\n").unwrap_or(&input);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        let pairs = form::parse(body).map_err(Failure::refused)?;
        if pairs.is_empty() {
            return Err(Failure::refused("no parameters on standard input"));
        }
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signed = merchant.sign_fields(pairs).map_err(Failure::refused)?;
        // The text was encoded from UTF-8 a moment ago, so it decodes.
        let presign = merchant.charset().decode(signed.signed_text()).unwrap_or_default();
        self.print(&signed, &presign)?;
        Ok(ExitCode::SUCCESS)
    }

    fn merchant(&self) -> Result<Merchant, Failure> {
        let merchant = match self.merchant.contract()? {
            Contract::MapiMd5 => {
                let key = self.merchant.any_key()?;
                if key.is_empty() {
                    output::note("warning: the key is empty; anyone can make this signature");
                }
                // Signing does not use the partner: what is signed is the input's.
                let partner = PartnerId::new("2088000000000000").map_err(Failure::usage)?;
                Merchant::md5(partner, Md5Key::dangerous_unchecked(&key))
            }
            contract => self.merchant.signing(contract)?,
        };
        let merchant = merchant.with_charset(self.merchant.charset()?);
        Ok(match &self.gateway {
            Some(gateway) => merchant.with_gateway(GatewayUrl::new(gateway).map_err(Failure::usage)?),
            None => merchant,
        })
    }

    fn print(&self, signed: &SignedRequest, presign: &str) -> Result<(), Failure> {
        let sign = signed.field("sign").unwrap_or_default();
        if self.json {
            let fields = signed.fields().collect();
            output::json(&Answer { presign, sign, url: signed.url(), fields })?;
        } else {
            output::item("signed text", presign)?;
            output::item("sign", sign)?;
            output::item("address", signed.url())?;
        }
        Ok(())
    }
}
