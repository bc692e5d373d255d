use super::*;

const PARTNER: (&str, &str) = ("ALIPAY_PARTNER", "2088123456789012");
const KEY: (&str, &str) = ("ALIPAY_KEY", "t7e5s2t9o4n1l8y3k6e0y7f2o5r9s1h4");
const PUBLIC: (&str, &str) = ("PUBLIC_URL", "https://shop.example.com");

fn read(settings: &[(&str, &str)]) -> Result<Config, SetupError> {
    Config::read(&|name| settings.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned()))
}

fn own(config: &Config) -> &alipay_tower::Merchant {
    match &config.account {
        Account::Own(merchant) => merchant,
        Account::MadeUp(_) => panic!("a merchant is made up"),
    }
}

fn error(settings: &[(&str, &str)]) -> String {
    read(settings).unwrap_err().to_string()
}

#[test]
fn nothing_set_means_everything_built_in() {
    let config = read(&[("ALIPAY_KEY", " "), ("PUBLIC_URL", "")]).unwrap();
    assert!(matches!(&config.gateway, Gateway::InProcess(listen) if listen.address() == SIMULATOR));
    assert_eq!(config.listen.address(), SHOP);
    assert!(matches!(config.account, Account::MadeUp(Scheme::Mapi)));
    assert_eq!(config.database_url, "sqlite://var/shop.db");
    assert!(config.is_local());
}

#[test]
fn only_a_simulator_elsewhere_knows_the_published_key() {
    assert!(matches!(read(&[]).unwrap().account, Account::MadeUp(Scheme::Mapi)));
    let config = read(&[("ALIPAY_GATEWAY", "http://127.0.0.1:4001/gateway.do")]).unwrap();
    let published = alipay_simulator::demo_merchant().unwrap();
    assert_eq!(own(&config).sign_text(b"a=b"), published.sign_text(b"a=b"));
}

#[test]
fn the_other_generation_is_a_switch() {
    let config = read(&[("ALIPAY_SCHEME", "openapi")]).unwrap();
    assert!(matches!(config.account, Account::MadeUp(Scheme::OpenApi)));
    let gateway = "http://127.0.0.1:4001/gateway.do";
    let config = read(&[("ALIPAY_SCHEME", "openapi"), ("ALIPAY_GATEWAY", gateway)]).unwrap();
    assert_eq!((own(&config).scheme(), own(&config).gateway().as_str()), (Scheme::OpenApi, gateway));
}

#[test]
fn asking_about_notifications_is_a_switch() {
    for (value, asks) in [(None, false), (Some("0"), false), (Some(" 1 "), true)] {
        let settings: Vec<_> = value.map(|value| ("SHOP_CONFIRM_BY_QUERY", value)).into_iter().collect();
        assert_eq!(read(&settings).unwrap().confirm_by_query, asks);
    }
}

#[test]
fn a_merchant_means_the_real_gateway() {
    let config = read(&[PARTNER, KEY, PUBLIC]).unwrap();
    assert!(!config.gateway.is_simulated() && !config.is_local());
    assert_eq!(own(&config).gateway().as_str(), alipay_tower::GatewayUrl::MAINLAND);
}

#[test]
fn the_sandbox_is_a_gateway_with_a_name() {
    use alipay_tower::GatewayUrl;

    let config = read(&[PARTNER, KEY, PUBLIC, ("ALIPAY_GATEWAY", "sandbox")]).unwrap();
    assert_eq!(own(&config).gateway().as_str(), GatewayUrl::SANDBOX);
    assert!(!config.gateway.is_simulated() && !config.is_local());
    // It pays play money, so a published key harms nobody there; and it calls the shop from outside like the real one.
    let published = ("ALIPAY_KEY", alipay_simulator::DEMO_KEY);
    assert!(read(&[PARTNER, published, PUBLIC, ("ALIPAY_GATEWAY", "sandbox")]).is_ok());
    let text = error(&[PARTNER, KEY, ("ALIPAY_GATEWAY", "sandbox")]);
    assert!(text.starts_with("PUBLIC_URL: "), "{text}");
    let text = error(&[("ALIPAY_GATEWAY", "sandbox")]);
    assert!(text.starts_with("ALIPAY_PARTNER: a real gateway needs a merchant"), "{text}");
    let production = read(&[PARTNER, KEY, PUBLIC, ("ALIPAY_GATEWAY", "production")]).unwrap();
    assert_eq!(own(&production).gateway().as_str(), GatewayUrl::MAINLAND);
}

#[test]
fn a_key_that_everybody_has_takes_no_real_money() {
    for key in [alipay_simulator::DEMO_KEY, "abcdefghijklmnopqrstuvwxyz012345"] {
        let text = error(&[PARTNER, ("ALIPAY_KEY", key), PUBLIC]);
        assert!(text.starts_with("ALIPAY_KEY: is a published test key"), "{text}");
        assert!(!text.contains(key), "{text}");
    }
}

#[test]
fn a_merchant_may_be_tried_with_play_money() {
    let inside = read(&[PARTNER, KEY, ("SIMULATOR_LISTEN", "127.0.0.1:0")]).unwrap();
    assert!(matches!(inside.gateway, Gateway::InProcess(_)));
    let outside = read(&[PARTNER, KEY, ("ALIPAY_GATEWAY", "http://127.0.0.1:4001/gateway.do")]).unwrap();
    assert!(outside.gateway.is_simulated());
    assert_eq!(own(&outside).partner().as_str(), PARTNER.1);
    let details = read(&[("ALIPAY_CHARSET", "GBK")]).unwrap().details;
    let merchant = with_details(own(&outside).clone(), &details);
    assert_eq!(merchant.charset(), alipay_tower::protocol::Charset::Gbk);
}

#[test]
fn every_mistake_is_named_with_its_remedy() {
    let cases: [(&[(&str, &str)], &str); 27] = [
        (&[PARTNER], "ALIPAY_KEY: ALIPAY_PARTNER is set and this is not"),
        (&[KEY], "ALIPAY_PARTNER: ALIPAY_KEY is set and this is not"),
        (&[("ALIPAY_PARTNER", "12"), KEY], "ALIPAY_PARTNER: must be the 16 digits"),
        (&[PARTNER, ("ALIPAY_KEY", "short")], "ALIPAY_KEY: must be the 32 letters and digits"),
        (&[PARTNER, ("ALIPAY_KEY", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")], "ALIPAY_KEY: is a placeholder"),
        (&[PARTNER, KEY], "PUBLIC_URL: with the real gateway, set the https address"),
        (
            &[PARTNER, KEY, ("PUBLIC_URL", "http://shop.example.com")],
            "PUBLIC_URL: with the real gateway it must be",
        ),
        (
            &[PARTNER, KEY, ("PUBLIC_URL", "https://localhost")],
            "PUBLIC_URL: Alipay cannot reach this machine",
        ),
        (&[PUBLIC], "PUBLIC_URL: the simulated gateway visits shops on this machine only"),
        (&[("ALIPAY_CHARSET", "latin-1")], "ALIPAY_CHARSET: `latin-1` is not one of"),
        (
            &[("ALIPAY_GATEWAY", "http://mapi.alipay.com/gateway.do")],
            "ALIPAY_GATEWAY: `http://mapi.alipay.com",
        ),
        (&[("ALIPAY_GATEWAY", "https://mapi.alipay.com/gateway.do")], "ALIPAY_PARTNER: a real gateway needs"),
        (
            &[("ALIPAY_GATEWAY", "http://127.0.0.1:1/"), ("SIMULATOR_LISTEN", "127.0.0.1:1")],
            "ALIPAY_GATEWAY: contradicts SIMULATOR_LISTEN",
        ),
        (&[("ALIPAY_SCHEME", "rsa")], "ALIPAY_SCHEME: must be mapi"),
        (&[PARTNER, ("ALIPAY_SIGN_TYPE", "RSA2")], "ALIPAY_SIGN_TYPE: must be MD5 or RSA"),
        (
            &[("ALIPAY_SCHEME", "openapi"), ("ALIPAY_APP_ID", "2021000000000001")],
            "ALIPAY_SELLER_ID: ALIPAY_APP_ID is set",
        ),
        (
            &[("ALIPAY_SCHEME", "openapi"), ("ALIPAY_GATEWAY", "production")],
            "ALIPAY_PARTNER: a real gateway needs",
        ),
        (
            &[PARTNER, ("ALIPAY_SIGN_TYPE", "RSA"), ("ALIPAY_PRIVATE_KEY_FILE", "/nowhere/key.pem"), PUBLIC],
            "ALIPAY_PRIVATE_KEY_FILE: ",
        ),
        (&[("SHOP_LISTEN", "4000")], "SHOP_LISTEN: `4000` is no address"),
        (&[("SHOP_OPERATOR_TOKEN", "sesame")], "SHOP_OPERATOR_TOKEN: must be 12 to 128"),
        (&[("SHOP_CONFIRM_BY_QUERY", "perhaps")], "SHOP_CONFIRM_BY_QUERY: must be 1"),
        (&[("SHOP_ASK_AFTER", "soon")], "SHOP_ASK_AFTER: must be a number of seconds"),
        (&[("SHOP_CLOSE_AFTER", "0")], "SHOP_CLOSE_AFTER: must be a number of seconds, 1 or more"),
        (&[("SHOP_OUTAGE_POLICY", "accept")], "SHOP_OUTAGE_POLICY: must be fail_closed"),
        (&[("SIMULATOR_LISTEN", "here")], "SIMULATOR_LISTEN: `here` is no address"),
        (&[("SIMULATOR_SPEED", "fast")], "SIMULATOR_SPEED: must be a whole number from 1"),
        (&[("SIMULATOR_SPEED", "0")], "SIMULATOR_SPEED: must be a whole number from 1"),
    ];
    for (settings, expected) in cases {
        let text = error(settings);
        assert!(text.starts_with(expected), "{settings:?}: {text}");
        assert!(!text.contains(KEY.1), "{text}");
    }
}

#[test]
fn a_demonstration_keeps_the_merchant_and_nothing_else() {
    let config =
        read(&[PARTNER, KEY, PUBLIC, ("ALIPAY_CHARSET", "gbk"), ("SMTP_URL", "smtp://mail.example")])
            .unwrap();
    let demo = config.into_demo(std::path::Path::new("/folder"), None).unwrap();
    assert!(matches!(&demo.gateway, Gateway::InProcess(listen) if listen.address().port() == 0));
    assert_eq!((demo.database_url.as_str(), demo.smtp_url.as_deref()), ("sqlite:///folder/shop.db", None));
    let merchant = with_details(own(&demo).clone(), &demo.details);
    assert_eq!((merchant.partner().as_str(), merchant.charset().label()), (PARTNER.1, "gbk"));
    assert!(demo.public_url.is_none() && demo.listen.address().port() == 0);
    assert_eq!(demo.simulator_speed, 14_400);
}

#[test]
fn the_simulated_gateway_can_be_slowed_down() {
    assert_eq!(read(&[]).unwrap().simulator_speed, 600);
    assert_eq!(read(&[("SIMULATOR_SPEED", "60")]).unwrap().simulator_speed, 60);
}

#[test]
fn orders_wait_for_ever_and_outages_close_the_door_unless_told_otherwise() {
    let config = read(&[]).unwrap();
    assert_eq!((config.close_after, config.outage_policy.as_str()), (None, "fail_closed"));
    let told = [("SHOP_CLOSE_AFTER", "7200"), ("SHOP_OUTAGE_POLICY", "accept_then_confirm")];
    let config = read(&told).unwrap();
    assert_eq!(config.close_after, Some(Duration::from_secs(7200)));
    assert_eq!(config.outage_policy, OutagePolicy::AcceptThenConfirm);
}

#[test]
fn secrets_are_not_printed() {
    let config = read(&[PARTNER, KEY, PUBLIC, ("SHOP_OPERATOR_TOKEN", "sesame-sesame")]).unwrap();
    let text = format!("{config:?}");
    assert!(!text.contains(KEY.1) && !text.contains("sesame"), "{text}");
}
