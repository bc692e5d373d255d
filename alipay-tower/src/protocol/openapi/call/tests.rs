use std::sync::LazyLock;

use super::*;
use crate::protocol::{
    AesKey, AppId, Merchant, Money, PrivateKey, SellerId, SignType, Timestamp, TradeEvent, TradeState,
    TradeStatus,
};

static ALIPAY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());
static MERCHANT: LazyLock<Merchant> = LazyLock::new(|| {
    let (app, seller) = (AppId::new("2021000000000001").unwrap(), SellerId::new("2088000000000001").unwrap());
    Merchant::rsa2(app, seller, PrivateKey::generate().unwrap(), ALIPAY.public().clone()).unwrap()
});

fn at() -> Timestamp {
    "2024-06-07 12:34:56".parse().unwrap()
}

fn number() -> OutTradeNo {
    OutTradeNo::new("T1").unwrap()
}

fn fen(fen: u64) -> Money {
    Money::from_fen(fen).unwrap()
}

/// What the gateway answers: a node, signed.
fn signed(node: &str, content: &str) -> Vec<u8> {
    let sign = ALIPAY.sign(SignType::Rsa2, content.as_bytes()).unwrap();
    format!(r#"{{"{node}":{content},"sign":"{sign}"}}"#).into_bytes()
}

fn query(rest: &str) -> Vec<u8> {
    let content = format!(
        r#"{{"code":"10000","msg":"Success","out_trade_no":"T1","trade_no":"2024060722001","total_amount":"88.00"{rest}}}"#
    );
    signed("alipay_trade_query_response", &content)
}

fn ask() -> QueryTrade {
    QueryTrade::by_out_trade_no(&number()).with_query_options(["fund_bill_list"])
}

#[test]
fn a_call_carries_the_common_parameters_and_nothing_empty() {
    let signed = ask().sign(&MERCHANT, at()).unwrap();
    let names: Vec<_> = signed.fields().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["app_id", "biz_content", "charset", "format", "method", "sign_type", "timestamp", "version", "sign"]
    );
    assert_eq!(
        signed.field("biz_content"),
        Some(r#"{"out_trade_no":"T1","query_options":["fund_bill_list"]}"#)
    );
    let (address, body) = signed.post();
    assert_eq!(address, "https://openapi.alipay.com/gateway.do?charset=utf-8");
    assert_eq!(body, signed.order_string());
}

#[test]
fn a_paid_trade_becomes_an_event() {
    let rest = r#","trade_status":"TRADE_SUCCESS","send_pay_date":"2024-06-07 12:35:00","new_field":{"a":1},
        "fund_bill_list":[{"fund_channel":"PCREDIT","amount":"88","real_amount":"80.00"}]"#;
    let answer = ask().read(&query(rest), &MERCHANT).unwrap();
    assert_eq!(*answer.trade_status(), TradeStatus::TradeSuccess);
    assert_eq!(
        (answer.total_amount(), answer.paid_at().unwrap().to_string().as_str()),
        (fen(8800), "2024-06-07 12:35:00")
    );
    assert_eq!(
        (answer.fund_bills()[0].channel(), answer.fund_bills()[0].real_amount()),
        ("PCREDIT", Some(fen(8000)))
    );
    let confirmed = answer.into_confirmed().unwrap();
    let TradeEvent::Paid(payment) = confirmed.into_event().unwrap() else { panic!() };
    assert_eq!(payment.notice().field("new_field"), Some(r#"{"a":1}"#));
    assert_eq!(payment.notice().amount(), Some(fen(8800)));
}

#[test]
fn a_closed_trade_that_was_paid_is_a_refunded_one() {
    for (rest, state) in [
        (r#","trade_status":"TRADE_CLOSED""#, TradeState::Closed),
        (r#","trade_status":"TRADE_CLOSED","send_pay_date":"2024-06-07 12:35:00""#, TradeState::Refunded),
        (r#","trade_status":"WAIT_BUYER_PAY""#, TradeState::Waiting),
        (r#","trade_status":"TRADE_FINISHED""#, TradeState::Finished),
    ] {
        let answer = ask().read(&query(rest), &MERCHANT).unwrap();
        let event = answer.into_confirmed().unwrap().into_event().unwrap();
        assert_eq!(event.notice().unwrap().progress().state(), state, "{rest}");
    }
}

#[test]
fn an_answer_about_something_else_is_none() {
    let rest = r#","trade_status":"TRADE_SUCCESS""#;
    let other = QueryTrade::by_out_trade_no(&OutTradeNo::new("T2").unwrap());
    assert_eq!(other.read(&query(rest), &MERCHANT).unwrap_err(), AnswerError::Field("out_trade_no"));
    assert_eq!(ask().read(&query(""), &MERCHANT).unwrap_err(), AnswerError::Field("trade_status"));
    // The answer to another method has another node.
    let close = CloseTrade::by_out_trade_no(&number());
    assert_eq!(close.read(&query(rest), &MERCHANT).unwrap_err(), AnswerError::Malformed);
}

#[test]
fn only_what_is_signed_counts() {
    let good = query(r#","trade_status":"WAIT_BUYER_PAY""#);
    let text = String::from_utf8(good).unwrap();
    let tampered = text.replace("WAIT_BUYER_PAY", "TRADE_SUCCESS");
    assert_eq!(ask().read(tampered.as_bytes(), &MERCHANT).unwrap_err(), AnswerError::Signature);
    let (content, _) = text.split_once(",\"sign\"").unwrap();
    let unsigned = format!("{content}}}");
    assert_eq!(ask().read(unsigned.as_bytes(), &MERCHANT).unwrap_err(), AnswerError::Unsigned);
    let empty = format!("{content},\"sign\":\"\"}}");
    assert_eq!(ask().read(empty.as_bytes(), &MERCHANT).unwrap_err(), AnswerError::Unsigned);
    let twice = signed("alipay_trade_query_response", r#"{"code":"10000","trade_no":"1","trade_no":"2"}"#);
    assert_eq!(ask().read(&twice, &MERCHANT).unwrap_err(), AnswerError::Malformed);
}

#[test]
fn a_refusal_is_typed() {
    let refusal =
        r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"x"}"#;
    for node in ["alipay_trade_query_response", "error_response"] {
        let AnswerError::Refused(refusal) = ask().read(&signed(node, refusal), &MERCHANT).unwrap_err() else {
            panic!()
        };
        assert!(refusal.is_trade_not_exist() && !refusal.is_outcome_unknown());
    }
    let unsigned = format!(r#"{{"error_response":{refusal}}}"#);
    let error = ask().read(unsigned.as_bytes(), &MERCHANT).unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
}

#[test]
fn a_refund_says_whether_money_moved() {
    let refund = RefundTrade::by_out_trade_no(&number(), fen(100)).with_out_request_no("R1");
    let answer = |change: &str| {
        let content = format!(
            r#"{{"code":"10000","out_trade_no":"T1","trade_no":"1","fund_change":"{change}","refund_fee":"3.00"}}"#
        );
        refund.read(&signed("alipay_trade_refund_response", &content), &MERCHANT)
    };
    let moved = answer("Y").unwrap();
    assert!(moved.is_money_moved());
    assert_eq!(moved.refunded_so_far(), fen(300));
    assert!(!answer("N").unwrap().is_money_moved());
    assert_eq!(answer("").unwrap_err(), AnswerError::Field("fund_change"));
    let nothing = RefundTrade::by_out_trade_no(&number(), fen(0));
    assert_eq!(nothing.sign(&MERCHANT, at()).unwrap_err().field(), "refund_amount");
}

#[test]
fn an_absent_refund_status_is_no_success() {
    let query = QueryRefund::by_out_trade_no(&number(), "R1");
    let answer = |rest: &str| {
        let content = format!(r#"{{"code":"10000","out_trade_no":"T1","out_request_no":"R1"{rest}}}"#);
        query.read(&signed("alipay_trade_fastpay_refund_query_response", &content), &MERCHANT).unwrap()
    };
    assert!(!answer("").is_refunded());
    let done = answer(r#","refund_status":"REFUND_SUCCESS","refund_amount":"1.00""#);
    assert!(done.is_refunded() && done.refund_amount() == Some(fen(100)));
    assert_eq!(
        QueryRefund::by_out_trade_no(&number(), "").sign(&MERCHANT, at()).unwrap_err().field(),
        "out_request_no"
    );
}

#[test]
fn a_cancel_says_what_it_did() {
    let cancel = CancelTrade::by_out_trade_no(&number());
    let answer = |rest: &str| {
        let content = format!(r#"{{"code":"10000","out_trade_no":"T1"{rest}}}"#);
        cancel.read(&signed("alipay_trade_cancel_response", &content), &MERCHANT).unwrap()
    };
    let closed = answer(r#","retry_flag":"N","action":"close""#);
    assert_eq!((closed.action(), closed.is_to_be_repeated()), (Some(CancelAction::Close), false));
    assert_eq!(answer(r#","retry_flag":"N","action":"refund""#).action(), Some(CancelAction::Refund));
    let nothing = answer(r#","retry_flag":"Y""#);
    assert_eq!((nothing.action(), nothing.is_to_be_repeated()), (None, true));
}

#[test]
fn a_bill_has_an_address() {
    let bill = BillDownload::new("trade", "2024-06-07");
    let content = r#"{"code":"10000","bill_download_url":"http:\/\/dwbillcenter.alipay.com\/x?a=b"}"#;
    let node = "alipay_data_dataservice_bill_downloadurl_query_response";
    assert_eq!(
        bill.read(&signed(node, content), &MERCHANT).unwrap().url(),
        "http://dwbillcenter.alipay.com/x?a=b"
    );
    for date in ["2024-6-7", "20240607", "2024"] {
        assert_eq!(BillDownload::new("trade", date).sign(&MERCHANT, at()).unwrap_err().field(), "bill_date");
    }
    assert_eq!(bill.with_smid("1").sign(&MERCHANT, at()).unwrap_err().field(), "smid");
}

#[test]
fn content_is_encrypted_first_and_signed_after_that() {
    let key = AesKey::new("aa4BtZ4tspm2wnXLb1ThQA==").unwrap();
    let merchant = MERCHANT.clone().with_content_key(key.clone());
    let request = ask().sign(&merchant, at()).unwrap();
    assert_eq!(request.field("encrypt_type"), Some("AES"));
    let plain = key.decrypt(request.field("biz_content").unwrap()).unwrap();
    assert_eq!(plain, ask().sign(&MERCHANT, at()).unwrap().field("biz_content").unwrap().as_bytes());

    let content = r#"{"code":"10000","out_trade_no":"T1","trade_no":"1","total_amount":"1","trade_status":"TRADE_SUCCESS"}"#;
    let encrypted = format!("\"{}\"", key.encrypt(content).unwrap());
    let body = signed("alipay_trade_query_response", &encrypted);
    assert_eq!(ask().read(&body, &merchant).unwrap().total_amount(), fen(100));
    assert_eq!(ask().read(&body, &MERCHANT).unwrap_err(), AnswerError::Encrypted);
    let other = MERCHANT.clone().with_content_key(AesKey::new("AAAAAAAAAAAAAAAAAAAAAA==").unwrap());
    assert_eq!(ask().read(&body, &other).unwrap_err(), AnswerError::Encrypted);
}
