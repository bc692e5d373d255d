//! The browser that comes back says nothing of payment: the gateway is asked, or the books are.

use alipay_tower::{
    Rejection, RejectionKind,
    protocol::{Channel, ConfirmedBy},
};

use crate::support::{APP, Desk, SELLER, form, no_trade, notification, returned, trade};

#[tokio::test]
async fn the_gateway_says_whether_a_return_is_a_payment() {
    let desk = Desk::new(Some(trade("TRADE_SUCCESS", r#","send_pay_date":"2024-06-07 12:35:00""#)));
    let payment = desk.alipay.receive_return(returned(&[]).as_bytes()).await.unwrap();
    assert_eq!((payment.confirmed_by(), payment.channel()), (ConfirmedBy::Query, Channel::Query));
    assert_eq!(payment.paid_at().unwrap().to_string(), "2024-06-07 12:35:00");
    assert_eq!(desk.asked(), 1);
}

#[tokio::test]
async fn what_is_in_the_books_is_not_asked_again() {
    let desk = Desk::new(Some(no_trade()));
    desk.alipay.receive_notify(notification("TRADE_SUCCESS", &[]).as_bytes()).await.unwrap();
    for _ in 0..3 {
        let payment = desk.alipay.receive_return(returned(&[]).as_bytes()).await.unwrap();
        assert_eq!(payment.confirmed_by(), ConfirmedBy::Books);
    }
    assert_eq!(desk.asked(), 0);
}

#[tokio::test]
async fn a_return_that_is_no_payment_says_so() {
    for (says, kind) in [
        (Some(no_trade()), RejectionKind::Processing),
        (Some(trade("WAIT_BUYER_PAY", "")), RejectionKind::NotPaid),
        (Some(trade("TRADE_CLOSED", "")), RejectionKind::NotPaid),
        (
            Some(trade("TRADE_SUCCESS", "").replace(r#""total_amount":"88.00""#, r#""total_amount":"0.01""#)),
            RejectionKind::Forged,
        ),
        (Some("<html>".to_owned()), RejectionKind::Malformed),
        (None, RejectionKind::GatewayUnreachable),
    ] {
        let desk = Desk::new(says);
        let rejection = desk.alipay.receive_return(returned(&[]).as_bytes()).await.unwrap_err();
        assert_eq!(rejection.kind(), kind, "{rejection}");
        assert_eq!(rejection.out_trade_no().map(ToString::to_string).as_deref(), Some("T1"));
    }
}

#[tokio::test]
async fn another_trade_of_the_same_order_is_not_this_return() {
    let desk = Desk::new(Some(trade("TRADE_SUCCESS", "")));
    let query = form(&[
        ("app_id", APP),
        ("method", "alipay.trade.page.pay.return"),
        ("out_trade_no", "T1"),
        ("seller_id", SELLER),
        ("total_amount", "88.00"),
        ("trade_no", "2024060722001400000000009999"),
    ]);
    let rejection = desk.alipay.receive_return(query.as_bytes()).await.unwrap_err();
    assert_eq!((rejection.kind(), desk.asked()), (RejectionKind::GatewayDenied, 1));
}

#[tokio::test]
async fn a_shop_that_does_not_ask_says_that_it_waits() {
    let desk = Desk::new(None);
    let alipay = desk.alipay.clone().with_return_query(false);
    let rejection = alipay.receive_return(returned(&[]).as_bytes()).await.unwrap_err();
    assert_eq!((rejection.kind(), desk.asked()), (RejectionKind::Processing, 0));
}

/// Whoever has the address of a genuine return may open it as often as he likes.
#[tokio::test]
async fn reloading_makes_nobody_ask_without_end() {
    for (says, kind) in [
        (Some(no_trade()), Some(RejectionKind::Processing)),
        (Some(trade("WAIT_BUYER_PAY", "")), Some(RejectionKind::NotPaid)),
        (Some(trade("TRADE_SUCCESS", "")), None),
        (None, Some(RejectionKind::GatewayUnreachable)),
    ] {
        let desk = Desk::new(says);
        let query = returned(&[]);
        let visit = async || desk.alipay.receive_return(query.as_bytes()).await.err();
        let at_once = futures_util::future::join_all((0..50).map(|_| visit())).await;
        let mut kinds: Vec<_> = at_once.iter().map(|refused| refused.as_ref().map(Rejection::kind)).collect();
        for _ in 0..50 {
            kinds.push(visit().await.as_ref().map(Rejection::kind));
        }
        assert_eq!(kinds, vec![kind; 100]);
        assert_eq!(desk.asked(), 1, "{kind:?}");
        // A desk with other keys has heard nothing yet.
        let other = desk.alipay.clone().with_merchant(crate::support::merchant());
        assert_eq!(other.receive_return(query.as_bytes()).await.err().as_ref().map(Rejection::kind), kind);
        assert_eq!(desk.asked(), 2, "{kind:?}");
    }
}

#[tokio::test]
async fn a_moment_later_it_is_asked_again() {
    let desk = Desk::new(Some(no_trade()));
    for asked in 1..=2 {
        desk.alipay.receive_return(returned(&[]).as_bytes()).await.unwrap_err();
        assert_eq!(desk.asked(), asked);
        tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    }
}
