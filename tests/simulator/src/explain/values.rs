//! Values that a filter, a template or a proxy rewrote: HTML, backslashes, white space, line ends.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, replace},
};

type Rule = fn(&[u8]) -> Vec<u8>;

const RULES: [(Diagnosis, &str, Rule); 17] = [
    (Diagnosis::HtmlEscaped, "HTML entities stand for characters", unescape_html),
    (Diagnosis::HtmlEscaped, "HTML entities stand for characters, twice over", |value| {
        unescape_html(&unescape_html(value))
    }),
    (Diagnosis::HtmlEscaped, "what was signed has &quot; and its like", |value| escape_html(value, b"'")),
    (Diagnosis::HtmlEscaped, "what was signed has &quot; &#039; and their like", |value| {
        escape_html(value, b"&#039;")
    }),
    (Diagnosis::HtmlEscaped, "what was signed has &quot; &#39; and their like", |value| {
        escape_html(value, b"&#39;")
    }),
    (Diagnosis::SlashesEscaped, "a backslash stands before slashes", |value| replace(value, b"\\/", b"/")),
    (Diagnosis::SlashesEscaped, "a backslash stands before quotes or backslashes", strip_slashes),
    (Diagnosis::SlashesEscaped, "what was signed has a backslash before slashes", |value| {
        replace(value, b"/", b"\\/")
    }),
    (Diagnosis::SlashesEscaped, "what was signed has a backslash before quotes or backslashes", add_slashes),
    (Diagnosis::LineEnds, "CR LF stands for LF", |value| replace(value, b"\r\n", b"\n")),
    (Diagnosis::LineEnds, "LF stands for CR LF", |value| {
        replace(&replace(value, b"\r\n", b"\n"), b"\n", b"\r\n")
    }),
    (Diagnosis::ValuesTrimmed, "the signer cut off white space", |value| value.trim_ascii().to_vec()),
    (Diagnosis::ValuesTrimmed, "a space at the end was cut off", |value| [value, b" "].concat()),
    (Diagnosis::ValuesTrimmed, "a space in front was cut off", |value| [b" ", value].concat()),
    (Diagnosis::ValuesTrimmed, "spaces on both sides were cut off", |value| [b" ", value, b" "].concat()),
    (Diagnosis::ValuesTrimmed, "a line end was cut off", |value| [value, b"\n"].concat()),
    (Diagnosis::ValuesTrimmed, "a line end was cut off", |value| [value, b"\r\n"].concat()),
];

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    RULES.iter().find_map(|(diagnosis, detail, rule)| {
        let place = evidence.repaired(|_, value| Some(rule(value)))?;
        Some(Finding::certain(*diagnosis, format!("{detail} ({place})")))
    })
}

/// Undoes `&quot;` and its like, `&#39;`, `&#x27;`; what is no such entity stays.
fn unescape_html(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((first, tail)) = rest.split_first() {
        match entity(rest) {
            Some((c, length)) => {
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

/// The character of the entity that the text begins with, and the entity's length.
fn entity(text: &[u8]) -> Option<(char, usize)> {
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(text.get(..end)?).ok()?.strip_prefix('&')?;
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let c = match name {
        "amp" => '&',
        "apos" => '\'',
        "gt" => '>',
        "lt" => '<',
        "nbsp" => '\u{a0}',
        "quot" => '"',
        other => match other.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(hex.get(1..)?, 16)?,
            decimal => number(decimal, 10)?,
        },
    };
    Some((c, end + 1))
}

fn escape_html(value: &[u8], apostrophe: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for byte in value {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            b'\'' => out.extend_from_slice(apostrophe),
            other => out.push(*other),
        }
    }
    out
}

/// PHP's `stripslashes`: a backslash goes, what follows it stays.
fn strip_slashes(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => out.extend(bytes.next()),
            other => out.push(*other),
        }
    }
    out
}

fn add_slashes(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for byte in value {
        if matches!(byte, b'\\' | b'"' | b'\'') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::explain::{
        Diagnosis,
        golden::{damaged, shown},
    };

    #[test]
    fn rewritten_values() {
        use Diagnosis::{HtmlEscaped, LineEnds, SlashesEscaped, ValuesTrimmed};
        let cases = [
            ("say \"hi\" & 'go' <b>", "say &quot;hi&quot; &amp; &#39;go&#39; &lt;b&gt;", HtmlEscaped),
            ("say \"hi\"", "say &quot;hi&quot;", HtmlEscaped),
            ("a & b", "a &amp;amp; b", HtmlEscaped),
            ("say &quot;hi&quot;", "say \"hi\"", HtmlEscaped),
            ("it&#039;s", "it's", HtmlEscaped),
            ("a/b's", "a&#x2F;b&#x27;s", HtmlEscaped),
            ("a&nosuch; & b", "a&amp;nosuch; &amp; b", HtmlEscaped),
            ("[\"a/b\"]", "[\"a\\/b\"]", SlashesEscaped),
            ("it's \"so\"", "it\\'s \\\"so\\\"", SlashesEscaped),
            ("a\\/b", "a/b", SlashesEscaped),
            ("c:\\\\dir", "c:\\dir", SlashesEscaped),
            ("one\r\ntwo", "one\ntwo", LineEnds),
            ("one\ntwo", "one\r\ntwo", LineEnds),
            (" padded", "padded", ValuesTrimmed),
            ("padded ", "padded", ValuesTrimmed),
            ("padded\n", "padded", ValuesTrimmed),
            ("padded", "  padded\t", ValuesTrimmed),
        ];
        for (sent, received, diagnosis) in cases {
            shown(damaged(&[("body", sent)], &[("body", received)]), diagnosis);
        }
    }
}
