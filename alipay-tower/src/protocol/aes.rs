//! Encrypted content (Alipay, *Content encryption*): AES-128 in CBC mode with PKCS#7 padding.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    cipher::{
        AES_128, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
        UnboundCipherKey,
    },
    iv::FixedLength,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

use super::ConfigError;

/// The setting's name in errors.
const NAME: &str = "AES key";
/// No answer of the gateway is longer.
const MAX_CIPHERTEXT: usize = 4 * 1024 * 1024;
const BLOCK: usize = 16;

/// The AES key of an application ("interface content encryption" in the console), base64 of 16 bytes.
///
/// A request is encrypted first and signed after that; an answer is verified first and decrypted after that, for the
/// encryption proves nothing about who wrote it. A clone is a reference.
///
/// ```
/// use alipay_tower::protocol::AesKey;
///
/// let key = AesKey::new("aa4BtZ4tspm2wnXLb1ThQA==")?;
/// assert_eq!(key.encrypt("test1234567")?, "ILpoMowjIQjfYMR847rnFQ==");
/// assert_eq!(key.decrypt("ILpoMowjIQjfYMR847rnFQ==")?, b"test1234567");
/// assert_eq!(key.decrypt_v2(&key.encrypt_v2("test1234567")?)?, b"test1234567");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AesKey(Arc<Inner>);

struct Inner {
    encrypting: PaddedBlockEncryptingKey,
    decrypting: PaddedBlockDecryptingKey,
}

/// Content that could not be encrypted or decrypted. It does not say why, because whoever sends content could learn
/// from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AesError;

impl fmt::Display for AesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("encrypted content that this AES key does not fit: is it the application's present key?")
    }
}

impl std::error::Error for AesError {}

impl AesKey {
    /// Takes the key as it stands in the console.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the text is not base64 of 16 bytes.
    pub fn new(base64: &str) -> Result<Self, ConfigError> {
        let refused =
            || ConfigError::Invalid(NAME, "must be the base64 of 16 bytes, as the console shows it");
        // 24 characters are 16 bytes and padding; a little more room than that, for what the decoder asks.
        let mut bytes = Zeroizing::new([0; 48]);
        let text = base64.trim();
        let length =
            if text.len() == 24 { BASE64_STANDARD.decode_slice(text, bytes.as_mut()).ok() } else { None };
        let key = length
            .and_then(|length| bytes.get(..length))
            .filter(|key| key.len() == 16)
            .ok_or_else(refused)?;
        let unbound = || UnboundCipherKey::new(&AES_128, key).map_err(|_| refused());
        let encrypting = PaddedBlockEncryptingKey::cbc_pkcs7(unbound()?).map_err(|_| refused())?;
        let decrypting = PaddedBlockDecryptingKey::cbc_pkcs7(unbound()?).map_err(|_| refused())?;
        Ok(Self(Arc::new(Inner { encrypting, decrypting })))
    }

    /// `encrypt_type=AES`: base64, with the initial vector of zeros that the protocol asks for. Equal contents give
    /// equal texts.
    ///
    /// # Errors
    ///
    /// [`AesError`] when the machine cannot encrypt.
    pub fn encrypt(&self, content: impl AsRef<[u8]>) -> Result<String, AesError> {
        let mut bytes = content.as_ref().to_vec();
        let zeros = EncryptionContext::Iv128(FixedLength::from([0; BLOCK]));
        self.0.encrypting.less_safe_encrypt(&mut bytes, zeros).map_err(|_| AesError)?;
        Ok(BASE64_STANDARD.encode(bytes))
    }

    /// The content of [`encrypt`](Self::encrypt)'s text.
    ///
    /// # Errors
    ///
    /// [`AesError`] when the text is not base64, was not made with this key, or is longer than 4 MiB.
    pub fn decrypt(&self, base64: &str) -> Result<Vec<u8>, AesError> {
        self.open([0; BLOCK], decode(base64)?)
    }

    /// `encrypt_type=AES_V2`: base64 of a random initial vector and the encrypted content.
    ///
    /// # Errors
    ///
    /// [`AesError`] when the system has no random numbers.
    pub fn encrypt_v2(&self, content: impl AsRef<[u8]>) -> Result<String, AesError> {
        let mut bytes = content.as_ref().to_vec();
        let context = self.0.encrypting.encrypt(&mut bytes).map_err(|_| AesError)?;
        let DecryptionContext::Iv128(vector) = context else { return Err(AesError) };
        Ok(BASE64_STANDARD.encode([vector.as_ref().as_slice(), &bytes].concat()))
    }

    /// The content of [`encrypt_v2`](Self::encrypt_v2)'s text.
    ///
    /// # Errors
    ///
    /// [`AesError`] when the text is not base64, was not made with this key, or is longer than 4 MiB.
    pub fn decrypt_v2(&self, base64: &str) -> Result<Vec<u8>, AesError> {
        let bytes = decode(base64)?;
        let (vector, rest) = bytes.split_first_chunk::<BLOCK>().ok_or(AesError)?;
        self.open(*vector, rest.to_vec())
    }

    fn open(&self, vector: [u8; BLOCK], mut bytes: Vec<u8>) -> Result<Vec<u8>, AesError> {
        let context = DecryptionContext::Iv128(FixedLength::from(vector));
        let opened = self.0.decrypting.decrypt(&mut bytes, context).map_err(|_| AesError)?;
        let length = opened.len();
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// The bytes of a base64 text: whole blocks, one at least.
fn decode(base64: &str) -> Result<Vec<u8>, AesError> {
    if base64.len() > MAX_CIPHERTEXT / 3 * 4 {
        return Err(AesError);
    }
    let bytes = BASE64_STANDARD.decode(base64).map_err(|_| AesError)?;
    if bytes.is_empty() || bytes.len() % BLOCK != 0 { Err(AesError) } else { Ok(bytes) }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_key() {
        for bad in
            ["", "aa4BtZ4tspm2wnXLb1ThQA", "aa4BtZ4tspm2wnXLb1ThQQ=A", "aa4BtZ4tspm2wnXLb1ThQUFB", "键"]
        {
            assert!(AesKey::new(bad).is_err(), "{bad}");
        }
        assert!(AesKey::new(" aa4BtZ4tspm2wnXLb1ThQA==\n").is_ok());
    }

    #[test]
    fn refuses_what_was_not_made_with_the_key() {
        let key = AesKey::new("aa4BtZ4tspm2wnXLb1ThQA==").unwrap();
        let other = AesKey::new("vEARwBsVE8dBrk0tiaNQtQ==").unwrap();
        let text = key.encrypt("{}").unwrap();
        assert!(other.decrypt(&text).is_err());
        for bad in ["", "AAAA", "ILpoMowjIQjfYMR847rnFQ", "ILpoMowjIQjfYMR847rnFQ==\n", "键"] {
            assert_eq!(key.decrypt(bad), Err(AesError), "{bad}");
            assert_eq!(key.decrypt_v2(bad), Err(AesError), "{bad}");
        }
        // A vector alone is no content.
        assert_eq!(key.decrypt_v2(&BASE64_STANDARD.encode([0; 16])), Err(AesError));
        assert_eq!(key.decrypt(&"A".repeat(MAX_CIPHERTEXT * 2)), Err(AesError));
    }

    #[test]
    fn the_second_version_never_repeats_itself() {
        let key = AesKey::new("aa4BtZ4tspm2wnXLb1ThQA==").unwrap();
        assert_eq!(key.encrypt("{}"), key.encrypt("{}"));
        assert_ne!(key.encrypt_v2("{}"), key.encrypt_v2("{}"));
    }
}
