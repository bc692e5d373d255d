//! Each example is started as a newcomer starts it, and bought from over HTTP as a browser would.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{process::Stdio, time::Duration};

use alipay_simulator::{CONTENT_TYPE, Notice, demo_merchant};
use html5gum::{Token, Tokenizer};
use reqwest::{Client, Method, StatusCode, Url, header};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

const ORDER: &str = "T20240101000001";
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn hyper() {
    story(env!("CARGO_BIN_EXE_hyper")).await;
}

#[tokio::test]
async fn poem() {
    story(env!("CARGO_BIN_EXE_poem")).await;
}

#[tokio::test]
async fn salvo() {
    story(env!("CARGO_BIN_EXE_salvo")).await;
}

async fn story(program: &str) {
    let shop = Shop::start(program).await;
    assert!(shop.text("/").await.contains("buy it"));
    other_paths_are_the_frameworks(&shop).await;
    forgeries_are_refused(&shop).await;
    assert!(shop.text("/").await.contains("buy it"), "nothing that was refused may settle the order");

    let thanks = shop.buy().await;
    assert!(thanks.contains(&format!("Order {ORDER} is paid: 10.50 CNY.")), "{thanks}");
    // The return writes nothing: this is the notification's work.
    assert!(shop.text("/").await.contains("paid by trade"));
    other_paths_are_the_frameworks(&shop).await;
}

/// The layer answers on its own paths, whatever the framework has there; everything else is the framework's business.
async fn other_paths_are_the_frameworks(shop: &Shop) {
    let nowhere = shop.get("/nowhere").await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    assert_ne!(nowhere.text().await.unwrap(), "", "the framework's own page for it");
    assert_eq!(shop.get("/alipay/notify/").await.status(), StatusCode::NOT_FOUND);
    let asked = shop.get("/alipay/notify").await;
    assert_eq!(asked.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(asked.headers()[header::ALLOW], "POST");
    assert_eq!(asked.text().await.unwrap(), "fail");
}

async fn forgeries_are_refused(shop: &Shop) {
    let genuine = Notice::paid(ORDER, "10.50".parse().unwrap()).sign(&demo_merchant().unwrap()).unwrap();
    let tampered = genuine.clone().tamper("trade_no", "2024010121001004010200000001");
    // The second one has a good signature (the demo key is published), but the gateway has never sent it.
    for forgery in [tampered.body(), genuine.body()] {
        let refused = shop.post("/alipay/notify", forgery).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        assert_eq!(refused.headers()[header::CONTENT_TYPE], "text/plain");
        assert_eq!(refused.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(refused.text().await.unwrap(), "fail");
    }
    let flood = shop.post("/alipay/notify", "x".repeat(100_000)).await;
    assert_eq!(flood.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(flood.text().await.unwrap(), "fail");

    let page = shop.get(&format!("/alipay/return?{}", tampered.body())).await;
    assert_eq!(page.status(), StatusCode::FORBIDDEN);
    assert!(page.text().await.unwrap().contains("could not be verified"));
}

/// A running example; it ends with the test.
struct Shop {
    address: Url,
    browser: Client,
    _process: Child,
}

impl Shop {
    async fn start(program: &str) -> Self {
        let mut command = Command::new(program);
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
        let address = line.split(' ').find(|word| word.starts_with("http://")).unwrap();
        let browser = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { address: Url::parse(address).unwrap(), browser, _process: process }
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        self.browser.get(self.address.join(path).unwrap()).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: String) -> reqwest::Response {
        let request = self.browser.post(self.address.join(path).unwrap());
        request.header(header::CONTENT_TYPE, CONTENT_TYPE).body(body).send().await.unwrap()
    }

    async fn text(&self, path: &str) -> String {
        self.get(path).await.error_for_status().unwrap().text().await.unwrap()
    }

    /// Follows the link, pays at the cashier, and comes back.
    async fn buy(&self) -> String {
        let cashier = self.get("/buy").await.error_for_status().unwrap();
        let address = cashier.url().clone();
        assert!(address.path().starts_with("/cashier/"), "{address}");
        let pay = Form::read(&cashier.text().await.unwrap(), "pay");
        let request = self.browser.request(Method::POST, address.join(&pay.action).unwrap());
        let back = request.form(&pay.fields).send().await.unwrap().error_for_status().unwrap();
        assert_eq!(back.url().path(), "/alipay/return");
        assert_eq!(back.url().port(), self.address.port());
        back.text().await.unwrap()
    }
}

/// A form as a browser sends it when nothing in it is touched.
struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Form {
    /// The form of the page whose address ends so.
    fn read(html: &str, address_end: &str) -> Self {
        let mut form: Option<Self> = None;
        for Ok(token) in Tokenizer::new(html) {
            let Token::StartTag(tag) = token else { continue };
            let attribute = |name: &str| {
                let value = tag.attributes.get(name.as_bytes())?;
                Some(String::from_utf8(value.to_vec()).unwrap())
            };
            match (tag.name.as_slice(), &mut form) {
                (b"form", Some(done)) if done.action.ends_with(address_end) => break,
                (b"form", form) => {
                    *form = Some(Self { action: attribute("action").unwrap(), fields: Vec::new() });
                }
                (b"input", Some(form)) => {
                    let chosen = match attribute("type").as_deref() {
                        Some("checkbox" | "radio") => attribute("checked").is_some(),
                        Some("button" | "submit") => false,
                        _ => true,
                    };
                    if let (true, Some(name)) = (chosen, attribute("name")) {
                        form.fields.push((name, attribute("value").unwrap_or_default()));
                    }
                }
                _ => {}
            }
        }
        form.filter(|form| form.action.ends_with(address_end)).unwrap()
    }
}
