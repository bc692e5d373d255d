//! `[default.alipay]`.

use alipay_rocket::{
    AlipayFairing,
    alipay_tower::{Alipay, OutagePolicy},
};
use rocket::{
    Build, Ignite, Rocket,
    figment::{
        Figment, Profile,
        providers::{Format, Toml},
    },
    local::asynchronous::Client,
    log::private::Level,
    tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    },
};

use crate::{
    logs::{self, was_said},
    support::*,
};

const GOOD: &str = r#"
[default.alipay]
partner = "2088000000000001"
key = "abcdefghijklmnopqrstuvwxyz012345"
notify_url = "https://shop.example.com/pay/notify"
return_url = "https://shop.example.com/pay/return"
"#;

fn toml(text: &str) -> Figment {
    logs::capture();
    figment().merge(Toml::string(text).nested()).select(Profile::Default)
}

fn rocket(figment: Figment) -> Rocket<Build> {
    rocket::custom(figment).attach(AlipayFairing::from_config(Shop::new()))
}

async fn ignite(text: &str) -> Option<Rocket<Ignite>> {
    rocket(toml(text)).ignite().await.map_err(|error| error.kind().to_string()).ok()
}

/// Whether the configuration is refused with these words.
#[track_caller]
fn assert_refused(ignited: Option<Rocket<Ignite>>, words: &str) {
    assert!(ignited.is_none(), "{words}");
    assert!(was_said(words), "{words}");
}

#[rocket::async_test]
async fn a_desk_from_the_configuration() {
    let text = format!(
        "{GOOD}
        seller_id = \"2088000000000009\"
        seller_email = \"seller@example.com\"
        input_charset = \"UTF-8\"
        gateway = \"https://mapi.alipaydev.com/gateway.do\"
        notify_path = \"/n\"
        return_path = \"/r\"
        https_required = true
        body_timeout = 1
        deadline = 2
        connect_timeout = 3
        gateway_timeout = 4
        outage_policy = \"accept_then_confirm\"
        circuit_breaker = true
        env_proxy = true"
    );
    let rocket = ignite(&text).await.unwrap();
    let alipay = rocket.state::<Alipay>().unwrap();
    assert_eq!(alipay.merchant().partner().as_str(), "2088000000000001");
    assert_eq!(alipay.merchant().seller_id().as_str(), "2088000000000009");
    assert_eq!(alipay.merchant().seller_email(), Some("seller@example.com"));
    assert_eq!(alipay.merchant().gateway().as_str(), "https://mapi.alipaydev.com/gateway.do");
    assert_eq!((alipay.endpoints().notify_path(), alipay.endpoints().return_path()), ("/n", "/r"));
    assert_eq!(alipay.outage_policy(), OutagePolicy::AcceptThenConfirm);
    assert_eq!(alipay.merchant().sign_text(b"a=1"), merchant().sign_text(b"a=1"));
}

#[rocket::async_test]
async fn the_same_checks_as_in_code() {
    let without =
        |line: &str| GOOD.lines().filter(|own| !own.starts_with(line)).collect::<Vec<_>>().join("\n");
    let with = |line: &str| format!("{GOOD}{line}");
    for (text, words) in [
        (String::new(), "[default.alipay] is missing: add this table to Rocket.toml"),
        (without("partner"), "[default.alipay] partner: 16 digits beginning with 2088"),
        (without("key"), "[default.alipay] key: missing: copy the 32-character MD5 key"),
        (without("notify_url"), "[default.alipay] notify_url ``: must be absolute"),
        (GOOD.replace("abcdefghijklmnopqrstuvwxyz012345", "tooshort"), "key: must be the 32 letters"),
        (GOOD.replace("abcdefghijklmnopqrstuvwxyz012345", &"x".repeat(32)), "key: is a placeholder"),
        (
            GOOD.replace("pay/return", "pay/notify"),
            "notify_url and return_url have the same path `/pay/notify`",
        ),
        (GOOD.replace("pay/return", "pay/return?x=1"), "must not have a query of its own"),
        (with("gateway = \"http://mapi.alipay.com/gateway.do\""), "must be https"),
        (with("input_charset = \"latin-1\""), "input_charset: must be utf-8"),
        (with("return_path = \"back\""), "return_path: must begin with /"),
        (with("seller_id = 7"), "seller_id: 16 digits"),
        (
            format!(
                "{}https_required = true",
                GOOD.replace("https://shop.example.com/pay/return", "http://a/r")
            ),
            "return_url `http://a/r`: must be https",
        ),
        (
            with("bundled_root = true"),
            "[default.alipay] bundled_root: unknown field: found `bundled_root`, expected",
        ),
        (with("outage_policy = \"hope\""), "outage_policy: must be accept_then_confirm or fail_closed"),
        (with("deadline = 0"), "[default.alipay] deadline: must be a nonzero"),
        (with("deadline = \"soon\""), "[default.alipay] deadline: must be"),
    ] {
        assert_refused(ignite(&text).await, words);
    }
}

#[cfg(not(feature = "bundled-roots"))]
#[rocket::async_test]
async fn a_feature_that_is_off_is_named() {
    let text = format!("{GOOD}bundled_roots = true");
    assert_refused(ignite(&text).await, "bundled_roots: needs the feature `bundled-roots`");
}

#[rocket::async_test]
async fn the_key_is_in_no_log() {
    let key = "ZqXw7Key8Never9Printed0Anywhere1";
    let good = GOOD.replace("abcdefghijklmnopqrstuvwxyz012345", key);
    let launched = ignite(&good).await.unwrap();
    assert!(!format!("{:?}", launched.state::<Alipay>().unwrap()).contains(key));
    for wrong in [
        good.replace(key, &format!("{key}{key}")),
        good.replace(&format!("\"{key}\""), &format!("[\"{key}\"]")),
        format!("[default]\nalipay = \"{key}\""),
        format!("{good}deadline = \"{key}\""),
    ] {
        assert!(ignite(&wrong).await.is_none());
    }
    assert!(was_said("[default.alipay] must be a table"));
    assert!(was_said("[default.alipay] key: must be text in quotes"));
    assert!(!logs::lines(Level::Trace).iter().any(|line| line.contains(key)));
}

#[rocket::async_test]
async fn numbers_from_the_environment_are_text() {
    let digits = "12345678901234567890123456789012";
    let figment = toml(GOOD)
        .merge(("alipay.partner", 2_088_000_000_000_001_u64))
        .merge(("alipay.key", digits.parse::<u128>().unwrap()));
    let rocket = rocket(figment).ignite().await.unwrap();
    let partner = rocket.state::<Alipay>().unwrap().merchant().partner().to_string();
    assert_eq!(partner, "2088000000000001");
    assert!(ignite(&GOOD.replace("\"abcdefghijklmnopqrstuvwxyz012345\"", "1234567")).await.is_none());
    assert!(!logs::lines(Level::Trace).iter().any(|line| line.contains("1234567")));
}

#[rocket::async_test]
async fn a_notification_with_nothing_but_configuration() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let gateway = rocket::tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut question = vec![0; 4096];
        let length = stream.read(&mut question).await.unwrap();
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntrue";
        stream.write_all(answer).await.unwrap();
        String::from_utf8(question[..length].to_vec()).unwrap()
    });
    let text = format!("{GOOD}gateway = \"http://{address}/gateway.do\"");
    let client = Client::untracked(rocket(toml(&text))).await.unwrap();
    let response = client.post(NOTIFY).body(paid()).dispatch().await;
    assert_eq!(response.into_string().await.unwrap(), "success");
    assert!(gateway.await.unwrap().contains("notify_id=abc"));
    assert!(was_said("is plain http; a shop leaves the gateway out"));
}
