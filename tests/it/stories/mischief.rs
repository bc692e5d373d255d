//! Everything that a network or a thief does to a notification on its way; the next, honest delivery heals it.

use std::time::Duration;

use alipay_simulator::{Mischief, Outcome};

use super::stories;
use crate::shops::{Options, Running, Shop};

stories! { forged_deliveries, mangled_deliveries, overtaken_deliveries, slow_deliveries, all_at_once }

/// Buys under a mischief of one delivery, and returns the deliveries.
async fn buy_under(shop: &Running, mischief: Mischief) -> Vec<alipay_simulator::Delivery> {
    let before = shop.simulator.deliveries().len();
    let order = shop.order(&format!("T{before}")).await;
    shop.simulator.behave(mischief.once());
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.simulator.quiet().await;
    shop.simulator.deliveries()[before..].to_vec()
}

/// Wrong amount, unknown order, another merchant's notice, another key, a changed field.
async fn forged_deliveries<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let tamper =
        |field: &str, value: &str| Mischief::Tamper { field: field.to_owned(), value: value.to_owned() };
    // With MD5 each merchant has a key of his own; with RSA Alipay has one for all, and only the ids tell them apart.
    let (foreign, other_type) = if shop.is_classic() { ("forged", "RSA") } else { ("not_ours", "MD5") };
    for (mischief, status, outcome, asked) in [
        (Mischief::WrongAmount, 409, "wrong_amount", true),
        (Mischief::UnknownOrder, 404, "unknown_order", true),
        (Mischief::CrossMerchant, 403, foreign, false),
        (Mischief::Forge, 403, "forged", false),
        (tamper(shop.amount_field(), "0.01"), 403, "forged", false),
        (tamper("trade_status", "TRADE_FINISHED"), 403, "forged", false),
        (tamper("sign_type", other_type), 403, "forged", false),
        (tamper("seller_id", "2088000000000009"), 403, "forged", false),
        (tamper("extra", "1"), 403, "forged", false),
    ] {
        let (refused, questions) = (shop.count(outcome).await, shop.simulator.questions().len());
        let deliveries = buy_under(&shop, mischief.clone()).await;
        let [first, second] = deliveries.as_slice() else { panic!("{mischief:?}: {deliveries:#?}") };
        assert_eq!((first.status, first.answer.as_str()), (Some(status), "fail"), "{mischief:?}");
        assert_eq!(
            (second.outcome, second.answer.as_str()),
            (Outcome::Acknowledged, "success"),
            "{mischief:?}"
        );
        assert_eq!(shop.count(outcome).await, refused + 1, "{mischief:?}");
        let asked = usize::from(shop.is_classic()) * if asked { 2 } else { 1 };
        assert_eq!(shop.simulator.questions().len(), questions + asked, "{mischief:?}");
    }
    // Money that fits no order is kept until it does; what the gateway does not stand by is no money.
    let unmatched = shop.store.unmatched_payments(100).await.unwrap();
    let kinds: Vec<&str> = unmatched.iter().map(|payment| payment.kind()).collect();
    assert_eq!(kinds, ["unknown_order"]);
    shop.stop().await;
}

async fn mangled_deliveries<S: Shop>() {
    let shop = S::start(Options::default()).await;
    for (mischief, outcome) in [(Mischief::Drop, Outcome::Dropped), (Mischief::CutConnection, Outcome::Cut)] {
        let deliveries = buy_under(&shop, mischief.clone()).await;
        let [first, second] = deliveries.as_slice() else { panic!("{mischief:?}: {deliveries:#?}") };
        assert_eq!((first.outcome, second.outcome), (outcome, Outcome::Acknowledged), "{mischief:?}");
    }
    let deliveries = buy_under(&shop, Mischief::Duplicate(3)).await;
    assert_eq!(deliveries.len(), 3);
    assert!(deliveries.iter().all(|delivery| delivery.outcome == Outcome::Acknowledged));
    assert_eq!(shop.store.refused_hits().await.unwrap().total(), 0);
    shop.stop().await;
}

async fn overtaken_deliveries<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let deliveries = buy_under(&shop, Mischief::Delay(Duration::from_millis(700))).await;
    assert_eq!(deliveries.len(), 1);
    // The first waits until the second has arrived.
    let (first, second) = (shop.order("TFIRST").await, shop.order("TSECOND").await);
    shop.simulator.behave(Mischief::Reorder.once());
    shop.buy(&first).await;
    shop.buy(&second).await;
    shop.assert_settled_once(&first).await;
    shop.assert_settled_once(&second).await;
    shop.simulator.quiet().await;
    let order: Vec<_> =
        shop.simulator.deliveries()[1..].iter().map(|line| line.out_trade_no.clone()).collect();
    assert_eq!(order, ["TSECOND", "TFIRST"]);
    shop.stop().await;
}

async fn slow_deliveries<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let deliveries = buy_under(&shop, Mischief::SlowBody(Duration::from_secs(1))).await;
    assert_eq!(deliveries.len(), 1, "slow, and still in time");
    let deliveries = buy_under(&shop, Mischief::SlowBody(Duration::from_secs(9))).await;
    assert_eq!(deliveries.len(), 2, "too slow: {deliveries:#?}");
    assert_eq!(shop.count("body_timeout").await, 1);
    shop.stop().await;
}

/// One of each for a dozen buyers at once.
async fn all_at_once<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let mut orders = Vec::new();
    for number in 0..12 {
        orders.push(shop.order(&format!("T{number}")).await);
    }
    for mischief in [
        Mischief::Drop,
        Mischief::Delay(Duration::from_millis(300)),
        Mischief::Duplicate(5),
        Mischief::Forge,
        Mischief::CrossMerchant,
        Mischief::WrongAmount,
        Mischief::UnknownOrder,
        Mischief::CutConnection,
        Mischief::SlowBody(Duration::from_millis(500)),
        Mischief::Tamper { field: shop.amount_field().to_owned(), value: "0.01".to_owned() },
        Mischief::Outage(alipay_simulator::Outage::Unavailable),
    ] {
        shop.simulator.behave(mischief.times(2));
    }
    for order in &orders {
        shop.buy(order).await;
    }
    for order in &orders {
        shop.assert_settled_once(order).await;
    }
    shop.stop().await;
}
