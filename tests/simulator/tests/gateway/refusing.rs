//! Every request that Alipay would refuse, with its code.

use std::time::Duration;

use alipay_simulator::SimulatedGateway;
use alipay_tower::{
    Merchant,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{Charset, Md5Key, PartnerId, PayMethod},
};

use crate::{
    buying::FormBody,
    shop::{Recorder, browser, buy, open, request},
};

/// The code on the error page.
pub(crate) fn code(page: &str) -> &str {
    let (_, rest) = page.split_once("<code id=\"error-code\">").unwrap_or_else(|| panic!("{page}"));
    rest.split('<').next().unwrap()
}

/// A good request with some fields changed; an empty value takes one out.
pub(crate) fn signed(merchant: &Merchant, changes: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("service", "create_direct_pay_by_user"),
        ("partner", "2088000000000001"),
        ("_input_charset", "utf-8"),
        ("seller_id", "2088000000000001"),
        ("payment_type", "1"),
        ("out_trade_no", "T1"),
        ("subject", "x"),
        ("total_fee", "0.01"),
    ];
    for (name, value) in changes {
        fields.retain(|(own, _)| own != name);
        fields.push((name, value));
    }
    merchant.sign_fields(fields).unwrap().url().to_owned()
}

#[tokio::test]
async fn each_mistake_has_its_code() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let merchant = gateway.merchant();
    let long = "x".repeat(65);
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("ILLEGAL_SERVICE", &[("service", "create_direct_pay")]),
        ("ILLEGAL_SERVICE", &[("service", "")]),
        ("ILLEGAL_PARTNER_EXTERFACE", &[("service", "bptb_user_confirm")]),
        ("ILLEGAL_PARTNER", &[("partner", "2088000000000009")]),
        ("ILLEGAL_PARTNER", &[("partner", "")]),
        ("ILLEGAL_CHARSET", &[("_input_charset", "latin-1")]),
        ("SUBJECT_MUST_NOT_BE_NULL", &[("subject", "")]),
        ("PARAMTER_IS_NULL", &[("out_trade_no", "")]),
        ("PARAMTER_IS_NULL", &[("payment_type", "")]),
        ("PARAMTER_IS_NULL", &[("seller_id", "")]),
        ("ILLEGAL_PAYMENT_TYPE", &[("payment_type", "99")]),
        ("ILLEGAL_FEE_PARAM", &[("total_fee", "")]),
        ("ILLEGAL_FEE_PARAM", &[("price", "0.01"), ("quantity", "1")]),
        ("ILLEGAL_FEE_PARAM", &[("total_fee", ""), ("price", "0.01")]),
        ("ILLEGAL_FEE_PARAM", &[("total_fee", ""), ("price", "99999999.00"), ("quantity", "2")]),
        ("ILLEGAL_MONEY_FORMAT", &[("total_fee", "0.001")]),
        ("ILLEGAL_MONEY_FORMAT", &[("total_fee", "0.00")]),
        ("ILLEGAL_MONEY_FORMAT", &[("total_fee", "100000000.01")]),
        ("ILLEGAL_INTEGER_FORMAT", &[("total_fee", ""), ("price", "0.01"), ("quantity", "+1")]),
        ("ILLEGAL_LENGTH", &[("out_trade_no", &long)]),
        ("ILLEGAL_ARGUMENT", &[("subject", "50% off")]),
        ("ILLEGAL_ARGUMENT", &[("body", "line\nbreak")]),
        ("ILLEGAL_ARGUMENT", &[("paymethod", "directpay")]),
        ("ILLEGAL_ARGUMENT", &[("enable_paymethod", "cash"), ("disable_paymethod", "coupon")]),
        ("ILLEGAL_ARGUMENT", &[("show_url", "javascript:alert(1)")]),
        ("ILLEGAL_ARGUMENT", &[("notify_url", "http://shop.example.com/notify")]),
        ("ILLEGAL_ARGUMENT", &[("return_url", "https://shop.example.com/return")]),
        ("ILLEGAL_ARGUMENT", &[("notify_url", "http://127.0.0.1/notify?id=1")]),
        ("ILLEGAL_ARGUMENT", &[("notify_url", "https://127.0.0.1/notify")]),
        ("ILLEGAL_ARGUMENT", &[("return_url", "/return")]),
        ("ILLEGAL_ARGUMENT", &[("return_url", "http://127.0.0.1/返回")]),
        ("ILLEGAL_EXTRA_COMMON_PARAM", &[("extra_common_param", "a=b")]),
        ("TOKEN_LEN_TOO_LONG", &[("token", &long)]),
        ("SELLER_NOT_EXIST", &[("seller_id", "2088000000000005")]),
        ("SELLER_NOT_EXIST", &[("seller_id", ""), ("seller_email", "nobody@example.com")]),
        ("BUYER_SELLER_EQUAL", &[("buyer_id", "2088000000000001")]),
        ("BUYER_NOT_EXIST", &[("buyer_id", "17")]),
        ("DEFAULT_BANK_INVALID", &[("paymethod", "bankPay")]),
        ("DEFAULT_BANK_INVALID", &[("paymethod", "bankPay"), ("defaultbank", "NOBANK")]),
        ("ILLEGAL_OUTTIME_ARGUMENT", &[("it_b_pay", "1.5h")]),
        ("ILLEGAL_OUTTIME_ARGUMENT", &[("it_b_pay", "16d")]),
        ("ILLEGAL_OUTTIME_ARGUMENT", &[("it_b_pay", "0m")]),
        ("ILLEGAL_ANTI_PHISHING_KEY", &[("anti_phishing_key", "AAAA"), ("exter_invoke_ip", "203.0.113.9")]),
        ("ILLEGAL_ANTI_PHISHING_KEY", &[("exter_invoke_ip", "203.0.113.9")]),
    ];
    for (expected, changes) in cases {
        let (path, page) = open(&signed(&merchant, changes)).await;
        assert_eq!((path.as_str(), code(&page)), ("/gateway.do", *expected), "{changes:?}");
    }
    assert!(gateway.trades().is_empty());
}

#[tokio::test]
async fn a_signature_must_be_this_merchants_over_every_field() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let good = signed(&gateway.merchant(), &[]);
    let forger = Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9").unwrap();
    let forger = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), forger)
        .with_gateway(gateway.gateway_url());
    let unsigned: Vec<_> = good.split('&').filter(|pair| !pair.starts_with("sign=")).collect();
    let unsigned = unsigned.join("&");
    for (expected, url) in [
        ("ILLEGAL_SIGN", signed(&forger, &[])),
        ("ILLEGAL_SIGN", good.replace("total_fee=0.01", "total_fee=0.02")),
        ("ILLEGAL_SIGN", format!("{good}&submit=Pay")),
        ("ILLEGAL_SIGN", format!("{good}&body=")),
        ("ILLEGAL_SIGN", unsigned),
        ("ILLEGAL_SIGN_TYPE", good.replace("sign_type=MD5", "sign_type=RSA")),
        ("ILLEGAL_SIGN_TYPE", good.replace("sign_type=MD5", "sign_type=md5")),
        ("ILLEGAL_SIGN_TYPE", good.replace("&sign_type=MD5", "")),
        ("ILLEGAL_ARGUMENT", format!("{good}&subject=y")),
        ("ILLEGAL_ARGUMENT", format!("{good}&body=%zz")),
    ] {
        assert_eq!(code(&open(&url).await.1), expected, "{url}");
    }
    let (_, page) = open(&good.replace("subject=x", "subject=%3Cscript%3E")).await;
    assert!(page.contains("subject=&#60;script&#62;") && !page.contains("<script"));
    assert!(!page.contains("simulatorkey"));
    assert!(open(&good).await.0.starts_with("/cashier/"));
}

#[tokio::test]
async fn a_post_is_decoded_by_the_charset_of_its_address() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let url = request("T1").sign(&gateway.merchant()).unwrap().url().to_owned();
    let (address, body) = url.split_once('?').unwrap();
    let post = |query: &str| browser().post(format!("{address}{query}")).form_body(body).send();
    for (query, expected) in [
        ("", "ILLEGAL_CHARSET"),
        ("?_input_charset=gbk", "ILLEGAL_CHARSET"),
        ("?_input_charset=utf-8&id=1", "ILLEGAL_SIGN"),
        ("?_input_charset=utf-8&subject=x", "ILLEGAL_ARGUMENT"),
    ] {
        let page = post(query).await.unwrap().text().await.unwrap();
        assert_eq!(code(&page), expected, "{query}");
    }
    assert!(post("?_input_charset=utf-8").await.unwrap().url().path().starts_with("/cashier/"));
    let huge = browser().post(format!("{address}?_input_charset=utf-8")).form_body("a".repeat(1 << 20));
    assert_eq!(huge.send().await.unwrap().status(), 413);
}

#[tokio::test]
async fn without_a_charset_a_request_is_gbk() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let merchant = gateway.merchant().with_charset(Charset::Gbk);
    let url = signed(&merchant, &[("_input_charset", ""), ("subject", "测试订单")]);
    assert!(!url.contains("_input_charset") && open(&url).await.1.contains("测试订单"));
    let latin = signed(&gateway.merchant(), &[("subject", "茶")]).replace("%E8%8C%B6", "%E8%8C");
    assert_eq!(code(&open(&latin).await.1), "ILLEGAL_SIGN");
    // Signed over GBK bytes, and said to be UTF-8.
    let mixed = signed(&merchant, &[("subject", "测试订单")]);
    assert_eq!(code(&open(&mixed).await.1), "ILLEGAL_CHARSET");
}

#[tokio::test]
async fn an_order_number_stands_for_one_purchase() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let trade = buy(&gateway, &recorder, "T1").await;
    // The same order again, while it is unpaid, is the same trade.
    assert_eq!(buy(&gateway, &recorder, "T1").await.trade_no(), trade.trade_no());
    for (expected, changes) in [
        ("TRADE_TOTALFEE_NOT_MATCH", [("total_fee", "0.02")]),
        ("TRADE_BUYER_NOT_MATCH", [("buyer_id", "2088000000000003")]),
    ] {
        assert_eq!(code(&open(&signed(&merchant, &changes)).await.1), expected);
    }
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    let again = recorder.request("T1").sign(&merchant).unwrap();
    assert_eq!(code(&open(again.url()).await.1), "TRADE_NOT_ALLOWED_PAY");
}

#[tokio::test]
async fn the_anti_phishing_key_is_enforced() {
    let gateway = SimulatedGateway::builder()
        .anti_phishing(true)
        .timestamp_key_lifetime(Duration::from_millis(1500))
        .start()
        .await
        .unwrap();
    let merchant = gateway.merchant();
    let client = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
    let key = client.query_timestamp(&merchant).await.unwrap();
    assert_eq!(code(&open(&signed(&merchant, &[])).await.1), "ILLEGAL_ANTI_PHISHING_KEY");
    let with = |ip: &str| signed(&merchant, &[("anti_phishing_key", key.as_str()), ("exter_invoke_ip", ip)]);
    assert_eq!(code(&open(&with("")).await.1), "ILLEGAL_EXTER_INVOKE_IP");
    assert_eq!(code(&open(&with("256.0.0.1")).await.1), "ILLEGAL_EXTER_INVOKE_IP");
    assert!(open(&with("203.0.113.9")).await.0.starts_with("/cashier/"));
    tokio::time::sleep(Duration::from_millis(1600)).await;
    assert_eq!(code(&open(&with("203.0.113.9")).await.1), "ANTI_PHISHING_KEY_TIMEOUT");
    let gbk = client.query_timestamp(&merchant.clone().with_charset(Charset::Gbk)).await;
    assert!(gbk.is_ok());
}

#[tokio::test]
async fn everything_that_the_builder_of_requests_makes_is_taken() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let request = request("T1")
        .with_body("two items")
        .with_show_url("https://shop.example.com/p?id=1")
        .with_timeout(alipay_tower::protocol::Timeout::Hours(2))
        .with_enabled_paymethods([PayMethod::DirectPay, PayMethod::BankPay])
        .with_bank("CMB-DEBIT")
        .with_risk_check(false)
        .with_verified_buyer()
        .with_shop_account("17", "Zhang")
        .with_virtual_goods(true)
        .with_royalties([alipay_tower::protocol::Royalty::new("a@example.com", "0.01".parse().unwrap(), "a")])
        .with_qr_pay_mode(alipay_tower::protocol::QrPayMode::FrameWidth(200))
        .with_instalments(3, 100);
    let (path, page) = open(request.sign(&gateway.merchant()).unwrap().url()).await;
    assert!(path.starts_with("/cashier/"), "{page}");
    assert!(page.contains("<option value=\"CMB-DEBIT\" selected>"));
}
