//! An answer that is not the handler's: what stands in front of it?

use super::{
    Defect,
    finding::excerpt,
    visit::Answer,
    word::{self, is_html},
};

/// The obstacle behind an answer without a word; `None` when the handler itself may have answered so.
pub(super) fn find(answer: &Answer) -> Option<(Defect, String)> {
    if word::read(&answer.body).word.is_some() {
        return None;
    }
    let text = answer.body.to_ascii_lowercase();
    let has = |marks: &[&str]| {
        marks.iter().any(|mark| text.windows(mark.len()).any(|window| window == mark.as_bytes()))
    };
    let page = is_html(&text);
    let defect = match answer.status {
        403 | 406 | 429 | 503 if answer.challenged || page && has(CHALLENGES) => Defect::FirewallBlocked,
        200 if page && has(CHALLENGES) => Defect::FirewallBlocked,
        419 => Defect::CsrfBlocked,
        400 | 403 | 422 if has(CSRF) => Defect::CsrfBlocked,
        401 => Defect::LoginRequired,
        200 | 403 if page && has(LOGINS) => Defect::LoginRequired,
        403 | 406 | 429 => Defect::Forbidden,
        404 | 410 => Defect::NotFound,
        405 | 501 => Defect::PostRefused,
        415 => Defect::ContentTypeRefused,
        500.. => Defect::ServerError,
        _ => return None,
    };
    Some((defect, format!("HTTP {} with `{}`", answer.status, excerpt(&answer.body))))
}

const CSRF: &[&str] = &["csrf", "xsrf", "authenticity token", "authenticitytoken", "page expired", "forgery"];
const CHALLENGES: &[&str] = &[
    "just a moment",
    "captcha",
    "challenge-platform",
    "checking your browser",
    "ddos",
    "web application firewall",
];
const LOGINS: &[&str] = &["type=\"password\"", "type='password'", "type=password"];

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() }
    }

    #[test]
    fn names_what_stands_in_front() {
        use Defect::*;
        let cases = [
            (403, "fail", None),
            (404, "fail", None),
            (503, "fail", None),
            (200, "OK", None),
            (400, "bad request", None),
            (403, "<html>CSRF verification failed</html>", Some(CsrfBlocked)),
            (419, "", Some(CsrfBlocked)),
            (422, "Invalid authenticity token", Some(CsrfBlocked)),
            (403, "<html>Just a moment...</html>", Some(FirewallBlocked)),
            (403, "go away", Some(Forbidden)),
            (401, "", Some(LoginRequired)),
            (200, "<html><input type=\"password\">", Some(LoginRequired)),
            (404, "<html>", Some(NotFound)),
            (405, "", Some(PostRefused)),
            (415, "", Some(ContentTypeRefused)),
            (502, "<html>", Some(ServerError)),
        ];
        for (status, body, expected) in cases {
            let found = find(&answer(status, body)).map(|(defect, _)| defect);
            assert_eq!(found, expected, "{status} {body}");
        }
        let challenged = Answer { challenged: true, ..answer(403, "") };
        assert_eq!(find(&challenged).map(|(defect, _)| defect), Some(FirewallBlocked));
    }
}
