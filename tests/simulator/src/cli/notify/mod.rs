//! `notify`: one signed notification to a shop, as the gateway would post it.

mod letter;
mod post;

use std::process::ExitCode;

use alipay_simulator::CONTENT_TYPE;
use alipay_tower::{Money, protocol::Scheme};
use clap::Args;
use reqwest::Url;
use serde::Serialize;

use self::post::Answer;
use super::{AlipayArgs, Failure, Kind, MerchantArgs, output};

/// Posts one signed notification to a shop, and prints what the shop answers.
///
/// Builds the message as the gateway would, with the Content-Type that the gateway sends (no valid media type), in any
/// status and with any damage. What is not given about the merchant is the demo merchant's. A shop that is connected to a
/// gateway asks it about the notify_id (notify_verify) and refuses a message that the gateway did not send: for a whole
/// payment start `alipay-simulator serve` and pay on its cashier page; use `notify` for shops with a trusting gateway, and
/// to see refusals. With --kind return it does what the buyer's browser does, and gets the return page.
///
/// With --scheme openapi, or --sign-type RSA, the message is signed with Alipay's private key, which in a simulation is
/// yours: --alipay-private-key, or else --private-key, or else the demo key, whose public half the shop must have been
/// given.
///
/// Exit status: 0 every answer was HTTP 200 with exactly `success` (a page, for a return), 1 any other answer or none,
/// 2 mistake in the flags.
///
/// Examples:
///   alipay-simulator notify --to http://127.0.0.1:8080/alipay/notify --out-trade-no T1 --total-fee 0.01
///   alipay-simulator notify --to … --status TRADE_SUCCESS --set refund_status=REFUND_SUCCESS
///   alipay-simulator notify --to … --tamper total_fee=0.01 --duplicate 20
///   alipay-simulator notify --to … --scheme openapi --msg-method alipay.trade.refund.depositback.completed
///   alipay-simulator notify --print --key "$KEY" | alipay-simulator explain --partner … --key "$KEY"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct NotifyArgs {
    /// Address of the shop's notify path, on this machine
    #[arg(long, value_name = "URL", required_unless_present = "print")]
    to: Option<Url>,
    /// Takes an address that is not on this machine. Only for your own shop's public address
    #[arg(long)]
    allow_remote: bool,
    /// Which way the message goes: the POST to notify_url, or the browser's GET of return_url
    #[arg(long, value_enum, default_value_t = Kind::Notify)]
    kind: Kind,
    /// Order number of the shop
    #[arg(long, default_value = "T20240101000001")]
    out_trade_no: String,
    /// Amount of the order in yuan (total_fee, or total_amount for openapi)
    #[arg(long, default_value = "0.01")]
    total_fee: Money,
    /// trade_status: TRADE_SUCCESS, TRADE_FINISHED, TRADE_CLOSED, WAIT_BUYER_PAY, or any other word
    #[arg(long, default_value = "TRADE_SUCCESS")]
    status: String,
    /// Sends a message of the message service with this msg_method in place of a notification; openapi. Its JSON is
    /// --set biz_content=…
    #[arg(long, value_name = "NAME", verbatim_doc_comment)]
    msg_method: Option<String>,
    /// Sets a field before signing; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// Changes or adds a field after signing, as a forger would; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    tamper: Vec<(String, String)>,
    /// Leaves a field out after signing; may be repeated
    #[arg(long, value_name = "NAME")]
    drop: Vec<String>,
    /// Posts so many copies at once
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    duplicate: u16,
    /// Seconds to wait for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,
    /// Prints the body and sends nothing; no line end follows, so it can be piped into `explain`
    #[arg(long)]
    print: bool,
    /// Prints one object on one line: {"to":"…","body":"…","acknowledged":true,"answers":[{"status":200,"answer":"success"}]}
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    alipay: AlipayArgs,
    #[command(flatten)]
    merchant: MerchantArgs,
}

#[derive(Serialize)]
struct Report<'a> {
    to: &'a str,
    body: &'a str,
    acknowledged: bool,
    answers: &'a [Answer],
}

impl NotifyArgs {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let alipay = self.merchant.as_alipay(&self.alipay)?;
        let body = self.body(&alipay)?;
        let to = match (&self.to, self.print) {
            (_, true) | (None, _) => {
                use std::io::Write as _;
                write!(std::io::stdout().lock(), "{body}")?;
                return Ok(ExitCode::SUCCESS);
            }
            (Some(to), false) => self.permitted(to)?,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let charset = alipay.charset().label();
        let content_type = match alipay.scheme() {
            Scheme::Mapi => CONTENT_TYPE.replace("utf-8", charset),
            _ => format!("application/x-www-form-urlencoded; charset={charset}"),
        };
        let answers = runtime.block_on(self.post(to, &content_type, &body))?;
        let acknowledged = answers.iter().all(|answer| answer.acknowledges(self.kind));
        self.report(&Report { to: to.as_str(), body: &body, acknowledged, answers: &answers })?;
        Ok(ExitCode::from(if acknowledged { 0 } else { 1 }))
    }

    fn report(&self, report: &Report<'_>) -> Result<(), Failure> {
        if self.json {
            return Ok(output::json(report)?);
        }
        output::item(if self.kind == Kind::Notify { "posted to" } else { "got" }, report.to)?;
        for answer in report.answers {
            match (&answer.error, answer.status) {
                (Some(error), _) => output::item("no answer", error)?,
                (None, status) => {
                    output::item(
                        &format!("HTTP {}", status.unwrap_or_default()),
                        &format!("`{}`", answer.answer),
                    )?;
                }
            }
        }
        let outcome = match (report.acknowledged, self.kind) {
            (true, Kind::Notify) => "success",
            (true, Kind::Return) => "a page",
            (false, Kind::Notify) => "not acknowledged: Alipay would send it again",
            (false, Kind::Return) => "no page for the buyer",
        };
        output::item("outcome", outcome)?;
        Ok(())
    }
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be NAME=VALUE"),
    }
}
