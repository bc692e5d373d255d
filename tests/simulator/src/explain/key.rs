//! The configured key: damaged on its way from the console, or missing at the signer.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, signed_text, unescape},
};

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let text = signed_text(evidence.set());
    if evidence.signs_with(&text, b"") {
        let detail = "the signature verifies with an empty key";
        return Some(Finding::certain(Diagnosis::SignedWithoutKey, detail));
    }
    candidates(evidence.key())
        .into_iter()
        .find(|(_, key)| key != evidence.key() && evidence.signs_with(&text, key))
        .map(|(damage, _)| {
            let detail = format!("--key has {damage}; without that the signature verifies");
            Finding::certain(Diagnosis::KeyDamaged, detail)
        })
}

/// A key that cannot be one.
pub(super) fn suspect(evidence: &Evidence<'_>) -> Option<Finding> {
    let key = evidence.key();
    let possible = key.len() == 32 && key.iter().all(u8::is_ascii_alphanumeric);
    (!possible).then(|| {
        let detail = format!("--key has {} bytes that are not simply 32 letters and digits", key.len());
        Finding::likely(Diagnosis::KeyDamaged, detail)
    })
}

/// What the key may have been before it was damaged.
fn candidates(key: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let alphanumeric =
        |key: &[u8]| -> Vec<u8> { key.iter().copied().filter(u8::is_ascii_alphanumeric).collect() };
    let clean = alphanumeric(key);
    let end = |length: usize| clean.get(clean.len().saturating_sub(length)..).unwrap_or_default().to_vec();
    let start = |length: usize| clean.get(..length).unwrap_or(&clean).to_vec();
    vec![
        ("white space at an end", key.trim_ascii().to_vec()),
        ("quotes, spaces, line ends or a byte order mark in it", clean.clone()),
        ("percent escapes in it", alphanumeric(&unescape(key, false))),
        ("upper-case letters that should be lower case", clean.to_ascii_lowercase()),
        ("lower-case letters that should be upper case", clean.to_ascii_uppercase()),
        ("more than the key in it", start(32)),
        ("more than the key in it", end(32)),
        ("a line end missing", [key, b"\n"].concat()),
    ]
}

#[cfg(test)]
mod tests {
    use alipay_tower::protocol::Channel;

    use crate::explain::{
        Diagnosis, Explainer, Verdict,
        evidence::signed_text,
        golden::{N1, md5, partner, refused, set, shown},
    };

    #[test]
    fn the_key() {
        let with = |key: &[u8]| Explainer::new(partner(), key).explain(Channel::Notify, N1.as_bytes());
        let cases: [(&[u8], Diagnosis); 11] = [
            (b"zyxwvutsrqponmlkjihgfedcba543210", Diagnosis::WrongKey),
            (b" abcdefghijklmnopqrstuvwxyz012345", Diagnosis::KeyDamaged),
            (b"abcdefghijklmnopqrstuvwxyz012345\r\n", Diagnosis::KeyDamaged),
            (b"\"abcdefghijklmnopqrstuvwxyz012345\"", Diagnosis::KeyDamaged),
            (b"\xef\xbb\xbfabcdefghijklmnopqrstuvwxyz012345", Diagnosis::KeyDamaged),
            (b"abcdefghijklmnop\nqrstuvwxyz012345", Diagnosis::KeyDamaged),
            (b"abcdefghijklmnop qrstuvwxyz012345", Diagnosis::KeyDamaged),
            (b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", Diagnosis::KeyDamaged),
            (b"key=abcdefghijklmnopqrstuvwxyz012345", Diagnosis::KeyDamaged),
            (b"abcdefghijklmnopqrstuvwxyz012345abcdefghijklmnopqrstuvwxyz012345", Diagnosis::KeyDamaged),
            (b"abcdefghijklmnopqrstuvwxyz01234%35", Diagnosis::KeyDamaged),
        ];
        for (key, diagnosis) in cases {
            refused(&with(key), Verdict::RejectSignature, diagnosis);
        }
        let impossible = with(b"-----BEGIN PUBLIC KEY-----");
        refused(&impossible, Verdict::RejectSignature, Diagnosis::KeyDamaged);
        assert!(!impossible.finding.unwrap().certain);
        let unsigned = N1.replace("c51c6aa8d72767fd6fad395d56181efb", &md5(&signed_text(&set(N1)), b""));
        shown(unsigned, Diagnosis::SignedWithoutKey);
    }
}
