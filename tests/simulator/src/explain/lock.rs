//! What a signature is held against: a key, its algorithm, and the other keys that might have been meant.

use std::borrow::Cow;

use alipay_tower::{
    Merchant,
    protocol::{Md5Key, PartnerId, PublicKey, SignType},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// What one trial costs beside the bytes of its text, in bytes of an MD5 digest: a bare digest, or a public-key operation.
const DIGEST: usize = 256;
const PUBLIC_KEY: usize = 4096;

/// The key that messages are verified with, as it stands in the configuration.
#[derive(Clone)]
pub(super) enum Lock {
    /// An MD5 key, damaged or not.
    Md5(Vec<u8>),
    /// Alipay's public key, and whether SHA-1 or SHA-256 goes with it.
    Rsa(PublicKey, SignType),
}

impl Lock {
    pub(super) const fn cost(&self) -> usize {
        match self {
            Self::Md5(_) => DIGEST,
            Self::Rsa(..) => PUBLIC_KEY,
        }
    }

    pub(super) fn opens(&self, text: &[u8], sign: &str) -> bool {
        match self {
            Self::Md5(key) => md5(text, key).as_deref() == Some(sign),
            Self::Rsa(key, sign_type) => key.verifies(*sign_type, text, sign),
        }
    }

    pub(super) fn md5_key(&self) -> Option<&[u8]> {
        match self {
            Self::Md5(key) => Some(key),
            Self::Rsa(..) => None,
        }
    }
}

/// Keys that the configuration does not use: they only give a cause its name.
#[derive(Clone, Default)]
pub(super) struct OtherKeys {
    /// The public half of the shop's own key.
    pub(super) own: Option<PublicKey>,
    /// Of the sandbox, of another application, of yesterday.
    pub(super) public: Vec<PublicKey>,
    pub(super) md5: Vec<Vec<u8>>,
}

/// The MD5 sign over a text with any key.
pub(super) fn md5(text: &[u8], key: &[u8]) -> Option<String> {
    // Signing does not use the partner.
    let partner = PartnerId::new("2088000000000000").ok()?;
    Some(Merchant::md5(partner, Md5Key::dangerous_unchecked(key)).sign_text(text))
}

/// A sign without what transport and careless encoders do to base64. Undoing that first lets the other hypotheses be
/// seen through it; whether the sign itself was damaged is a hypothesis of its own.
pub(super) fn mended(sign: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(sign);
    let clean = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    if clean && text.len().is_multiple_of(4) && !is_hex(&text) {
        return text;
    }
    let decoded = if text.contains('%') {
        String::from_utf8_lossy(&super::evidence::unescape(sign, false)).into_owned()
    } else {
        text.into_owned()
    };
    let mut mended: String = decoded
        .trim()
        .trim_matches(['"', '\''])
        .chars()
        .filter(|c| !matches!(c, '\r' | '\n' | '\t' | '\\'))
        .map(|c| match c {
            ' ' | '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    if is_hex(&mended) {
        mended = STANDARD.encode(super::sign_value::bytes(&mended));
    }
    while !mended.len().is_multiple_of(4) {
        mended.push('=');
    }
    Cow::Owned(mended)
}

/// Whether it is the hex form of an RSA signature: base64 of that length would hold other letters.
fn is_hex(text: &str) -> bool {
    text.len() >= 256 && text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
