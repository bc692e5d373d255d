//! Mischief with the text of a notification: a real shop refuses each and is paid by the next attempt.

use alipay_simulator::{DEMO_KEY, Mischief, SimulatedGateway};
use alipay_tower::{
    Merchant,
    protocol::{Channel, Md5Key, Notification, PartnerId},
};

use crate::{
    buying::FormBody,
    shop::{Recorder, Shop, browser, buy, quiet},
};

async fn refused(mischief: Mischief, expected: &str) {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    let trade = shop.order(&gateway, "T1").await;
    let name = mischief.name();
    gateway.behave(mischief.once());
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert_eq!(shop.log(), [expected, "settled"], "{name}");
    assert!(shop.is_paid("T1").await);
    let deliveries = gateway.deliveries();
    assert_eq!((&*deliveries[0].mischief, &*deliveries[1].mischief), (&[name][..], &[][..]));
    assert!(gateway.behaviours().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_refuses_what_is_not_its_payment() {
    let tamper = |field: &str, value: &str| Mischief::Tamper { field: field.into(), value: value.into() };
    refused(tamper("total_fee", "100.00"), "forged").await;
    refused(tamper("an_extra_field", "1"), "forged").await;
    refused(tamper("sign_type", "RSA"), "forged").await;
    refused(Mischief::Forge, "forged").await;
    // MD5 keys are a merchant's own, so another's notice looks forged.
    refused(Mischief::CrossMerchant, "forged").await;
    refused(Mischief::WrongAmount, "wrong_amount").await;
    refused(Mischief::UnknownOrder, "unknown_order").await;
}

/// The cheapest article costs what the page writes into its field, so that it would change nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_page_tampers_with_by_default_is_refused_too() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let shop = Shop::open(gateway.merchant()).await;
    let trade = shop.order(&gateway, "T1").await;
    assert_eq!(trade.total_fee().to_string(), "0.01");
    let form = "mischief=tamper&times=1&copies=2&millis=2000&field=total_fee&value=0.01";
    let page = browser().post(format!("{}mischief", gateway.dashboard_url())).form_body(form).send().await;
    assert_eq!(page.unwrap().status(), 200);
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(&gateway).await;
    assert_eq!(shop.log(), ["forged", "settled"]);
    assert_eq!(gateway.deliveries()[0].mischief, ["tamper"]);
}

#[tokio::test]
async fn another_merchants_notice_is_genuine() {
    let other = PartnerId::new("2088000000000007").unwrap();
    let other = Merchant::md5(other, Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9").unwrap());
    let gateway = SimulatedGateway::builder()
        .merchant(alipay_simulator::demo_merchant().unwrap())
        .merchant(other.clone())
        .start()
        .await
        .unwrap();
    let recorder = Recorder::open().await;
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.behave(Mischief::CrossMerchant);
    recorder.answer([(200, "fail")]);
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    let received = recorder.received().remove(0);
    assert_eq!(received.field(&other, "seller_id").as_deref(), Some("2088000000000007"));
    let own = Notification::parse(Channel::Notify, &received.body).unwrap().authenticate(&gateway.merchant());
    assert!(own.is_err());
    let other = gateway.merchant_of(other.partner()).unwrap();
    let urls = received.signed(&other).check(&other).unwrap().urls();
    assert_eq!(crate::shop::open(&urls[0]).await.1, "true");
}

#[tokio::test]
async fn a_forged_id_was_never_issued() {
    let gateway = SimulatedGateway::builder().clock_speed(1).start().await.unwrap();
    let recorder = Recorder::open().await;
    recorder.answer([(200, "fail")]);
    let trade = buy(&gateway, &recorder, "T1").await;
    gateway.behave(Mischief::Forge);
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    let id = gateway.deliveries()[0].notify_id.clone();
    let query = format!("service=notify_verify&partner=2088000000000001&notify_id={id}");
    assert_eq!(crate::shop::open(&format!("{}?{query}", gateway.gateway_url())).await.1, "false");
    assert!(!String::from_utf8_lossy(&recorder.received()[0].body).contains(DEMO_KEY));
}
