//! The configured key: damaged on its way from the console, or missing at the signer.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, unescape},
    lock::Lock,
};

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let text = evidence.text();
    if evidence.signs_with(&text, b"") {
        let detail = "the signature verifies with an empty key";
        return Some(Finding::certain(Diagnosis::SignedWithoutKey, detail));
    }
    other(evidence, &text).or_else(|| {
        let own = evidence.lock().md5_key()?;
        candidates(own).into_iter().find(|(_, key)| key != own && evidence.signs_with(&text, key)).map(
            |(damage, _)| {
                let detail = format!("--key has {damage}; without that the signature verifies");
                Finding::certain(Diagnosis::KeyDamaged, detail)
            },
        )
    })
}

/// One of the keys that were given beside the configured one.
fn other(evidence: &Evidence<'_>, text: &[u8]) -> Option<Finding> {
    let others = &evidence.other_keys().md5;
    let at = others.iter().position(|key| evidence.signs_by(text, &Lock::Md5(key.clone())))?;
    let detail = format!("the signature verifies with --other-key number {}, not with --key", at + 1);
    Some(Finding::certain(Diagnosis::KeyOfOtherEnvironment, detail))
}

/// A key that cannot be one.
pub(super) fn suspect(evidence: &Evidence<'_>) -> Option<Finding> {
    let key = evidence.lock().md5_key()?;
    if let Some(kind) = kind(key) {
        return Some(Finding::likely(Diagnosis::KeyOfOtherKind, format!("--key is {kind}")));
    }
    let possible = key.len() == 32 && key.iter().all(u8::is_ascii_alphanumeric);
    (!possible).then(|| {
        let detail = format!("--key has {} bytes that are not simply 32 letters and digits", key.len());
        Finding::likely(Diagnosis::KeyDamaged, detail)
    })
}

/// What was put where the MD5 key belongs.
fn kind(key: &[u8]) -> Option<&'static str> {
    let key = key.trim_ascii();
    let digits = key.iter().all(u8::is_ascii_digit);
    match key.len() {
        _ if key.starts_with(b"-----BEGIN ") => Some("a key or certificate in PEM, not an MD5 key"),
        // Every RSA key in base64 begins so: a sequence of some hundred bytes.
        64.. if key.starts_with(b"MI") => Some("an RSA key in base64, not an MD5 key"),
        16 if digits && key.starts_with(b"2088") => Some("a partner's id, not its key"),
        16 if digits => Some("an app_id, not a key"),
        _ if key.contains(&b'@') => Some("an e-mail address, not a key"),
        _ => None,
    }
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
        golden::{KEY, N1, md5, partner, refused, set, shown},
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
        let impossible = with(b"abcdefghijklmnop");
        refused(&impossible, Verdict::RejectSignature, Diagnosis::KeyDamaged);
        assert!(!impossible.finding.unwrap().certain);
        let public = format!("MIGf{}", "A".repeat(200));
        for other in
            ["-----BEGIN PUBLIC KEY-----", &public, "2088000000000001", "2014072300007148", "a@b.example"]
        {
            refused(&with(other.as_bytes()), Verdict::RejectSignature, Diagnosis::KeyOfOtherKind);
        }
        let sandbox = Explainer::new(partner(), b"zyxwvutsrqponmlkjihgfedcba543210").with_other_key(KEY);
        let explanation = sandbox.explain(Channel::Notify, N1.as_bytes());
        refused(&explanation, Verdict::RejectSignature, Diagnosis::KeyOfOtherEnvironment);
        assert!(explanation.reason().contains("--other-key number 1"));
        let unsigned = N1.replace("c51c6aa8d72767fd6fad395d56181efb", &md5(&signed_text(&set(N1)), b""));
        shown(unsigned, Diagnosis::SignedWithoutKey);
    }
}
