//! The answer's bytes: is it exactly one of the two words, and if not, what stands in the way?

use super::{Defect, finding::excerpt};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// What the gateway understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Fail,
    Success,
}

/// An answer's body, read as leniently as any gateway might, with everything that makes it inexact.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) word: Option<Word>,
    pub(super) defects: Vec<(Defect, String)>,
}

pub(super) fn read(body: &[u8]) -> Reading {
    let mut defects = Vec::new();
    let mut seen = |defect| defects.push((defect, format!("the body is `{}`", excerpt(body))));
    let mut text = body;
    if let Some(rest) = text.strip_prefix(BOM) {
        seen(Defect::ByteOrderMark);
        text = rest;
    }
    if text.trim_ascii().len() < text.len() {
        seen(Defect::AnswerWhiteSpace);
        text = text.trim_ascii();
    }
    if let Some(inner) = unquoted(text) {
        seen(Defect::AnswerQuoted);
        text = inner;
    }
    let word = exact(text).or_else(|| {
        let word = exact(&text.to_ascii_lowercase());
        seen(if word.is_some() { Defect::AnswerLetterCase } else { shape(text) });
        word
    });
    Reading { word, defects }
}

fn exact(text: &[u8]) -> Option<Word> {
    match text {
        b"fail" => Some(Word::Fail),
        b"success" => Some(Word::Success),
        _ => None,
    }
}

fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let inner = [b"\"", b"'"].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))?;
    exact(&inner.to_ascii_lowercase()).map(|_| inner)
}

/// What it is, when it is no word.
fn shape(text: &[u8]) -> Defect {
    let lower = text.to_ascii_lowercase();
    let has = |part: &[u8]| lower.windows(part.len()).any(|window| window == part);
    if text.is_empty() {
        Defect::AnswerEmpty
    } else if is_html(&lower) {
        Defect::AnswerInHtml
    } else if matches!(text.first(), Some(b'{' | b'[')) {
        Defect::AnswerInJson
    } else if has(b"success") || has(b"fail") {
        Defect::AnswerPolluted
    } else {
        Defect::AnswerUnknown
    }
}

/// Whether a page or a piece of one stands here, in lower case.
pub(super) fn is_html(lower: &[u8]) -> bool {
    let marks: [&[u8]; 8] = [b"<!doctype", b"<html", b"<head", b"<body", b"<pre", b"<p>", b"<br", b"<script"];
    marks.iter().any(|mark| lower.windows(mark.len()).any(|window| window == *mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_word_or_what_is_wrong_with_it() {
        use Defect::*;
        let cases: [(&[u8], Option<Word>, &[Defect]); 18] = [
            (b"success", Some(Word::Success), &[]),
            (b"fail", Some(Word::Fail), &[]),
            (b"success\n", Some(Word::Success), &[AnswerWhiteSpace]),
            (b" fail", Some(Word::Fail), &[AnswerWhiteSpace]),
            (b"\xef\xbb\xbfsuccess", Some(Word::Success), &[ByteOrderMark]),
            (
                b"\xef\xbb\xbfSUCCESS\r\n",
                Some(Word::Success),
                &[ByteOrderMark, AnswerWhiteSpace, AnswerLetterCase],
            ),
            (b"\"success\"", Some(Word::Success), &[AnswerQuoted]),
            (b"'Fail'\n", Some(Word::Fail), &[AnswerWhiteSpace, AnswerQuoted, AnswerLetterCase]),
            (b"", None, &[AnswerEmpty]),
            (b"\n", None, &[AnswerWhiteSpace, AnswerEmpty]),
            (b"{\"code\":\"success\"}", None, &[AnswerInJson]),
            (b"[]", None, &[AnswerInJson]),
            (b"<html><body>success</body></html>", None, &[AnswerInHtml]),
            (b"success<script src=x></script>", None, &[AnswerInHtml]),
            (b"Warning: x in y.php\nsuccess", None, &[AnswerPolluted]),
            (b"failed", None, &[AnswerPolluted]),
            (b"OK", None, &[AnswerUnknown]),
            (b"\xff\xfe", None, &[AnswerUnknown]),
        ];
        for (body, word, expected) in cases {
            let reading = read(body);
            let found: Vec<_> = reading.defects.iter().map(|(defect, _)| *defect).collect();
            assert_eq!((reading.word, found.as_slice()), (word, expected), "{}", excerpt(body));
        }
    }
}
