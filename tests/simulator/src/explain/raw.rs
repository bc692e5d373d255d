//! Damage around the message or to its form as a whole: undone on the raw bytes, and read again by the layer.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, contains, replace, unescape, wire},
};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A repair of the raw bytes after which the layer finds the signature good.
pub(super) fn repaired(evidence: &Evidence<'_>) -> Option<Finding> {
    let raw = evidence.raw();
    let repairs: [(Diagnosis, &str, Option<Vec<u8>>); 9] = [
        (Diagnosis::TrailingNewline, "one line end follows the message", without_newline(raw)),
        (
            Diagnosis::TrailingNewline,
            "white space, quotes or a byte order mark surround the message",
            trimmed(raw),
        ),
        (Diagnosis::LineEnds, "the message is wrapped into lines", unwrapped(raw)),
        (Diagnosis::UrlNotQuery, "the address or its question mark stands before the parameters", query(raw)),
        (Diagnosis::NotAForm, "HTTP headers stand before the body", after_headers(raw)),
        (Diagnosis::NotDecoded, "the whole message is percent-encoded once more", decoded(raw)),
        (
            Diagnosis::HtmlEscaped,
            "the & between parameters was printed as HTML or JSON",
            without_entities(raw),
        ),
        (Diagnosis::DuplicateName, "with only the first of each doubled name", first_of_each(raw)),
        (Diagnosis::DuplicateName, "with only the last of each doubled name", last_of_each(raw)),
    ];
    repairs.into_iter().find_map(|(diagnosis, detail, repaired)| {
        let repaired = repaired.filter(|repaired| repaired != raw)?;
        let repaired = repaired.as_slice();
        evidence
            .passes(repaired)
            .then(|| Finding::certain(diagnosis, format!("{detail}; without that the signature is good")))
    })
}

/// What the bytes look like when they are no form.
pub(super) fn shape(evidence: &Evidence<'_>) -> Option<Finding> {
    let raw = evidence.raw().trim_ascii();
    let raw = raw.strip_prefix(BOM).unwrap_or(raw);
    let kind = match raw.first()? {
        b'-' if raw.starts_with(b"--") && contains(raw, b"Content-Disposition") => "multipart/form-data",
        b'{' | b'[' => "JSON",
        b'<' => "XML or HTML",
        _ => return None,
    };
    Some(Finding::certain(Diagnosis::NotAForm, format!("this is {kind}, no form body")))
}

fn without_newline(raw: &[u8]) -> Option<Vec<u8>> {
    raw.strip_suffix(b"\r\n").or_else(|| raw.strip_suffix(b"\n")).map(<[u8]>::to_vec)
}

fn trimmed(raw: &[u8]) -> Option<Vec<u8>> {
    let inner = raw.trim_ascii();
    let mut inner = inner.strip_prefix(BOM).unwrap_or(inner).trim_ascii();
    for quote in [b"\"", b"'"] {
        inner = inner.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or(inner);
    }
    Some(inner.to_vec())
}

fn unwrapped(raw: &[u8]) -> Option<Vec<u8>> {
    Some(raw.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect())
}

fn query(raw: &[u8]) -> Option<Vec<u8>> {
    let raw = raw.trim_ascii();
    let at = raw.iter().position(|byte| *byte == b'?')?;
    let before = raw.get(..at)?;
    let address = before.is_empty() || before.starts_with(b"/") || before.starts_with(b"http");
    let query = raw.get(at + 1..)?.split(|byte| *byte == b'#').next()?;
    (address && !before.contains(&b'=')).then(|| query.to_vec())
}

fn after_headers(raw: &[u8]) -> Option<Vec<u8>> {
    let body = |gap: &[u8]| {
        let at = raw.windows(gap.len()).position(|window| window == gap)?;
        raw.get(at + gap.len()..).map(|body| body.trim_ascii().to_vec())
    };
    body(b"\r\n\r\n").or_else(|| body(b"\n\n"))
}

fn decoded(raw: &[u8]) -> Option<Vec<u8>> {
    (!raw.contains(&b'=') && contains(raw, b"%3D")).then(|| unescape(raw, false))
}

/// `&amp;`, the same in JSON, and what browsers make of `&not…`, `&curren…` without a semicolon.
fn without_entities(raw: &[u8]) -> Option<Vec<u8>> {
    let entities: [(&[u8], &[u8]); 7] = [
        (b"\\u0026", b"&"),
        (b"&amp;", b"&"),
        (b"&#38;", b"&"),
        ("¬".as_bytes(), b"&not"),
        (b"%C2%AC", b"&not"),
        ("¤".as_bytes(), b"&curren"),
        (b"%C2%A4", b"&curren"),
    ];
    Some(entities.iter().fold(raw.to_vec(), |text, (from, to)| replace(&text, from, to)))
}

fn first_of_each(raw: &[u8]) -> Option<Vec<u8>> {
    unique(wire(raw)).map(|segments| rejoined(&segments))
}

fn last_of_each(raw: &[u8]) -> Option<Vec<u8>> {
    let all: Vec<_> = wire(raw).collect();
    unique(all.into_iter().rev()).map(|segments| rejoined(&segments))
}

/// The pairs without the repetitions of a name, when there are any.
fn unique<'a>(pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Option<Vec<(&'a [u8], &'a [u8])>> {
    let mut seen = std::collections::HashSet::new();
    let mut repeated = false;
    let kept = pairs
        .filter(|(name, _)| {
            let new = seen.insert(unescape(name, true));
            repeated |= !new;
            new
        })
        .collect();
    repeated.then_some(kept)
}

fn rejoined(pairs: &[(&[u8], &[u8])]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = pairs.iter().map(|(name, value)| [name, &b"="[..], value].concat()).collect();
    parts.join(&b'&')
}

#[cfg(test)]
mod tests {
    use alipay_tower::protocol::Channel;

    use crate::explain::{
        Diagnosis, Verdict,
        evidence::signed_text,
        golden::{G1, N1, explain, explainer, fields, refused, shown, shown_return, signed_over},
    };

    #[test]
    fn the_message_as_a_whole() {
        use Diagnosis::{
            AmbiguousText, BadValue, DuplicateName, HtmlEscaped, LineEnds, NotAForm, NulByte, TooLarge,
            TooManyFields, TrailingNewline, UrlNotQuery,
        };
        // sign_type stands last in N1, so the line end spoils the algorithm's name.
        shown(format!("{N1}\n"), TrailingNewline);
        shown(format!("{N1}\r\n"), TrailingNewline);
        let sign_last = N1.replace("&sign_type=MD5", "").replace("&sign=", "&sign_type=MD5&sign=");
        assert_eq!(explain(&sign_last).verdict, Verdict::Accept);
        shown(format!("{sign_last}\n"), TrailingNewline);
        shown(format!("\u{feff}{N1}"), TrailingNewline);
        shown(format!("'{N1}'"), TrailingNewline);
        shown(N1.replace("&quantity", "\r\n&quantity").replace("&price", "\n&price"), LineEnds);
        refused(&explain(N1.replace('&', "\\u0026")), Verdict::Malformed, HtmlEscaped);
        shown(format!("?{N1}"), UrlNotQuery);
        shown_return(format!("https://shop.example.com/return?{G1}"), UrlNotQuery);
        shown_return(format!("/return?{G1}#top"), UrlNotQuery);
        shown(format!("Host: a.example\r\n\r\n{N1}"), NotAForm);
        shown(N1.replace("&notify", "¬ify"), HtmlEscaped);
        refused(&explain(N1.replace('&', "&amp;")), Verdict::Malformed, HtmlEscaped);
        refused(&explain(format!("{N1}&total_fee=9")), Verdict::Malformed, DuplicateName);
        assert!(explain(format!("total_fee=9&{N1}")).reason().contains("only the last"));
        refused(&explain("{\"sign\":\"x\"}"), Verdict::Malformed, NotAForm);
        refused(&explain("<xml/>"), Verdict::Malformed, NotAForm);
        let multipart = "--b\r\nContent-Disposition: form-data; name=\"sign\"\r\n\r\nx\r\n--b--";
        refused(&explain(multipart), Verdict::Malformed, NotAForm);
        refused(&explain(N1.replace("use_coupon=N", "use_coupon=N%00")), Verdict::Malformed, NulByte);
        refused(&explain("&".repeat(2000)), Verdict::Malformed, TooManyFields);
        refused(&explain("a".repeat(64 * 1024 + 1)), Verdict::Malformed, TooLarge);
        let limited = explainer().with_limit(100);
        refused(&limited.explain(Channel::Notify, N1.as_bytes()), Verdict::Malformed, TooLarge);
        let cut = fields(&[("subject", "x&total_fee=100.00&y")]);
        refused(&explain(signed_over(&cut, &signed_text(&cut))), Verdict::Malformed, AmbiguousText);
        let bad_id = fields(&[("notify_id", "a b")]);
        refused(&explain(signed_over(&bad_id, &signed_text(&bad_id))), Verdict::Malformed, BadValue);
    }
}
