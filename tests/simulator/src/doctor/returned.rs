//! The return page: a browser comes back with a message that proves nothing, and must still see a page.

use super::{
    Defect, DoctorError,
    examination::Examination,
    finding::excerpt,
    visit::{Answer, Call},
    word::{self, is_html},
};

impl Examination<'_> {
    pub(super) async fn returned(&mut self) -> Result<(), DoctorError> {
        const PROBE: &str = "return page";
        let Some(mut url) = self.doctor.return_url.clone() else { return Ok(()) };
        url.set_query(Some(&self.letters.returned()?));
        match self.send(PROBE, Call::get(&url)).await {
            Err(trouble) => {
                self.url = url;
                self.trouble(PROBE, trouble).await;
            }
            Ok(answer) => {
                self.judge_page(PROBE, &answer);
                self.judge_time(answer.elapsed, PROBE);
            }
        }
        Ok(())
    }

    fn judge_page(&mut self, probe: &'static str, answer: &Answer) {
        let page = is_html(&answer.body.to_ascii_lowercase());
        // A page that is an error only by its status is a page still: the layer refuses politely.
        let broken =
            answer.status >= 500 || matches!(answer.status, 404 | 405 | 410) || answer.body.is_empty();
        if word::read(&answer.body).word.is_some() {
            self.found(Defect::ReturnShowsWord, probe, format!("`{}`", excerpt(&answer.body)));
        } else if broken && !(300..400).contains(&answer.status) && !(page && answer.status < 500) {
            self.found(Defect::ReturnFails, probe, format!("HTTP {}", answer.status));
        }
    }
}
