//! `[default.alipay]` of applications, and of RSA contracts of the classic gateway: keys in files.

use std::path::PathBuf;

use alipay_rocket::{
    AlipayFairing,
    alipay_tower::{
        Alipay, Merchant,
        protocol::{AppId, PrivateKey, Scheme, SellerId, SignType},
    },
};
use rocket::{
    Ignite, Rocket,
    figment::{
        Profile,
        providers::{Format, Toml},
    },
    local::asynchronous::Client,
};

use crate::{
    logs::{self, was_said},
    support::*,
};

const APP: &str = "2021000000000001";
const SELLER: &str = "2088000000000001";
const URLS: &str = r#"
notify_url = "https://shop.example.com/pay/notify"
return_url = "https://shop.example.com/pay/return"
"#;

/// A folder with keys that nobody has, gone at the end.
struct Folder {
    path: PathBuf,
    own: PrivateKey,
    alipay: PrivateKey,
}

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("alipay-rocket-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let folder =
            Self { path, own: PrivateKey::generate().unwrap(), alipay: PrivateKey::generate().unwrap() };
        folder.write("own.pem", &folder.own.dangerous_to_pem());
        folder.write("alipay.pem", &folder.alipay.public().to_pem());
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path.join(name), text).unwrap();
    }

    /// Starts with these lines in a `Rocket.toml` that stands in the folder.
    async fn ignite(&self, lines: &str) -> Option<Rocket<Ignite>> {
        logs::capture();
        self.write("Rocket.toml", &format!("[default.alipay]{URLS}{lines}"));
        let toml = Toml::file_exact(self.path.join("Rocket.toml")).nested();
        let figment = figment().merge(toml).select(Profile::Default);
        let rocket = rocket::custom(figment).attach(AlipayFairing::from_config(Shop::new()));
        rocket.ignite().await.map_err(|error| error.kind().to_string()).ok()
    }

    async fn merchant(&self, lines: &str) -> Merchant {
        let rocket = self.ignite(lines).await.unwrap_or_else(|| panic!("{lines}"));
        rocket.state::<Alipay>().unwrap().merchant().clone()
    }

    async fn assert_refused(&self, lines: &str, words: &str) {
        assert!(self.ignite(lines).await.is_none(), "{lines}");
        assert!(was_said(words), "{words}");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

const KEYS: &str = r#"private_key_file = "own.pem"
public_key_file = "alipay.pem"
"#;

fn application() -> String {
    format!("scheme = \"openapi\"\napp_id = \"{APP}\"\nseller_id = \"{SELLER}\"\n")
}

#[rocket::async_test]
async fn an_application_from_the_configuration() {
    let folder = Folder::new("application");
    for (more, sign_type) in [("", SignType::Rsa2), ("sign_type = \"RSA\"", SignType::Rsa)] {
        let merchant = folder.merchant(&format!("{}{KEYS}{more}", application())).await;
        assert_eq!((merchant.scheme(), merchant.sign_type()), (Scheme::OpenApi, sign_type));
        assert_eq!((merchant.app_id().unwrap().as_str(), merchant.seller_id().as_str()), (APP, SELLER));
        assert_eq!(merchant.gateway().as_str(), "https://openapi.alipay.com/gateway.do");
        let sign = merchant.sign_text(b"a=1");
        assert!(folder.own.public().verifies(sign_type, b"a=1", &sign));
    }
    // Numbers without quotes are ids all the same.
    let numbers = application().replace(&format!("\"{APP}\""), APP).replace(&format!("\"{SELLER}\""), SELLER);
    assert_eq!(folder.merchant(&format!("{numbers}{KEYS}")).await.id(), APP);
    let classic = format!("partner = \"{SELLER}\"\nsign_type = \"RSA\"\n{KEYS}");
    let merchant = folder.merchant(&classic).await;
    assert_eq!((merchant.scheme(), merchant.sign_type()), (Scheme::Mapi, SignType::Rsa));
}

#[rocket::async_test]
async fn its_notifications_are_answered() {
    let folder = Folder::new("notification");
    let rocket = folder.ignite(&format!("{}{KEYS}", application())).await.unwrap();
    drop(rocket);
    let toml = Toml::file_exact(folder.path.join("Rocket.toml")).nested();
    let figment = figment().merge(toml).select(Profile::Default);
    let shop = Shop::new();
    let fairing = AlipayFairing::from_config(shop.clone());
    let client = Client::untracked(rocket::custom(figment).attach(fairing)).await.unwrap();
    let text = format!(
        "app_id={APP}&notify_id=abc&notify_type=trade_status_sync&out_trade_no=T1&seller_id={SELLER}\
         &total_amount=10.50&trade_no=2024010121001004010200000001&trade_status=TRADE_SUCCESS"
    );
    for (key, word) in [(&folder.own, "fail"), (&folder.alipay, "success")] {
        let sign = key.sign(SignType::Rsa2, text.as_bytes()).unwrap().replace('+', "%2B");
        let body = format!("{text}&sign={sign}&sign_type=RSA2");
        let response = client.post(NOTIFY).body(body).dispatch().await;
        assert_eq!(response.into_string().await.unwrap(), word);
    }
    assert_eq!(shop.settled.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[rocket::async_test]
async fn the_same_checks_of_applications_as_in_code() {
    let folder = Folder::new("checks");
    folder.write("copy.pem", &folder.own.public().to_pem());
    let (good, keys) = (application(), KEYS);
    let without = |line: &str| {
        let all = format!("{good}{keys}");
        all.lines().filter(|own| !own.starts_with(line)).collect::<Vec<_>>().join("\n")
    };
    for (lines, words) in [
        (without("app_id"), "[default.alipay] app_id: "),
        (without("seller_id"), "[default.alipay] seller_id: 16 digits"),
        (without("private_key_file"), "private_key_file: set it to the file with your private key"),
        (without("public_key_file"), "public_key_file: set it to the file with Alipay's public key"),
        (format!("{good}{keys}sign_type = \"MD5\""), "sign_type: must be RSA2 or RSA with openapi"),
        (format!("{good}{keys}sign_type = \"rsa2\""), "sign_type: must be RSA2 or RSA with openapi"),
        (
            format!("partner = \"{SELLER}\"\nsign_type = \"RSA2\""),
            "sign_type: must be MD5 or RSA with the classic",
        ),
        (
            format!("{good}{keys}").replace("\"openapi\"", "\"v3\""),
            "scheme: must be mapi (the classic gateway) or openapi",
        ),
        (format!("{good}{keys}key = \"abc\""), "key: has no use beside the other settings"),
        (format!("{good}{keys}partner = \"{SELLER}\""), "partner: has no use beside"),
        (format!("partner = \"{SELLER}\"\nkey = \"{KEY}\"\n{keys}"), "private_key_file: has no use beside"),
        (format!("{good}{keys}app_cert_file = \"a.crt\""), "public_key_file: has no use beside"),
        (
            format!("{good}private_key_file = \"own.pem\"\napp_cert_file = \"a.crt\""),
            "alipay_cert_file: certificate mode needs this file too",
        ),
        (format!("{good}{keys}").replace("own.pem", "nowhere.pem"), "nowhere.pem does not exist"),
        (
            format!("{good}{keys}").replace("own.pem", "alipay.pem"),
            "alipay.pem: private key: is a public key",
        ),
        (
            format!("{good}{keys}").replace("alipay.pem", "copy.pem"),
            "is the public half of your own private key",
        ),
    ] {
        folder.assert_refused(&lines, words).await;
    }
}

/// Test data of the library: everybody has these keys, and their chain is sound.
const DATA: [(&str, &str); 5] = [
    ("app.pem", include_str!("../../../alipay-tower/tests/openapi/data/app_a.pem")),
    ("app.crt", include_str!("../../../alipay-tower/tests/openapi/data/app_a.crt")),
    ("alipay.crt", include_str!("../../../alipay-tower/tests/openapi/data/alipay_a.crt")),
    ("root.crt", include_str!("../../../alipay-tower/tests/openapi/data/root.crt")),
    ("other.crt", include_str!("../../../alipay-tower/tests/openapi/data/other_root.crt")),
];

#[rocket::async_test]
async fn certificates_and_who_vouches_for_them() {
    let folder = Folder::new("certificates");
    for (name, text) in DATA {
        folder.write(name, text);
    }
    let lines = format!(
        "{}private_key_file = \"app.pem\"\napp_cert_file = \"app.crt\"\nalipay_cert_file = \"alipay.crt\"\n\
         root_cert_file = \"root.crt\"\n",
        application()
    );
    let sandbox = format!("{lines}gateway = \"https://openapi-sandbox.dl.alipaydev.com/gateway.do\"");
    let merchant = folder.merchant(&sandbox).await;
    assert!(merchant.certificates().is_some());
    folder.assert_refused(&lines, "is a published test key").await;
    // The sandbox's own chains end nowhere; where money moves, that is the end.
    assert!(folder.ignite(&sandbox.replace("root.crt", "other.crt")).await.is_some());
    folder
        .assert_refused(&lines.replace("root.crt", "other.crt"), "application certificate: no chain leads")
        .await;
    let (app, seller) = (AppId::new(APP).unwrap(), SellerId::new(SELLER).unwrap());
    assert_eq!((merchant.app_id(), merchant.seller_id()), (Some(&app), &seller));
}
