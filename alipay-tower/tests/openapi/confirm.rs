//! Notifications that are believed only when the gateway says the same of the trade.

use alipay_tower::{
    RejectionKind,
    protocol::{ConfirmedBy, TradeEvent},
    store::Receipt,
};

use crate::support::{Desk, no_trade, notification, trade};

#[tokio::test]
async fn the_signature_is_enough_unless_a_shop_wants_more() {
    let desk = Desk::new(None);
    let body = notification("TRADE_SUCCESS", &[]);
    let receipt = desk.alipay.receive_notify(body.as_bytes()).await.unwrap();
    assert_eq!(receipt.payment().unwrap().confirmed_by(), ConfirmedBy::Signature);
    assert_eq!(desk.asked(), 0);
}

#[tokio::test]
async fn the_gateway_agrees() {
    for status in ["TRADE_SUCCESS", "TRADE_FINISHED"] {
        let desk = Desk::new(Some(trade(status, "")));
        let alipay = desk.alipay.clone().with_confirm_by_query(true);
        let body = notification("TRADE_SUCCESS", &[("buyer_id", "2088000000000777")]);
        let receipt = alipay.receive_notify(body.as_bytes()).await.unwrap();
        let Receipt::Settled(payment) = &receipt else { panic!("{}", receipt.name()) };
        assert_eq!(payment.confirmed_by(), ConfirmedBy::Query);
        assert_eq!(
            payment.buyer_id(),
            Some("2088000000000777"),
            "the notification says more than the answer"
        );
        assert_eq!(desk.asked(), 1);
        // What the books hold is not asked about.
        alipay.receive_notify(body.as_bytes()).await.unwrap();
        assert_eq!(desk.asked(), 1);
    }
}

#[tokio::test]
async fn the_gateway_does_not_agree() {
    for (says, kind) in [
        (Some(no_trade()), RejectionKind::GatewayDenied),
        (Some(trade("WAIT_BUYER_PAY", "")), RejectionKind::GatewayDenied),
        (Some(trade("TRADE_CLOSED", "")), RejectionKind::GatewayDenied),
        (None, RejectionKind::GatewayUnreachable),
    ] {
        let desk = Desk::new(says);
        let alipay = desk.alipay.clone().with_confirm_by_query(true);
        let rejection =
            alipay.receive_notify(notification("TRADE_SUCCESS", &[]).as_bytes()).await.unwrap_err();
        assert_eq!(rejection.kind(), kind, "{rejection}");
    }
}

const REFUND: [(&str, &str); 3] =
    [("gmt_refund", "2024-06-08 10:00:00.123"), ("out_biz_no", "R1"), ("refund_fee", "8.00")];
const ALL_BACK: [(&str, &str); 2] = [("gmt_refund", "2024-06-08 10:00:00.123"), ("refund_fee", "88.00")];
const PAID_AT: &str = r#","send_pay_date":"2024-06-07 12:34:50""#;

/// What a message comes to where the gateway must say the same.
async fn confirmed(
    status: &str,
    more: &[(&str, &str)],
    says: String,
) -> Result<(&'static str, ConfirmedBy), RejectionKind> {
    let desk = Desk::new(Some(says));
    let alipay = desk.alipay.clone().with_confirm_by_query(true);
    match alipay.receive_notify(notification(status, more).as_bytes()).await {
        Ok(Receipt::Observed(event)) => {
            let notice = match &event {
                TradeEvent::Closed(notice) | TradeEvent::Refunded(notice) => notice,
                other => panic!("{}", other.name()),
            };
            Ok((event.name(), notice.confirmed_by()))
        }
        Ok(other) => panic!("{}", other.name()),
        Err(rejection) => Err(rejection.kind()),
    }
}

#[tokio::test]
async fn a_close_is_believed_when_the_trade_is_closed() {
    let closed = |says| confirmed("TRADE_CLOSED", &[], says);
    assert_eq!(closed(trade("TRADE_CLOSED", "")).await, Ok(("closed", ConfirmedBy::Query)));
    for other in ["WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_FINISHED"] {
        assert_eq!(closed(trade(other, "")).await, Err(RejectionKind::GatewayDenied), "{other}");
    }
    assert_eq!(closed(no_trade()).await, Err(RejectionKind::GatewayDenied));
}

#[tokio::test]
async fn a_refund_is_believed_of_a_trade_that_was_paid() {
    let part = |says| confirmed("TRADE_SUCCESS", &REFUND, says);
    let full = |says| confirmed("TRADE_CLOSED", &ALL_BACK, says);
    // Paid and closed is paid back.
    assert_eq!(full(trade("TRADE_CLOSED", PAID_AT)).await, Ok(("refunded", ConfirmedBy::Query)));
    // An answer that tells of the refund itself.
    let told = trade("TRADE_SUCCESS", r#","refund_fee":"8.00""#);
    assert_eq!(part(told).await, Ok(("refunded", ConfirmedBy::Query)));
    // Most say nothing about a refund in part: then it is the signature's word, and says so.
    assert_eq!(part(trade("TRADE_SUCCESS", "")).await, Ok(("refunded", ConfirmedBy::Signature)));
    let less = trade("TRADE_SUCCESS", r#","refund_fee":"7.00""#);
    assert_eq!(part(less).await, Ok(("refunded", ConfirmedBy::Signature)));
    assert_eq!(full(trade("TRADE_CLOSED", "")).await, Ok(("refunded", ConfirmedBy::Signature)));
    for says in ["WAIT_BUYER_PAY", "TRADE_SUCCESS"] {
        assert_eq!(full(trade(says, "")).await, Err(RejectionKind::GatewayDenied), "{says}");
    }
    assert_eq!(part(trade("WAIT_BUYER_PAY", "")).await, Err(RejectionKind::GatewayDenied));
    assert_eq!(part(no_trade()).await, Err(RejectionKind::GatewayDenied));
}

#[tokio::test]
async fn a_message_about_no_order_stands_on_its_signature() {
    let desk = Desk::new(Some(no_trade()));
    let alipay = desk.alipay.clone().with_confirm_by_query(true);
    let body = crate::support::form(&[
        ("agreement_no", "20185909000458725113"),
        ("app_id", crate::support::APP),
        ("notify_id", "2024060700222123455000001234567894"),
        ("notify_type", "dut_user_sign"),
    ]);
    let receipt = alipay.receive_notify(body.as_bytes()).await.unwrap();
    assert!(matches!(receipt, Receipt::Observed(TradeEvent::Other(_))));
    assert_eq!(desk.asked(), 0);
}
