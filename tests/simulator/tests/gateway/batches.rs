//! Refunds and payouts by the batch.

use alipay_simulator::{Mischief, SimulatedGateway};
use alipay_tower::protocol::Timestamp;

use crate::{
    buying::FormBody,
    refusing::code,
    shop::{Recorder, browser, buy, changed, open, quiet, service},
    xml::call,
};

fn now() -> Timestamp {
    Timestamp::from(std::time::SystemTime::now())
}

async fn paid(gateway: &SimulatedGateway, recorder: &Recorder, order: &str) -> String {
    let trade = buy(gateway, recorder, order).await;
    gateway.pay(trade.trade_no(), "balance").await.unwrap();
    quiet(gateway).await;
    trade.trade_no().to_owned()
}

/// The notification of a batch.
fn batch_notice(gateway: &SimulatedGateway, recorder: &Recorder, field: &str) -> Option<String> {
    let merchant = gateway.merchant();
    let found = recorder.received().into_iter().find(|one| one.field(&merchant, "batch_no").is_some());
    found.unwrap().field(&merchant, field)
}

#[tokio::test]
async fn a_batch_is_taken_and_told_item_by_item() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let (one, two) = (paid(&gateway, &recorder, "T1").await, paid(&gateway, &recorder, "T2").await);
    let (notify, time) = (format!("http://{}/notify", recorder.address), now());
    let number = format!("{}001", time.date());
    let detail =
        format!("{one}^0.01^x$fee@example.com^2088000000000003^0.00^y#{two}^0.02^x#2024010100000000^0.01^x");
    let time = time.to_string();
    let request = [
        ("service", "refund_fastpay_by_platform_nopwd"),
        ("notify_url", notify.as_str()),
        ("refund_date", time.as_str()),
        ("batch_no", number.as_str()),
        ("batch_num", "3"),
        ("detail_data", detail.as_str()),
    ];
    assert!(call(&merchant, &request).await.is_success());
    assert_eq!(call(&merchant, &request).await.error(), Some("DUPLICATE_BATCH_NO"));
    quiet(&gateway).await;
    let field = |name: &str| batch_notice(&gateway, &recorder, name).unwrap();
    assert_eq!(
        field("result_details"),
        format!(
            "{one}^0.01^SUCCESS$fee@example.com^2088000000000003^0.00^SUCCESS#{two}^0.02^REASON_TRADE_REFUND_FEE_ERR\
             #2024010100000000^0.01^TRADE_NOT_EXIST"
        )
    );
    assert_eq!((field("success_num"), field("notify_type")), ("1".into(), "batch_refund_notify".into()));
    assert_eq!(batch_notice(&gateway, &recorder, "seller_id"), None);
    // The payment's own address hears of its refund.
    let told =
        recorder.received().iter().filter(|one| one.field(&merchant, "refund_status").is_some()).count();
    assert_eq!(told, 1);
    let line =
        gateway.deliveries().into_iter().find(|line| line.notify_type == "batch_refund_notify").unwrap();
    assert_eq!((line.out_trade_no, line.trade_status.as_str()), (number, "1/3"));
}

#[tokio::test]
async fn a_stranger_s_trade_is_not_refunded() {
    let other = alipay_tower::protocol::PartnerId::new("2088000000000007").unwrap();
    let key = alipay_tower::protocol::Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9").unwrap();
    let gateway = SimulatedGateway::builder()
        .merchant(alipay_simulator::demo_merchant().unwrap())
        .merchant(alipay_tower::Merchant::md5(other.clone(), key))
        .start()
        .await
        .unwrap();
    let recorder = Recorder::open().await;
    let number = paid(&gateway, &recorder, "T1").await;
    let merchant = gateway.merchant_of(&other).unwrap();
    let (date, time) = (now().date(), now().to_string());
    let (batch_no, detail) = (format!("{date}001"), format!("{number}^0.01^x"));
    let notify = format!("http://{}/notify", recorder.address);
    let request = [
        ("service", "refund_fastpay_by_platform_nopwd"),
        ("notify_url", &notify),
        ("refund_date", &time),
        ("batch_no", &batch_no),
        ("batch_num", "1"),
        ("detail_data", &detail),
    ];
    assert!(call(&merchant, &request).await.is_success());
    quiet(&gateway).await;
    let last = recorder.received().pop().unwrap();
    let details = last.field(&merchant, "result_details").unwrap();
    assert_eq!(details, format!("{number}^0.01^NOT_THIS_PARTNERS_TRADE"));
    assert_eq!(gateway.trade("T1").unwrap().refunded().fen(), 0);
}

#[tokio::test]
async fn an_operator_types_the_password() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    let number = paid(&gateway, &recorder, "T1").await;
    let (date, time) = (now().date(), now().to_string());
    let (batch_no, detail) = (format!("{date}001"), format!("{number}^0.01^x"));
    let notify = format!("http://{}/notify", recorder.address);
    let request = [
        ("service", "refund_fastpay_by_platform_pwd"),
        ("seller_user_id", "2088000000000001"),
        ("notify_url", &notify),
        ("refund_date", &time),
        ("batch_no", &batch_no),
        ("batch_num", "1"),
        ("detail_data", &detail),
    ];
    for (expected, change) in [
        ("PWD_REFUND_NOT_ALLOW_ROYALTY", ("detail_data", "2024010100000000^0.01^x|a^1^b^2^0.01^y")),
        ("SELLER_INFO_NOT_EXIST", ("seller_user_id", "")),
        ("BATCH_NO_FORMAT_ERROR", ("batch_no", "20010101001")),
        ("REFUND_DATE_ERROR", ("refund_date", "2001-01-01 00:00:00")),
        ("BATCH_NUM_NOT_EQUAL_TOTAL", ("batch_num", "2")),
        ("BATCH_NUM_EXCEED_LIMIT", ("batch_num", "1001")),
        ("BATCH_NUM_ERROR", ("batch_num", "x")),
        ("DETAIL_DATA_FORMAT_ERROR", ("detail_data", "T1^0.01^x")),
        ("REFUND_AMOUNT_NOT_VALID", ("detail_data", "2024010100000000^0^x")),
        ("ILLEGAL_ARGUMENT", ("notify_url", "http://shop.example.com/notify")),
    ] {
        let (_, page) = service(&gateway, &changed(&request, &[change])).await;
        assert_eq!(code(&page), expected);
    }
    let twice = format!("{detail}#{detail}");
    let (_, page) =
        service(&gateway, &changed(&request, &[("detail_data", &twice), ("batch_num", "2")])).await;
    assert_eq!(code(&page), "DUBL_TRADE_NO_IN_SAME_BATCH");

    let (path, page) = service(&gateway, &request).await;
    assert!(path.starts_with("/batches/") && page.contains(&batch_no) && page.contains("type=\"password\""));
    // The same request again, before the password: the same page.
    assert_eq!(service(&gateway, &request).await.0, path);
    let confirm = format!("http://{}{path}/confirm", gateway.address());
    let post = |body: &'static str| browser().post(&confirm).form_body(body).send();
    assert_eq!(post("password=").await.unwrap().status(), 400);
    assert_eq!(gateway.trade("T1").unwrap().refunded().fen(), 0);
    assert!(post("password=secret").await.unwrap().text().await.unwrap().contains("<code>done</code>"));
    assert_eq!(post("password=secret").await.unwrap().status(), 409);
    quiet(&gateway).await;
    assert_eq!(batch_notice(&gateway, &recorder, "success_num").as_deref(), Some("1"));
    assert_eq!(gateway.trade("T1").unwrap().refunded().fen(), 1);
    assert_eq!(code(&service(&gateway, &request).await.1), "DUPLICATE_BATCH_NO");

    let given_up = format!("{date}002");
    service(&gateway, &changed(&request, &[("batch_no", &given_up)])).await;
    assert!(gateway.reject_batch(&given_up) && !gateway.approve_batch(&given_up));
    assert_eq!(open(&format!("http://{}/batches/1", gateway.address())).await.0, "/batches/1");
}

#[tokio::test]
async fn payouts_succeed_and_fail_by_rule() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let recorder = Recorder::open().await;
    let (date, notify) = (now().date(), format!("http://{}/notify", recorder.address));
    let batch_no = format!("{date}001");
    let request = [
        ("service", "batch_trans_notify"),
        ("notify_url", notify.as_str()),
        ("account_name", "示例公司"),
        ("email", "seller@example.com"),
        ("pay_date", date.as_str()),
        ("batch_no", batch_no.as_str()),
        ("batch_num", "3"),
        ("batch_fee", "6.00"),
        (
            "detail_data",
            "1001^payee1@example.com^张三^1.00^x|1002^payee2@example.com^李四^2.00^x|1003^nobody@example.com^x^3.00^",
        ),
    ];
    for (expected, change) in [
        ("ACCOUNT_NOT_MATCH", ("email", "x@example.com")),
        ("ILLEGAL_DATA_FORMAT", ("pay_date", "20010101")),
        ("BATCH_NO_ERROR", ("batch_no", "1")),
        ("BATCH_COUNT_ADD_NOT_MATCH_AMOUNT", ("batch_num", "2")),
        ("BATCH_MONEY_ADD_NOT_MATCH_AMOUNT", ("batch_fee", "6.01")),
        ("TRANS_NO_NOT_UNIQUE", ("detail_data", "1^a^b^1.00^x|1^a^b^1.00^x")),
        ("MAX_SINGLE_FEE", ("detail_data", "1^a^b^500000.00^x")),
        ("ILLEGAL_ARGUMENT", ("detail_data", "1^a^b^1.00")),
        ("PARAMTER_IS_NULL", ("account_name", "")),
    ] {
        let (_, page) = service(&gateway, &changed(&request, &[change])).await;
        assert_eq!(code(&page), expected, "{change:?}");
    }
    assert!(service(&gateway, &request).await.0.starts_with("/batches/"));
    assert!(gateway.approve_batch(&batch_no));
    quiet(&gateway).await;
    let field = |name: &str| batch_notice(&gateway, &recorder, name).unwrap();
    let (good, bad) = (field("success_details"), field("fail_details"));
    assert!(good.starts_with("1001^payee1@example.com^张三^1.00^S^^") && good.ends_with('|'), "{good}");
    assert!(bad.starts_with("1002^payee2@example.com^李四^2.00^F^ACCOUN_NAME_NOT_MATCH^"), "{bad}");
    assert!(bad.contains("|1003^nobody@example.com^x^3.00^F^RECEIVE_USER_NOT_EXIST^"));
    assert_eq!((field("pay_user_id"), field("pay_account_no").len()), ("2088000000000001".into(), 20));
    assert_eq!(code(&service(&gateway, &request).await.1), "BATCH_NO_NOT_UNIQUE");
}

#[tokio::test]
async fn mischief_meets_batches_too() {
    let gateway = SimulatedGateway::start().await.unwrap();
    let (recorder, merchant) = (Recorder::open().await, gateway.merchant());
    let number = paid(&gateway, &recorder, "T1").await;
    let (date, time) = (now().date(), now().to_string());
    let notify = format!("http://{}/notify", recorder.address);
    gateway.behave(Mischief::WrongAmount);
    let (batch_no, detail) = (format!("{date}001"), format!("{number}^0.01^x"));
    let request = [
        ("service", "refund_fastpay_by_platform_nopwd"),
        ("notify_url", notify.as_str()),
        ("refund_date", &time),
        ("batch_no", &batch_no),
        ("batch_num", "1"),
        ("detail_data", &detail),
    ];
    assert!(call(&merchant, &request).await.is_success());
    quiet(&gateway).await;
    let details = batch_notice(&gateway, &recorder, "result_details").unwrap();
    assert_eq!(details, format!("{number}^0.02^SUCCESS"));
    gateway.reset();
    gateway.drop_all();
    let before = recorder.received().len();
    let second = format!("{date}002");
    assert!(call(&merchant, &changed(&request, &[("batch_no", &second)])).await.is_success());
    quiet(&gateway).await;
    assert_eq!(recorder.received().len(), before, "all eight were lost");
    assert_eq!(gateway.deliveries().iter().filter(|line| line.out_trade_no == second).count(), 8);
}
