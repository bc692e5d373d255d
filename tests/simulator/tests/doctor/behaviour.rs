//! What the handler does with forgeries, copies, floods and browsers.

use std::{collections::HashSet, sync::Mutex, thread::sleep, time::Duration};

use alipay_simulator::doctor::{Defect, Doctor};
use alipay_tower::{
    Merchant,
    protocol::{AppId, Channel, Notification, PrivateKey, PublicKey, SellerId},
};

use crate::{
    examine::{assert_golden, doctor, examine},
    shop::{Request, full, healthy, merchant, shop, text, word},
};

fn field<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let body = std::str::from_utf8(&request.body).unwrap();
    body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

#[tokio::test]
async fn a_shop_that_believes_everything() {
    let checkup = examine(|_| text(200, "success")).await;
    let accepted: Vec<_> = checkup
        .findings()
        .iter()
        .filter(|finding| finding.defect == Defect::ForgeryAccepted)
        .map(|finding| finding.probe)
        .collect();
    assert_eq!(
        accepted,
        [
            "signed with another key",
            "without a sign",
            "with an empty sign",
            "signed with an empty key",
            "with the amount changed after signing",
            "forged message by GET",
            "forged message of a megabyte",
        ]
    );
    assert!(!checkup.is_healthy());
    assert!(checkup.findings()[1].to_string().contains("anybody can tell this shop that an order is paid"));

    let stranger = Doctor::new(&shop(|_| text(200, "success"))).unwrap().examine().await.unwrap();
    assert!(
        stranger.findings().iter().any(
            |finding| finding.probe == "forged notification" && finding.defect == Defect::ForgeryAccepted
        )
    );
}

#[tokio::test]
async fn a_shop_that_checks_only_what_is_there() {
    let checkup = examine(|request| match field(request, "sign") {
        Some(sign) if !sign.is_empty() => healthy(request),
        _ if request.method == "POST" => text(200, "success"),
        _ => healthy(request),
    })
    .await;
    assert_golden(&checkup, &["critical forgery_accepted", "critical forgery_accepted"]);
}

#[tokio::test]
async fn a_shop_without_a_key_of_ours_is_asked_with_forgeries_only() {
    let checkup = Doctor::new(&shop(healthy)).unwrap().examine().await.unwrap();
    assert_golden(&checkup, &[]);
    let misanswered =
        shop(|request| text(403, if word(request) == "success" { "success" } else { "denied" }));
    let checkup = doctor(&misanswered).examine().await.unwrap();
    // The door takes a refusal of the handler without a word for a guard, and the first answer was a word.
    assert_golden(&checkup, &["bad success_status", "warning forgery_misanswered"]);
}

#[tokio::test]
async fn copies_are_answered_alike() {
    let seen = Mutex::new(HashSet::new());
    let checkup = examine(move |request| {
        let known = !seen.lock().unwrap().insert(request.body.clone());
        if known && word(request) == "success" && request.header("user-agent") == Some("Mozilla/4.0") {
            return text(500, "Duplicate entry");
        }
        healthy(request)
    })
    .await;
    let found: Vec<_> = checkup.findings().iter().map(|finding| finding.defect).collect();
    assert!(found.contains(&Defect::DuplicateDiffers), "{checkup:?}");
}

#[tokio::test]
async fn a_payment_of_nobodys_order_is_not_to_be_swallowed() {
    let checkup = examine(|request| {
        let read = Notification::parse(Channel::Notify, &request.body).ok();
        let good = read.is_some_and(|read| read.authenticate(&merchant()).is_ok());
        if good && request.method == "POST" && request.body.len() < 100_000 {
            text(200, "success")
        } else {
            text(200, "fail")
        }
    })
    .await;
    assert_golden(&checkup, &["warning unknown_order_acknowledged"]);
}

#[tokio::test]
async fn browsers_and_floods_break_nothing() {
    let get =
        examine(|request| if request.method == "GET" { text(500, "boom") } else { healthy(request) }).await;
    assert_golden(&get, &["warning get_fails"]);
    let flood = |request: &Request| request.body.len() > 1_000_000;
    let large =
        examine(move |request| if flood(request) { text(500, "boom") } else { healthy(request) }).await;
    assert_golden(&large, &["warning oversized_unanswered"]);
    // A connection that is closed on it is an answer, too.
    let closed = examine(move |request| if flood(request) { Vec::new() } else { healthy(request) }).await;
    assert_golden(&closed, &[]);
    let silent = shop(move |request| {
        if flood(request) {
            sleep(Duration::from_secs(5));
        }
        healthy(request)
    });
    let checkup = doctor(&silent).with_timeout(Duration::from_secs(2)).examine().await.unwrap();
    assert_golden(&checkup, &["warning oversized_unanswered"]);
}

#[tokio::test]
async fn time_to_answer() {
    let late = || {
        shop(|request| {
            sleep(Duration::from_millis(if word(request) == "success" { 400 } else { 0 }));
            healthy(request)
        })
    };
    let (soon, later) = (Duration::from_millis(300), Duration::from_secs(60));
    assert_golden(&doctor(&late()).with_patience(soon, later).examine().await.unwrap(), &["warning slow"]);
    assert_golden(&doctor(&late()).with_patience(soon, soon).examine().await.unwrap(), &["bad too_slow"]);
    let never = doctor(&late()).with_timeout(Duration::from_millis(100)).examine().await.unwrap();
    assert_golden(&never, &["bad no_answer_in_time"]);
}

#[tokio::test]
async fn the_return_page() {
    let page = |status, body: &'static str| {
        shop(move |request| match request.path.starts_with("/alipay/return?") {
            true => full(status, "Content-Type: text/html\r\n", body),
            false => healthy(request),
        })
    };
    let examine = async |to: String| {
        let back = to.replace("notify", "return");
        doctor(&to).with_return_url(&back).unwrap().examine().await.unwrap()
    };
    assert_golden(&examine(page(403, "<html>being processed</html>")).await, &[]);
    assert_golden(&examine(page(500, "<html>oops</html>")).await, &["bad return_fails"]);
    assert_golden(&examine(page(404, "nothing")).await, &["bad return_fails"]);
    assert_golden(&examine(page(200, "")).await, &["bad return_fails"]);
    assert_golden(&examine(page(200, "success")).await, &["warning return_shows_word"]);
}

#[tokio::test]
async fn an_application_and_its_keys() {
    let key = |name: &str| {
        let path = format!("{}/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        PrivateKey::new(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let side = |own: &PrivateKey, other: &PublicKey| {
        let (app, seller) = (AppId::new("2021000000000001"), SellerId::new("2088000000000001"));
        Merchant::rsa2(app.unwrap(), seller.unwrap(), own.clone(), other.clone()).unwrap()
    };
    let (app, alipay) = (key("app"), key("alipay"));
    let (shops, alipays) = (side(&app, alipay.public()), side(&alipay, app.public()));
    let believing = |merchant: Merchant| {
        shop(move |request| {
            let read = Notification::parse(Channel::Notify, &request.body).ok();
            let signed = read.and_then(|read| read.authenticate(&merchant).ok());
            let waiting =
                signed.as_ref().and_then(|signed| signed.field("trade_status")) == Some("WAIT_BUYER_PAY");
            text(200, if request.method == "POST" && waiting { "success" } else { "fail" })
        })
    };
    let good = Doctor::new(&believing(shops.clone())).unwrap();
    let checkup =
        good.clone().with_merchant(alipays.clone()).with_own_key(shops.clone()).examine().await.unwrap();
    assert_golden(&checkup, &[]);
    let checkup = good.with_stranger(shops.clone()).examine().await.unwrap();
    assert_golden(&checkup, &[]);

    // The shop has its own public key in the place of Alipay's, and so believes whatever it signed itself.
    let mixed_up = shop(move |request| {
        let read = Notification::parse(Channel::Notify, &request.body).ok();
        let good = read.is_some_and(|read| read.authenticate(&alipays).is_ok());
        text(
            200,
            if request.method == "POST" && request.body.len() < 100_000 && good { "success" } else { "fail" },
        )
    });
    let checkup = Doctor::new(&mixed_up).unwrap().with_own_key(shops).examine().await.unwrap();
    assert_golden(&checkup, &["critical forgery_accepted"]);
    assert_eq!(checkup.findings()[1].probe, "signed with the shop's own key");
}
