//! MD5 keys that everybody has: those of documentation, test suites, sample code and the simulator.

use super::md5;
use crate::protocol::Md5Key;

/// The MD5 digests of the keys, in hex. Sorted.
const DIGESTS: [&[u8; 32]; 9] = [
    b"1c58b8c4ff49a2a3d13d25b6fd442ba6",
    b"1caafa3fdaa53d56f1df439e7f82bce0",
    b"357e82db934fc45f4a25b4b83dc8bd19",
    b"379cca220ac5b0606462bb9921a7d2ec",
    b"5efc040d5fc0be7eaf8a64727e9dc7fb",
    b"6319d76ae7683f4b3b57337dd5bbf780",
    b"c8914e0287ab56d4fd85007be3248520",
    b"d7c8ac5ed04a74b22cb72e50b26e0e37",
    b"e147224cf8f51cf3716ac087d19f9e1d",
];

/// Whether everybody can sign with this key.
pub(crate) fn is_published(key: &Md5Key) -> bool {
    // The signature of nothing is the digest of the key.
    DIGESTS.contains(&&md5::sign(b"", key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Merchant, PartnerId};

    fn refused(current: &str, previous: Option<&str>) -> Option<String> {
        let key = |text| Md5Key::new(text).unwrap();
        let merchant = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key(current));
        let merchant = match previous {
            Some(previous) => merchant.with_previous_key(key(previous)),
            None => merchant,
        };
        merchant.for_production().err().map(|error| error.to_string())
    }

    #[test]
    fn keys_of_documentation_take_no_real_money() {
        const OWN: &str = "p4q8z1x7c5v2b9n3m6a0s8d4f1g7h5j2";
        assert_eq!(refused(OWN, None), None);
        for published in [
            "abcdefghijklmnopqrstuvwxyz012345",
            "r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9",
            "simulatorkey0123456789abcdefghij",
            "10000000000000000000000000000000",
        ] {
            // A previous key still verifies, so it forges as well as a present one.
            for text in [refused(published, None), refused(OWN, Some(published))] {
                let text = text.unwrap();
                assert!(text.contains("published test key") && text.contains("take your own"), "{text}");
                assert!(!text.contains(published), "{text}");
            }
        }
    }
}
