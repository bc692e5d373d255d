//! The same messages posted to running servers: `success` for what is accepted, `fail` for what is not, and no question
//! to the gateway before the signature is good.

use std::{collections::BTreeMap, sync::Arc};

use alipay_tower::{Alipay, Endpoints, protocol::Channel};
use serde_json::Value;

use super::{base64, cases, merchant, text, verdict};
use crate::{
    doubles::{Honest, Permissive},
    shops::{AxumShop, Bare, RocketShop, Shop},
    wire::{bare, exchange, post_as},
};

/// One server for each merchant of the vectors.
struct Servers<S> {
    running: BTreeMap<String, (Bare, Arc<Permissive>, Honest)>,
    shop: std::marker::PhantomData<S>,
}

impl<S: Shop> Servers<S> {
    fn new() -> Self {
        Self { running: BTreeMap::new(), shop: std::marker::PhantomData }
    }

    async fn of(&mut self, value: &Value) -> &(Bare, Arc<Permissive>, Honest) {
        let partner = text(value, "partner").to_owned();
        if !self.running.contains_key(&partner) {
            let (books, gateway) = (Arc::new(Permissive::default()), Honest::default());
            let shop = "http://127.0.0.1";
            let endpoints = Endpoints::new(
                &format!("{shop}{}", shop::NOTIFY_PATH),
                &format!("{shop}{}", shop::RETURN_PATH),
            );
            let alipay =
                Alipay::new(merchant(value), gateway.clone(), Arc::clone(&books), endpoints.unwrap());
            self.running.insert(partner.clone(), (S::bare(alipay).await, books, gateway));
        }
        &self.running[&partner]
    }
}

/// Plays every case; returns what was answered.
async fn play<S: Shop>(file: &str, channel: Channel) -> Vec<String> {
    let mut servers = Servers::<S>::new();
    let mut seen = Vec::new();
    for case in cases(file) {
        let raw = base64(&case, if channel == Channel::Notify { "body_base64" } else { "query_base64" });
        let (server, books, gateway) = servers.of(&case["merchant"]).await;
        let (verdict, signed) = verdict(&merchant(&case["merchant"]), channel, &raw);
        let price =
            signed.as_ref().and_then(|signed| signed.field("total_fee")).and_then(|fee| fee.parse().ok());
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
        assert!(asked <= 1, "{what}");
        match (channel, verdict) {
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

async fn both(file: &str, channel: Channel) -> Vec<String> {
    let (axum, rocket) = tokio::join!(play::<AxumShop>(file, channel), play::<RocketShop>(file, channel));
    for (axum, rocket) in axum.iter().zip(&rocket) {
        assert_eq!(axum, rocket, "left is axum, right is Rocket");
    }
    axum
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_notification_is_answered_by_its_verdict() {
    let seen = both("mapi_notify_http.json", Channel::Notify).await;
    let refused: Vec<_> =
        seen.iter().filter(|line| line.contains(" accept ") && !line.contains(" 200 ")).collect();
    assert!(refused.len() <= 3, "{refused:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_return_is_answered_by_its_verdict() {
    both("mapi_return_http.json", Channel::Return).await;
}
