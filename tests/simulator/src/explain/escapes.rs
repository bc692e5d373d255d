//! Percent escapes and plus signs: decoded too often, too rarely, or by the wrong rule.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, Set, is_sign, unescape, wire},
};

/// The most places that are tried in every combination.
const MAX_PLACES: usize = 10;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    notify_id(evidence)
        .or_else(|| undecoded(evidence))
        .or_else(|| decoded_again(evidence))
        .or_else(|| escaped_again(evidence))
        .or_else(|| plus(evidence))
}

fn notify_id(evidence: &Evidence<'_>) -> Option<Finding> {
    let escaped = evidence.get("notify_id").is_some_and(|id| id.contains(&b'%'));
    styles().into_iter().find_map(|style| {
        evidence.repaired(|name, value| {
            // A plus that was decoded twice more is a space.
            (name == b"notify_id").then(|| escape(&replace_byte(value, b' ', b'+'), style))
        })?;
        Some(if escaped {
            let detail = "what was signed is notify_id as it stands on the wire";
            Finding::certain(Diagnosis::NotDecoded, detail)
        } else {
            let detail = "with notify_id escaped again (%2F, %2B) the signature verifies";
            Finding::certain(Diagnosis::NotifyIdUnescaped, detail)
        })
    })
}

/// The signer took the values as they stand on the wire.
fn undecoded(evidence: &Evidence<'_>) -> Option<Finding> {
    let raw: Set = wire(evidence.raw()).map(|(name, value)| (unescape(name, true), value.to_vec())).collect();
    evidence.verifies(&raw).then(|| {
        Finding::certain(Diagnosis::NotDecoded, "what was signed are the values as they stand on the wire")
    })
}

fn decoded_again(evidence: &Evidence<'_>) -> Option<Finding> {
    let place = [true, false].into_iter().find_map(|plus| {
        evidence.repaired(|_, value| value.contains(&b'%').then(|| unescape(value, plus)))
    })?;
    // Times and addresses never hold a percent sign of their own: where they do, the transport was escaped twice.
    let transport = evidence
        .set()
        .iter()
        .any(|(name, value)| (is_time(name) || name.ends_with(b"_email")) && value.contains(&b'%'));
    Some(if transport {
        let detail = format!("after decoding once there are still escapes of the transport ({place})");
        Finding::certain(Diagnosis::NotDecoded, detail)
    } else {
        let detail = format!("what was signed are values that were decoded twice ({place})");
        Finding::certain(Diagnosis::DecodedTwice, detail)
    })
}

fn escaped_again(evidence: &Evidence<'_>) -> Option<Finding> {
    // A space written as + and nothing else is no escaping: see `plus`.
    let escape = |value: &[u8], style| Some(escape(value, style)).filter(|new| new.contains(&b'%'));
    styles().into_iter().find_map(|style| {
        if let Some(place) = evidence.repaired(|_, value| escape(value, style)) {
            let all = place.ends_with("fields");
            return Some(if all {
                Finding::certain(
                    Diagnosis::NotDecoded,
                    "what was signed are percent-encoded values, not the plain ones",
                )
            } else {
                Finding::certain(Diagnosis::DecodedTwice, format!("{place} was unescaped once too often"))
            });
        }
        let place = evidence.repaired(|name, value| {
            let own = is_time(name) || name == b"body";
            if own { None } else { escape(value, style) }
        })?;
        Some(Finding::certain(Diagnosis::DecodedTwice, format!("{place} were unescaped once too often")))
    })
}

fn plus(evidence: &Evidence<'_>) -> Option<Finding> {
    let literal: Set =
        wire(evidence.raw()).map(|(name, value)| (unescape(name, false), unescape(value, false))).collect();
    if evidence.verifies(&literal) {
        let detail = "what was signed has + where the wire's + means a space";
        return Some(Finding::certain(Diagnosis::SpaceBecamePlus, detail));
    }
    let swap = |from, to| {
        evidence.repaired(move |_, value| value.contains(&from).then(|| replace_byte(value, from, to)))
    };
    if let Some(place) = swap(b'+', b' ') {
        return Some(Finding::certain(Diagnosis::SpaceBecamePlus, format!("{place}: + stands for a space")));
    }
    if let Some(place) = swap(b' ', b'+') {
        let (diagnosis, detail) = if place.ends_with("fields") {
            (Diagnosis::SpaceBecamePlus, format!("what was signed has + for every space ({place})"))
        } else {
            (Diagnosis::PlusBecameSpace, format!("{place}: a space stands for +"))
        };
        return Some(Finding::certain(diagnosis, detail));
    }
    let lost_plus = some_places(evidence, b' ', b'+')
        .then(|| Finding::certain(Diagnosis::PlusBecameSpace, "some spaces stand for +"));
    lost_plus.or_else(|| {
        some_places(evidence, b'+', b' ')
            .then(|| Finding::certain(Diagnosis::SpaceBecamePlus, "some + stand for spaces"))
    })
}

/// Whether some combination of the places where `from` stands verifies as `to`.
fn some_places(evidence: &Evidence<'_>, from: u8, to: u8) -> bool {
    let mut base = evidence.set().clone();
    let mut places = Vec::new();
    for (field, (name, value)) in base.iter_mut().enumerate() {
        if is_time(name) {
            // No time holds a plus of its own.
            *value = replace_byte(value, b'+', b' ');
        } else if !is_sign(name) {
            let here = value.iter().enumerate().filter(|(_, byte)| **byte == from);
            places.extend(here.map(|(at, _)| (field, at)));
        }
    }
    if places.len() > MAX_PLACES {
        return false;
    }
    (0_u32..1 << places.len()).any(|chosen| {
        let mut set = base.clone();
        for (bit, (field, at)) in places.iter().enumerate() {
            if chosen >> bit & 1 == 1
                && let Some(byte) = set.get_mut(*field).and_then(|(_, value)| value.get_mut(*at))
            {
                *byte = to;
            }
        }
        evidence.verifies(&set)
    })
}

/// Which bytes an escaper leaves alone beside letters and digits, and how it writes a space.
#[derive(Clone, Copy)]
struct Style {
    plain: &'static [u8],
    space: &'static [u8],
    lower: bool,
}

/// The habits of PHP, Java and JavaScript, of those that write hex digits in lower case, and of those that escape
/// only what a form needs.
fn styles() -> [Style; 6] {
    [
        Style { plain: b"-_.~", space: b"%20", lower: false },
        Style { plain: b"-_.", space: b"+", lower: false },
        Style { plain: b"-_.*", space: b"+", lower: false },
        Style { plain: b"-_.!~*'()", space: b"%20", lower: false },
        Style { plain: b"-_.", space: b"+", lower: true },
        Style { plain: b"-_.~!*'()/:,;@$?[]{}|<>^\"\\`", space: b" ", lower: false },
    ]
}

fn escape(value: &[u8], style: Style) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for byte in value {
        match byte {
            b' ' => out.extend_from_slice(style.space),
            plain if plain.is_ascii_alphanumeric() || style.plain.contains(plain) => out.push(*plain),
            other if style.lower => out.extend_from_slice(format!("%{other:02x}").as_bytes()),
            other => out.extend_from_slice(format!("%{other:02X}").as_bytes()),
        }
    }
    out
}

fn replace_byte(value: &[u8], from: u8, to: u8) -> Vec<u8> {
    value.iter().map(|byte| if *byte == from { to } else { *byte }).collect()
}

/// `notify_time`, `gmt_create` and their like, whose one space is a space.
fn is_time(name: &[u8]) -> bool {
    name == b"notify_time" || name.starts_with(b"gmt_")
}

#[cfg(test)]
mod tests {
    use crate::explain::{
        Diagnosis, Verdict,
        evidence::{Set, signed_text, unescape, wire},
        golden::{G1, KEY, N1, damaged, escaped, explain, md5, refused, set, shown, shown_return},
    };

    #[test]
    fn escapes() {
        let over = |sign: &str| G1.replace("49373d3e5d20dc81a36bb716af13cd41", sign);
        shown_return(over("d5819085b7a367264509eb10f9692fae"), Diagnosis::DecodedTwice);
        shown_return(over("d3f30b49c62d69ba20b2e08503d77079"), Diagnosis::NotDecoded);
        shown_return(G1.replace("%252F", "%2F").replace("%252B", "%2B"), Diagnosis::NotifyIdUnescaped);
        shown_return(G1.replace("%252F", "/").replace("%252B", "+"), Diagnosis::NotifyIdUnescaped);
        shown(damaged(&[("body", "100%25 a%2Bb")], &[("body", "100% a+b")]), Diagnosis::DecodedTwice);
        shown(
            damaged(&[("body", "https%3A%2F%2Fa.example%2F")], &[("body", "https://a.example/")]),
            Diagnosis::DecodedTwice,
        );
        let wired: Set = wire(N1.as_bytes()).map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        shown(escaped(&wired), Diagnosis::NotDecoded);
        let undecoded = N1.replace("c51c6aa8d72767fd6fad395d56181efb", &md5(&signed_text(&wired), KEY));
        shown(&undecoded, Diagnosis::NotDecoded);
        shown(escaped(&set(&undecoded)), Diagnosis::NotDecoded);
        let whole = N1.replace('%', "%25").replace('&', "%26").replace('=', "%3D");
        refused(&explain(whole), Verdict::Malformed, Diagnosis::NotDecoded);
        let unescaped =
            explain(damaged(&[("body", "100% sure")], &[("body", "100% sure")]).replace("%25", "%"));
        refused(&unescaped, Verdict::Malformed, Diagnosis::BadEscape);
        assert!(unescaped.reason().contains("taken literally the signature is good"));
    }

    #[test]
    fn plus_and_space() {
        shown(N1.replace("a%2Bb", "a+b"), Diagnosis::PlusBecameSpace);
        shown(damaged(&[("body", "a+b")], &[("body", "a b")]), Diagnosis::PlusBecameSpace);
        shown(damaged(&[("body", "1 + 1 is 2+0")], &[("body", "1   1 is 2 0")]), Diagnosis::PlusBecameSpace);
        shown(damaged(&[("body", "a b")], &[("body", "a+b")]), Diagnosis::SpaceBecamePlus);
        shown(N1.replace('+', "%2B"), Diagnosis::SpaceBecamePlus);
        let literal: Set =
            wire(N1.as_bytes()).map(|(name, value)| (name.to_vec(), unescape(value, false))).collect();
        let sign = md5(&signed_text(&literal), KEY);
        shown(N1.replace("c51c6aa8d72767fd6fad395d56181efb", &sign), Diagnosis::SpaceBecamePlus);
    }
}
