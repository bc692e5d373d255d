//! `query`, `refund`, `fastpay.refund.query`, `close`, `cancel`, and what the shop hears of them.

use alipay_tower::protocol::TradeStatus;
use serde_json::{Value, json};

use super::Scene;
use crate::shop::quiet;

impl Scene {
    async fn refund(&self, content: Value) -> Value {
        let answer = self.call("alipay.trade.refund", content).await;
        quiet(&self.gateway).await;
        answer
    }
}

#[tokio::test]
async fn parts_are_refunded_once_for_each_number() {
    let scene = Scene::open().await;
    scene.pay("R1").await;
    let part =
        json!({ "out_trade_no": "R1", "refund_amount": 4, "out_request_no": "A", "refund_reason": "坏了" });
    let answer = scene.refund(part.clone()).await;
    assert_eq!((&answer["fund_change"], &answer["refund_fee"]), (&json!("Y"), &json!("4.00")));
    let answer = scene.refund(part).await;
    assert_eq!((&answer["code"], &answer["fund_change"]), (&json!("10000"), &json!("N")));
    for (expected, amount, number) in [
        ("ACQ.DISCORDANT_REPEAT_REQUEST", "5.00", Some("A")),
        ("ACQ.REASON_TRADE_REFUND_FEE_ERR", "6.01", Some("B")),
        ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "6.00", None),
        ("ACQ.INVALID_PARAMETER", "0", Some("B")),
    ] {
        let content = json!({ "out_trade_no": "R1", "refund_amount": amount, "out_request_no": number });
        assert_eq!(scene.refund(content).await["sub_code"], expected);
    }
    // A part: paid-looking, with the fields of a refund.
    assert_eq!(scene.recorder.received().len(), 2);
    assert_eq!(scene.field(1, "trade_status").as_deref(), Some("TRADE_SUCCESS"));
    assert_eq!(scene.field(1, "refund_fee").as_deref(), Some("4.00"));
    assert_eq!(scene.field(1, "out_biz_no").as_deref(), Some("A"));
    let time = scene.field(1, "gmt_refund").unwrap();
    assert_eq!((time.len(), scene.field(1, "gmt_close")), (23, None), "{time}");

    let rest = json!({ "out_trade_no": "R1", "refund_amount": "6.00", "out_request_no": "B" });
    assert_eq!(scene.refund(rest).await["refund_fee"], "10.00");
    assert_eq!(scene.field(2, "trade_status").as_deref(), Some("TRADE_CLOSED"));
    assert!(scene.field(2, "gmt_close").is_some() && scene.field(2, "fund_bill_list").is_none());
    let late = json!({ "out_trade_no": "R1", "refund_amount": "1.00", "out_request_no": "C" });
    assert_eq!(scene.refund(late).await["sub_code"], "ACQ.TRADE_HAS_CLOSE");

    let query = |number: &str| json!({ "out_trade_no": "R1", "out_request_no": number, "query_options": ["gmt_refund_pay"] });
    let answer = scene.call("alipay.trade.fastpay.refund.query", query("A")).await;
    assert_eq!(
        (&answer["refund_status"], &answer["refund_amount"]),
        (&json!("REFUND_SUCCESS"), &json!("4.00"))
    );
    assert_eq!((&answer["refund_reason"], answer["gmt_refund_pay"].is_string()), (&json!("坏了"), true));
    let answer = scene.call("alipay.trade.fastpay.refund.query", query("C")).await;
    assert_eq!((&answer["code"], answer.get("refund_status")), (&json!("10000"), None));
}

#[tokio::test]
async fn a_whole_refund_needs_no_number() {
    let scene = Scene::open().await;
    scene.pay("R1").await;
    let whole = json!({ "out_trade_no": "R1", "refund_amount": "10.00" });
    assert_eq!(scene.refund(whole.clone()).await["fund_change"], "Y");
    assert_eq!(scene.refund(whole).await["fund_change"], "N");
    let query = json!({ "out_trade_no": "R1", "out_request_no": "R1" });
    assert_eq!(
        scene.call("alipay.trade.fastpay.refund.query", query).await["refund_status"],
        "REFUND_SUCCESS"
    );
}

#[tokio::test]
async fn a_query_tells_the_truth() {
    let scene = Scene::open().await;
    let query = json!({ "out_trade_no": "R1", "query_options": ["fund_bill_list"] });
    assert_eq!(scene.call("alipay.trade.query", query.clone()).await["sub_code"], "ACQ.TRADE_NOT_EXIST");
    let number = scene.buy("R1").await;
    let answer = scene.call("alipay.trade.query", query.clone()).await;
    assert_eq!((&answer["trade_status"], answer.get("send_pay_date")), (&json!("WAIT_BUYER_PAY"), None));
    scene.gateway.pay(&number, "balance").await.unwrap();
    let answer = scene.call("alipay.trade.query", json!({ "trade_no": number })).await;
    for (name, value) in [
        ("code", "10000"),
        ("msg", "Success"),
        ("trade_status", "TRADE_SUCCESS"),
        ("total_amount", "10.00"),
        ("receipt_amount", "10.00"),
        ("buyer_logon_id", "buy***@example.com"),
        ("passback_params", "a%3D1"),
    ] {
        assert_eq!(answer[name], value, "{name}");
    }
    let answer = scene.call("alipay.trade.query", query).await;
    assert_eq!(answer["fund_bill_list"][0]["fund_channel"], "ALIPAYACCOUNT");
    assert_eq!(scene.call("alipay.trade.query", json!({})).await["sub_code"], "ACQ.INVALID_PARAMETER");
}

#[tokio::test]
async fn close_is_for_the_unpaid_and_cancel_for_all() {
    let scene = Scene::open().await;
    scene.buy("C1").await;
    let close = |order: &str| scene.call("alipay.trade.close", json!({ "out_trade_no": order }));
    assert_eq!(close("C1").await["code"], "10000");
    quiet(&scene.gateway).await;
    assert_eq!(scene.field(0, "trade_status").as_deref(), Some("TRADE_CLOSED"));
    assert_eq!(scene.field(0, "refund_fee"), None);
    assert_eq!(close("C1").await["sub_code"], "ACQ.TRADE_HAS_CLOSE");
    assert_eq!(close("C9").await["sub_code"], "ACQ.TRADE_NOT_EXIST");
    scene.pay("C2").await;
    assert_eq!(close("C2").await["sub_code"], "ACQ.TRADE_STATUS_ERROR");

    let cancel = |order: &str| scene.call("alipay.trade.cancel", json!({ "out_trade_no": order }));
    assert_eq!(cancel("C2").await["action"], "refund");
    assert_eq!(scene.gateway.trade("C2").unwrap().status(), &TradeStatus::TradeClosed);
    scene.buy("C3").await;
    assert_eq!(cancel("C3").await["action"], "close");
    let nothing = cancel("C9").await;
    assert_eq!((&nothing["code"], nothing.get("action")), (&json!("10000"), None));
    scene.pay("C4").await;
    let number = scene.gateway.trade("C4").unwrap().trade_no().to_owned();
    scene.gateway.finish(&number).unwrap();
    assert_eq!(cancel("C4").await["sub_code"], "ACQ.TRADE_HAS_FINISHED");
}
