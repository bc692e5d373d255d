//! Notifications that are believed only when the gateway says the same of the trade.

use alipay_tower::{RejectionKind, protocol::ConfirmedBy, store::Receipt};

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
