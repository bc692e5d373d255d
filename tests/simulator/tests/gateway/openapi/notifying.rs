//! Notifications that are repeated, lost, forged.

use alipay_simulator::{Mischief, Outcome, SimulatedGateway};
use alipay_tower::protocol::{AppId, Channel, Notification};

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

const METHOD: &str = "alipay.trade.refund.depositback.completed";

#[tokio::test]
async fn a_message_climbs_the_same_ladder() {
    let scene = Scene::open().await;
    scene.recorder.answer([(200, "fail")]);
    let [(_, url), _] = scene.addresses();
    let app_id = scene.merchant.app_id().unwrap();
    scene.gateway.send_message(app_id, &url, METHOD, r#"{"dback_status":"S"}"#).unwrap();
    quiet(&scene.gateway).await;
    for at in 0..2 {
        assert_eq!(scene.field(at, "msg_method").as_deref(), Some(METHOD));
        assert_eq!(scene.field(at, "biz_content").as_deref(), Some(r#"{"dback_status":"S"}"#));
        assert_eq!(scene.field(at, "seller_id"), None);
    }
    assert_eq!(scene.field(0, "notify_id"), scene.field(1, "notify_id"));
    let outcomes: Vec<_> =
        scene.gateway.deliveries().iter().map(|line| (line.notify_type.clone(), line.outcome)).collect();
    let expected = [Outcome::Refused, Outcome::Acknowledged].map(|outcome| (METHOD.to_owned(), outcome));
    assert_eq!(outcomes, expected);

    let nobody = AppId::new("9021000000000009").unwrap();
    assert!(scene.gateway.send_message(&nobody, &url, METHOD, "{}").is_err());
    assert!(scene.gateway.send_message(app_id, "https://shop.example.com/notify", METHOD, "{}").is_err());
}

#[tokio::test]
async fn messages_and_certificates_by_http() {
    let scene = Scene::with(super::application().with_certificates(), SimulatedGateway::builder()).await;
    let post = async |path: &str, body: serde_json::Value| {
        let url = format!("{}simulator/{path}", scene.gateway.dashboard_url());
        let answer = crate::shop::browser().post(url).body(body.to_string()).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str::<serde_json::Value>(&answer.text().await.unwrap()).unwrap())
    };
    let [(_, url), _] = scene.addresses();
    let message = serde_json::json!({
        "app_id": super::APP, "notify_url": url, "msg_method": METHOD, "biz_content": { "dback_status": "S" },
    });
    assert_eq!(post("messages", message).await.0, 200);
    quiet(&scene.gateway).await;
    assert_eq!(scene.field(0, "msg_method").as_deref(), Some(METHOD));
    assert_eq!(post("messages", serde_json::json!({ "app_id": "x" })).await.0, 400);

    let act =
        async |what: &str| post(&format!("certificates/{}/{what}", super::APP), serde_json::json!({})).await;
    let (_, announced) = act("announce").await;
    assert_eq!(act("roll_over").await, (200, announced.clone()));
    assert_ne!(act("renew").await.1, announced);
    assert_eq!(
        (act("burn").await.0, post("certificates/x/renew", serde_json::json!({})).await.0),
        (404, 404)
    );
}
