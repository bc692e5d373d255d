//! What stands where Alipay's public key belongs, and is none that could be loaded.

use alipay_tower::protocol::{Certificate, PrivateKey, PublicKey};

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, unescape},
    lock::Lock,
};

/// The shortest key that Alipay ever handed out (1024 bits) has 216 characters; half of it may be lost.
const MIN_TEXT: usize = 100;

pub(super) fn find(evidence: &Evidence<'_>, text: &str) -> Finding {
    if let Some(kind) = kind(text) {
        return Finding::certain(Diagnosis::KeyOfOtherKind, format!("--alipay-public-key is {kind}"));
    }
    let verifies = |key: PublicKey| match evidence.lock() {
        Lock::Rsa(_, sign_type) => evidence.signs_by(&evidence.text(), &Lock::Rsa(key, *sign_type)),
        Lock::Md5(_) => false,
    };
    let mended = candidates(text).into_iter().find(|(_, mended)| PublicKey::new(mended).is_ok_and(verifies));
    let detail = match (mended, PublicKey::new(text)) {
        (Some((damage, _)), _) => {
            format!("--alipay-public-key has {damage}; without that the signature verifies")
        }
        (None, Err(error)) => format!("--alipay-public-key cannot be loaded: the {error}"),
        (None, Ok(_)) => "--alipay-public-key cannot be loaded".to_owned(),
    };
    Finding::certain(Diagnosis::KeyDamaged, detail)
}

/// What was put there instead of the key.
fn kind(text: &str) -> Option<&'static str> {
    let plain = text.trim();
    if plain.contains("PRIVATE KEY-----") || PrivateKey::new(text).is_ok() {
        return Some("a private key, not Alipay's public one");
    }
    if plain.contains("BEGIN CERTIFICATE") || Certificate::from_pem(text).is_ok() {
        return Some("a certificate: give it as --alipay-cert, or the public key that the console shows");
    }
    if plain.is_empty() {
        return Some("empty");
    }
    let alphanumeric = plain.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match plain.len() {
        32 if alphanumeric => Some("an MD5 key, not a public key"),
        // A part of a key begins as all keys do.
        ..MIN_TEXT if !plain.contains("-----BEGIN") && !plain.starts_with("MI") => {
            Some("too short for any public key: an id, a password, or the name of a file?")
        }
        _ => None,
    }
}

/// What the text may have been before it was damaged.
fn candidates(text: &str) -> [(&'static str, String); 3] {
    let unescaped = String::from_utf8_lossy(&unescape(text.as_bytes(), false)).into_owned();
    // Plus signs are spaces for whoever takes a setting for a form.
    let spaced = body(text).trim().replace(' ', "+");
    [
        ("quotes or other characters in it, or a broken frame", base64(body(text))),
        ("percent escapes in it", base64(body(&unescaped))),
        ("spaces where it had plus signs", base64(&spaced)),
    ]
}

/// The key between the lines of dashes, or where those were lost in part, the longest piece.
fn body(text: &str) -> &str {
    text.split("-----").max_by_key(|piece| piece.len()).unwrap_or_default()
}

/// The letters of base64 alone, with the padding at their end.
fn base64(text: &str) -> String {
    let plain = text.replace("\\n", "").replace("\\r", "");
    let mut kept: String = plain.chars().filter(|c| c.is_ascii_alphanumeric() || "+/".contains(*c)).collect();
    while !kept.len().is_multiple_of(4) {
        kept.push('=');
    }
    kept
}

#[cfg(test)]
mod tests {
    use alipay_tower::protocol::{Channel, SignType};

    use crate::explain::{
        Diagnosis, Verdict,
        golden::refused,
        golden_rsa::{ALIPAY, APP, OTHER, by, explainer},
    };

    #[track_caller]
    fn found(text: &str, diagnosis: Diagnosis, detail: &str) {
        let genuine = by(&ALIPAY, SignType::Rsa2);
        let explanation = explainer().with_unusable_key(text).explain(Channel::Notify, genuine.as_bytes());
        refused(&explanation, Verdict::RejectSignature, diagnosis);
        let finding = explanation.finding.unwrap();
        assert!(finding.certain && finding.detail.contains(detail), "{}", finding.detail);
    }

    fn bare() -> String {
        ALIPAY.public().to_pem().lines().filter(|line| !line.starts_with('-')).collect()
    }

    #[test]
    fn something_else() {
        use Diagnosis::KeyOfOtherKind;
        found(&APP.dangerous_to_pem(), KeyOfOtherKind, "a private key");
        let private = APP.dangerous_to_pem();
        let private: String = private.lines().filter(|line| !line.starts_with('-')).collect();
        found(&private, KeyOfOtherKind, "a private key");
        found(include_str!("../../keys/app_cert.pem"), KeyOfOtherKind, "a certificate");
        found("abcdefghijklmnopqrstuvwxyz012345", KeyOfOtherKind, "an MD5 key");
        found("keys/alipay.pem", KeyOfOtherKind, "too short");
        found(" \n", KeyOfOtherKind, "empty");
    }

    #[test]
    fn damaged() {
        use Diagnosis::KeyDamaged;
        let key = bare();
        found(&format!("\"{key}\""), KeyDamaged, "quotes");
        found(&format!("{key};"), KeyDamaged, "without that the signature verifies");
        found(&key[..300], KeyDamaged, "cannot be loaded: the public key");
        found(&format!("-----BEGIN PUBLIC KEY-----\n{key}"), KeyDamaged, "broken frame");
        let escaped = key.replace('+', "%2B").replace('/', "%2F");
        found(&escaped, KeyDamaged, "percent escapes");
        // Another key is damaged in the same way, and mending it does not help.
        let other: String = OTHER.public().to_pem().lines().filter(|line| !line.starts_with('-')).collect();
        found(&format!("'{other}'"), KeyDamaged, "cannot be loaded");
    }

    #[test]
    fn what_is_no_message_stays_none() {
        let explanation = explainer().with_unusable_key("x").explain(Channel::Notify, b"");
        refused(&explanation, Verdict::Malformed, Diagnosis::EmptyMessage);
    }
}
