//! Alipay goes over to another certificate while the shop is open.

use alipay_simulator::{CertificateLie, Mischief, SimulatedGateway};
use alipay_tower::protocol::{AppId, Certificate, OrderState, OutTradeNo};

use super::{comes_back, stories, visit};
use crate::shops::{Contract, More, Options, Running, Shop};

stories! {
    openapi:
        buys_and_refunds_in_certificate_mode,
        the_operator_fetches_the_new_certificate,
        a_certificate_that_was_given_ahead,
        certificates_that_are_not_believed,
        renewing_needs_the_house_and_certificates,
}

const DOWNLOAD: &str = "alipay.open.app.alipaycert.download";

/// Slow enough for a person between two deliveries: one second, five, five.
const CLOCK: u32 = 120;

fn certified() -> Options {
    Options {
        contract: Contract::Certificates,
        gateway: SimulatedGateway::builder().clock_speed(CLOCK),
        ..Options::default()
    }
}

fn app_id(shop: &Running) -> AppId {
    shop.desk().merchant().app_id().unwrap().clone()
}

/// How often the gateway was asked for a certificate.
fn downloads(simulator: &SimulatedGateway) -> usize {
    simulator.calls().iter().filter(|method| *method == DOWNLOAD).count()
}

/// The numbers of Alipay's certificates that the shop takes, as the operator sees them.
async fn known(shop: &Running) -> Vec<String> {
    let (status, page) = visit(&format!("{}/operator", shop.url())).await;
    assert_eq!(status, 200);
    let numbers = page.split("data-certificate=\"").skip(1);
    numbers.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// The operator presses the button: the status, and what came of it.
async fn renew(shop: &Running) -> (u16, String) {
    let (status, page) = shop.operate("/operator/certificate", &[]).await;
    let outcome = page.split("data-renewal=\"").nth(1).and_then(|rest| rest.split('"').next());
    (status, outcome.unwrap_or("nothing").to_owned())
}

/// Waits until the shop has refused so many deliveries, and looks at why.
async fn refused(shop: &Running, order: &OutTradeNo, times: usize) {
    let what = format!("{}: {times} deliveries of {order} came", shop.name);
    crate::until(&what, async || shop.simulator.deliveries().len() >= times).await;
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|line| (line.status, line.answer.as_str()) == (Some(403), "fail")));
    assert_eq!(shop.state(order).await, OrderState::Pending);
    let journal = shop.journal().await;
    let named = |line: &&alipay_sqlx_store::JournalEntry| {
        line.outcome() == "forged" && line.reason().is_some_and(|reason| reason.contains("alipay_cert_sn"))
    };
    assert!(journal.iter().filter(named).count() >= times, "{journal:#?}");
}

async fn buys_and_refunds_in_certificate_mode<S: Shop>() {
    let shop = S::start(certified()).await;
    let order = shop.order("T1").await;
    let back = shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    assert!(back.contains("alipay_cert_sn="), "{back}");
    for (part, status) in [("4.00", "TRADE_SUCCESS"), ("", "TRADE_CLOSED")] {
        assert_eq!(shop.press(&order, "refund", &[("amount", part)]).await.0, 200);
        shop.simulator.quiet().await;
        assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), status);
    }
    assert_eq!(shop.record(&order).await.refunded(), crate::shops::price());
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.store.refused_hits().await.unwrap().total(), 0);
    assert_eq!((renew(&shop).await, known(&shop).await.len()), ((200, "known".to_owned()), 1));
    shop.stop().await;
}

/// What was refused comes again, and is settled once; nothing was fetched before somebody said so.
async fn the_operator_fetches_the_new_certificate<S: Shop>() {
    let shop = S::start(certified()).await;
    let earlier = shop.order("T0").await;
    shop.buy(&earlier).await;
    shop.assert_settled_once(&earlier).await;
    let before = known(&shop).await;
    let files = shop.simulator.roll_certificate_over(&app_id(&shop)).unwrap();
    let next = Certificate::from_pem(files.alipay()).unwrap().sn().to_owned();

    let order = shop.order("T1").await;
    let settled = shop.simulator.deliveries().len();
    let trade = shop.open_trade(&order).await;
    let asked = shop.simulator.calls().len();
    let back = shop.simulator.pay(trade.trade_no(), "balance").await.unwrap().unwrap();
    let fail = async || shop.simulator.deliveries().len() > settled;
    crate::until("the notification came", fail).await;
    let delivery = shop.simulator.deliveries().pop().unwrap();
    assert_eq!((delivery.status, delivery.answer.as_str()), (Some(403), "fail"));
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    // The browser is told no lie, and neither of the two made the shop ask anybody.
    assert_eq!(comes_back(&back).await, (403, "refused".to_owned()));
    assert_eq!(shop.simulator.calls().len(), asked, "nobody is asked while a message waits");
    assert!(shop.count("forged").await >= 2);

    assert_eq!(renew(&shop).await, (200, "new".to_owned()));
    assert_eq!((known(&shop).await, downloads(&shop.simulator)), (vec![before[0].clone(), next], 2));
    shop.assert_settled_once(&order).await;
    shop.simulator.quiet().await;
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    // The desk that the pages and the reconciler use is the same one.
    assert_eq!(shop.press(&order, "query", &[]).await.0, 200);
    assert_eq!(shop.press(&order, "refund", &[("amount", "1.00")]).await.0, 200);
    shop.simulator.quiet().await;
    shop.assert_settled_once(&order).await;
    assert_eq!(renew(&shop).await, (200, "known".to_owned()));
    assert_eq!(known(&shop).await.len(), 2);
    shop.stop().await;
}

async fn a_certificate_that_was_given_ahead<S: Shop>() {
    let more: More = |simulator, folder| {
        let app_id = AppId::new(alipay_simulator::DEMO_APP_ID).unwrap();
        let path = folder.join("next.crt");
        std::fs::write(&path, simulator.announce_certificate(&app_id).unwrap()).unwrap();
        vec![("ALIPAY_NEXT_CERT_FILE", path.display().to_string())]
    };
    let shop = S::start(Options { more: Some(more), ..certified() }).await;
    let order = shop.order("T0").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.simulator.roll_certificate_over(&app_id(&shop)).unwrap();
    let order = shop.order("T1").await;
    let back = shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    shop.simulator.quiet().await;
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
    assert_eq!((deliveries.len(), shop.store.refused_hits().await.unwrap().total()), (2, 0));
    assert_eq!((known(&shop).await.len(), downloads(&shop.simulator)), (2, 0));
    shop.stop().await;
}

/// Another chain with the very same names and number, another certificate than the one that was asked for, nobody there.
async fn certificates_that_are_not_believed<S: Shop>() {
    let shop = S::start(certified()).await;
    let before = known(&shop).await;
    shop.simulator.roll_certificate_over(&app_id(&shop)).unwrap();
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    refused(&shop, &order, 1).await;
    for lie in [CertificateLie::Foreign, CertificateLie::Other] {
        shop.simulator.behave(Mischief::Certificate(lie));
        assert_eq!(renew(&shop).await, (409, "refused".to_owned()), "{lie:?}");
        assert_eq!(known(&shop).await, before, "{lie:?}");
        shop.simulator.reset();
    }
    refused(&shop, &order, 2).await;
    assert_eq!(renew(&shop).await, (200, "new".to_owned()));
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn renewing_needs_the_house_and_certificates<S: Shop>() {
    let shop = S::start(certified()).await;
    let post = reqwest::Client::new().post(format!("{}/operator/certificate", shop.url()));
    let post = post.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    assert_eq!(post.send().await.unwrap().status().as_u16(), 403);
    assert_eq!(downloads(&shop.simulator), 0);
    shop.stop().await;

    let shop = S::start(Options::default()).await;
    assert_eq!(renew(&shop).await, (404, "nothing".to_owned()));
    let (_, page) = visit(&format!("{}/operator", shop.url())).await;
    assert!(!page.contains("/operator/certificate"), "there is nothing to renew in key mode");
    shop.stop().await;
}
