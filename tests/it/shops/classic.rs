//! The same shops as merchants of the classic gateway: with one key that both sides have, or with RSA.

use std::path::Path;

use alipay_simulator::{DEMO_KEY, DEMO_PARTNER, SimulatedGateway};

/// The settings of the merchant that the gateway knows, with its keys in files of this folder where it signs with RSA.
pub(super) fn settings(simulator: &SimulatedGateway, folder: &Path) -> Vec<(&'static str, String)> {
    let credentials = simulator.credentials();
    let keys = credentials.iter().find_map(|one| {
        let (own, alipay) = one.private_key().zip(one.alipay_public_key())?;
        Some((one.merchant().id().to_owned(), own, alipay))
    });
    let Some((partner, own, alipay)) = keys else {
        return vec![("ALIPAY_PARTNER", DEMO_PARTNER.to_owned()), ("ALIPAY_KEY", DEMO_KEY.to_owned())];
    };
    let file = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    vec![
        ("ALIPAY_SIGN_TYPE", "RSA".to_owned()),
        ("ALIPAY_PARTNER", partner),
        ("ALIPAY_PRIVATE_KEY_FILE", file("merchant.pem", own.dangerous_to_pem())),
        ("ALIPAY_PUBLIC_KEY_FILE", file("alipay.pem", alipay.to_pem())),
    ]
}
