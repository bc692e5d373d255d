use std::sync::LazyLock;

use super::*;
use crate::protocol::{
    AppId, Merchant, PageRequest, PrivateKey, QrPayMode, SellerId, SignedRequest, Timeout, Timestamp,
    openapi::{
        AgreementSignParams, ExtUserInfo, ExtendParams, GoodsDetail, InvoiceInfo, Json, PeriodRule,
        RoyaltyDetail, RoyaltyInfo, SettleDetail, SettleInfo,
    },
};

static MERCHANT: LazyLock<Merchant> = LazyLock::new(|| {
    let (own, alipay) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let (app, seller) = (AppId::new("2021000000000001").unwrap(), SellerId::new("2088000000000001").unwrap());
    Merchant::rsa2(app, seller, own, alipay.public().clone()).unwrap()
});

fn at() -> Timestamp {
    "2024-06-07 12:34:56".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(at().unix_seconds() + seconds)
}

fn fen(fen: u64) -> Money {
    Money::from_fen(fen).unwrap()
}

fn number() -> OutTradeNo {
    OutTradeNo::new("T1").unwrap()
}

fn page() -> PagePay {
    PagePay::new(&number(), "item", fen(8800))
}

fn business(signed: &SignedRequest) -> Json {
    Json::parse(signed.field("biz_content").unwrap()).unwrap()
}

#[test]
fn a_page_takes_every_parameter() {
    let signed = page()
        .with_body("an item")
        .with_time_expire(later(3600))
        .with_timeout(Timeout::Hours(2))
        .with_qr_pay_mode(QrPayMode::FrameWidth(200))
        .with_goods_detail([
            GoodsDetail::new("g1", "one & two", 2, fen(100)).with_show_url("https://a.example/1")
        ])
        .with_virtual_goods(true)
        .with_passback_params([("user", "7")])
        .with_promo_params(&Json::object([("a", Json::from("b"))]))
        .with_disabled_channels([PayChannel::PCredit, PayChannel::CreditGroup])
        .with_integration_in_app("https://shop.example.com/cart?id=1&x=2")
        .with_merchant_order_no("M1")
        .with_store_id("S1")
        .with_business_params(&Json::object([("mc_create_trade_ip", Json::from("127.0.0.1"))]))
        .with_extend_params(ExtendParams::default().with_instalments(3, true).with_card_type("x"))
        .with_ext_user_info(ExtUserInfo::default().with_name("张三").with_min_age(18).with_fix_buyer(true))
        .with_sub_merchant("2088000000000002", "alipay")
        .with_settle_info(
            SettleInfo::new([SettleDetail::new("defaultSettle", fen(1))]).with_settle_period_days(400),
        )
        .with_royalty_info(RoyaltyInfo::new([
            RoyaltyDetail::new("2088000000000003", "userId", fen(1)).with_serial_no(1)
        ]))
        .with_invoice_info(InvoiceInfo::new(true, "shop", "1", &Json::Array(Vec::new())))
        .with_agreement_sign_params(
            AgreementSignParams::new("CYCLE_PAY_AUTH_P", "INDUSTRY|DIGITAL_MEDIA", "ALIPAYAPP")
                .with_period_rule(PeriodRule::new("DAY", 30, fen(100)).with_total_payments(12)),
        )
        .with_query_options(["hyb_amount"])
        .with_auth_token("t")
        .with_app_auth_token("a")
        .with_notify_url("https://shop.example.com/notify")
        .with_return_url("https://shop.example.com/return")
        .sign(&MERCHANT, at())
        .unwrap();
    let json = business(&signed);
    assert_eq!(json.text("qrcode_width"), Some("200"));
    assert_eq!(json.text("disable_pay_channels"), Some("pcredit,credit_group"));
    assert_eq!(json.get("goods_detail").unwrap().items()[0].text("goods_name"), Some("one & two"));
    assert_eq!(json.get("settle_info").unwrap().text("settle_period_time"), Some("365d"));
    assert_eq!(json.text("business_params"), Some(r#"{"mc_create_trade_ip":"127.0.0.1"}"#));
    let Json::Object(values) = json else { panic!() };
    assert_eq!(values.len(), 28);
    assert!(!signed.field("biz_content").unwrap().contains('&'));
    let names: Vec<_> = signed.fields().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "app_auth_token",
            "app_id",
            "biz_content",
            "charset",
            "format",
            "method",
            "notify_url",
            "return_url",
            "sign_type",
            "timestamp",
            "version",
            "sign"
        ]
    );
    let text = std::str::from_utf8(signed.signed_text()).unwrap();
    assert!(text.contains(&format!("&biz_content={}&", signed.field("biz_content").unwrap())));
}

#[test]
fn the_desk_fills_in_addresses_where_they_belong() {
    let sign = |request: &dyn PageRequest| {
        request.sign_page(&MERCHANT, "https://a.example/n", "https://a.example/r", at()).unwrap()
    };
    for signed in [sign(&page()), sign(&WapPay::new(&number(), "item", fen(1)))] {
        assert_eq!(signed.field("notify_url"), Some("https://a.example/n"));
        assert_eq!(signed.field("return_url"), Some("https://a.example/r"));
    }
    let app = sign(&AppPay::new(&number(), "item", fen(1)));
    assert_eq!((app.field("notify_url"), app.field("return_url")), (Some("https://a.example/n"), None));
    let own = sign(&page().with_notify_url("https://b.example/n"));
    assert_eq!(own.field("notify_url"), Some("https://b.example/n"));
}

#[test]
fn the_order_string_is_the_signed_parameters() {
    let signed = AppPay::new(&number(), "a b+c", fen(1)).sign(&MERCHANT, at()).unwrap();
    let order = signed.order_string();
    assert!(order.contains("&timestamp=2024-06-07+12%3A34%3A56&") && order.contains("&sign="));
    assert_eq!(signed.url().split_once('?').unwrap().1, order);
    let long = AppPay::new(&number(), "item", fen(1)).with_goods_detail(vec![
        GoodsDetail::new(
            "g",
            "名".repeat(200),
            1,
            fen(1)
        );
        10
    ]);
    assert_eq!(long.sign(&MERCHANT, at()).unwrap_err().field(), "biz_content");
}

#[test]
fn an_address_that_is_too_long_asks_for_the_form() {
    let short = page().sign(&MERCHANT, at()).unwrap();
    assert_eq!(short.redirect_url(), Ok(short.url()));
    let long = page().with_goods_detail(vec![GoodsDetail::new("g", "名".repeat(200), 1, fen(1)); 10]);
    let long = long.sign(&MERCHANT, at()).unwrap();
    assert!(long.redirect_url().unwrap_err().to_string().contains("form"));
    assert!(long.form().contains("biz_content"));
}

#[test]
fn names_the_field_that_breaks_a_limit() {
    let cases: Vec<(PagePay, &str)> = vec![
        (PagePay::new(&OutTradeNo::new("T 1").unwrap(), "x", fen(1)), "out_trade_no"),
        (PagePay::new(&number(), "", fen(1)), "subject"),
        (PagePay::new(&number(), "a=b", fen(1)), "subject"),
        (PagePay::new(&number(), "名".repeat(257), fen(1)), "subject"),
        (PagePay::new(&number(), "x", fen(0)), "total_amount"),
        (page().with_body("a".repeat(129)), "body"),
        (page().with_body("a\nb"), "body"),
        (page().with_time_expire(later(59)), "time_expire"),
        (page().with_time_expire(later(15 * 24 * 3600 + 1)), "time_expire"),
        (page().with_timeout(Timeout::Days(16)), "timeout_express"),
        (page().with_qr_pay_mode(QrPayMode::FrameWidth(10_000)), "qrcode_width"),
        (page().with_integration_in_app("shop.example.com"), "request_from_url"),
        (
            page().with_enabled_channels([PayChannel::Point]).with_disabled_channels([]),
            "disable_pay_channels",
        ),
        (
            page().with_goods_detail([GoodsDetail::new("g", "n".repeat(257), 1, fen(1))]),
            "goods_detail.goods_name",
        ),
        (page().with_ext_user_info(ExtUserInfo::default().with_name("a".repeat(17))), "ext_user_info.name"),
        (page().with_passback_params([("a", "b".repeat(520).as_str())]), "passback_params"),
        (page().with_notify_url("https://a.example/?id=1"), "notify_url"),
        (page().with_return_url(format!("https://a.example/{}", "a".repeat(256))), "return_url"),
        (page().with_app_auth_token("a".repeat(41)), "app_auth_token"),
    ];
    for (request, field) in cases {
        assert_eq!(request.sign(&MERCHANT, at()).unwrap_err().field(), field, "{request:?}");
    }
    let precreate = || Precreate::new(&number(), "x", fen(100)).with_discountable_amount(fen(60));
    assert!(precreate().with_undiscountable_amount(fen(40)).sign(&MERCHANT, at()).is_ok());
    let parts = precreate().with_undiscountable_amount(fen(41)).sign(&MERCHANT, at());
    assert_eq!(parts.unwrap_err().field(), "undiscountable_amount");
    let instalments = WapPay::new(&number(), "x", fen(1))
        .with_specified_channel(&PayChannel::PCredit)
        .with_extend_params(ExtendParams::default().with_instalments(3, false));
    assert_eq!(instalments.sign(&MERCHANT, at()).unwrap_err().field(), "specified_channel");
}
