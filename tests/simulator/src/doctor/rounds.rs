//! Behind the door: what the handler says to forgeries, strangers, copies and floods.

use super::{
    Defect, DoctorError,
    examination::Examination,
    obstacle,
    visit::{Answer, BROWSER_AGENT, Call},
    word::{self, Word},
};

const CLEAN_TYPE: &str = "application/x-www-form-urlencoded";
/// Padding of the large message, in bytes: far above what any message has, and small enough to send in a moment.
const LARGE: usize = 1024 * 1024;

impl Examination<'_> {
    /// The answer to the message that means well.
    pub(super) fn first_answer(&mut self, answer: &Answer) {
        let probe = self.main_probe();
        let word = self.word(probe, answer);
        if let Some(coding) = &answer.compressed {
            self.found(Defect::AnswerCompressed, probe, format!("Content-Encoding: {}", short(coding)));
        }
        if let Some(content_type) = &answer.content_type {
            let kind = content_type.to_ascii_lowercase();
            let seen = format!("Content-Type: {}", short(content_type));
            if kind.starts_with("text/html") && word.is_some() {
                self.found(Defect::AnswerTypedHtml, probe, seen);
            } else if !kind.starts_with("text/") {
                self.found(Defect::AnswerContentType, probe, seen);
            }
        }
        match word {
            Some(Word::Success) if !self.letters.genuine() => self.accepted(probe),
            Some(Word::Fail) if answer.status >= 500 => {
                self.found(Defect::ShopInTrouble, probe, format!("`fail` with HTTP {}", answer.status));
            }
            Some(Word::Fail) if self.letters.genuine() => {
                self.found(Defect::SignedRefused, probe, format!("`fail` with HTTP {}", answer.status));
            }
            _ => {}
        }
    }

    pub(super) async fn forgeries(&mut self) -> Result<(), DoctorError> {
        for (probe, body) in self.letters.forgeries()? {
            let call = self.post(body);
            match self.send(probe, call).await {
                Err(trouble) => self.trouble(probe, trouble).await,
                Ok(answer) => self.refusal(probe, &answer),
            }
        }
        Ok(())
    }

    /// The answer to a message that must be refused.
    fn refusal(&mut self, probe: &'static str, answer: &Answer) {
        match word::read(&answer.body).word {
            Some(Word::Fail) => {}
            Some(Word::Success) => self.accepted(probe),
            None if answer.status >= 500 => {
                self.found(Defect::ServerError, probe, format!("HTTP {}", answer.status));
            }
            None => {
                let body = super::finding::excerpt(&answer.body);
                let seen = format!("HTTP {} with `{body}`, not `fail`", answer.status);
                self.found(Defect::ForgeryMisanswered, probe, seen);
            }
        }
    }

    fn accepted(&mut self, probe: &'static str) {
        self.found(
            Defect::ForgeryAccepted,
            probe,
            "a message that Alipay did not sign was answered `success`",
        );
    }

    /// Other clothes than the gateway's: what the handler says may not depend on them.
    pub(super) async fn strangers(&mut self, first: &Answer) -> Result<(), DoctorError> {
        let expected = word::read(&first.body).word;
        let calls = [
            (
                Defect::UserAgentRequired,
                "without User-Agent",
                self.post(self.letters.waiting()?).with_user_agent(None),
            ),
            (
                Defect::UserAgentFiltered,
                "with a browser's User-Agent",
                self.post(self.letters.waiting()?).with_user_agent(Some(BROWSER_AGENT)),
            ),
            (
                Defect::ContentTypeRefused,
                "with a clean Content-Type",
                self.post(self.letters.waiting()?).with_content_type(CLEAN_TYPE),
            ),
        ];
        for (defect, probe, call) in calls {
            match self.send(probe, call).await {
                Err(trouble) => self.found(defect, probe, trouble.detail),
                Ok(answer) => {
                    // For the first, the stranger is worse off; for the others, the gateway is.
                    let stranger = defect == Defect::UserAgentRequired;
                    let (bad, good) = if stranger { (&answer, first) } else { (first, &answer) };
                    if differs(bad, good, expected) {
                        let seen = format!("{}, but {} otherwise", shown(bad), shown(good));
                        self.found(defect, probe, seen);
                    }
                }
            }
        }
        Ok(())
    }

    /// The same message again, and twice at once.
    pub(super) async fn repeats(&mut self, first: &Answer) -> Result<(), DoctorError> {
        const PROBE: &str = "two copies at once";
        let call = self.post(self.letters.waiting()?);
        for answer in self.send_twice(call).await {
            match answer {
                Err(trouble) => self.found(Defect::DuplicateDiffers, PROBE, trouble.detail),
                Ok(answer) if shown(&answer) != shown(first) => {
                    let seen = format!("first {}, then {}", shown(first), shown(&answer));
                    self.found(Defect::DuplicateDiffers, PROBE, seen);
                }
                Ok(_) => {}
            }
        }
        Ok(())
    }

    pub(super) async fn unknown_order(&mut self) -> Result<(), DoctorError> {
        const PROBE: &str = "signed payment of an unknown order";
        if !self.letters.genuine() {
            return Ok(());
        }
        let call = self.post(self.letters.paid()?);
        match self.send(PROBE, call).await {
            Err(trouble) => self.trouble(PROBE, trouble).await,
            Ok(answer) => match word::read(&answer.body).word {
                Some(Word::Success) => self.found(Defect::UnknownOrderAcknowledged, PROBE, "`success`"),
                Some(Word::Fail) => {}
                None if answer.status >= 500 => {
                    self.found(Defect::ServerError, PROBE, format!("HTTP {}", answer.status));
                }
                None => self.refusal(PROBE, &answer),
            },
        }
        Ok(())
    }

    pub(super) async fn by_get(&mut self) -> Result<(), DoctorError> {
        const PROBE: &str = "forged message by GET";
        let mut url = self.url.clone();
        url.set_query(Some(&self.letters.forged()?));
        match self.send(PROBE, Call::get(&url)).await {
            Err(trouble) => self.found(Defect::GetFails, PROBE, trouble.detail),
            Ok(answer) => match word::read(&answer.body).word {
                Some(Word::Success) => self.accepted(PROBE),
                None if answer.status >= 500 => {
                    self.found(Defect::GetFails, PROBE, format!("HTTP {}", answer.status));
                }
                _ => {}
            },
        }
        Ok(())
    }

    /// A message far too large: a refusal, or a connection that is closed on it, are both fine.
    pub(super) async fn oversized(&mut self) -> Result<(), DoctorError> {
        const PROBE: &str = "forged message of a megabyte";
        let body = format!("{}&padding={}", self.letters.forged()?, "0".repeat(LARGE));
        let call = self.post(body);
        match self.send(PROBE, call).await {
            Err(trouble) if trouble.defect == Defect::NoAnswerInTime => {
                self.found(Defect::OversizedUnanswered, PROBE, "no answer in time");
            }
            Err(_) => {}
            Ok(answer) => match word::read(&answer.body).word {
                Some(Word::Success) => self.accepted(PROBE),
                None if answer.status >= 500 => {
                    self.found(Defect::OversizedUnanswered, PROBE, format!("HTTP {}", answer.status));
                }
                _ => {}
            },
        }
        Ok(())
    }
}

/// Whether one is turned away where the other is let in, or another word is said.
fn differs(bad: &Answer, good: &Answer, first: Option<Word>) -> bool {
    let word = |answer: &Answer| word::read(&answer.body).word;
    let turned_away = obstacle::find(bad).is_some() || (300..400).contains(&bad.status);
    let let_in = obstacle::find(good).is_none() && !(300..400).contains(&good.status);
    turned_away && let_in
        || word(good).is_some() && word(bad) != word(good) && first.is_some()
        || word(bad).is_none() && word(good).is_some()
}

fn shown(answer: &Answer) -> String {
    match word::read(&answer.body).word {
        Some(Word::Fail) => "`fail`".to_owned(),
        Some(Word::Success) => "`success`".to_owned(),
        None => format!("HTTP {}", answer.status),
    }
}

fn short(header: &str) -> String {
    super::finding::excerpt(header.as_bytes())
}
