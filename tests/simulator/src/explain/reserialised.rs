//! Numbers and JSON that were parsed and written again in another form.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, Set},
    members,
};

/// Fields that hold an amount with two decimals.
const AMOUNTS: [&str; 14] = [
    "total_fee",
    "price",
    "discount",
    "refund_fee",
    "logistics_fee",
    "coupon_discount",
    "rmb_fee",
    "total_amount",
    "receipt_amount",
    "buyer_pay_amount",
    "invoice_amount",
    "point_amount",
    "refund_amount",
    "send_back_fee",
];

type Rule = fn(&[u8]) -> Option<Vec<u8>>;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    amounts(evidence).or_else(|| json(evidence)).or_else(|| order(evidence))
}

fn amounts(evidence: &Evidence<'_>) -> Option<Finding> {
    let rules: [(&str, Rule); 3] = [
        ("an amount lost its two decimals", two_decimals),
        ("what was signed lost the zeros at the end", without_zeros),
        ("what was signed is written with one decimal", one_decimal),
    ];
    rules.into_iter().find_map(|(detail, rule)| {
        let place = evidence
            .repaired(|name, value| if is_amount(name) { rule(value) } else { None })
            .or_else(|| some_amounts(evidence, rule))?;
        Some(Finding::certain(Diagnosis::Reserialised, format!("{detail} ({place})")))
    })
}

/// Some of the amounts, in every combination.
fn some_amounts(evidence: &Evidence<'_>, rule: Rule) -> Option<String> {
    let changes: Vec<_> = evidence
        .set()
        .iter()
        .enumerate()
        .filter(|(_, (name, _))| is_amount(name))
        .filter_map(|(at, (_, value))| rule(value).filter(|new| new != value).map(|new| (at, new)))
        .take(6)
        .collect();
    (1_u32..1 << changes.len()).find_map(|chosen| {
        let mut set: Set = evidence.set().clone();
        for (bit, (at, new)) in changes.iter().enumerate() {
            if chosen >> bit & 1 == 1
                && let Some((_, value)) = set.get_mut(*at)
            {
                value.clone_from(new);
            }
        }
        evidence.verifies(&set).then(|| format!("{} fields", chosen.count_ones()))
    })
}

fn is_amount(name: &[u8]) -> bool {
    AMOUNTS.iter().any(|amount| amount.as_bytes() == name)
}

/// `0.1` as `0.10`, `88` as `88.00`.
fn two_decimals(value: &[u8]) -> Option<Vec<u8>> {
    let (whole, decimals) = number(value)?;
    let decimals: Vec<u8> = decimals.iter().copied().chain([b'0', b'0']).take(2).collect();
    Some([whole, b".", &decimals].concat())
}

/// `0.10` as `0.1`, `88.00` as `88`.
fn without_zeros(value: &[u8]) -> Option<Vec<u8>> {
    let (whole, decimals) = number(value)?;
    let kept = decimals.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    Some(match decimals.get(..kept) {
        Some(kept) if !kept.is_empty() => [whole, b".", kept].concat(),
        _ => whole.to_vec(),
    })
}

/// `88.00` as `88.0`.
fn one_decimal(value: &[u8]) -> Option<Vec<u8>> {
    let (whole, decimals) = number(value)?;
    decimals.iter().all(|digit| *digit == b'0').then(|| [whole, b".0"].concat())
}

fn number(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = value.splitn(2, |byte| *byte == b'.');
    let (whole, decimals) = (parts.next()?, parts.next().unwrap_or_default());
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let unsigned = whole.strip_prefix(b"-").unwrap_or(whole);
    (!unsigned.is_empty() && digits(unsigned) && digits(decimals)).then_some((whole, decimals))
}

fn json(evidence: &Evidence<'_>) -> Option<Finding> {
    let rules: [(&str, Rule); 4] = [
        ("JSON was written again with white space", |value| Some(spaced(value, b""))),
        ("JSON was written again without white space", |value| Some(spaced(value, b" "))),
        ("JSON was written again with \\u escapes", |value| unescape_unicode(value)),
        ("what was signed is JSON with \\u escapes", |value| escape_unicode(value)),
    ];
    rules.into_iter().find_map(|(detail, rule)| {
        let is_json = |value: &[u8]| matches!(value.first(), Some(b'{' | b'['));
        let place = evidence.repaired(|_, value| if is_json(value) { rule(value) } else { None })?;
        Some(Finding::certain(Diagnosis::Reserialised, format!("{detail} ({place})")))
    })
}

/// JSON objects whose members stand in another order than the one that was signed.
fn order(evidence: &Evidence<'_>) -> Option<Finding> {
    let place = (1..members::MOST_ORDERS).find_map(|order| {
        evidence.repaired(|_, value| {
            let is_json = matches!(value.first(), Some(b'{' | b'['));
            if is_json { members::reordered(value, order) } else { None }
        })
    })?;
    let detail = format!("JSON was written again with its members in another order ({place})");
    Some(Finding::certain(Diagnosis::Reserialised, detail))
}

/// JSON without white space outside strings, but with `gap` after each `:` and `,`.
fn spaced(value: &[u8], gap: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let (mut quoted, mut escaped) = (false, false);
    for byte in value {
        if quoted {
            out.push(*byte);
            quoted = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b':' | b',' => {
                out.push(*byte);
                out.extend_from_slice(gap);
            }
            other => {
                quoted = *other == b'"';
                out.push(*other);
            }
        }
    }
    out
}

fn unescape_unicode(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value).ok()?;
    let mut parts = text.split("\\u");
    let mut units: Vec<u16> = parts.next()?.encode_utf16().collect();
    for part in parts {
        let (hex, rest) = part.split_at_checked(4)?;
        units.push(u16::from_str_radix(hex, 16).ok()?);
        units.extend(rest.encode_utf16());
    }
    String::from_utf16(&units).ok().map(String::into_bytes)
}

fn escape_unicode(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value).ok()?;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    Some(out.into_bytes())
}

#[cfg(test)]
mod tests {
    use crate::explain::{
        Diagnosis,
        golden::{damaged, shown},
    };

    #[test]
    fn numbers_and_json() {
        let cases = [
            ("{\"a\":1,\"b\":\"x, y: z\"}", "{\"a\": 1, \"b\": \"x, y: z\"}"),
            ("[{\"a\": 1}, 2]", "[{\"a\":1},2]"),
            ("[\"中😀\"]", "[\"\\u4e2d\\ud83d\\ude00\"]"),
            ("[\"\\u4e2d\"]", "[\"中\"]"),
            (
                "[{\"amount\":\"88.00\",\"fundChannel\":\"COUPON, {x}\"},{\"amount\":\"1\",\"fundChannel\":\"B\"}]",
                "[{\"fundChannel\":\"COUPON, {x}\",\"amount\":\"88.00\"},{\"fundChannel\":\"B\",\"amount\":\"1\"}]",
            ),
            (
                "{\"b\":1,\"c\":{\"y\":1,\"x\":2},\"a\":[3,4]}",
                "{\"a\":[3,4],\"b\":1,\"c\":{\"y\":1,\"x\":2}}",
            ),
        ];
        for (sent, received) in cases {
            shown(damaged(&[("body", sent)], &[("body", received)]), Diagnosis::Reserialised);
        }
        let amounts = [
            (["0.10", "0.10", "0.00"], ["0.1", "0.1", "0"]),
            (["88.00", "88.00", "0.00"], ["88", "88", "0"]),
            (["88.00", "88.00", "-0.50"], ["88.0", "88.0", "-0.5"]),
            (["0.10", "0.10", "0.00"], ["0.1", "0.10", "0.00"]),
            (["0.1", "0.1", "0"], ["0.10", "0.10", "0.00"]),
            (["88.0", "88.0", "0.0"], ["88.00", "88.00", "0.00"]),
            (["0.10", "0.1", "0"], ["0.1", "0.1", "0"]),
        ];
        let named = |[total, price, discount]: [&'static str; 3]| {
            [("total_fee", total), ("price", price), ("discount", discount)]
        };
        for (sent, received) in amounts {
            shown(damaged(&named(sent), &named(received)), Diagnosis::Reserialised);
        }
    }
}
