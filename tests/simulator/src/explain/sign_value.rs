//! The `sign` and `sign_type` parameters themselves.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, printable},
    lock::{self, Lock},
};

/// The right signature in the wrong dress.
pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    match evidence.lock() {
        Lock::Md5(key) => find_md5(evidence, &lock::md5(&evidence.text(), key)?),
        Lock::Rsa(..) => find_rsa(evidence),
    }
}

/// Base64 that was damaged and verifies once it is mended: what the damage was.
fn find_rsa(evidence: &Evidence<'_>) -> Option<Finding> {
    let (sign, mended) = (String::from_utf8_lossy(evidence.sign()), evidence.readable_sign());
    if sign == mended || !evidence.signs(&evidence.text()) {
        return None;
    }
    let has = |marks: &[char]| sign.contains(marks);
    let (diagnosis, detail) = if has(&['%']) {
        (Diagnosis::NotDecoded, "the sign is still percent-encoded")
    } else if has(&['\\']) {
        (Diagnosis::SlashesEscaped, "a backslash stands before the slashes of the sign")
    } else if has(&['\r', '\n', '\t']) {
        (Diagnosis::LineEnds, "the sign is wrapped into lines")
    } else if has(&['-', '_']) {
        (Diagnosis::SignEncoding, "the sign is in the URL-safe kind of base64")
    } else if has(&['"', '\'']) || sign.trim() == mended {
        (Diagnosis::SignLength, "white space or quotes surround the right sign")
    } else if has(&[' ']) {
        (Diagnosis::PlusBecameSpace, "inside `sign` a space stands for +")
    } else if mended.trim_end_matches('=') == sign.trim_end_matches('=') {
        (Diagnosis::SignLength, "the padding of the base64 was cut off the sign")
    } else {
        (Diagnosis::SignEncoding, "the sign is the right one in hex")
    };
    Some(Finding::certain(diagnosis, detail))
}

fn find_md5(evidence: &Evidence<'_>, expected: &str) -> Option<Finding> {
    let sign = String::from_utf8_lossy(evidence.sign()).into_owned();
    let trimmed = sign.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    if trimmed.eq_ignore_ascii_case(expected) {
        return Some(if trimmed == expected {
            Finding::certain(Diagnosis::SignLength, "white space or quotes surround the right sign")
        } else {
            Finding::certain(Diagnosis::SignUpperCase, "the sign is right but for its letter case")
        });
    }
    // `+` of base64 arrives as a space when it was not escaped.
    let compact = sign.replace(' ', "+");
    let compact = compact.trim_end_matches('=');
    if compact == STANDARD_NO_PAD.encode(bytes(expected)) || compact == STANDARD_NO_PAD.encode(expected) {
        let detail = "the sign is the right digest in base64";
        return Some(Finding::certain(Diagnosis::SignEncoding, detail));
    }
    let long_enough = trimmed.len() >= 8;
    let cut = long_enough && (expected.starts_with(trimmed) || expected.ends_with(trimmed));
    let short_form = expected.get(8..24).is_some_and(|middle| middle == trimmed.to_ascii_lowercase());
    (cut || short_form || trimmed.starts_with(expected)).then(|| {
        let detail =
            format!("the sign is the right one cut or lengthened, {} characters", sign.chars().count());
        Finding::certain(Diagnosis::SignLength, detail)
    })
}

/// Something that is no signature of the algorithm at all.
pub(super) fn suspect(evidence: &Evidence<'_>) -> Option<Finding> {
    match evidence.lock() {
        Lock::Md5(_) => suspect_md5(evidence.sign()),
        Lock::Rsa(key, _) => suspect_rsa(evidence, key.bits()),
    }
}

fn suspect_rsa(evidence: &Evidence<'_>, bits: u32) -> Option<Finding> {
    let sign = evidence.sign();
    if sign.len() == 32 && sign.iter().all(u8::is_ascii_hexdigit) {
        let detail = "a sign of 32 hex digits is an MD5 signature, no RSA";
        return Some(Finding::certain(Diagnosis::OtherAlgorithm, detail));
    }
    let Ok(bytes) = STANDARD.decode(evidence.readable_sign().as_bytes()) else {
        let detail = format!("a sign of {} characters that is not base64", sign.len());
        return Some(Finding::certain(Diagnosis::SignEncoding, detail));
    };
    let signed = bytes.len() * 8;
    if u32::try_from(signed).is_ok_and(|signed| signed == bits) {
        return None;
    }
    Some(if [1024, 2048, 3072, 4096].contains(&signed) {
        let detail = format!(
            "the sign was made with a key of {signed} bits, and --alipay-public-key has {bits}: another key"
        );
        Finding::likely(Diagnosis::KeyOfOtherEnvironment, detail)
    } else {
        let detail = format!("a sign of {} bytes cannot be of any key of {bits} bits", bytes.len());
        Finding::certain(Diagnosis::SignLength, detail)
    })
}

fn suspect_md5(sign: &[u8]) -> Option<Finding> {
    let hex = sign.iter().all(u8::is_ascii_hexdigit);
    let finding = |diagnosis, detail: String| Some(Finding::certain(diagnosis, detail));
    match sign.len() {
        32 if hex => None,
        40 | 64 | 128 if hex => finding(
            Diagnosis::OtherAlgorithm,
            format!("a sign of {} hex digits is a SHA digest or similar, no MD5", sign.len()),
        ),
        88.. => finding(
            Diagnosis::OtherAlgorithm,
            format!("a sign of {} characters is an RSA signature or similar, no MD5", sign.len()),
        ),
        24 if sign.ends_with(b"=") => {
            finding(Diagnosis::SignEncoding, "the sign looks like base64 of a digest".to_owned())
        }
        count => finding(
            Diagnosis::SignLength,
            format!("a sign of {count} characters that is not 32 lower-case hex digits"),
        ),
    }
}

/// `sign_type` is not the merchant's.
pub(super) fn other_algorithm(evidence: &Evidence<'_>) -> Finding {
    let announced = evidence.get("sign_type").unwrap_or_default();
    let own = evidence.merchant().sign_type().as_str();
    let shown = printable(announced);
    let mut detail = if announced.trim_ascii().eq_ignore_ascii_case(own.as_bytes()) {
        format!("sign_type is `{shown}`; only the exact spelling `{own}` is accepted")
    } else {
        format!("the message says sign_type `{shown}`, this merchant is configured for {own}")
    };
    if evidence.verifies(evidence.set()) {
        detail.push_str(&format!("; the {own} signature itself is good"));
    }
    Finding::certain(Diagnosis::OtherAlgorithm, detail)
}

/// The bytes of hex digits.
pub(super) fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().filter_map(|c| c.to_digit(16)).filter_map(|digit| u8::try_from(digit).ok()).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

#[cfg(test)]
mod tests {
    use crate::explain::{
        Diagnosis,
        golden::{N1, shown},
    };

    #[test]
    fn the_sign_itself() {
        let with = |sign: &str| N1.replace("c51c6aa8d72767fd6fad395d56181efb", sign);
        shown(with("C51C6AA8D72767FD6FAD395D56181EFB"), Diagnosis::SignUpperCase);
        shown(with("c51c6aa8d72767fd6fad395d56181ef"), Diagnosis::SignLength);
        shown(with("c51c6aa8d72767fd6fad395d56181efb0"), Diagnosis::SignLength);
        shown(with("d72767fd6fad395d"), Diagnosis::SignLength);
        shown(with("+c51c6aa8d72767fd6fad395d56181efb"), Diagnosis::SignLength);
        shown(with("xRxqqNcnZ%2F1vrTldVhge%2Bw%3D%3D"), Diagnosis::SignEncoding);
        shown(with("xRxqqNcnZ/1vrTldVhge+w=="), Diagnosis::SignEncoding);
        shown(with("null"), Diagnosis::SignLength);
        shown(with("da39a3ee5e6b4b0d3255bfef95601890afd80709"), Diagnosis::OtherAlgorithm);
        shown(with(&"A".repeat(172)), Diagnosis::OtherAlgorithm);
        for sign_type in ["RSA", "RSA2", "DSA", "md5", "MD5%20"] {
            let body = N1.replace("sign_type=MD5", &format!("sign_type={sign_type}"));
            shown(body, Diagnosis::OtherAlgorithm);
        }
    }
}
