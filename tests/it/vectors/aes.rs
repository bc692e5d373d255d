//! Encrypted content, against what other implementations encrypted.

use alipay_tower::protocol::AesKey;

use super::{of_kind, text};

#[test]
fn contents_are_encrypted_and_decrypted_alike() {
    let cases = of_kind("aes");
    assert_eq!(cases.len(), 4);
    for case in cases {
        let key = AesKey::new(text(&case, "key_base64")).unwrap();
        let (plain, cipher) = (text(&case, "plaintext"), text(&case, "ciphertext_base64"));
        match text(&case, "algorithm") {
            "AES" => {
                assert_eq!(key.encrypt(plain).unwrap(), cipher, "{}", text(&case, "name"));
                assert_eq!(key.decrypt(cipher).unwrap(), plain.as_bytes(), "{}", text(&case, "name"));
            }
            "AES_V2" => {
                assert_eq!(key.decrypt_v2(cipher).unwrap(), plain.as_bytes(), "{}", text(&case, "name"));
                let again = key.encrypt_v2(plain).unwrap();
                assert_eq!(key.decrypt_v2(&again).unwrap(), plain.as_bytes());
            }
            other => panic!("{other}"),
        }
    }
}
