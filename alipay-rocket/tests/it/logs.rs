//! What reaches the operator's log, and what must not.

use std::sync::{Mutex, Once, PoisonError};

use alipay_rocket::{AlipayFairing, NotPaid, Notified, NotifyReply, Paid};
use rocket::{
    get,
    local::asynchronous::Client,
    log::private::{self as log, Level, LevelFilter, Log, Metadata, Record},
    post, routes,
};

use crate::support::*;

static LINES: Mutex<Vec<(Level, String)>> = Mutex::new(Vec::new());

struct Capture;

impl Log for Capture {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = (record.level(), record.args().to_string());
        LINES.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn flush(&self) {}
}

/// Takes Rocket's place as the logger of this process, before the first Rocket is built.
pub(crate) fn capture() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_boxed_logger(Box::new(Capture)).unwrap();
        log::set_max_level(LevelFilter::Trace);
    });
}

/// The lines of any test so far, at this level or a graver one.
pub(crate) fn lines(level: Level) -> Vec<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().filter(|(own, _)| *own <= level).map(|(_, line)| line.clone()).collect()
}

pub(crate) fn was_said(text: &str) -> bool {
    lines(Level::Warn).iter().any(|line| line.contains(text))
}

fn marked(marker: &str) -> String {
    paid().replace("buyer%40example.com", &format!("{marker}%40example.com"))
}

#[get("/pay/return")]
fn strict(_paid: Paid) {}

#[get("/pay/return", rank = 2)]
fn lenient(_paid: Result<Paid, NotPaid>) {}

#[rocket::async_test]
async fn a_return_leaves_no_address_in_a_production_log() {
    let rocket =
        build().attach(AlipayFairing::new(alipay(&Shop::new()))).mount("/", routes![strict, lenient]);
    let client = Client::untracked(rocket).await.unwrap();
    for query in [marked("logged-buyer"), signed(&[("buyer_email", "logged-buyer")])] {
        client.head(format!("{RETURN}?{query}")).dispatch().await;
        client.get(format!("{RETURN}?{query}")).dispatch().await;
    }
    assert!(was_said("Request guard `Paid` failed: NotVerified"));
    assert!(!was_said("logged-buyer"));
}

#[post("/own", data = "<_notified>")]
fn own(_notified: Notified) {}

#[get("/own")]
fn none() -> NotifyReply {
    NotifyReply::success()
}

#[rocket::async_test]
async fn a_body_is_in_no_log() {
    let fairing = AlipayFairing::new(alipay(&Shop::new()));
    let client = Client::untracked(build().attach(fairing).mount("/", routes![own, none])).await.unwrap();
    for path in [NOTIFY, "/own"] {
        client.post(path).body(marked("body-buyer")).dispatch().await;
        client.post(path).body("body-buyer").dispatch().await;
    }
    assert!(was_said("Data guard `Notified` failed: NotifyReply"));
    assert!(!lines(Level::Trace).iter().any(|line| line.contains("body-buyer")));
}
