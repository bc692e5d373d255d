//! `explain`: what would the layer do with this message, and why?

use std::{collections::BTreeMap, ffi::OsString, io, path::PathBuf, process::ExitCode};

use alipay_simulator::explain::{DEFAULT_LIMIT, Explainer, Explanation, Verdict};
use alipay_tower::protocol::Channel;
use clap::Args;
use serde::Serialize;

use super::{Contract, Failure, Kind, MerchantArgs, Parties, form, output};

/// Says whether a message would be accepted, and if not, why and what to change.
///
/// Reads one raw notify body (or, with --kind return, one raw query string, without its question mark) from standard
/// input and does what the layer does with it, up to and without the question to the gateway. The bytes are taken
/// exactly as they come: a line end after the last value, as `echo` adds it, is part of that value and spoils the
/// signature, and the explanation says so. Nothing is stored or sent.
///
/// Exit status: 0 accepted, 1 refused, 2 mistake in the flags.
///
/// Examples:
///   alipay-simulator explain --partner 2088000000000001 --key "$KEY" < body.txt
///   printf '%s' "$QUERY" | alipay-simulator explain --kind return --partner … --key … --json
///   alipay-simulator explain --scheme openapi --app-id … --seller-id … --alipay-public-key alipay.pem < body.txt
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExplainArgs {
    /// Which way the message came: the POST to notify_url, or the browser's GET of return_url
    #[arg(long, value_enum, default_value_t = Kind::Notify)]
    kind: Kind,
    /// Prints one object on one line:
    /// {"verdict":"accept|reject_signature|reject_partner_or_seller|malformed","reason":"…","presign":"…",
    /// "expected_sign":"…"|null,"params":{…},"cause":"…","page":"…"}; params only when accepted, cause and page only when
    /// refused: the stable word that the reason begins with, and the address that tells more about it
    #[arg(long, verbatim_doc_comment)]
    json: bool,
    /// Largest message that is looked at, in bytes; the layer's own limit is 65536 unless it was given another
    #[arg(long, value_name = "BYTES", default_value_t = LIMIT)]
    limit: usize,
    /// Another MD5 key to try when the signature is bad: of the sandbox, of another partner, of yesterday. It only gives
    /// the cause its name; may be repeated
    #[arg(long, value_name = "KEY", allow_hyphen_values = true, verbatim_doc_comment)]
    other_key: Vec<OsString>,
    /// The same for a public key of Alipay's
    #[arg(long, value_name = "FILE")]
    other_public_key: Vec<PathBuf>,
    #[command(flatten)]
    merchant: MerchantArgs,
}

/// Messages that the layer would not read to the end can be explained, too.
const LIMIT: usize = 1024 * 1024;

#[derive(Serialize)]
struct Answer<'a> {
    verdict: &'static str,
    reason: String,
    presign: String,
    expected_sign: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<BTreeMap<&'a str, &'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

impl ExplainArgs {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let channel = match self.kind {
            Kind::Notify => Channel::Notify,
            Kind::Return => Channel::Return,
        };
        // The flags first: their mistakes are told without waiting for a message.
        self.explainer(b"")?;
        let raw = form::read_stdin(self.limit)?;
        if raw.len() > DEFAULT_LIMIT && raw.len() <= self.limit {
            let bytes = raw.len();
            output::note(&format!(
                "note: {bytes} bytes; the layer takes {DEFAULT_LIMIT} unless it was given another limit"
            ));
        }
        let explainer = self.explainer(&raw)?;
        let explanation = explainer.explain(channel, &raw);
        let presign = explainer.readable(&explanation.signed_text);
        if self.json {
            output::json(&answer(&explanation, presign))?;
        } else {
            print(&explanation, &presign)?;
        }
        Ok(ExitCode::from(if explanation.verdict == Verdict::Accept { 0 } else { 1 }))
    }

    fn explainer(&self, raw: &[u8]) -> Result<Explainer, Failure> {
        let charset = self.merchant.charset()?;
        let mut explainer = match self.merchant.contract()? {
            Contract::MapiMd5 => {
                let mut explainer =
                    Explainer::new(self.merchant.partner()?, &self.merchant.key()?).with_charset(charset);
                if let Some(seller_id) = self.merchant.seller_id()? {
                    explainer = explainer.with_seller_id(seller_id);
                }
                if let Some(email) = self.merchant.seller_email() {
                    explainer = explainer.with_seller_email(&email);
                }
                explainer
            }
            contract => {
                let Parties { merchant, alipay, own, unusable } = self.merchant.verifying(contract, raw)?;
                let mut explainer = Explainer::rsa(merchant, alipay);
                if let Some(text) = unusable {
                    explainer = explainer.with_unusable_key(&text);
                }
                own.into_iter().fold(explainer, Explainer::with_own_key)
            }
        }
        .with_limit(self.limit);
        for key in &self.other_key {
            explainer = explainer.with_other_key(key.as_encoded_bytes());
        }
        for file in &self.other_public_key {
            explainer = explainer.with_other_public_key(MerchantArgs::other_public_key(file)?);
        }
        Ok(explainer)
    }
}

fn answer(explanation: &Explanation, presign: String) -> Answer<'_> {
    let params = explanation.params.as_ref();
    Answer {
        verdict: explanation.verdict.as_str(),
        reason: explanation.reason(),
        presign,
        expected_sign: explanation.expected_sign.as_deref(),
        params: params
            .map(|params| params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()),
        cause: explanation.finding.as_ref().map(|finding| finding.diagnosis.slug()),
        page: explanation.finding.as_ref().map(|finding| finding.diagnosis.page()),
    }
}

fn print(explanation: &Explanation, presign: &str) -> io::Result<()> {
    output::item("verdict", explanation.verdict.as_str())?;
    match &explanation.finding {
        Some(finding) => {
            let certainty = if finding.certain { "certain" } else { "the likeliest" };
            output::item("cause", &format!("{} ({certainty})", finding.diagnosis))?;
            output::item("seen", &finding.detail)?;
            output::item("what to do", finding.advice())?;
            let (page, section) = (finding.diagnosis.page(), finding.diagnosis.section());
            output::item("read on", &format!("{page} (section \"{section}\")"))?;
        }
        None => output::item("reason", &explanation.reason())?,
    }
    output::item("signed text", presign)?;
    output::item("sign came", explanation.sign.as_deref().unwrap_or_default())?;
    output::item("sign expected", explanation.expected_sign.as_deref().unwrap_or_default())?;
    for (name, value) in explanation.params.iter().flatten() {
        output::item("field", &format!("{name} = {value}"))?;
    }
    Ok(())
}
