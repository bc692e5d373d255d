//! Keys, certificates and encrypted content: what is signed verifies, what is changed does not, and no text of any kind
//! makes a parser panic.

use std::sync::LazyLock;

use alipay_tower::protocol::{
    AesKey, Certificate, Certificates, PrivateKey, PublicKey, RootCertificates, SignType, Timestamp,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::{prelude::*, sample::Index};

use crate::support::config;

/// Two keys, because making one takes longer than a hundred cases.
static KEYS: LazyLock<[PrivateKey; 2]> =
    LazyLock::new(|| [PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap()]);

fn sign_type() -> impl Strategy<Value = SignType> {
    prop_oneof![Just(SignType::Rsa), Just(SignType::Rsa2)]
}

/// Text that looks like a key for a while: armour around random bytes, around the beginning of a real key, or around a
/// real key with changed bytes.
fn almost_a_key() -> impl Strategy<Value = String> {
    let label = prop_oneof![
        Just("PRIVATE KEY"),
        Just("RSA PRIVATE KEY"),
        Just("PUBLIC KEY"),
        Just("CERTIFICATE"),
        Just("ENCRYPTED PRIVATE KEY"),
    ];
    let real = |public: bool| {
        let key = &KEYS[0];
        let pem = if public { key.public().to_pem() } else { key.dangerous_to_pem() };
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        BASE64_STANDARD.decode(base64).unwrap()
    };
    let changed = (any::<bool>(), prop::collection::vec((any::<Index>(), any::<u8>()), 0..4), any::<Index>())
        .prop_map(move |(public, changes, end)| {
            let mut der = real(public);
            for (at, byte) in changes {
                let length = der.len();
                der[at.index(length)] = byte;
            }
            if end.index(4) == 0 {
                der.truncate(end.index(der.len()));
            }
            der
        });
    let body = prop_oneof![prop::collection::vec(any::<u8>(), 0..64), changed];
    (prop::option::of(label), body).prop_map(|(label, der)| {
        let base64 = BASE64_STANDARD.encode(der);
        match label {
            Some(label) => format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----"),
            None => base64,
        }
    })
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn what_is_signed_verifies(text in prop::collection::vec(any::<u8>(), 0..300), sign_type in sign_type()) {
        let sign = KEYS[0].sign(sign_type, &text).unwrap();
        prop_assert!(KEYS[0].public().verifies(sign_type, &text, &sign));
        prop_assert!(!KEYS[1].public().verifies(sign_type, &text, &sign));
        // There is one signature for each text.
        prop_assert_eq!(KEYS[0].sign(sign_type, &text).unwrap(), sign);
    }

    #[test]
    fn a_changed_text_does_not(
        text in prop::collection::vec(any::<u8>(), 1..300),
        at in any::<Index>(),
        change in 1..=255_u8,
        sign_type in sign_type(),
    ) {
        let sign = KEYS[0].sign(sign_type, &text).unwrap();
        let mut other = text.clone();
        other[at.index(text.len())] ^= change;
        prop_assert!(!KEYS[0].public().verifies(sign_type, &other, &sign));
        prop_assert!(!KEYS[0].public().verifies(sign_type, &text[1..], &sign));
    }

    #[test]
    fn nor_does_a_changed_signature(
        text in prop::collection::vec(any::<u8>(), 0..100),
        at in any::<Index>(),
        change in 1..=255_u8,
        sign_type in sign_type(),
    ) {
        let sign = KEYS[0].sign(sign_type, &text).unwrap();
        // In the bytes of the signature, and in its base64 text.
        let mut raw = BASE64_STANDARD.decode(&sign).unwrap();
        let index = at.index(raw.len());
        raw[index] ^= change;
        prop_assert!(!KEYS[0].public().verifies(sign_type, &text, &BASE64_STANDARD.encode(&raw)));
        let index = at.index(sign.len());
        let replaced = format!("{}{}{}", &sign[..index], char::from(change & 127), &sign[index + 1..]);
        prop_assert!(replaced == sign || !KEYS[0].public().verifies(sign_type, &text, &replaced));
    }

    #[test]
    fn a_signature_of_any_text_is_refused_in_peace(sign in "\\PC{0,40}|[A-Za-z0-9+/]{340,348}={0,3}") {
        prop_assert!(!KEYS[0].public().verifies(SignType::Rsa2, b"a=b", &sign));
    }

    #[test]
    fn content_comes_back(content in prop::collection::vec(any::<u8>(), 0..300), key in any::<[u8; 16]>()) {
        let key = AesKey::new(&BASE64_STANDARD.encode(key)).unwrap();
        prop_assert_eq!(key.decrypt(&key.encrypt(&content).unwrap()).unwrap(), content.clone());
        prop_assert_eq!(key.decrypt_v2(&key.encrypt_v2(&content).unwrap()).unwrap(), content);
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn no_text_makes_a_parser_panic(text in prop_oneof![almost_a_key(), "\\PC{0,80}", "-----BEGIN [A-Z ]{0,9}(-----)?\\PC{0,20}"]) {
        for read in [PrivateKey::new(&text).map(|key| key.public().clone()), PublicKey::new(&text)] {
            match read {
                // What is read at all is a whole key: it can be written, and is then itself.
                Ok(key) => prop_assert!(PublicKey::new(&key.to_pem()).unwrap().is_same_as(&key)),
                Err(error) => prop_assert!(!error.to_string().contains("MII")),
            }
        }
        if let (Ok(certificate), Ok(roots)) = (Certificate::from_pem(&text), RootCertificates::from_pem(&text)) {
            let _ = certificate.verify_chain(&roots, Timestamp::from_unix_seconds(1_700_000_000));
        }
        prop_assert!(Certificates::from_pem(&text, &text, &text).is_err());
    }

    #[test]
    fn no_text_makes_decryption_panic(text in "\\PC{0,80}|([A-Za-z0-9+/]{4}){0,20}") {
        if let Ok(key) = AesKey::new(&text) {
            prop_assert!(key.encrypt("content").is_ok());
        }
        let key = AesKey::new("aa4BtZ4tspm2wnXLb1ThQA==").unwrap();
        let (_, _) = (key.decrypt(&text), key.decrypt_v2(&text));
    }
}
