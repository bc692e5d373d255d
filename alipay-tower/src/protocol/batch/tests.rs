use crate::protocol::{
    Channel, Md5Key, Merchant, Notification, ParseError, PartnerId, RefundPart, TradeEvent, TransferFlag,
    Unfreeze,
};

fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

fn event(body: &str) -> Result<TradeEvent, ParseError> {
    let signed =
        Notification::parse(Channel::Notify, body.as_bytes()).unwrap().authenticate(&merchant()).unwrap();
    let confirmation = signed.check(&merchant()).unwrap().read(b"true").unwrap();
    signed.confirm(&confirmation).unwrap().into_event()
}

/// A message of these fields, signed as Alipay would.
fn event_of(fields: &[(&str, &str)]) -> Result<TradeEvent, ParseError> {
    let common =
        [("notify_id", "444444445555555566666666777777770m"), ("notify_time", "2024-01-03 12:00:05")];
    let signed = merchant().sign_fields(common.iter().chain(fields).copied()).unwrap();
    event(signed.url().split_once('?').unwrap().1)
}

#[test]
fn reads_the_published_refunds() {
    let done = "notify_time=2024-01-03+12%3A00%3A05&notify_type=batch_refund_notify&notify_id=444444445555555566666666777777770m\
        &batch_no=20240103000001&success_num=1&result_details=2024010121001004010200000001%5E0.01%5ESUCCESS%24fee%40example.com\
        %5E2088000000000003%5E0.00%5ESUCCESS&sign=f9cb839c816536c5bc33153799951de4&sign_type=MD5";
    let TradeEvent::BatchRefund(batch) = event(done).unwrap() else { panic!("no batch") };
    assert_eq!(
        (batch.batch_no().as_str(), batch.success_num(), batch.refunded_fen()),
        ("20240103000001", 1, 1)
    );
    let [item] = batch.items() else { panic!("one refund") };
    assert_eq!(item.trade_no.as_str(), "2024010121001004010200000001");
    assert!(matches!(&item.parts[..], [RefundPart::Fee { user_id, .. }] if &**user_id == "2088000000000003"));

    let failed = "notify_time=2024-01-03+12%3A00%3A05&notify_type=batch_refund_notify&notify_id=555555556666666677777777888888880m\
        &batch_no=20240103000001&success_num=0&result_details=2024010121001004010200000001%5E0.01%5ENOT_THIS_PARTNERS_TRADE\
        &sign=50072b3e2fbdfb53d408e42caeaa0be0&sign_type=MD5";
    let event = event(failed).unwrap();
    assert_eq!((event.name(), event.out_trade_no()), ("batch_refund", None));
    let TradeEvent::BatchRefund(batch) = event else { panic!("no batch") };
    assert_eq!((batch.success_num(), batch.refunded_fen(), batch.succeeded().count()), (0, 0, 0));
    assert_eq!(batch.items()[0].result.error().unwrap(), "NOT_THIS_PARTNERS_TRADE");
}

#[test]
fn reads_the_published_payouts() {
    let body = "notify_time=2024-01-04+12%3A00%3A05&notify_type=batch_trans_notify&notify_id=666666667777777788888888999999990j\
        &batch_no=20240104000001&pay_user_id=2088000000000001&pay_user_name=%E7%A4%BA%E4%BE%8B%E5%85%AC%E5%8F%B8\
        &pay_account_no=20880000000000010156&success_details=1001%5Epayee1%40example.com%5E%E5%BC%A0%E4%B8%89%5E1.00%5ES%5E\
        %5E20240104000000001%5E20240104120001%7C&fail_details=1002%5Epayee2%40example.com%5E%E6%9D%8E%E5%9B%9B%5E2.00%5EF\
        %5EACCOUN_NAME_NOT_MATCH%5E20240104000000002%5E20240104120002%7C&sign=1306196f6192d86cb07414bac5c338e5&sign_type=MD5";
    let TradeEvent::BatchTransfer(batch) = event(body).unwrap() else { panic!("no batch") };
    assert_eq!(
        (batch.batch_no().as_str(), batch.pay_account_no()),
        ("20240104000001", Some("20880000000000010156"))
    );
    assert_eq!((batch.pay_user_id(), batch.pay_user_name()), (Some("2088000000000001"), Some("示例公司")));
    assert_eq!(batch.paid_fen(), 100);
    let (Some(paid), Some(failed)) = (batch.succeeded().next(), batch.failed().next()) else {
        panic!("two payouts")
    };
    assert_eq!((&*paid.serial, &*paid.name, &*paid.alipay_serial), ("1001", "张三", "20240104000000001"));
    assert_eq!((paid.flag.clone(), paid.reason.clone()), (TransferFlag::Succeeded, None));
    assert_eq!(failed.reason.as_ref().unwrap(), "ACCOUN_NAME_NOT_MATCH");
    assert_eq!(failed.time.unwrap().to_string(), "2024-01-04 12:00:02");
    assert!(!format!("{batch:?}").contains("payee1"));
}

#[test]
fn batches_without_details_are_read() {
    let refund = [("notify_type", "batch_refund_notify"), ("batch_no", "20240103001"), ("success_num", "0")];
    let TradeEvent::BatchRefund(batch) = event_of(&refund).unwrap() else { panic!("no batch") };
    assert!(batch.items().is_empty() && batch.unfrozen().is_empty());
    for name in ["unfreezed_deta", "unfreezed_details"] {
        let fields = [&refund[..], &[(name, "u^f^1.00^t^now^S^SUCCESS#short")]].concat();
        let TradeEvent::BatchRefund(batch) = event_of(&fields).unwrap() else { panic!("no batch") };
        assert!(matches!(batch.unfrozen(), [Unfreeze::Record { .. }, Unfreeze::Other(_)]), "{name}");
    }
    let transfer = [("notify_type", "batch_trans_notify"), ("batch_no", "20240104001")];
    let TradeEvent::BatchTransfer(batch) = event_of(&transfer).unwrap() else { panic!("no batch") };
    assert!(batch.records().is_empty());
}

#[test]
fn what_cannot_be_read_is_named() {
    let many = "1^a^b^1.00^S^^2^|".repeat(501);
    let refund = |batch_no, count, details| {
        [
            ("notify_type", "batch_refund_notify"),
            ("batch_no", batch_no),
            ("success_num", count),
            ("result_details", details),
        ]
    };
    let transfer = |success, fail| {
        [
            ("notify_type", "batch_trans_notify"),
            ("batch_no", "20240104001"),
            ("success_details", success),
            ("fail_details", fail),
        ]
    };
    for (fields, error) in [
        (refund("", "1", ""), ParseError::Missing("batch_no")),
        (refund("1", "1", ""), ParseError::BadValue("batch_no")),
        (refund("20240103001", "", ""), ParseError::Missing("success_num")),
        (refund("20240103001", "-1", ""), ParseError::BadValue("success_num")),
        (refund("20240103001", "1", "2010031206252779^SUCCESS"), ParseError::BadValue("result_details")),
        (transfer("1^a", ""), ParseError::BadValue("success_details")),
        (transfer("", "1^a"), ParseError::BadValue("fail_details")),
        (transfer(&many, &many), ParseError::BadValue("fail_details")),
    ] {
        assert_eq!(event_of(&fields).unwrap_err(), error);
    }
}

/// A thousand of the largest amounts are more than one amount can be, and are added up all the same.
#[test]
fn sums_do_not_overflow() {
    let details =
        (0..1000).map(|n| format!("2010031206{n:06}^100000000.00^SUCCESS")).collect::<Vec<_>>().join("#");
    let fields = [
        ("notify_type", "batch_refund_notify"),
        ("batch_no", "20240103001"),
        ("success_num", "1000"),
        ("result_details", &details),
    ];
    let TradeEvent::BatchRefund(batch) = event_of(&fields).unwrap() else { panic!("no batch") };
    assert_eq!(batch.refunded_fen(), 10_000_000_000_000);
}
