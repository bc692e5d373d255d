//! The examination: the door first, then everything behind it.

use std::time::Duration;

use reqwest::{Client, Url};

use super::{
    Checkup, Defect, Doctor, DoctorError, Finding,
    letters::Letters,
    visit::{self, Answer, Call, GATEWAY_AGENT, Trouble},
    word::{self, Word},
};
use crate::notice::content_type;

/// What is known so far.
#[derive(Debug)]
pub(super) struct Examination<'a> {
    pub(super) doctor: &'a Doctor,
    pub(super) letters: Letters,
    /// The address that answers, after the redirects of the door.
    pub(super) url: Url,
    /// What the door lets in; the gateway's own, unless the door refused that.
    pub(super) user_agent: &'static str,
    pub(super) content_type: &'static str,
    client: Client,
    findings: Vec<Finding>,
    probes: u32,
    slowest: (Duration, &'static str),
}

impl<'a> Examination<'a> {
    pub(super) fn new(doctor: &'a Doctor) -> Result<Self, DoctorError> {
        let letters =
            Letters::new(doctor.sender.as_ref(), doctor.own.clone()).map_err(DoctorError::client)?;
        let content_type = content_type(letters.merchant().scheme(), letters.merchant().charset());
        Ok(Self {
            doctor,
            letters,
            url: doctor.to.clone(),
            user_agent: GATEWAY_AGENT,
            content_type,
            client: visit::client(doctor.timeout, doctor.authority.as_deref())?,
            findings: Vec::new(),
            probes: 0,
            slowest: (Duration::ZERO, ""),
        })
    }

    pub(super) async fn run(mut self) -> Result<Checkup, DoctorError> {
        if let Some(first) = self.knock().await? {
            self.first_answer(&first);
            self.forgeries().await?;
            self.strangers(&first).await?;
            self.repeats(&first).await?;
            self.unknown_order().await?;
            self.by_get().await?;
            self.latency();
            self.oversized().await?;
        }
        self.returned().await?;
        Ok(Checkup { to: self.doctor.to.to_string(), probes: self.probes, findings: self.findings })
    }

    /// The probe that means well: signed with the shop's key when there is one.
    pub(super) fn main_probe(&self) -> &'static str {
        if self.letters.genuine() { "signed notification" } else { "forged notification" }
    }

    /// A POST as the gateway makes it, within what the door lets in.
    pub(super) fn post(&self, body: String) -> Call<'static> {
        Call::post(&self.url, body)
            .with_user_agent(Some(self.user_agent))
            .with_content_type(self.content_type)
    }

    pub(super) async fn send(&mut self, probe: &'static str, call: Call<'_>) -> Result<Answer, Trouble> {
        self.probes += 1;
        let answer = visit::send(&self.client, call).await?;
        if answer.elapsed > self.slowest.0 {
            self.slowest = (answer.elapsed, probe);
        }
        Ok(answer)
    }

    /// Two copies at the same time.
    pub(super) async fn send_twice(&mut self, call: Call<'_>) -> [Result<Answer, Trouble>; 2] {
        self.probes += 2;
        let pair = (visit::send(&self.client, call.clone()), visit::send(&self.client, call));
        let (one, other) = futures_util::future::join(pair.0, pair.1).await;
        [one, other]
    }

    /// Keeps a finding; the same defect is told once, a forgery for each way that got through.
    pub(super) fn found(&mut self, defect: Defect, probe: &'static str, seen: impl Into<String>) {
        let each = matches!(defect, Defect::ForgeryAccepted | Defect::Slow | Defect::TooSlow);
        let known = |finding: &Finding| finding.defect == defect && (!each || finding.probe == probe);
        if !self.findings.iter().any(known) {
            self.findings.push(Finding::new(defect, probe, seen));
        }
    }

    /// Keeps everything that makes an answer other than the exact word, and returns the word.
    pub(super) fn word(&mut self, probe: &'static str, answer: &Answer) -> Option<Word> {
        let reading = word::read(&answer.body);
        for (defect, seen) in reading.defects {
            self.found(defect, probe, seen);
        }
        if reading.word == Some(Word::Success) && answer.status != 200 {
            self.found(Defect::SuccessStatus, probe, format!("`success` with HTTP {}", answer.status));
        }
        reading.word
    }

    fn latency(&mut self) {
        let (time, probe) = self.slowest;
        self.judge_time(time, probe);
    }

    pub(super) fn judge_time(&mut self, time: Duration, probe: &'static str) {
        let seen = format!("answered after {}.{:01} s", time.as_secs(), time.subsec_millis() / 100);
        if time > self.doctor.too_slow {
            self.found(Defect::TooSlow, probe, seen);
        } else if time > self.doctor.slow {
            self.found(Defect::Slow, probe, seen);
        }
    }
}
