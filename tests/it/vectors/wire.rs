//! The same messages posted to running servers: `success` for what is accepted, `fail` for what is not, and no question
//! to the gateway before the signature is good.

use std::{collections::BTreeMap, sync::Arc};

use alipay_tower::{
    Alipay, Endpoints, Merchant,
    protocol::{Channel, PrivateKey, Scheme, SignType, SignedNotification},
};
use serde_json::{Value, json};

use super::{base64, cases, merchant, openapi, section, text, verdict};
use crate::{
    doubles::{Honest, Permissive},
    shops::{AxumShop, Bare, RocketShop, Shop},
    wire::{bare, exchange, post_as},
};

/// The layer's own limit of a body.
const LIMIT: usize = 64 * 1024;

/// One file of vectors, and who verifies its cases.
#[derive(Clone, Copy)]
struct Vectors {
    file: &'static str,
    scheme: Scheme,
}

const CLASSIC_NOTIFY: Vectors = Vectors { file: "mapi_notify_http.json", scheme: Scheme::Mapi };
const CLASSIC_RETURN: Vectors = Vectors { file: "mapi_return_http.json", scheme: Scheme::Mapi };
const OPENAPI: Vectors = Vectors { file: "openapi_rsa2.json", scheme: Scheme::OpenApi };

impl Vectors {
    /// The cases of a channel; the classic generation has a file for each.
    fn cases(self, channel: Channel) -> Vec<Value> {
        let mut cases = cases(self.file);
        if self.scheme == Scheme::OpenApi {
            cases.retain(|case| text(case, "kind") == channel.as_str());
        }
        assert!(!cases.is_empty());
        cases
    }

    fn merchant(self, case: &Value) -> Merchant {
        match self.scheme {
            Scheme::OpenApi => openapi::verifier(case),
            _ => merchant(&case["merchant"]),
        }
    }

    /// How often the gateway is asked about an accepted message, at most: the signature of an OpenAPI notification is
    /// Alipay's own word.
    fn questions(self, channel: Channel) -> usize {
        usize::from(self.scheme == Scheme::Mapi || channel == Channel::Return)
    }

    const fn amount(self) -> &'static str {
        match self.scheme {
            Scheme::OpenApi => "total_amount",
            _ => "total_fee",
        }
    }
}

/// What the gateway says of the trade of a return that says nothing itself.
fn paid(returned: &SignedNotification) -> String {
    let keys = section(OPENAPI.file, "keys");
    let alipay = PrivateKey::new(text(&keys["alipay_a"], "private_pkcs8_pem")).unwrap();
    let field = |name| returned.field(name).unwrap_or_default();
    let content = json!({
        "code": "10000", "out_trade_no": field("out_trade_no"), "trade_no": field("trade_no"),
        "total_amount": field("total_amount"), "trade_status": "TRADE_SUCCESS",
    });
    let content = content.to_string();
    let sign = alipay.sign(SignType::Rsa2, content.as_bytes()).unwrap();
    format!(r#"{{"alipay_trade_query_response":{content},"sign":"{sign}"}}"#)
}

/// One server for each merchant of the vectors.
struct Servers<S> {
    running: BTreeMap<String, (Bare, Arc<Permissive>, Honest)>,
    shop: std::marker::PhantomData<S>,
}

impl<S: Shop> Servers<S> {
    fn new() -> Self {
        Self { running: BTreeMap::new(), shop: std::marker::PhantomData }
    }

    async fn of(&mut self, merchant: Merchant) -> &(Bare, Arc<Permissive>, Honest) {
        let id = merchant.id().to_owned();
        if !self.running.contains_key(&id) {
            let (books, gateway) = (Arc::new(Permissive::default()), Honest::default());
            let shop = "http://127.0.0.1";
            let endpoints = Endpoints::new(
                &format!("{shop}{}", shop::NOTIFY_PATH),
                &format!("{shop}{}", shop::RETURN_PATH),
            );
            let alipay = Alipay::new(merchant, gateway.clone(), Arc::clone(&books), endpoints.unwrap());
            self.running.insert(id.clone(), (S::bare(alipay).await, books, gateway));
        }
        &self.running[&id]
    }
}

/// Plays every case; returns what was answered.
async fn play<S: Shop>(vectors: Vectors, channel: Channel) -> Vec<String> {
    let mut servers = Servers::<S>::new();
    let mut seen = Vec::new();
    for case in vectors.cases(channel) {
        let raw = base64(&case, if channel == Channel::Notify { "body_base64" } else { "query_base64" });
        let is_large = channel == Channel::Notify && raw.len() > LIMIT;
        let merchant = vectors.merchant(&case);
        let (verdict, signed) = verdict(&merchant, channel, &raw);
        let (server, books, gateway) = servers.of(merchant).await;
        let price = signed
            .as_ref()
            .and_then(|signed| signed.field(vectors.amount()))
            .and_then(|fee| fee.parse().ok());
        if let Some(returned) = signed.filter(SignedNotification::is_silent) {
            gateway.will_answer(paid(&returned));
        }
        *books.price.lock().unwrap() = price.unwrap_or_default();
        *books.outcome.lock().unwrap() = "nothing";
        let request = match channel {
            Channel::Notify => {
                let headers: Vec<_> =
                    case["content_type"].as_str().map(|value| ("content-type", value)).into_iter().collect();
                post_as(shop::NOTIFY_PATH, &headers, &raw)
            }
            _ => bare("GET", &format!("{}?{}", shop::RETURN_PATH, String::from_utf8(raw).unwrap())),
        };
        let answer = exchange(server.address, request).await;
        let (outcome, asked) = (*books.outcome.lock().unwrap(), gateway.asked());
        let what = format!(
            "{} {verdict} {} {} {outcome} {asked}",
            text(&case, "name"),
            answer.status,
            answer.text()
        );
        assert!(asked <= vectors.questions(channel), "{what}");
        match (channel, verdict) {
            // The layer does not read it to its end, so whoever signed it does not matter.
            (Channel::Notify, _) if is_large => {
                assert_eq!((answer.status, answer.text(), asked), (413, "fail", 0), "{what}");
            }
            (Channel::Notify, "accept") => accepted(&answer, outcome, &what),
            (Channel::Notify, _) => {
                assert!((400..404).contains(&answer.status) || answer.status == 413, "{what}");
                assert_eq!((answer.text(), asked), ("fail", 0), "{what}");
            }
            (_, "accept") => assert!(answer.status == 200 && answer.text().starts_with("paid "), "{what}"),
            _ => assert!((400..404).contains(&answer.status) && asked == 0, "{what}"),
        }
        assert!(!answer.text().contains("success") || verdict == "accept", "{what}");
        seen.push(format!("{what}\n{}", answer.normalised()));
    }
    seen
}

/// What is accepted is answered `success`, unless it says something that the books cannot agree with.
fn accepted(answer: &crate::wire::Answer, outcome: &str, what: &str) {
    let business = ["wrong_amount", "malformed"].contains(&outcome);
    match answer.text() {
        "success" => assert!(answer.status == 200 && ["settled", "observed"].contains(&outcome), "{what}"),
        "fail" => assert!([400, 409].contains(&answer.status) && business, "{what}"),
        _ => panic!("{what}"),
    }
}

async fn both(vectors: Vectors, channel: Channel) -> Vec<String> {
    let (axum, rocket) =
        tokio::join!(play::<AxumShop>(vectors, channel), play::<RocketShop>(vectors, channel));
    for (axum, rocket) in axum.iter().zip(&rocket) {
        assert_eq!(axum, rocket, "left is axum, right is Rocket");
    }
    axum
}

/// The genuine messages that the books cannot agree with.
fn disagreements(seen: &[String]) -> Vec<&String> {
    let genuine = seen.iter().filter(|line| line.contains(" accept ") && !line.contains(" too_large "));
    genuine.filter(|line| !line.contains(" 200 ")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_notification_is_answered_by_its_verdict() {
    let seen = both(CLASSIC_NOTIFY, Channel::Notify).await;
    let refused = disagreements(&seen);
    assert!(refused.len() <= 3, "{refused:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_return_is_answered_by_its_verdict() {
    both(CLASSIC_RETURN, Channel::Return).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_notification_of_an_application_is_answered_by_its_verdict() {
    let seen = both(OPENAPI, Channel::Notify).await;
    assert!(seen.iter().filter(|line| line.contains(" accept ")).count() > 10);
    let refused = disagreements(&seen);
    assert!(refused.len() <= 3, "{refused:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_return_of_an_application_is_answered_by_its_verdict() {
    let seen = both(OPENAPI, Channel::Return).await;
    assert!(seen.iter().filter(|line| line.contains(" 200 paid ")).count() >= 3, "{seen:#?}");
}
