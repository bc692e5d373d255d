//! Messages of the message service.

use alipay_tower::{
    MessagePolicy, OrderStore, RejectionKind,
    protocol::{AuthenticityError, Channel, Notification, OrderState, ParseError, SignType, TradeEvent},
    store::Receipt,
};

use crate::support::{ALIPAY, APP, Desk, form, merchant, notification, order, returned};

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

/// A message signed by the rule for services: `sign_type` stands in the text.
fn by_v2(fields: &[(&str, &str)]) -> String {
    let mut sorted = fields.to_vec();
    sorted.push(("sign_type", "RSA2"));
    sorted.sort_unstable();
    let text: Vec<String> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = ALIPAY.sign(SignType::Rsa2, text.join("&").as_bytes()).unwrap();
    sorted.push(("sign", &sign));
    let escape = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<String> = sorted.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    pairs.join("&")
}

const SERVICE: [(&str, &str); 6] = [
    ("app_id", APP),
    ("charset", "utf-8"),
    ("method", "alipay.open.servicemarket.order.notify"),
    ("notify_id", "2024060700222123455000001234567892"),
    ("notify_type", "servicemarket_order_notify"),
    ("remark", ""),
];

fn judge(channel: Channel, body: &str) -> Result<(), AuthenticityError> {
    Notification::parse(channel, body.as_bytes()).unwrap().authenticate(&merchant()).map(drop)
}

#[tokio::test]
async fn a_message_of_a_service_is_an_event_of_its_own() {
    let desk = Desk::new(None);
    let body = by_v2(&SERVICE);
    let receipt = desk.alipay.receive_notify(body.as_bytes()).await.unwrap();
    let Receipt::Observed(event) = receipt else { panic!() };
    assert_eq!(
        (event.name(), event.out_trade_no().is_none(), event.notice().is_none()),
        ("service", true, true)
    );
    let TradeEvent::Service(message) = event else { panic!() };
    assert_eq!(message.method(), "alipay.open.servicemarket.order.notify");
    assert_eq!(message.notify_id(), Some("2024060700222123455000001234567892"));
    assert_eq!(message.field("notify_type"), Some("servicemarket_order_notify"));
    assert_eq!(message.raw(), body.as_bytes());
    let alipay = desk.alipay.clone().with_message_policy(MessagePolicy::Refuse);
    let rejection = alipay.receive_notify(body.as_bytes()).await.unwrap_err();
    assert_eq!(rejection.kind(), RejectionKind::MessageRefused);
    // Not every service numbers its messages.
    let nameless: Vec<_> = SERVICE.into_iter().filter(|(name, _)| *name != "notify_id").collect();
    assert!(desk.alipay.receive_notify(by_v2(&nameless).as_bytes()).await.is_ok());
}

#[test]
fn each_kind_of_message_has_one_rule() {
    assert_eq!(judge(Channel::Notify, &by_v2(&SERVICE)), Ok(()));
    // A service's message by the rule for payments.
    assert_eq!(judge(Channel::Notify, &form(&SERVICE)), Err(AuthenticityError::Signature));
    assert_eq!(judge(Channel::Return, &by_v2(&SERVICE)), Err(AuthenticityError::Signature));
    // The certificate's word to another application.
    let mut other = SERVICE;
    other[0].1 = "2021000000000002";
    assert_eq!(judge(Channel::Notify, &by_v2(&other)), Err(AuthenticityError::App));
    // A return is Alipay's word, and about a trade; it is no message to the notify path by either rule.
    let posted = judge(Channel::Notify, &returned(&[]));
    assert_eq!(posted, Err(AuthenticityError::Malformed(ParseError::BadValue("method"))));
}

#[tokio::test]
async fn a_payment_by_the_rule_for_services_is_refused() {
    let payment = [
        ("app_id", APP),
        ("notify_id", "2024060700222123455000001234567893"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T1"),
        ("total_amount", "88.00"),
        ("trade_no", "2024060722001400000000001234"),
        ("trade_status", "TRADE_SUCCESS"),
    ];
    let with_method = [&payment[..], &[("method", "alipay.trade.notify")]].concat();
    for fields in [&payment[..], &with_method] {
        assert_eq!(judge(Channel::Notify, &by_v2(fields)), Err(AuthenticityError::Signature));
    }
    // Whatever a service's message carries besides: without an order it is none, and with one it has another rule.
    for name in ["out_trade_no", "trade_status"] {
        let fields = [&SERVICE[..], &[(name, "TRADE_SUCCESS")]].concat();
        assert_eq!(judge(Channel::Notify, &by_v2(&fields)), Err(AuthenticityError::Signature), "{name}");
    }
    let desk = Desk::new(None);
    let money =
        [&SERVICE[..], &[("total_amount", "88.00"), ("trade_no", "2024060722001400000000001234")]].concat();
    let receipt = desk.alipay.receive_notify(by_v2(&money).as_bytes()).await.unwrap();
    assert!(matches!(receipt, Receipt::Observed(TradeEvent::Service(_))));
    let found = desk.store.find(order().out_trade_no()).await.unwrap().unwrap();
    assert_eq!(*found.state(), OrderState::Pending);
    // The same order is still paid for by the rule for payments.
    let receipt = desk.alipay.receive_notify(notification("TRADE_SUCCESS", &[]).as_bytes()).await.unwrap();
    assert!(matches!(receipt, Receipt::Settled(_)));
}
