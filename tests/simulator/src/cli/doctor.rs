//! `doctor`: is the shop's notify path fit for Alipay?

use std::{path::PathBuf, process::ExitCode, time::Duration};

use alipay_simulator::doctor::{Checkup, Doctor, Severity};
use clap::Args;
use serde::Serialize;

use super::{AlipayArgs, Failure, MerchantArgs, Patient, output};

/// Probes a shop's notify path through its public address, and reports what would keep Alipay's messages out.
///
/// Reports network, TLS and redirects; logins, form protection (CSRF), firewalls and User-Agent filters in front of the
/// path; anything around the word in the answer (byte order mark, line end, HTML, JSON, compression); slow answers; and
/// what forged messages get, which must be `fail`. All probes are about an order that no shop has (DOCTOR and digits),
/// so a healthy shop moves nothing; a shop that records payments of unknown orders will have recorded one or two.
///
/// With the MD5 key (--key, or ALIPAY_KEY) some probes are signed as Alipay would sign them; a shop that asks the
/// gateway about each notify_id refuses them nevertheless, which is noted and no defect. With RSA nobody but Alipay can
/// sign so: only a shop under test, which was given a public key of yours as Alipay's, believes --alipay-private-key.
/// With --private-key, the shop's own, it is tried whether the shop takes its own signature for Alipay's. Without any key
/// all probes are forgeries. Examine your own shop only.
///
/// Exit status: 0 healthy (notes aside), 1 findings, 2 mistake in the flags.
///
/// Examples:
///   alipay-simulator doctor --to https://shop.example.com/alipay/notify --partner 2088… --key "$KEY"
///   alipay-simulator doctor --to http://127.0.0.1:8080/alipay/notify --return-url http://127.0.0.1:8080/alipay/return
///   alipay-simulator doctor --to … --scheme openapi --app-id … --seller-id … --private-key app.pem
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct DoctorArgs {
    /// Address of the shop's notify path, as it stands in notify_url
    #[arg(long, value_name = "URL")]
    to: String,
    /// Address of the page that buyers come back to; examined too when given
    #[arg(long, value_name = "URL")]
    return_url: Option<String>,
    /// Certificates (PEM) of an authority to trust beside the system's
    #[arg(long, value_name = "FILE")]
    ca_cert: Option<PathBuf>,
    /// Seconds to wait for one answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,
    /// Prints one object on one line:
    /// {"to":"…","healthy":true|false,"probes":N,"findings":[{"id":"…","severity":"critical|bad|warning|note",
    /// "probe":"…","seen":"…","advice":"…"}]}
    #[arg(long, verbatim_doc_comment)]
    json: bool,
    #[command(flatten)]
    alipay: AlipayArgs,
    #[command(flatten)]
    merchant: MerchantArgs,
}

#[derive(Serialize)]
struct Report<'a> {
    to: &'a str,
    healthy: bool,
    probes: u32,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'static str,
    severity: &'static str,
    probe: &'static str,
    seen: &'a str,
    advice: &'static str,
}

impl DoctorArgs {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let doctor = self.doctor()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let checkup = runtime.block_on(doctor.examine()).map_err(Failure::refused)?;
        if self.json {
            output::json(&report(&checkup))?;
        } else {
            print(&checkup)?;
        }
        Ok(ExitCode::from(if checkup.is_healthy() { 0 } else { 1 }))
    }

    fn doctor(&self) -> Result<Doctor, Failure> {
        let mut doctor = Doctor::new(&self.to)
            .map_err(|error| Failure::usage(format!("--to: {error}")))?
            .with_timeout(Duration::from_secs(self.timeout.into()));
        if let Some(return_url) = &self.return_url {
            let flag = |error| Failure::usage(format!("--return-url: {error}"));
            doctor = doctor.with_return_url(return_url).map_err(flag)?;
        }
        if let Some(file) = &self.ca_cert {
            let pem = std::fs::read(file)
                .map_err(|error| Failure::usage(format!("--ca-cert: cannot be read: {error}")))?;
            doctor = doctor.with_authority(pem);
        }
        let Patient { alipay, stranger, own } = self.merchant.patient(&self.alipay)?;
        doctor = match alipay {
            Some(alipay) => doctor.with_merchant(alipay),
            None => {
                output::note(
                    "note: no key of Alipay's was given, so every probe is a forgery, and none should be believed",
                );
                doctor.with_stranger(stranger)
            }
        };
        Ok(match own {
            Some(own) => doctor.with_own_key(own),
            None => doctor,
        })
    }
}

fn report(checkup: &Checkup) -> Report<'_> {
    let entry = |finding: &'_ alipay_simulator::doctor::Finding| {
        let defect = finding.defect;
        (defect.slug(), defect.severity().as_str(), finding.probe, defect.advice())
    };
    let findings = checkup.findings().iter().map(|finding| {
        let (id, severity, probe, advice) = entry(finding);
        Entry { id, severity, probe, seen: &finding.seen, advice }
    });
    let (to, healthy, probes) = (checkup.to(), checkup.is_healthy(), checkup.probes());
    Report { to, healthy, probes, findings: findings.collect() }
}

fn print(checkup: &Checkup) -> std::io::Result<()> {
    output::item("examined", checkup.to())?;
    for severity in [Severity::Critical, Severity::Bad, Severity::Warning, Severity::Note] {
        for finding in checkup.findings().iter().filter(|finding| finding.defect.severity() == severity) {
            output::item(severity.as_str(), &format!("{} ({})", finding.defect, finding.probe))?;
            output::item("  seen", &finding.seen)?;
            output::item("  what to do", finding.defect.advice())?;
        }
    }
    let verdict = if checkup.is_healthy() { "healthy" } else { "not healthy" };
    output::item("verdict", &format!("{verdict}, after {} probes", checkup.probes()))
}
