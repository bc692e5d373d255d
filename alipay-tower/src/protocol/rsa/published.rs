//! Key pairs whose private half is public: those of test suites, documentation and the simulator.

/// The fingerprints, as [`PublicKey::fingerprint`](super::PublicKey::fingerprint) writes them. Sorted.
const FINGERPRINTS: [&str; 16] = [
    "0d2907e607f919f5",
    "0d9f8be9e8c5be0e",
    "17547f2ab4583971",
    "1da3ab3594057a79",
    "37414cae39d7ae05",
    "4518b0e42aa43602",
    "6101661f66949fc5",
    "82dbd57c30948fce",
    "8a004b1989eb1cef",
    "8d65e375d2e96d4f",
    "925e4f12eae0dc08",
    "9b85f3afbdf1b4ec",
    "9e988ba7ed40bb75",
    "a69b6f0fc7d686e5",
    "e72ff16563abeba3",
    "f406c9b2d13fa715",
];

pub(super) fn is_published(fingerprint: &str) -> bool {
    FINGERPRINTS.contains(&fingerprint)
}
