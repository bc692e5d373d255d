//! Parameters to signed text to signature.

use alipay_tower::{
    Merchant,
    protocol::{Fields, Md5Key, PartnerId},
};

use super::{cases, hex, text};

#[test]
fn every_signature_is_reproduced() {
    for case in cases("mapi_md5_sign.json") {
        let name = text(&case, "name");
        let pairs: Vec<(Vec<u8>, Vec<u8>)> = case["params_hex"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| (hex(pair[0].as_str().unwrap()), hex(pair[1].as_str().unwrap())))
            .collect();
        let partner = PartnerId::new("2088000000000001").unwrap();
        let merchant = Merchant::md5(partner, Md5Key::dangerous_unchecked(text(&case, "key").as_bytes()));
        let borrowed = pairs.iter().map(|(name, value)| (name.as_slice(), value.as_slice()));
        let Ok(fields) = Fields::from_pairs(borrowed) else {
            // Signed NUL bytes, and messages without any parameter, are nothing that Alipay sends.
            let nul = pairs.iter().any(|(name, value)| name.contains(&0) || value.contains(&0));
            assert!(nul || pairs.is_empty() || pairs.len() > alipay_tower::protocol::MAX_FIELDS, "{name}");
            assert_eq!(merchant.sign_text(&hex(text(&case, "presign_hex"))), text(&case, "sign"), "{name}");
            continue;
        };
        let signed_text = fields.signed_text();
        assert_eq!(signed_text, hex(text(&case, "presign_hex")), "{name}");
        assert_eq!(merchant.sign_text(&signed_text), text(&case, "sign"), "{name}");
    }
}
