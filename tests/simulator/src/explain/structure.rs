//! The rule of the signed text, broken by the signer: what takes part, in which order, and how it is joined.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, Field, Set, joined, printable},
    names::is_documented,
    rule::Rule,
};

type Test = fn(&[u8]) -> bool;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    takes_part(evidence)
        .or_else(|| dropped(evidence))
        .or_else(|| order(evidence))
        .or_else(|| joining(evidence))
}

/// The rule of another generation, of a request, or of nobody.
fn takes_part(evidence: &Evidence<'_>) -> Option<Finding> {
    let right = evidence.rule();
    let signed = right.text(evidence.set());
    let other = right.others().find(|rule| {
        let text = rule.text(evidence.set());
        text != signed && evidence.signs(&text)
    })?;
    let (diagnosis, detail) = difference(right, other);
    Some(Finding::certain(diagnosis, detail))
}

fn difference(right: Rule, other: Rule) -> (Diagnosis, &'static str) {
    if right.empty_values != other.empty_values {
        match (other.empty_values, right.sign_type != other.sign_type) {
            (true, false) => {
                (Diagnosis::EmptyValuesSigned, "the parameters without a value are part of what was signed")
            }
            (true, true) => (
                Diagnosis::EmptyValuesSigned,
                "sign_type and the parameters without a value are part of what was signed",
            ),
            (false, _) => (
                Diagnosis::EmptyValuesDropped,
                "the parameters without a value were left out of what was signed",
            ),
        }
    } else if right.sign_type == other.sign_type {
        (Diagnosis::AddedCertSn, "without alipay_cert_sn the signature is good")
    } else if other.sign_type {
        (Diagnosis::SignTypeSigned, "sign_type is part of what was signed")
    } else {
        (Diagnosis::SignTypeNotSigned, "sign_type was left out of what was signed")
    }
}

/// Values that some languages and libraries take for empty.
fn dropped(evidence: &Evidence<'_>) -> Option<Finding> {
    let rules: [(&str, Test); 4] = [
        ("0", |value| value == b"0"),
        ("0 in any spelling", |value| value.iter().all(|byte| matches!(byte, b'0' | b'.'))),
        ("white space", |value| value.trim_ascii().is_empty()),
        ("values beginning with @", |value| value.starts_with(b"@")),
    ];
    rules.into_iter().find_map(|(kind, looks_empty)| {
        // An unknown field that was not signed is an addition, whatever its value.
        let drop = |(name, value): &Field| !value.is_empty() && looks_empty(value) && is_documented(name);
        let names: Vec<_> =
            evidence.set().iter().filter(|pair| drop(pair)).map(|(name, _)| printable(name)).collect();
        let rest: Set = evidence.set().iter().filter(|pair| !drop(pair)).cloned().collect();
        (!names.is_empty() && evidence.verifies(&rest)).then(|| {
            let detail = format!("the signer dropped {kind} (`{}`)", names.join("`, `"));
            Finding::certain(Diagnosis::ValuesDropped, detail)
        })
    })
}

fn order(evidence: &Evidence<'_>) -> Option<Finding> {
    let rule = evidence.rule();
    let pairs: Vec<_> = evidence.set().iter().filter(|field| rule.covers(field)).collect();
    let sorted = |key: fn(&Field) -> Vec<u8>| {
        let mut pairs = pairs.clone();
        pairs.sort_by_key(|pair| key(pair));
        joined(pairs)
    };
    let trials = [
        ("the order of sending, not sorted", joined(pairs.iter().copied())),
        ("sorted without regard to letter case", sorted(|(name, _)| name.to_ascii_lowercase())),
        ("sorted as whole name=value texts", sorted(|(name, value)| [name, &b"="[..], value].concat())),
    ];
    let (detail, _) = trials.into_iter().find(|(_, text)| evidence.signs(text))?;
    Some(Finding::certain(Diagnosis::SortOrder, format!("what was signed is in {detail}")))
}

fn joining(evidence: &Evidence<'_>) -> Option<Finding> {
    let text = evidence.text();
    let cut = text.get(..text.len().saturating_sub(1)).unwrap_or_default().to_vec();
    let trials = [
        ("a & follows the last parameter", [&text, &b"&"[..]].concat()),
        ("the key was appended as &key=", [&text, &b"&key="[..]].concat()),
        ("the last character was cut off", cut),
    ];
    let found = trials.into_iter().find(|(_, text)| evidence.signs(text)).map(|(detail, _)| detail);
    found
        .or_else(|| {
            let first = [evidence.lock().md5_key()?, &text].concat();
            evidence.signs_with(&first, b"").then_some("the key was put in front of the text")
        })
        .map(|detail| Finding::certain(Diagnosis::JoinedWrongly, detail))
}

#[cfg(test)]
mod tests {
    use crate::explain::{
        Diagnosis,
        evidence::{joined, signed_text},
        golden::{KEY, N1, damaged, fields, md5, set, shown, signed_over},
    };

    #[test]
    fn the_rule_of_the_signed_text() {
        let unsigned = |name: &[u8]| name == b"sign" || name == b"sign_type";
        let plain = set(N1);
        let mut kept: Vec<_> = plain.iter().filter(|(name, _)| name != b"sign").collect();
        kept.sort();
        shown(signed_over(&plain, &joined(kept)), Diagnosis::SignTypeSigned);

        let empty = fields(&[("gmt_close", ""), ("extra_common_param", "")]);
        let mut kept: Vec<_> = empty.iter().filter(|(name, _)| !unsigned(name)).collect();
        kept.sort();
        shown(signed_over(&empty, &joined(kept)), Diagnosis::EmptyValuesSigned);

        for (name, value) in [("body", "0"), ("discount", "0.00"), ("body", " "), ("subject", "@home")] {
            shown(damaged(&[(name, "")], &[(name, value)]), Diagnosis::ValuesDropped);
        }

        let sent = plain.iter().filter(|(name, _)| !unsigned(name));
        shown(signed_over(&plain, &joined(sent)), Diagnosis::SortOrder);
        let mixed = fields(&[("Extra", "1"), ("_extra", "2")]);
        let mut kept: Vec<_> = mixed.iter().filter(|(name, _)| !unsigned(name)).collect();
        kept.sort_by_key(|(name, _)| name.to_ascii_lowercase());
        shown(signed_over(&mixed, &joined(kept)), Diagnosis::SortOrder);

        let text = signed_text(&plain);
        shown(signed_over(&plain, &[&text[..], b"&"].concat()), Diagnosis::JoinedWrongly);
        shown(signed_over(&plain, &[&text[..], b"&key="].concat()), Diagnosis::JoinedWrongly);
        shown(signed_over(&plain, &text[..text.len() - 1]), Diagnosis::JoinedWrongly);
        let key_first = md5(&[KEY, &text].concat(), b"");
        shown(N1.replace("c51c6aa8d72767fd6fad395d56181efb", &key_first), Diagnosis::JoinedWrongly);
    }
}
