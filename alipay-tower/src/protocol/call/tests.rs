use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::protocol::{
    Charset, Currency, ForexAmount, LogisticsType, Md5Key, Merchant, Money, OutTradeNo, PageRequest,
    PartnerId, RequestError, SignedRequest, SplitFund, Timestamp, TradeNo,
};

const TRADE: &str = "2024010121001004010200000001";

fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

fn noon() -> Timestamp {
    "2024-01-03 12:00:00".parse().unwrap()
}

fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

fn trade(number: usize) -> TradeNo {
    TradeNo::new(&format!("20240101210010040102{number:08}")).unwrap()
}

fn order(text: &str) -> OutTradeNo {
    OutTradeNo::new(text).unwrap()
}

fn batch_no() -> BatchNo {
    BatchNo::of_day(noon(), "001").unwrap()
}

fn refused(signed: Result<SignedRequest, RequestError>) -> String {
    signed.unwrap_err().field().to_owned()
}

fn refund(reason: &str) -> RefundDetail {
    RefundDetail::new(trade(1), yuan("0.01"), reason)
}

fn with_password(details: Vec<RefundDetail>) -> Result<SignedRequest, RequestError> {
    RefundWithPassword::new(batch_no(), details).sign(&merchant(), noon())
}

fn without_password(details: Vec<RefundDetail>) -> Result<SignedRequest, RequestError> {
    RefundWithoutPassword::new(batch_no(), details).sign(&merchant(), noon())
}

#[test]
fn queries_and_closes_name_one_trade() {
    let query = SingleTradeQuery::by_trade_no(TradeNo::new(TRADE).unwrap());
    assert_eq!(query.sign(&merchant(), noon()).unwrap().field("trade_no"), Some(TRADE));
    let short = TradeNo::new("123").unwrap();
    assert_eq!(refused(SingleTradeQuery::by_trade_no(short.clone()).sign(&merchant(), noon())), "trade_no");
    assert_eq!(refused(CloseTrade::by_trade_no(short).sign(&merchant(), noon())), "trade_no");
    let close = CloseTrade::by_trade_no(TradeNo::new(TRADE).unwrap())
        .with_trade_role(TradeRole::Delivery)
        .with_ip(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9)));
    let signed = close.sign(&merchant(), noon()).unwrap();
    assert_eq!((signed.field("trade_role"), signed.field("ip")), (Some("D"), Some("203.0.113.9")));
    assert_eq!(signed.field("notify_url"), None);
}

#[test]
fn shipping_names_a_carrier() {
    let send = |name: &str| SendGoods::new(TradeNo::new(TRADE).unwrap(), name, LogisticsType::Direct);
    let signed = send("none")
        .with_create_transport_type(LogisticsType::Post)
        .with_seller_ip(IpAddr::V4(Ipv4Addr::LOCALHOST))
        .sign(&merchant(), noon())
        .unwrap();
    assert_eq!((signed.field("transport_type"), signed.field("create_transport_type")), (None, Some("POST")));
    for (name, invoice, field) in
        [("", "1", "logistics_name"), ("a&b", "1", "logistics_name"), ("a", "1&trade_no=2", "invoice_no")]
    {
        assert_eq!(refused(send(name).with_invoice_no(invoice).sign(&merchant(), noon())), field);
    }
}

#[test]
fn a_batch_of_refunds_is_counted_and_joined() {
    let details = (1..=3).map(|number| RefundDetail::new(trade(number), yuan("1.50"), "退货"));
    let signed = with_password(details.collect()).unwrap();
    assert_eq!(signed.field("batch_num"), Some("3"));
    let expected: Vec<String> = (1..=3).map(|number| format!("{}^1.50^退货", trade(number))).collect();
    assert_eq!(signed.field("detail_data"), Some(&*expected.join("#")));
    assert_eq!(signed.field("seller_user_id"), Some("2088000000000001"));
    let by_email = RefundWithPassword::new(batch_no(), [refund("x")]).with_seller_email("seller@example.com");
    assert_eq!(by_email.sign(&merchant(), noon()).unwrap().field("seller_user_id"), None);
}

#[test]
fn a_page_is_filled_in_by_the_desk() {
    let refunds = RefundWithPassword::new(batch_no(), [refund("x")]);
    let (notify, back) = ("https://a.example/notify", "https://a.example/return");
    let signed = refunds.sign_page(&merchant(), notify, back, noon()).unwrap();
    assert_eq!((signed.field("notify_url"), signed.field("return_url")), (Some(notify), None));
    let own = refunds.with_notify_url("https://b.example/refunds");
    let signed = own.sign_page(&merchant(), notify, back, noon()).unwrap();
    assert_eq!(signed.field("notify_url"), Some("https://b.example/refunds"));
}

#[test]
fn parts_of_a_refund_stand_in_the_documented_order() {
    let share = |number: &str| {
        RoyaltyRefund::new(
            ("o@example.com", number),
            ("i@example.com", "2088000000000001"),
            yuan("0.10"),
            "share",
        )
    };
    let detail = refund("all")
        .with_sub_trade(yuan("0.02"), "sub")
        .with_royalty(share("2088000000000004"))
        .with_royalty(share("2088000000000005"))
        .with_fee(FeeRefund::new("f@example.com", "2088000000000003", yuan("0.01"), "fee"));
    let signed = RefundWithoutPassword::new(batch_no(), [detail.clone()])
        .with_freeze_amount(true)
        .with_xml_answer()
        .with_dback_notify_url("https://a.example/dback")
        .with_notify_url("https://a.example/notify")
        .sign(&merchant(), noon())
        .unwrap();
    assert_eq!(
        signed.field("detail_data").unwrap(),
        format!(
            "{}^0.01^all$f@example.com^2088000000000003^0.01^fee\
             |o@example.com^2088000000000004^i@example.com^2088000000000001^0.10^share\
             |o@example.com^2088000000000005^i@example.com^2088000000000001^0.10^share$$0.02^sub",
            trade(1)
        )
    );
    assert_eq!(signed.field("use_freeze_amount"), Some("Y"));
    assert_eq!(refused(with_password(vec![detail])), "detail_data");
}

#[test]
fn refunds_keep_their_limits() {
    let many = |count| (0..count).map(|number| RefundDetail::new(trade(number), yuan("0.01"), "")).collect();
    assert!(with_password(many(1000)).is_ok());
    let nothing = RefundDetail::new(trade(1), Money::default(), "x");
    let share = |amount, account: &str| {
        refund("x").with_royalty(RoyaltyRefund::new((account, "1"), ("i", "2"), yuan(amount), "x"))
    };
    let cases: Vec<(Vec<RefundDetail>, &str)> = vec![
        (many(0), "batch_num"),
        (many(1001), "batch_num"),
        (vec![refund("a"), refund("b")], "detail_data"),
        (vec![nothing], "detail_data"),
        (vec![refund("a^b")], "detail_data"),
        (vec![refund("a|b")], "detail_data"),
        (vec![refund("a$b")], "detail_data"),
        (vec![refund("a#b")], "detail_data"),
        (vec![refund("x&batch_num=9")], "detail_data"),
        (vec![refund("a\nb")], "detail_data"),
        (vec![refund(&"a".repeat(256))], "detail_data"),
        (vec![share("0.00", "o")], "detail_data"),
        (vec![share("0.01", "o^1")], "detail_data"),
        (vec![refund("x").with_fee(FeeRefund::new("f|1", "2", yuan("0.01"), ""))], "detail_data"),
        (vec![refund("x").with_sub_trade(yuan("0.01"), "a$$b")], "detail_data"),
    ];
    for (details, field) in cases {
        assert_eq!(refused(without_password(details.clone())), field, "{details:?}");
    }
    let url = RefundWithoutPassword::new(batch_no(), [refund("x")]).with_dback_notify_url("/dback");
    assert_eq!(refused(url.sign(&merchant(), noon())), "dback_notify_url");
}

/// A reason has fewer than 256 bytes in the charset that it is sent in.
#[cfg(feature = "gbk")]
#[test]
fn a_reason_is_measured_in_its_charset() {
    let (gbk, reason) = (merchant().with_charset(Charset::Gbk), "退".repeat(100));
    let batch = RefundWithPassword::new(batch_no(), [refund(&reason)]);
    assert!(batch.sign(&gbk, noon()).is_ok());
    assert_eq!(refused(batch.sign(&merchant(), noon())), "detail_data");
    let foreign = RefundWithPassword::new(batch_no(), [refund("😀")]);
    assert_eq!(refused(foreign.sign(&gbk, noon())), "detail_data");
}

#[test]
fn a_batch_is_of_today() {
    let sign = |number: &str, at: &str| {
        let batch = RefundWithPassword::new(BatchNo::new(number).unwrap(), [refund("x")]);
        batch.sign(&merchant(), at.parse().unwrap())
    };
    assert!(sign("20240103001", "2024-01-03 00:00:00").is_ok());
    assert_eq!(refused(sign("20240103001", "2024-01-04 00:00:00")), "batch_no");
    assert_eq!(refused(sign("20240103000", "2024-01-03 00:00:00")), "batch_no");
    assert_eq!(refused(sign("REFUND20240103", "2024-01-03 00:00:00")), "batch_no");
}

#[test]
fn a_cross_border_refund_is_in_one_currency() {
    let code = |code| Currency::new(code).unwrap();
    let sign = |amount: ForexAmount| ForexRefund::new(order("R1"), order("F1"), amount);
    let signed = sign(ForexAmount::in_rmb(code("USD"), yuan("70.00")))
        .with_synchronous_result(true)
        .with_product_code("NEW_OVERSEAS_SELLER")
        .with_reason("returned")
        .with_notify_url("https://a.example/notify")
        .with_split_fund_info([SplitFund::new(
            "2088000000000003",
            ForexAmount::new(code("USD"), yuan("1.00")),
            "x",
        )])
        .sign(&merchant(), noon())
        .unwrap();
    assert_eq!((signed.field("return_rmb_amount"), signed.field("return_amount")), (Some("70.00"), None));
    assert_eq!((signed.field("is_sync"), signed.field("gmt_return")), (Some("Y"), Some("20240103120000")));
    let yen = |text| sign(ForexAmount::new(code("JPY"), yuan(text)));
    assert_eq!(yen("1200").sign(&merchant(), noon()).unwrap().field("return_amount"), Some("1200"));
    assert_eq!(refused(yen("12.50").sign(&merchant(), noon())), "return_amount");
    assert_eq!(refused(yen("0").sign(&merchant(), noon())), "return_amount");
    assert_eq!(refused(yen("1").with_reason("a&b").sign(&merchant(), noon())), "reason");
}

fn payout(serial: &str, account: &str, name: &str, amount: &str, memo: &str) -> TransferDetail {
    TransferDetail::new(serial, account, name, yuan(amount), memo)
}

fn payouts(details: Vec<TransferDetail>) -> BatchTransferRequest {
    BatchTransferRequest::new(batch_no(), "示例公司", "payer@example.com", details)
}

#[test]
fn a_batch_of_payouts_is_added_up() {
    let details =
        vec![payout("1", "a@example.com", "张三", "499999.99", ""), payout("2", "b", "李四", "0.01", "二月")];
    let signed = payouts(details)
        .with_buyer_account_name("payer")
        .with_extend_param([("agent", "123456")])
        .sign(&merchant(), noon())
        .unwrap();
    assert_eq!(signed.field("batch_fee"), Some("500000.00"));
    assert_eq!(signed.field("batch_num"), Some("2"));
    assert_eq!(signed.field("pay_date"), Some("20240103"));
    assert_eq!(signed.field("detail_data"), Some("1^a@example.com^张三^499999.99^|2^b^李四^0.01^二月"));
    assert_eq!(signed.field("extend_param"), Some("agent^123456"));
}

#[test]
fn payouts_keep_their_limits() {
    let one = |amount| payout("1", "a", "b", amount, "");
    let many =
        |count: u32, amount| (1..=count).map(|n| payout(&n.to_string(), "a", "b", amount, "")).collect();
    assert!(payouts(many(1000, "9999.99")).sign(&merchant(), noon()).is_ok());
    assert!(payouts(vec![one("1999999.99")]).with_verified_companies().sign(&merchant(), noon()).is_ok());
    let cases: Vec<(BatchTransferRequest, &str)> = vec![
        (payouts(vec![]), "batch_num"),
        (payouts(many(1001, "1.00")), "batch_num"),
        (payouts(many(1000, "10000.00")), "batch_fee"),
        (payouts(vec![one("0.00")]), "detail_data"),
        (payouts(vec![one("500000.00")]), "detail_data"),
        (payouts(vec![one("2000000.00")]).with_verified_companies(), "detail_data"),
        (payouts(vec![one("1.00"), one("1.00")]), "detail_data"),
        (payouts(vec![payout("", "a", "b", "1.00", "")]), "detail_data"),
        (payouts(vec![payout("1a", "a", "b", "1.00", "")]), "detail_data"),
        (payouts(vec![payout(&"1".repeat(23), "a", "b", "1.00", "")]), "detail_data"),
        (payouts(vec![payout("1", "", "b", "1.00", "")]), "detail_data"),
        (payouts(vec![payout("1", "a", "", "1.00", "")]), "detail_data"),
        (payouts(vec![payout("1", "a|b", "b", "1.00", "")]), "detail_data"),
        (payouts(vec![payout("1", "a", "b^c", "1.00", "")]), "detail_data"),
        (payouts(vec![payout("1", "a", "b", "1.00", &"月".repeat(51))]), "detail_data"),
        (payouts(vec![payout("1", "a", "b", "1.00", "x&batch_fee=0.01")]), "detail_data"),
        (payouts(vec![one("1.00")]).with_extend_param([("a", "b|c^d")]), "extend_param"),
        (payouts(vec![one("1.00")]).with_notify_url("https://a.example/?x=1"), "notify_url"),
        (BatchTransferRequest::new(batch_no(), "", "p@example.com", [one("1.00")]), "account_name"),
        (BatchTransferRequest::new(batch_no(), "示例公司", "", [one("1.00")]), "email"),
    ];
    for (request, field) in cases {
        assert_eq!(refused(request.sign(&merchant(), noon())), field, "{request:?}");
    }
}

#[test]
fn nothing_personal_is_shown() {
    let shown = format!(
        "{:?} {:?} {:?}",
        payout("1", "a@example.com", "张三", "1.00", "一月"),
        payouts(vec![payout("1", "a@example.com", "张三", "1.00", "一月")]),
        refund("买家张三").with_fee(FeeRefund::new(
            "f@example.com",
            "2088000000000003",
            yuan("0.01"),
            "张三"
        )),
    );
    assert!(!shown.contains("example.com") && !shown.contains("张三"), "{shown}");
}
