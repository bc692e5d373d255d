//! `notify`: one signed notification to a shop, as the gateway would post it.

use std::{process::ExitCode, time::Duration};

use alipay_simulator::{CONTENT_TYPE, Notice};
use alipay_tower::{Merchant, Money};
use clap::Args;
use futures_util::future::join_all;
use reqwest::{Client, Url, header, redirect::Policy};
use serde::Serialize;

use super::{Failure, MerchantArgs, output};

/// The most of an answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// Posts one signed notification to a shop, and prints what the shop answers.
///
/// Builds the message as the gateway would, with the Content-Type that the gateway sends (no valid media type), in any
/// status and with any damage. What is not given about the merchant is the demo merchant's. A shop that is connected to a
/// gateway asks it about the notify_id (notify_verify) and refuses a message that the gateway did not send: for a whole
/// payment start `alipay-simulator serve` and pay on its cashier page; use `notify` for shops with a trusting gateway, and
/// to see refusals.
///
/// Exit status: 0 every answer was HTTP 200 with exactly `success`, 1 any other answer or none, 2 mistake in the flags.
///
/// Examples:
///   alipay-simulator notify --to http://127.0.0.1:8080/alipay/notify --out-trade-no T1 --total-fee 0.01
///   alipay-simulator notify --to … --status TRADE_SUCCESS --set refund_status=REFUND_SUCCESS
///   alipay-simulator notify --to … --tamper total_fee=0.01 --duplicate 20
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
    /// Order number of the shop
    #[arg(long, default_value = "T20240101000001")]
    out_trade_no: String,
    /// Amount of the order in yuan
    #[arg(long, default_value = "0.01")]
    total_fee: Money,
    /// trade_status: TRADE_SUCCESS, TRADE_FINISHED, TRADE_CLOSED, WAIT_BUYER_PAY, or any other word
    #[arg(long, default_value = "TRADE_SUCCESS")]
    status: String,
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
    merchant: MerchantArgs,
}

#[derive(Serialize)]
struct Report<'a> {
    to: &'a str,
    body: &'a str,
    acknowledged: bool,
    answers: &'a [Answer],
}

/// What one copy met; `status` is absent and `error` present when there was no answer.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    answer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Answer {
    fn acknowledges(&self) -> bool {
        self.status == Some(200) && self.answer == "success"
    }
}

impl NotifyArgs {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let (merchant, _) = self.merchant.simulated()?;
        let body = self.body(&merchant)?;
        let to = match (&self.to, self.print) {
            (_, true) | (None, _) => {
                use std::io::Write as _;
                write!(std::io::stdout().lock(), "{body}")?;
                return Ok(ExitCode::SUCCESS);
            }
            (Some(to), false) => self.permitted(to)?,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let content_type = CONTENT_TYPE.replace("utf-8", merchant.charset().label());
        let answers = runtime.block_on(self.post(to, &content_type, &body))?;
        let acknowledged = answers.iter().all(Answer::acknowledges);
        self.report(&Report { to: to.as_str(), body: &body, acknowledged, answers: &answers })?;
        Ok(ExitCode::from(if acknowledged { 0 } else { 1 }))
    }

    fn body(&self, merchant: &Merchant) -> Result<String, Failure> {
        let (order, total) = (self.out_trade_no.as_str(), self.total_fee);
        let mut notice = match self.status.as_str() {
            "TRADE_SUCCESS" => Notice::paid(order, total),
            "TRADE_FINISHED" => Notice::finished(order, total),
            "TRADE_CLOSED" => Notice::closed(order, total),
            other => Notice::of_status(order, total, other),
        };
        for (name, value) in &self.set {
            if name == "sign" || name == "sign_type" {
                return Err(Failure::usage(format!(
                    "--set {name}: signing sets it; change it with --tamper"
                )));
            }
            notice = notice.with(name, value);
        }
        let mut signed = notice.sign(merchant).map_err(Failure::usage)?;
        for (name, value) in &self.tamper {
            signed = signed.tamper(name, value);
        }
        for name in &self.drop {
            signed = signed.drop_field(name);
        }
        Ok(signed.body())
    }

    fn permitted<'a>(&self, to: &'a Url) -> Result<&'a Url, Failure> {
        let host = to.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        let loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        if !matches!(to.scheme(), "http" | "https") {
            return Err(Failure::usage("--to must begin with http:// or https://"));
        }
        if to.scheme() == "https" && !cfg!(feature = "rustls-tls") {
            return Err(Failure::usage("--to: this build has no TLS; build it with the feature rustls-tls"));
        }
        if !loopback && !self.allow_remote {
            return Err(Failure::usage(
                "--to is not on this machine. Give --allow-remote when it is your own shop's public address",
            ));
        }
        Ok(to)
    }

    async fn post(&self, to: &Url, content_type: &str, body: &str) -> Result<Vec<Answer>, Failure> {
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(self.timeout.into()))
            .build()
            .map_err(Failure::refused)?;
        let copies = (0..self.duplicate).map(|_| async {
            let request = client.post(to.clone()).header(header::CONTENT_TYPE, content_type);
            answer(request.body(body.to_owned())).await.unwrap_or_else(|error| Answer {
                status: None,
                answer: String::new(),
                error: Some(cause(&error)),
            })
        });
        Ok(join_all(copies).await)
    }

    fn report(&self, report: &Report<'_>) -> Result<(), Failure> {
        if self.json {
            return Ok(output::json(report)?);
        }
        output::item("posted to", report.to)?;
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
        let outcome =
            if report.acknowledged { "success" } else { "not acknowledged: Alipay would send it again" };
        output::item("outcome", outcome)?;
        Ok(())
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let mut response = request.send().await?;
    let status = Some(response.status().as_u16());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            body.truncate(MAX_ANSWER);
            break;
        }
    }
    Ok(Answer { status, answer: String::from_utf8_lossy(&body).into_owned(), error: None })
}

/// The innermost reason, which is the one that helps.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be NAME=VALUE"),
    }
}
