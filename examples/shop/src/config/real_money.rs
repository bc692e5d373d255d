//! Certificates and real money: only a chain to the operator's own root file, and only where money moves.

use alipay_simulator::{Application, CertificateFiles, SimulatedGateway};
use alipay_tower::protocol::{AppId, PrivateKey, SellerId};

use super::{Config, SetupError};

const APP: &str = "2021000000000001";
const SELLER: &str = "2088000000000001";

/// Of another chain; everything that the simulator issues has one root.
const OTHER_ALIPAY: &str = include_str!("../../../../alipay-tower/tests/openapi/data/other_alipay.crt");
const OTHER_ROOT: &str = include_str!("../../../../alipay-tower/tests/openapi/data/other_root.crt");

/// An application with its files.
struct Console {
    key: PrivateKey,
    files: CertificateFiles,
}

impl Console {
    async fn open() -> Self {
        let application = Application::new(AppId::new(APP).unwrap(), SellerId::new(SELLER).unwrap());
        let gateway = SimulatedGateway::builder().application(application.with_certificates());
        let gateway = gateway.listen(([127, 0, 0, 1], 0).into()).start().await.unwrap();
        let credentials = gateway.credentials().remove(0);
        let key = credentials.private_key().unwrap().clone();
        Self { key, files: credentials.certificates().unwrap().clone() }
    }
}

/// What the shop says to these four files at this gateway.
fn read(gateway: &str, key: &PrivateKey, app: &str, alipay: &str, root: &str) -> Result<Config, SetupError> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let settings = [
        ("ALIPAY_SCHEME", "openapi".to_owned()),
        ("ALIPAY_APP_ID", APP.to_owned()),
        ("ALIPAY_SELLER_ID", SELLER.to_owned()),
        ("ALIPAY_GATEWAY", gateway.to_owned()),
        ("PUBLIC_URL", "https://shop.example.com".to_owned()),
        ("ALIPAY_PRIVATE_KEY_FILE", file("app.pem", &key.dangerous_to_pem())),
        ("ALIPAY_APP_CERT_FILE", file("app.crt", app)),
        ("ALIPAY_CERT_FILE", file("alipay.crt", alipay)),
        ("ALIPAY_ROOT_CERT_FILE", file("root.crt", root)),
    ];
    Config::read(&|name| settings.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone()))
}

#[tokio::test]
async fn only_a_chain_to_the_root_file_takes_real_money() {
    let ours = Console::open().await;
    let own = &ours.files;
    let at = |gateway, alipay, root| read(gateway, &ours.key, own.app(), alipay, root);
    let config = at("production", own.alipay(), own.root()).unwrap();
    assert_eq!(config.gateway.money(), "REAL MONEY");

    let refused = |alipay, root| at("production", alipay, root).unwrap_err().to_string();
    let text = refused(own.alipay(), OTHER_ROOT);
    assert!(text.starts_with("ALIPAY_APP_CERT_FILE: ") && text.contains("root"), "{text}");
    let text = refused(OTHER_ALIPAY, own.root());
    assert!(text.starts_with("ALIPAY_CERT_FILE: "), "{text}");

    // The chains of the sandbox do not end in its root file, and no money moves there.
    let config = at("sandbox", OTHER_ALIPAY, OTHER_ROOT).unwrap();
    assert_eq!(config.gateway.money(), "Alipay's sandbox, no real money");
}
