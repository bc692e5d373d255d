//! RSASSA-PKCS1-v1_5 in standard base64 (Alipay, *Signature*): SHA-1 for `RSA`, SHA-256 for `RSA2`.

use std::fmt;

use aws_lc_rs::{
    digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest},
    rand::SystemRandom,
    signature::RSA_PKCS1_SHA256,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use rsa::{Pkcs1v15Sign, sha2::Sha256};
use sha1::Sha1;

use crate::protocol::{PrivateKey, PublicKey, SignType};

/// The digest under the signature. It is the configuration's, never the message's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    /// `sign_type=RSA`.
    Sha1,
    /// `sign_type=RSA2`.
    Sha256,
}

impl Hash {
    /// The digest of a sign type; `None` for one that has nothing to do with RSA.
    pub(crate) const fn of(sign_type: SignType) -> Option<Self> {
        match sign_type {
            SignType::Md5 => None,
            SignType::Rsa => Some(Self::Sha1),
            SignType::Rsa2 => Some(Self::Sha256),
        }
    }
}

/// Nothing was signed: the sign type is not one of RSA, or there were no random numbers to blind the key with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SigningFailed;

impl fmt::Display for SigningFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("signing failed: not a sign type of RSA, or the system gives no random numbers")
    }
}

impl std::error::Error for SigningFailed {}

/// The signature of `text`, as the `sign` parameter carries it.
pub(crate) fn sign(key: &PrivateKey, hash: Hash, text: &[u8]) -> Result<String, SigningFailed> {
    let signature = match (hash, key.fast()) {
        (Hash::Sha256, Some(pair)) => {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
                .map_err(|_| SigningFailed)?;
            signature
        }
        // Both blind the private key with the system's random numbers.
        (Hash::Sha256, None) => {
            let digest = digest(&SHA256, text);
            key.any().sign(Pkcs1v15Sign::new::<Sha256>(), digest.as_ref()).map_err(|_| SigningFailed)?
        }
        (Hash::Sha1, _) => {
            let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, text);
            key.any().sign(Pkcs1v15Sign::new::<Sha1>(), digest.as_ref()).map_err(|_| SigningFailed)?
        }
    };
    Ok(BASE64_STANDARD.encode(signature))
}

/// Whether `signature`, in base64, is the signature of `text`. Everything that is not exactly so is `false`: other
/// alphabets, missing padding, blanks, another length than the key's, and errors of the verifier.
pub(crate) fn verify(key: &PublicKey, hash: Hash, text: &[u8], signature: &[u8]) -> bool {
    // The longest key has 512 bytes; what does not fit cannot be a signature.
    let mut buffer = [0; 520];
    let Ok(length) = BASE64_STANDARD.decode_slice(signature, &mut buffer) else { return false };
    let key = match hash {
        Hash::Sha1 => key.sha1(),
        Hash::Sha256 => key.sha256(),
    };
    buffer.get(..length).is_some_and(|bytes| key.verify_sig(text, bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

    #[test]
    fn what_is_signed_verifies_with_the_same_digest_alone() {
        for (hash, other) in [(Hash::Sha1, Hash::Sha256), (Hash::Sha256, Hash::Sha1)] {
            let signature = sign(&KEY, hash, b"a=b").unwrap();
            assert_eq!(signature.len(), 344);
            assert!(verify(KEY.public(), hash, b"a=b", signature.as_bytes()));
            assert!(!verify(KEY.public(), other, b"a=b", signature.as_bytes()));
            assert!(!verify(KEY.public(), hash, b"a=c", signature.as_bytes()));
            let stranger = PrivateKey::generate().unwrap();
            assert!(!verify(stranger.public(), hash, b"a=b", signature.as_bytes()));
        }
    }

    #[test]
    fn both_signers_agree() {
        let (slow, fast) = (KEY.any(), sign(&KEY, Hash::Sha256, b"a=b").unwrap());
        let digest = digest(&SHA256, b"a=b");
        let signature = slow.sign(Pkcs1v15Sign::new::<Sha256>(), digest.as_ref()).unwrap();
        assert_eq!(BASE64_STANDARD.encode(signature), fast);
    }

    #[test]
    fn only_the_exact_base64_of_the_exact_length_verifies() {
        let good = sign(&KEY, Hash::Sha256, b"a=b").unwrap();
        let raw = BASE64_STANDARD.decode(&good).unwrap();
        let wrong = |signature: &[u8]| !verify(KEY.public(), Hash::Sha256, b"a=b", signature);
        assert!(wrong(b""));
        assert!(wrong(b"===="));
        assert!(wrong(&raw));
        assert!(wrong(good.trim_end_matches('=').as_bytes()));
        assert!(wrong(format!("{good}\n").as_bytes()));
        assert!(wrong(format!(" {good}").as_bytes()));
        assert!(wrong(format!("{good}AAAA").as_bytes()));
        assert!(wrong(good.replacen(['+', '/'], "-", 1).as_bytes()) || !good.contains(['+', '/']));
        assert!(wrong(BASE64_STANDARD.encode(&raw[1..]).as_bytes()));
        assert!(wrong(BASE64_STANDARD.encode([&[0], raw.as_slice()].concat()).as_bytes()));
        assert!(wrong("A".repeat(100_000).as_bytes()));
        // All zeros and all ones, as long as a signature.
        assert!(wrong(BASE64_STANDARD.encode([0; 256]).as_bytes()));
        assert!(wrong(BASE64_STANDARD.encode([255; 256]).as_bytes()));
    }
}
