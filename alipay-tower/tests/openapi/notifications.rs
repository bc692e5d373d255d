//! What the notifications of this generation come to.

use alipay_tower::{
    RejectionKind,
    protocol::{Money, OutTradeNo, TradeEvent, TradeState, openapi::PagePay},
    store::Receipt,
};

use crate::support::{Desk, notification};

fn fen(fen: u64) -> Money {
    Money::from_fen(fen).unwrap()
}

#[tokio::test]
async fn finished_alone_is_paid() {
    let desk = Desk::new(None);
    let receipt = desk.alipay.receive_notify(notification("TRADE_FINISHED", &[]).as_bytes()).await.unwrap();
    assert!(matches!(receipt, Receipt::Settled(_)), "{}", receipt.name());
}

#[tokio::test]
async fn refunds_are_told_by_their_fields() {
    let paid = [("gmt_payment", "2024-06-07 12:34:55"), ("refund_fee", "0.00")];
    let part = [
        ("gmt_payment", "2024-06-07 12:34:55"),
        ("gmt_refund", "2024-06-08 20:46:06.659"),
        ("out_biz_no", "R1"),
        ("refund_fee", "8.00"),
    ];
    let full = [
        ("gmt_close", "2024-06-09 10:00:00"),
        ("gmt_payment", "2024-06-07 12:34:55"),
        ("gmt_refund", "2024-06-09 10:00:00.1"),
        ("out_biz_no", "R2"),
        ("refund_fee", "88.00"),
    ];
    let desk = Desk::new(None);
    let receive = async |body: String| desk.alipay.receive_notify(body.as_bytes()).await.unwrap();
    assert!(matches!(receive(notification("TRADE_SUCCESS", &paid)).await, Receipt::Settled(_)));
    let Receipt::Observed(TradeEvent::Refunded(notice)) = receive(notification("TRADE_SUCCESS", &part)).await
    else {
        panic!()
    };
    assert_eq!((notice.refunded(), notice.out_biz_no()), (Some(fen(800)), Some("R1")));
    assert_eq!(notice.refunded_at().unwrap().to_string(), "2024-06-08 20:46:06");
    assert_eq!(notice.progress().state(), TradeState::Paid);
    let Receipt::Observed(TradeEvent::Refunded(notice)) = receive(notification("TRADE_CLOSED", &full)).await
    else {
        panic!()
    };
    assert_eq!((notice.refunded(), notice.progress().state()), (Some(fen(8800)), TradeState::Refunded));
    let order = alipay_tower::OrderStore::find(&desk.store, &OutTradeNo::new("T1").unwrap()).await.unwrap();
    assert!(order.unwrap().settled_by().is_some(), "a refund takes no payment back");
}

#[tokio::test]
async fn a_timeout_is_no_refund() {
    let desk = Desk::new(None);
    let closed = [("gmt_close", "2024-06-09 10:00:00")];
    let receipt = desk.alipay.receive_notify(notification("TRADE_CLOSED", &closed).as_bytes()).await.unwrap();
    let Receipt::Observed(TradeEvent::Closed(notice)) = receipt else { panic!() };
    assert_eq!(notice.progress().state(), TradeState::Closed);
}

#[tokio::test]
async fn structured_values_are_read_when_asked_for() {
    let desk = Desk::new(None);
    let more = [
        ("body", ""),
        (
            "fund_bill_list",
            r#"[{"amount":"80.00","fundChannel":"ALIPAYACCOUNT"},{"amount":"8.00","fundChannel":"COUPON"}]"#,
        ),
        ("passback_params", "user%3D7%26from%3Da%2B%2526%2Bb"),
    ];
    let receipt = desk.alipay.receive_notify(notification("TRADE_SUCCESS", &more).as_bytes()).await.unwrap();
    let event = receipt.payment().unwrap().event();
    let notice = event.notice().unwrap();
    let bills = notice.fund_bills();
    assert_eq!((bills.len(), bills[1].channel(), bills[1].amount()), (2, "COUPON", fen(800)));
    let passback = notice.passback_params().unwrap();
    assert_eq!(passback, [("user".to_owned(), "7".to_owned()), ("from".to_owned(), "a & b".to_owned())]);
}

#[tokio::test]
async fn everything_else_that_a_notification_says_is_typed() {
    let desk = Desk::new(None);
    let vouchers = concat!(
        r#"[{"amount":"0.20","merchantContribute":"0.05","name":"5% off","otherContribute":"0.15","#,
        r#""type":"ALIPAY_BIZ_VOUCHER","memo":"m","voucherId":"2016101200073002586200003BQ4"},{"amount":"x"}]"#
    );
    let more = [
        ("buyer_open_id", "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"),
        ("gmt_payment", "2024-06-07 12:34:50"),
        ("receipt_amount", "87.80"),
        ("voucher_detail_list", vouchers),
    ];
    let receipt = desk.alipay.receive_notify(notification("TRADE_SUCCESS", &more).as_bytes()).await.unwrap();
    let payment = receipt.payment().unwrap();
    assert_eq!(payment.buyer_id(), Some("074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"));
    let notice = payment.notice();
    assert_eq!(notice.receipt_amount(), Some(fen(8780)));
    assert_eq!(notice.sent_at().unwrap().to_string(), "2024-06-07 12:34:56");
    assert_eq!((notice.closed_at(), notice.send_back_fee()), (None, None));
    let [voucher] = notice.vouchers().try_into().unwrap();
    assert_eq!((voucher.kind(), voucher.name(), voucher.amount()), ("ALIPAY_BIZ_VOUCHER", "5% off", fen(20)));
    assert_eq!((voucher.merchant_contribute(), voucher.other_contribute()), (Some(fen(5)), Some(fen(15))));
    assert_eq!((voucher.id(), voucher.memo()), (Some("2016101200073002586200003BQ4"), Some("m")));

    let back = [
        ("gmt_close", "2024-06-09 10:00:00"),
        ("gmt_refund", "2024-06-09 10:00:00.1"),
        ("refund_fee", "88.00"),
        ("send_back_fee", "87.80"),
    ];
    let receipt = desk.alipay.receive_notify(notification("TRADE_CLOSED", &back).as_bytes()).await.unwrap();
    let Receipt::Observed(TradeEvent::Refunded(notice)) = receipt else { panic!() };
    assert_eq!(notice.closed_at().unwrap().to_string(), "2024-06-09 10:00:00");
    assert_eq!(notice.send_back_fee(), Some(fen(8780)));
}

#[tokio::test]
async fn a_text_of_the_shops_own_comes_back() {
    let payment = PagePay::new(&OutTradeNo::new("T1").unwrap(), "item", fen(8800));
    let payment = payment.with_passback_text("our own: 50% & 更多 =+");
    let written = payment.field("passback_params").unwrap().as_str().unwrap().to_owned();
    let desk = Desk::new(None);
    let body = notification("TRADE_SUCCESS", &[("passback_params", &written)]);
    let receipt = desk.alipay.receive_notify(body.as_bytes()).await.unwrap();
    let notice = receipt.payment().unwrap().notice();
    assert_eq!(notice.passback_text().as_deref(), Some("our own: 50% & 更多 =+"));
    assert_eq!(notice.field("passback_params"), Some(written.as_str()));
}

#[tokio::test]
async fn a_wrong_amount_is_refused() {
    let desk = Desk::new(None);
    let body = notification("TRADE_SUCCESS", &[]).replace("%38%38%2E%30%30", "%30%2E%30%31");
    let rejection = desk.alipay.receive_notify(body.as_bytes()).await.unwrap_err();
    assert_eq!(rejection.kind(), RejectionKind::Forged);
}
