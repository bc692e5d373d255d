//! An old application that signs with RSA (SHA-1): everything that the others do, and no other algorithm.

use alipay_tower::protocol::{OrderState, SignType};

use super::{comes_back, stories};
use crate::{
    capture,
    shops::{Contract, Options, Running, Shop, alipay_side},
    wire::encode,
};

stories! { openapi: buys_and_refunds_with_sha1, sha256_is_no_signature_of_its }

async fn start<S: Shop>() -> Running {
    let shop = S::start(Options { contract: Contract::Sha1, ..Options::default() }).await;
    assert_eq!(shop.desk().merchant().sign_type(), SignType::Rsa);
    shop
}

async fn buys_and_refunds_with_sha1<S: Shop>() {
    let shop = start::<S>().await;
    let order = shop.order("T1").await;
    assert_eq!(shop.checkout(&order).field("sign_type"), Some("RSA"));
    let back = shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    assert!(back.contains("sign_type=RSA&") || back.ends_with("sign_type=RSA"), "{back}");
    assert_eq!(comes_back(&back).await, (200, "settled".to_owned()));
    assert_eq!(shop.press(&order, "query", &[]).await.0, 200);
    for part in ["4.00", ""] {
        assert_eq!(shop.press(&order, "refund", &[("amount", part)]).await.0, 200);
        shop.simulator.quiet().await;
    }
    assert_eq!(shop.record(&order).await.refunded(), crate::shops::price());
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_CLOSED");
    shop.assert_settled_once(&order).await;
    let unpaid = shop.order("T2").await;
    shop.open_trade(&unpaid).await;
    assert_eq!(shop.press(&unpaid, "close", &[]).await.0, 200);
    assert_eq!(shop.state(&unpaid).await, OrderState::Closed);
    assert_eq!(shop.store.refused_hits().await.unwrap().total(), 0);
    shop.stop().await;
}

/// The algorithm is the contract's: a message cannot choose the other one, not even the better one.
async fn sha256_is_no_signature_of_its<S: Shop>() {
    let shop = start::<S>().await;
    let order = shop.order("T1").await;
    let genuine = capture::notice(&shop, &order).await;
    let better = alipay_side(shop.desk().merchant(), SignType::Rsa2);
    for name in ["RSA2", "RSA"] {
        let mut fields = genuine.signed(&better);
        let (_, label) = fields.iter_mut().find(|(own, _)| own == "sign_type").unwrap();
        name.clone_into(label);
        let answer = shop.notify(encode(&fields)).await;
        assert_eq!((answer.status, answer.text()), (403, "fail"), "{name}");
        assert_eq!(shop.state(&order).await, OrderState::Pending);
    }
    assert_eq!(shop.count("forged").await, 2);
    assert_eq!(shop.notify(genuine.body(shop.alipay())).await.text(), "success");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}
