//! `lower_hex(MD5(text ‖ key))` (Alipay, *Signature*, MD5): the key follows the text without a separator.

use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use crate::protocol::Md5Key;

/// The 32 lower-case hex digits that sign `text`.
pub(crate) fn sign(text: &[u8], key: &Md5Key) -> [u8; 32] {
    let mut digest = Md5::new();
    digest.update(text);
    digest.update(key.bytes());
    let mut hex = [0; 32];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(digest.finalize()) {
        for (digit, nibble) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
            *digit = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        }
    }
    hex
}

/// Whether `sign` is the signature of `text`, compared in constant time; anything but 32 bytes is not.
pub(crate) fn verify(text: &[u8], key: &Md5Key, signature: &[u8]) -> bool {
    sign(text, key).as_slice().ct_eq(signature).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        let key = Md5Key::dangerous_unchecked(b"10000000000000000000000000000000");
        assert_eq!(&sign(b"partner=123&service=test", &key), b"bbd13b52823b576291595f472ebcfbc2");
        assert_eq!(&sign(b"notify_id=1234", &key), b"22fc7e38e5acdfede396aa463870d111");
    }

    #[test]
    fn only_the_exact_lower_case_digits_verify() {
        let key = Md5Key::dangerous_unchecked(b"10000000000000000000000000000000");
        let good = sign(b"notify_id=1234", &key);
        assert!(verify(b"notify_id=1234", &key, &good));
        assert!(!verify(b"notify_id=1234", &key, &good.to_ascii_uppercase()));
        assert!(!verify(b"notify_id=1234", &key, &good[..31]));
        assert!(!verify(b"notify_id=1234", &key, b""));
        assert!(!verify(b"notify_id=1235", &key, &good));
    }
}
