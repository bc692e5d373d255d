//! Requests that a page elsewhere makes the browser on this machine send.

use alipay_simulator::{Mischief, SimulatedGateway, random_merchant};
use alipay_tower::protocol::TradeStatus;

use crate::{
    buying::FormBody,
    refusing::{code, signed},
    shop::{Recorder, browser, buy, open, quiet},
};

/// A browser that follows no redirects.
struct Visitor(reqwest::Client);

impl Visitor {
    fn new() -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self(client.build().unwrap())
    }

    /// The status of the answer to a request with these headers.
    async fn status(&self, method: &str, url: &str, body: &str, headers: &[(&str, &str)]) -> u16 {
        let request = self.0.request(method.parse().unwrap(), url).form_body(body);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn a_name_that_was_rebound_to_this_machine_sees_nothing() {
    let visitor = Visitor::new();
    let gateway = SimulatedGateway::start().await.unwrap();
    let port = gateway.address().port();
    let gateway_do = signed(&gateway.merchant(), &[]);
    let home = gateway.dashboard_url();
    let trades = format!("{home}simulator/trades");
    let cashier = format!("{home}cashier/1");
    let style = format!("{home}style.css");
    let nowhere = format!("{home}nowhere");
    for url in [&home, &trades, &cashier, &style, &nowhere, &gateway_do] {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            for host in [format!("rebound.example:{port}"), "rebound.example".into(), "192.168.0.1".into()] {
                assert_eq!(
                    visitor.status(method, url, "", &[("host", &host)]).await,
                    403,
                    "{method} {url} {host}"
                );
            }
        }
    }
    assert!(gateway.trades().is_empty());
    for host in ["localhost", "localhost:1", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:4001"] {
        assert_eq!(visitor.status("GET", &trades, "", &[("host", host)]).await, 200, "{host}");
    }
}

#[tokio::test]
async fn a_form_or_script_of_another_origin_changes_nothing() {
    let visitor = Visitor::new();
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    let trade = buy(&gateway, &recorder, "T1").await;
    let (number, home) = (trade.trade_no(), gateway.dashboard_url());
    gateway.behave(Mischief::Drop.once());
    let neighbour = format!("http://{}", recorder.address);
    let own = home.trim_end_matches('/').to_owned();
    let foreign: [&[(&str, &str)]; 8] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", &neighbour)],
        &[("origin", "http://127.0.0.1")],
    ];
    let routes = [
        ("POST", format!("cashier/{number}/pay"), "channel=balance"),
        ("POST", format!("cashier/{number}/cancel"), ""),
        ("POST", format!("trades/{number}"), "act=close"),
        ("POST", "mischief".into(), "mischief=delay&times=1&copies=1&millis=1&field=a&value=b"),
        ("POST", "mischief/reset".into(), ""),
        ("POST", "arrival".into(), "arrival=both"),
        ("POST", format!("simulator/trades/{number}/pay"), ""),
        ("POST", "simulator/mischief".into(), r#"{"mischief": "delay", "millis": 1}"#),
        ("DELETE", "simulator/mischief".into(), ""),
        ("PUT", "simulator/arrival".into(), r#"{"arrival": "both"}"#),
    ];
    for (method, path, body) in &routes {
        for headers in foreign {
            let refused = visitor.status(method, &format!("{home}{path}"), body, headers).await;
            assert_eq!(refused, 403, "{method} {path} {headers:?}");
        }
    }
    assert_eq!(gateway.behaviours(), [Mischief::Drop.once()]);
    assert_eq!(gateway.trade("T1").unwrap().status(), &TradeStatus::WaitBuyerPay);
    gateway.reset();

    // The pages' own forms, with and without fetch metadata.
    let own_form = [("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "document"), ("origin", &own)];
    let pay = format!("{home}cashier/{number}/pay");
    assert_eq!(visitor.status("POST", &pay, "channel=balance", &own_form).await, 303);
    let switch = format!("{home}arrival");
    assert_eq!(visitor.status("POST", &switch, "arrival=both", &[("origin", &own)]).await, 303);
    let page = browser().get(&home).send().await.unwrap();
    // `no-referrer` would make browsers send these forms with `Origin: null`.
    assert_eq!(page.headers()["referrer-policy"], "same-origin");
}

#[tokio::test]
async fn only_a_navigation_opens_a_trade() {
    let visitor = Visitor::new();
    let gateway = SimulatedGateway::start().await.unwrap();
    let url = signed(&gateway.merchant(), &[]);
    let (address, query) = url.split_once('?').unwrap();
    let action = format!("{address}?_input_charset=utf-8");
    let site = ("sec-fetch-site", "cross-site");
    for dest in ["image", "iframe", "frame", "empty", "script", "style", "object", "embed", "video", ""] {
        for (method, url, body) in [("GET", &url, ""), ("HEAD", &url, ""), ("POST", &action, query)] {
            let refused = visitor.status(method, url, body, &[site, ("sec-fetch-dest", dest)]).await;
            assert_eq!(refused, 403, "{method} {dest}");
        }
    }
    let prefetch = [site, ("sec-fetch-dest", "document"), ("sec-purpose", "prefetch")];
    assert_eq!(visitor.status("GET", &url, "", &prefetch).await, 403);
    assert!(gateway.trades().is_empty());

    // The shop's pages have an origin of their own.
    let shop = [site, ("sec-fetch-dest", "document"), ("origin", "http://127.0.0.1:4000")];
    assert_eq!(visitor.status("POST", &action, query, &shop).await, 303);
    assert_eq!(visitor.status("GET", &url, "", &[site, ("sec-fetch-dest", "document")]).await, 303);
    assert_eq!(gateway.trades().len(), 1);
}

#[tokio::test]
async fn the_simulator_posts_nothing_to_itself() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (merchant, port) = (gateway.merchant(), gateway.address().port());
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433"] {
        let notify_url = format!("http://{host}:{port}/simulator/mischief");
        let (_, page) = open(&signed(&merchant, &[("notify_url", &notify_url)])).await;
        assert_eq!(code(&page), "ILLEGAL_ARGUMENT", "{host}");
    }
    assert!(gateway.trades().is_empty());
}

#[tokio::test]
async fn a_merchant_with_a_random_key_is_paid_and_the_published_key_is_not() {
    let merchant = random_merchant().unwrap();
    assert_ne!(merchant.sign_text(b"a=b"), random_merchant().unwrap().sign_text(b"a=b"));
    let gateway = SimulatedGateway::builder().merchant(merchant).start().await.unwrap();
    let recorder = Recorder::open().await;
    let known = alipay_simulator::demo_merchant().unwrap().with_gateway(gateway.gateway_url());
    let attack = recorder
        .request("T1")
        .with_timeout(alipay_tower::protocol::Timeout::Minutes(1))
        .sign(&known)
        .unwrap();
    assert_eq!(code(&open(attack.url()).await.1), "ILLEGAL_SIGN");
    assert!(gateway.trades().is_empty() && recorder.received().is_empty());

    let trade = buy(&gateway, &recorder, "T2").await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    let [received] = recorder.received().try_into().unwrap();
    assert_eq!(received.field(&gateway.merchant(), "out_trade_no").as_deref(), Some("T2"));
}
