//! Classic merchants whose contract signs with RSA: each side has a key of its own.

use alipay_simulator::{Mischief, SimulatedGateway};
use alipay_tower::protocol::{OrderState, PartnerId};

use super::{shopping, stories};
use crate::{
    capture,
    shops::{Options, Running, Shop},
};

stories! { classic: a_whole_shop_signs_with_rsa, into_escrow_with_rsa, strangers_and_the_shops_own_key_prove_nothing }

async fn start<S: Shop>() -> Running {
    let partner = PartnerId::new("2088000000000101").unwrap();
    S::start(Options { gateway: SimulatedGateway::builder().rsa_merchant(partner), ..Options::default() })
        .await
}

/// Bought, notified, looked up, paid back: every signature is RSA's.
async fn a_whole_shop_signs_with_rsa<S: Shop>() {
    let shop = start::<S>().await;
    let order = shopping::order(&shop, "").await;
    let link = shopping::link(&shop, &order, "").await;
    assert!(link.contains("sign_type=RSA"), "{link}");
    let trade = shopping::cashier(&shop, &order, "").await;
    assert_eq!(shopping::pay(&shop, &trade, "instant").await, (200, "settled".to_owned()));
    shop.assert_settled_once(&order).await;
    let journal = shop.journal().await;
    let settled = journal.iter().find(|line| line.outcome() == "settled").unwrap();
    let raw = String::from_utf8_lossy(settled.raw()).into_owned();
    assert!(raw.contains("sign_type=RSA") && !raw.contains("sign_type=RSA2"), "{raw}");

    assert_eq!(shop.press(&order, "query", &[]).await.0, 200, "the answer is verified too");
    for (part, sum) in [("6.50", "6.50"), ("", "36.50")] {
        let (status, page) = shop.press(&order, "refund", &[("amount", part)]).await;
        assert_eq!(status, 200, "{page}");
        let back = async || shop.record(&order).await.refunded().to_string() == sum;
        crate::until(&format!("{}: {sum} went back", shop.name), back).await;
    }
    shop.simulator.quiet().await;
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn into_escrow_with_rsa<S: Shop>() {
    let shop = start::<S>().await;
    shopping::escrow(&shop, "escrow").await;
    shop.stop().await;
}

/// With MD5 whoever has the shop's key is Alipay; with RSA not even the shop is.
async fn strangers_and_the_shops_own_key_prove_nothing<S: Shop>() {
    let shop = start::<S>().await;
    let order = shop.order("T1").await;
    let notice = capture::notice(&shop, &order).await;
    assert_eq!(notice.get("total_fee"), "10.50");
    for merchant in [shop.alipay().clone(), alipay_simulator::demo_merchant().unwrap()] {
        let answer = shop.notify(notice.body(&merchant)).await;
        assert_eq!(answer.text(), "fail", "{merchant:?}");
    }
    assert_eq!(shop.count("forged").await, 2);
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    // The gateway still tries to deliver what was caught, and mischief may befall that.
    shop.simulator.quiet().await;
    for (mischief, outcome) in [(Mischief::Forge, "forged"), (Mischief::CrossMerchant, "not_ours")] {
        let order = shopping::order(&shop, "").await;
        let trade = shopping::cashier(&shop, &order, "").await;
        let before = shop.count(outcome).await;
        shop.simulator.behave(mischief.once());
        shopping::pay(&shop, &trade, "instant").await;
        shop.assert_settled_once(&order).await;
        shop.simulator.quiet().await;
        assert_eq!(shop.count(outcome).await, before + 1, "{}: {outcome}", shop.name);
    }
    shop.stop().await;
}
