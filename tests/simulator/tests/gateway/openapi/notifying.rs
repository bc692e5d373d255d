//! Notifications that are repeated, lost, forged.

use alipay_simulator::{Mischief, Outcome};
use alipay_tower::protocol::{Channel, Notification};

use super::Scene;
use crate::shop::quiet;

#[tokio::test]
async fn they_are_repeated_with_one_id() {
    let scene = Scene::open().await;
    scene.recorder.answer([(200, "fail"), (500, "success"), (302, "success")]);
    scene.pay("P1").await;
    let ids: std::collections::HashSet<_> =
        (0..scene.recorder.received().len()).map(|at| scene.field(at, "notify_id")).collect();
    assert_eq!((scene.recorder.received().len(), ids.len()), (4, 1));
    let outcomes: Vec<_> = scene.gateway.deliveries().iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, [Outcome::Refused, Outcome::Refused, Outcome::Refused, Outcome::Acknowledged]);
}

#[tokio::test]
async fn forgers_have_another_key_and_neighbours_another_id() {
    let scene = Scene::open().await;
    let number = scene.buy("P1").await;
    scene.gateway.behave(Mischief::Forge.once());
    scene.recorder.answer([(200, "fail"), (200, "fail"), (200, "fail")]);
    scene.gateway.pay(&number, "balance").await.unwrap();
    quiet(&scene.gateway).await;
    let authentic = |at: usize| {
        let received = scene.recorder.received();
        Notification::parse(Channel::Notify, &received[at].body)
            .unwrap()
            .authenticate(&scene.merchant)
            .is_ok()
    };
    assert!(!authentic(0) && authentic(1));

    scene.gateway.behave(Mischief::CrossMerchant.once());
    let before = scene.recorder.received().len();
    scene.recorder.answer([(200, "fail")]);
    scene.gateway.finish(&number).unwrap();
    quiet(&scene.gateway).await;
    assert!(!authentic(before) && authentic(before + 1));
    let text = String::from_utf8(scene.recorder.received()[before].body.to_vec()).unwrap();
    assert!(text.contains("app_id=9021000000000998"), "{text}");
}

#[tokio::test]
async fn wrong_amounts_and_lost_ones() {
    let scene = Scene::open().await;
    scene.gateway.behave(Mischief::WrongAmount.once());
    scene.gateway.behave(Mischief::UnknownOrder.once());
    scene.pay("P1").await;
    assert_eq!(scene.field(0, "total_amount").as_deref(), Some("10.01"));
    assert!(scene.field(0, "out_trade_no").unwrap().starts_with("UNKNOWN"));
    scene.gateway.drop_all();
    scene.pay("P2").await;
    assert_eq!(scene.recorder.received().len(), 1);
    let answer = scene.call("alipay.trade.query", serde_json::json!({ "out_trade_no": "P2" })).await;
    assert_eq!(answer["trade_status"], "TRADE_SUCCESS");
}
