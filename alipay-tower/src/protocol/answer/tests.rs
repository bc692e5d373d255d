//! Answers of the shapes that were seen, signed anew.

use super::*;
use crate::protocol::{
    AuthenticityError, BatchNo, Channel, CloseTrade, ConfirmedBy, Currency, ErrorCode, ForexAmount,
    ForexRefund, KeyMatch, LogisticsType, Md5Key, Mismatch, Order, OutTradeNo, ParseError, PartnerId,
    RefundDetail, RefundStatus, RefundWithoutPassword, SendGoods, SingleTradeQuery, TradeEvent, TradeNo,
    TradeStatus, XmlError, XmlTrust,
};

/// Partially refunded (Alipay, *single_trade_query*, response), without the signature.
const PARTLY_REFUNDED: &str = "body=abcd&buyer_email=buyer@example.com&buyer_id=2088000000000002&discount=0.00&flag_trade_locked=0\
    &gmt_create=2015-03-18 15:22:26&gmt_last_modified_time=2015-03-18 15:43:11&gmt_payment=2015-03-18 15:22:36\
    &gmt_refund=2015-03-18 15:43:11.744&is_total_fee_adjust=F&operator_role=B&out_trade_no=T1&payment_type=8&price=0.10\
    &quantity=1&refund_fee=0.03&refund_flow_type=1&refund_id=97622780097&refund_status=REFUND_SUCCESS\
    &seller_email=seller@example.com&seller_id=2088000000000001&subject=测试&to_buyer_fee=0.03&to_seller_fee=0.10\
    &total_fee=0.10&trade_no=2015031800001000970051218861&trade_status=TRADE_SUCCESS&use_coupon=F";

fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

fn by_order() -> SingleTradeQuery {
    SingleTradeQuery::by_out_trade_no(OutTradeNo::new("T1").unwrap())
}

fn order(amount: &str) -> Order {
    Order::new(OutTradeNo::new("T1").unwrap(), amount.parse().unwrap())
}

/// An answer about one trade, whose values need no escaping.
fn answer(element: &str, text: &str, sign: Option<&str>) -> String {
    let fields = text.split('&').map(|pair| pair.split_once('=').unwrap());
    let inner: String = fields.map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    let sign = sign.map(|sign| format!("<sign>{sign}</sign><sign_type>MD5</sign_type>")).unwrap_or_default();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><alipay><is_success>T</is_success>\
         <request><param name=\"trade_no\">9999999999999999</param></request>\
         <response><{element}>{inner}</{element}></response>{sign}</alipay>"
    )
}

fn signed(element: &str, text: &str) -> String {
    answer(element, text, Some(&merchant().sign_text(text.as_bytes())))
}

fn refusal(code: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"GBK\"?><alipay><is_success>F</is_success><error>{code}</error></alipay>"
    )
}

fn query(answer: &str) -> Result<TradeQueryAnswer, AnswerError> {
    by_order().read(answer.as_bytes(), &merchant())
}

#[test]
fn a_trade_has_typed_values_and_keeps_the_rest() {
    let answer = query(&signed("trade", PARTLY_REFUNDED)).unwrap();
    let trade = answer.trade().unwrap();
    assert_eq!(trade.trade_no().as_str(), "2015031800001000970051218861");
    assert_eq!(*trade.trade_status(), TradeStatus::TradeSuccess);
    assert_eq!((trade.is_total_fee_adjusted(), trade.uses_coupon()), (Some(false), Some(false)));
    assert_eq!((trade.is_locked(), trade.refund_status()), (Some(false), Some(RefundStatus::RefundSuccess)));
    let fen = |money: Option<crate::Money>| money.map(crate::Money::fen);
    assert_eq!((fen(trade.total_fee()), fen(trade.refund_fee())), (Some(10), Some(3)));
    assert_eq!(trade.refunded_at(), "2015-03-18 15:43:11".parse().ok());
    assert_eq!(trade.closed_at(), None);
    assert_eq!(trade.field("refund_flow_type"), Some("1"));
    assert_eq!(trade.key(), KeyMatch::Current);
}

#[test]
fn what_was_paid_and_paid_back_is_first_a_payment() {
    let confirmed = query(&signed("trade", PARTLY_REFUNDED)).unwrap().into_confirmed().unwrap();
    assert_eq!(confirmed.confirmed_by(), ConfirmedBy::Query);
    let events = confirmed.into_events().unwrap();
    let [TradeEvent::Paid(payment), TradeEvent::Refunded(notice)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(notice.refunded(), "0.03".parse().ok());
    let payment = payment.clone().match_order(&order("0.10")).unwrap();
    assert_eq!((payment.channel(), payment.progress().refunded().fen()), (Channel::Query, 3));
    assert!(matches!(payment.event(), TradeEvent::Refunded(_)));
}

#[test]
fn a_closed_trade_tells_by_its_dates_whether_it_was_paid() {
    let full = PARTLY_REFUNDED
        .replace("refund_fee=0.03", "refund_fee=0.10")
        .replace("TRADE_SUCCESS", "TRADE_CLOSED");
    let events = query(&signed("trade", &full)).unwrap().into_confirmed().unwrap().into_events().unwrap();
    assert!(matches!(&events[..], [TradeEvent::Paid(_), TradeEvent::Refunded(_)]), "{events:?}");
    let unpaid = "gmt_close=2015-03-19 15:22:26&out_trade_no=T1&seller_id=2088000000000001&total_fee=0.10\
        &trade_no=2015031800001000970051218861&trade_status=TRADE_CLOSED";
    let events = query(&signed("trade", unpaid)).unwrap().into_confirmed().unwrap().into_events().unwrap();
    assert!(matches!(&events[..], [TradeEvent::Closed(_)]), "{events:?}");
}

#[test]
fn an_adjusted_price_is_told_by_t() {
    let paid = "gmt_payment=2015-03-18 15:22:36&is_total_fee_adjust=F&out_trade_no=T1&seller_id=2088000000000001\
        &total_fee=0.10&trade_no=2015031800001000970051218861&trade_status=TRADE_FINISHED&use_coupon=F";
    let read = |text: &str| {
        let confirmed = query(&signed("trade", text)).unwrap().into_confirmed().unwrap();
        let TradeEvent::Paid(payment) = confirmed.into_event().unwrap() else { panic!("not paid") };
        payment.match_order(&order("0.10")).map(|payment| payment.paid_at())
    };
    assert_eq!(read(paid), Ok("2015-03-18 15:22:36".parse().ok()));
    assert_eq!(read(&paid.replace("adjust=F", "adjust=T")).unwrap_err(), Mismatch::PriceAdjusted);
    assert_eq!(read(&paid.replace("coupon=F", "coupon=T")).unwrap_err(), Mismatch::PriceAdjusted);
}

#[test]
fn no_trade_yet_is_an_answer_and_other_codes_are_refusals() {
    assert!(matches!(query(&refusal("TRADE_NOT_EXIST")), Ok(TradeQueryAnswer::NoTrade)));
    let error = query(&refusal("ILLEGAL_SIGN")).unwrap_err();
    assert_eq!(error, AnswerError::Refused(ErrorCode::new("ILLEGAL_SIGN")));
    assert_eq!((error.code(), error.is_outcome_unknown()), ("refused", false));
    assert!(error.to_string().starts_with("Alipay answered ILLEGAL_SIGN: "), "{error}");
    assert!(query(&refusal("SYSTEM_ERROR")).unwrap_err().is_outcome_unknown());
    let silent = query("<alipay><is_success>F</is_success></alipay>").unwrap_err();
    assert_eq!(silent, AnswerError::Refused(ErrorCode::new("")));
}

#[test]
fn an_answer_must_be_signed_by_us_and_about_what_was_asked() {
    let text = PARTLY_REFUNDED;
    assert_eq!(query(&answer("trade", text, None)).unwrap_err(), AnswerError::Unsigned);
    assert_eq!(query("<alipay><is_success>T</is_success></alipay>").unwrap_err(), AnswerError::Unsigned);
    assert_eq!(
        query(&signed("trade", text).replace(">0.10<", ">0.01<")).unwrap_err(),
        AnswerError::Authenticity(AuthenticityError::Signature)
    );
    let cases = [
        ("out_trade_no=T1", "out_trade_no=T2", AnswerError::OtherTrade),
        ("seller_id=2088000000000001", "seller_id=2088000000000009", AuthenticityError::Seller.into()),
        ("&trade_status=TRADE_SUCCESS", "", ParseError::Missing("trade_status").into()),
        ("operator_role=B", "notify_id=B", ParseError::BadValue("notify_id").into()),
    ];
    for (from, to, error) in cases {
        let mut pairs: Vec<_> = text.split('&').map(|pair| if pair == from { to } else { pair }).collect();
        if to.is_empty() {
            pairs.retain(|pair| !from.ends_with(pair));
        }
        pairs.sort_unstable();
        assert_eq!(query(&signed("trade", &pairs.join("&"))).unwrap_err(), error, "{to}");
    }
    let by_trade = SingleTradeQuery::by_trade_no(TradeNo::new("2015031800001000970051218862").unwrap());
    let error = by_trade.read(signed("trade", text).as_bytes(), &merchant()).unwrap_err();
    assert_eq!(error, AnswerError::OtherTrade);
    let processing = signed("trade", text).replace("<is_success>T", "<is_success>P");
    assert_eq!(query(&processing).unwrap_err(), ParseError::BadValue("is_success").into());
}

#[test]
fn trust_in_tls_alone_is_the_merchants_choice() {
    let trusting = merchant().with_dangerous_xml_trust(XmlTrust::TlsOnly);
    for sign in [None, Some("00000000000000000000000000000000")] {
        let answer = by_order().read(answer("trade", PARTLY_REFUNDED, sign).as_bytes(), &trusting).unwrap();
        assert_eq!(answer.trade().map(QueriedTrade::key), Some(KeyMatch::Unsigned));
    }
    let other = PARTLY_REFUNDED.replace("seller_id=2088000000000001", "seller_id=2088000000000009");
    let error = by_order().read(answer("trade", &other, None).as_bytes(), &trusting).unwrap_err();
    assert_eq!(error, AnswerError::Authenticity(AuthenticityError::Seller));
}

#[test]
fn closing_and_shipping() {
    let plain = b"<alipay><is_success>T</is_success></alipay>";
    let trade = TradeNo::new("2015031800001000970051218861").unwrap();
    let close = CloseTrade::by_trade_no(trade.clone());
    assert_eq!(close.read(plain, &merchant()).unwrap().fields().count(), 0);
    let refused = close.read(refusal("TRADE_STATUS_NOT_AVAILD").as_bytes(), &merchant()).unwrap_err();
    assert!(refused.refused().is_some_and(|code| *code == "TRADE_STATUS_NOT_AVAILD"));

    let ship = SendGoods::new(trade, "顺丰", LogisticsType::Express);
    assert_eq!(ship.read(plain, &merchant()).unwrap().trade_no(), None);
    let text = "out_trade_no=T1&trade_no=2015031800001000970051218861&trade_status=WAIT_BUYER_CONFIRM_GOODS";
    let shipped = ship.read(signed("tradeBase", text).as_bytes(), &merchant()).unwrap();
    assert_eq!(shipped.trade_status(), Some(TradeStatus::WaitBuyerConfirmGoods));
    assert_eq!(shipped.out_trade_no(), OutTradeNo::new("T1").ok());
    let other = signed("tradeBase", &text.replace("8861", "8862"));
    assert_eq!(ship.read(other.as_bytes(), &merchant()).unwrap_err(), AnswerError::OtherTrade);
    let forged = signed("tradeBase", text).replace("WAIT_BUYER", "WAIT_SELLER");
    assert!(matches!(ship.read(forged.as_bytes(), &merchant()), Err(AnswerError::Authenticity(_))));
}

#[test]
fn refunds_are_accepted_and_not_yet_made() {
    let at = "2024-01-03 12:00:00".parse().unwrap();
    let trade = TradeNo::new("2015031800001000970051218861").unwrap();
    let refund = RefundDetail::new(trade, "0.03".parse().unwrap(), "returned");
    let batch = RefundWithoutPassword::new(BatchNo::of_day(at, "001").unwrap(), [refund]);
    let read = |answer: &str| batch.read(answer.as_bytes(), &merchant());
    assert_eq!(read("<alipay><is_success>T</is_success></alipay>"), Ok(RefundAnswer::Accepted));
    assert_eq!(read("<alipay><is_success>P</is_success></alipay>"), Ok(RefundAnswer::Processing));
    let duplicate = read(&refusal("DUPLICATE_BATCH_NO")).unwrap_err();
    assert!(!duplicate.is_outcome_unknown());

    let amount = ForexAmount::new(Currency::new("USD").unwrap(), "0.01".parse().unwrap());
    let [refund_no, order_no] = ["R1", "F1"].map(|text| OutTradeNo::new(text).unwrap());
    let refund = ForexRefund::new(refund_no, order_no, amount).with_synchronous_result(true);
    let read = |answer: &str| refund.read(answer.as_bytes(), &merchant());
    assert!(read("<alipay><is_success>T</is_success></alipay>").unwrap().is_result());
    assert_eq!(read(&signed("alipay", "out_return_no=R2")).unwrap_err(), AnswerError::OtherTrade);
    let unreadable = read("<html>").unwrap_err();
    assert_eq!(unreadable, AnswerError::Xml(XmlError::Syntax));
    assert!(unreadable.is_outcome_unknown());
}

/// The published vector of a trade in an XML answer (Alipay, *Response format*): entities are decoded before signing.
#[test]
fn a_published_answer() {
    let text = "buyer_email=buyer@example.com&buyer_id=2088000000000002&discount=0.00&flag_trade_locked=0\
        &gmt_create=2024-01-01 10:00:00&gmt_last_modified_time=2024-01-01 10:00:30&gmt_payment=2024-01-01 10:00:30\
        &is_total_fee_adjust=F&operator_role=B&out_trade_no=T20240101000001&payment_type=1&price=0.01&quantity=1\
        &seller_email=seller@example.com&seller_id=2088000000000001&subject=SUBJECT&to_buyer_fee=0.00&to_seller_fee=0.01\
        &total_fee=0.01&trade_no=2024010121001004010200000001&trade_status=TRADE_SUCCESS&use_coupon=F";
    let query = SingleTradeQuery::by_trade_no(TradeNo::new("2024010121001004010200000001").unwrap());
    let read = |sign| {
        let answer = answer("trade", text, Some(sign)).replace("SUBJECT", "测试订单 &amp; &lt;1&gt;");
        query.read(answer.as_bytes(), &merchant())
    };
    let answer = read("35abd54a233e52ceed36c961dc72cfbb").unwrap();
    assert_eq!(answer.trade().and_then(|trade| trade.field("subject")), Some("测试订单 & <1>"));
    assert!(read("bc866d0020f0cc140dfb2fc772d5ab4b").is_err());
}

#[test]
fn the_log_can_say_that_an_old_key_signed_it() {
    let new = Md5Key::new("543210zyxwvutsrqponmlkjihgfedcba").unwrap();
    let old = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    let rotated = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), new).with_previous_key(old);
    let answer = by_order().read(signed("trade", PARTLY_REFUNDED).as_bytes(), &rotated).unwrap();
    assert_eq!(answer.into_confirmed().map(|trade| trade.key()), Some(KeyMatch::Previous));
}

#[cfg(feature = "gbk")]
#[test]
fn a_gbk_merchant_reads_gbk() {
    use crate::protocol::Charset;

    let gbk = merchant().with_charset(Charset::Gbk);
    let sign = gbk.sign_text(&Charset::Gbk.encode(PARTLY_REFUNDED).unwrap());
    let text =
        answer("trade", PARTLY_REFUNDED, Some(&sign)).replace("encoding=\"utf-8\"", "encoding=\"GBK\"");
    let bytes = Charset::Gbk.encode(&text).unwrap();
    let read = by_order().read(&bytes, &gbk).unwrap();
    assert_eq!(read.trade().and_then(|trade| trade.field("subject")), Some("测试"));
    assert!(by_order().read(&bytes, &merchant()).is_err(), "signed in another charset");
}

#[cfg(feature = "rsa")]
#[test]
fn with_rsa_the_answer_is_alipays_and_names_the_seller() {
    use crate::protocol::PrivateKey;

    let [shop, alipay] = [(); 2].map(|()| PrivateKey::generate().unwrap());
    let partner = PartnerId::new("2088000000000001").unwrap();
    let merchant = Merchant::rsa(partner.clone(), shop.clone(), alipay.public().clone()).unwrap();
    let mirror = Merchant::rsa(partner, alipay, shop.public().clone()).unwrap();
    let read = |signer: &Merchant, text: &str| {
        let answer =
            answer("trade", text, Some(&signer.sign_text(text.as_bytes()))).replace(">MD5<", ">RSA<");
        by_order().read(answer.as_bytes(), &merchant).map(|answer| answer.trade().is_some())
    };
    assert_eq!(read(&mirror, PARTLY_REFUNDED), Ok(true));
    assert_eq!(read(&merchant, PARTLY_REFUNDED), Err(AuthenticityError::Signature.into()));
    let nobody = PARTLY_REFUNDED.replace("&seller_email=seller@example.com&seller_id=2088000000000001", "");
    assert_eq!(read(&mirror, &nobody), Err(AuthenticityError::Seller.into()));
}
