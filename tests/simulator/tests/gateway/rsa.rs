//! Classic merchants that sign with RSA, several at once.

use alipay_simulator::{Mischief, SimulatedGateway, demo_merchant};
use alipay_tower::{
    Merchant,
    protocol::{Channel, Notification, PartnerId, SignType},
};

use crate::{
    refusing::{code, signed},
    shop::{Recorder, Shop, open, quiet},
    xml::call,
};

fn partner(last: u8) -> PartnerId {
    PartnerId::new(&format!("208800000000010{last}")).unwrap()
}

async fn two() -> (SimulatedGateway, Merchant, Merchant) {
    let gateway = SimulatedGateway::builder()
        .rsa_merchant(partner(1))
        .rsa_merchant(partner(2))
        .merchant(demo_merchant().unwrap())
        .start()
        .await
        .unwrap();
    let (one, two) = (gateway.merchant_of(&partner(1)).unwrap(), gateway.merchant_of(&partner(2)).unwrap());
    (gateway, one, two)
}

async fn pay(gateway: &SimulatedGateway, recorder: &Recorder, merchant: &Merchant, order: &str) {
    let url = recorder.request(order).sign(merchant).unwrap().url().to_owned();
    let (path, page) = open(&url).await;
    assert!(path.starts_with("/cashier/"), "{page}");
    gateway.pay(gateway.trade(order).unwrap().trade_no(), "balance").await.unwrap();
    quiet(gateway).await;
}

#[tokio::test]
async fn each_side_signs_with_a_key_of_its_own() {
    let (gateway, one, two) = two().await;
    assert_eq!(one.sign_type(), SignType::Rsa);
    let recorder = Recorder::open().await;
    pay(&gateway, &recorder, &one, "T1").await;
    let [received] = recorder.received().try_into().unwrap();
    assert_eq!(received.field(&one, "total_fee").as_deref(), Some("0.01"));
    assert_eq!(received.field(&one, "sign_type").as_deref(), Some("RSA"));
    // Alipay has one key for all, so only the seller tells the two apart.
    let strange = Notification::parse(Channel::Notify, &received.body).unwrap().authenticate(&two);
    assert!(strange.is_err());

    let query = [("service", "single_trade_query"), ("out_trade_no", "T1")];
    let answer = call(&one, &query).await;
    answer.verify(&one).unwrap();
    assert_eq!(answer.field("trade_status"), Some("TRADE_SUCCESS"));
    assert_eq!(call(&two, &query).await.error(), Some("TRADE_NOT_EXIST"));

    let by_two = signed(&two.with_gateway(gateway.gateway_url()), &[("partner", partner(1).as_str())]);
    assert_eq!(code(&open(&by_two).await.1), "ILLEGAL_SIGN");
    let by_md5 = signed(
        &gateway.merchant_of(demo_merchant().unwrap().partner()).unwrap(),
        &[("partner", partner(1).as_str())],
    );
    assert_eq!(code(&open(&by_md5).await.1), "ILLEGAL_SIGN_TYPE");
    let credentials = gateway.credentials();
    let shared = |at: usize| credentials[at].alipay_public_key().unwrap().fingerprint();
    assert_eq!((credentials.len(), shared(0)), (3, shared(1)));
    let keys: Vec<_> = credentials.iter().map(|one| one.private_key().is_some()).collect();
    assert_eq!(keys, [true, true, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_refuses_forgers_and_neighbours() {
    for mischief in [Mischief::Forge, Mischief::CrossMerchant] {
        let gateway = SimulatedGateway::builder().rsa_merchant(partner(1)).start().await.unwrap();
        let shop = Shop::open(gateway.merchant()).await;
        let trade = shop.order(&gateway, "T1").await;
        let expected = if mischief == Mischief::Forge { "forged" } else { "not_ours" };
        gateway.behave(mischief.once());
        gateway.pay(trade.trade_no(), "balance").await.unwrap();
        quiet(&gateway).await;
        assert_eq!(shop.log(), [expected, "settled"]);
    }
}

#[tokio::test]
async fn a_merchant_with_one_side_only_is_refused() {
    let gateway = SimulatedGateway::builder().rsa_merchant(partner(1)).start().await.unwrap();
    let error = SimulatedGateway::builder().merchant(gateway.merchant()).start().await.unwrap_err();
    assert!(error.to_string().contains("rsa_merchant"), "{error}");
}
