//! Messages of the message service.

use alipay_tower::{MessagePolicy, RejectionKind, protocol::TradeEvent, store::Receipt};

use crate::support::{APP, Desk, form};

fn message() -> String {
    form(&[
        ("app_id", APP),
        ("biz_content", r#"{"trade_no":"2024","dback_status":"S","dback_amount":"1.00"}"#),
        ("charset", "utf-8"),
        ("msg_method", "alipay.trade.refund.depositback.completed"),
        ("notify_id", "2024060700222123455000001234567891"),
        ("utc_timestamp", "1717736096123"),
        ("version", "1.1"),
    ])
}

#[tokio::test]
async fn a_message_is_observed_and_acknowledged() {
    let desk = Desk::new(None);
    let receipt = desk.alipay.receive_notify(message().as_bytes()).await.unwrap();
    let Receipt::Observed(TradeEvent::Message(message)) = receipt else { panic!() };
    assert_eq!(message.msg_method(), "alipay.trade.refund.depositback.completed");
    assert_eq!(message.sent_at().unwrap().to_string(), "2024-06-07 12:54:56");
    let content = message.content(desk.alipay.merchant()).unwrap();
    assert_eq!(content.text("dback_amount"), Some("1.00"));
}

#[tokio::test]
async fn a_shop_may_refuse_them() {
    let desk = Desk::new(None);
    let alipay = desk.alipay.clone().with_message_policy(MessagePolicy::Refuse);
    let rejection = alipay.receive_notify(message().as_bytes()).await.unwrap_err();
    assert_eq!(rejection.kind(), RejectionKind::MessageRefused);
}

#[tokio::test]
async fn no_message_passes_for_a_return() {
    let desk = Desk::new(None);
    let rejection = desk.alipay.receive_return(message().as_bytes()).await.unwrap_err();
    assert_eq!(rejection.kind(), RejectionKind::Malformed);
}
