//! What a payment may say.

use alipay_tower::protocol::{
    QrPayMode, SellerId, Timeout,
    openapi::{
        AgreementSignParams, AppPay, ExtUserInfo, ExtendParams, GoodsDetail, InvoiceInfo, Json, PagePay,
        PayChannel, Precreate, RoyaltyDetail, RoyaltyInfo, SettleDetail, SettleInfo, WapPay,
    },
};

use super::{adds, at, number, sent, yuan};
use crate::support::{SELLER, merchant};

fn order<T>(new: impl Fn(&alipay_tower::protocol::OutTradeNo, &'static str, alipay_tower::Money) -> T) -> T {
    new(&number(), "item", yuan("88.00"))
}

/// The setters that every payment has.
macro_rules! of_every_payment {
    ($type:ident) => {
        adds! { |payment: &$type| sent(&payment.sign(&merchant(), at()).unwrap()), order($type::new);
            with_app_auth_token("201510BBaabdb44d8fd04607abf8d5931ec75D84") =>
                "(app_auth_token)": "201510BBaabdb44d8fd04607abf8d5931ec75D84";
            with_body("three apples") => "body": r#""three apples""#;
            with_business_params(&Json::object([("mc_create_trade_ip", Json::from("127.0.0.1"))])) =>
                "business_params": r#""{\"mc_create_trade_ip\":\"127.0.0.1\"}""#;
            with_disabled_channels([PayChannel::PCredit]) => "disable_pay_channels": r#""pcredit""#;
            with_enabled_channels([PayChannel::Balance, PayChannel::MoneyFund]) =>
                "enable_pay_channels": r#""balance,moneyFund""#;
            with_ext_user_info(ExtUserInfo::default().with_min_age(18)) => "ext_user_info.min_age": r#""18""#;
            with_extend_params(ExtendParams::default().with_card_type("S0JP0000")) =>
                "extend_params.card_type": r#""S0JP0000""#;
            with_goods_detail([GoodsDetail::new("g1", "apple", 3, yuan("1.50"))]) =>
                "goods_detail[0].goods_id": r#""g1""#,
                "goods_detail[0].goods_name": r#""apple""#,
                "goods_detail[0].price": r#""1.50""#,
                "goods_detail[0].quantity": "3";
            with_merchant_order_no("M1") => "merchant_order_no": r#""M1""#;
            with_notify_url("https://a.example/notify") => "(notify_url)": "https://a.example/notify";
            with_passback_params([("a", "1"), ("b", "2&3")]) => "passback_params": r#""a%3D1%26b%3D2%25263""#;
            with_passback_text("our own: 50% & more") =>
                "passback_params": r#""our+own%3A+50%25+%26+more""#;
            with_query_options(["hyb_amount", "enterprise_pay_info"]) =>
                "query_options[0]": r#""hyb_amount""#, "query_options[1]": r#""enterprise_pay_info""#;
            with_royalty_info(RoyaltyInfo::new([RoyaltyDetail::new("2088000000000002", "userId", yuan("0.10"))])) =>
                "royalty_info.royalty_detail_infos[0].amount": r#""0.10""#,
                "royalty_info.royalty_detail_infos[0].trans_in": r#""2088000000000002""#,
                "royalty_info.royalty_detail_infos[0].trans_in_type": r#""userId""#,
                "royalty_info.royalty_type": r#""ROYALTY""#;
            with_settle_info(SettleInfo::new([SettleDetail::new("defaultSettle", yuan("88.00"))])) =>
                "settle_info.settle_detail_infos[0].amount": r#""88.00""#,
                "settle_info.settle_detail_infos[0].trans_in_type": r#""defaultSettle""#;
            with_store_id("NJ_001") => "store_id": r#""NJ_001""#;
            with_sub_merchant("2088000603999128", "alipay") =>
                "sub_merchant.merchant_id": r#""2088000603999128""#, "sub_merchant.merchant_type": r#""alipay""#;
            with_time_expire("2024-06-08 10:05:00".parse().unwrap()) => "time_expire": r#""2024-06-08 10:05:00""#;
            with_timeout(Timeout::Minutes(90)) => "timeout_express": r#""90m""#;
            with_timeout(Timeout::EndOfDay) => "timeout_express": r#""1c""#;
        }
    };
}

/// Those of payments in a browser or an app.
macro_rules! of_every_checkout {
    ($type:ident) => {
        adds! { |payment: &$type| sent(&payment.sign(&merchant(), at()).unwrap()), order($type::new);
            with_invoice_info(InvoiceInfo::new(false, "shop", "1464888883494", &Json::Array(Vec::new()))) =>
                "invoice_info.details": r#""[]""#,
                "invoice_info.key_info.invoice_merchant_name": r#""shop""#,
                "invoice_info.key_info.is_support_invoice": "false",
                "invoice_info.key_info.tax_num": r#""1464888883494""#;
            with_promo_params(&Json::object([("storeIdType", Json::from("1"))])) =>
                "promo_params": r#""{\"storeIdType\":\"1\"}""#;
            with_virtual_goods(true) => "goods_type": r#""0""#;
            with_virtual_goods(false) => "goods_type": r#""1""#;
        }
    };
}

macro_rules! of_every_page {
    ($type:ident) => {
        adds! { |payment: &$type| sent(&payment.sign(&merchant(), at()).unwrap()), order($type::new);
            with_agreement_sign_params(AgreementSignParams::new("P", "INDUSTRY|CARRENTAL", "QRCODE")) =>
                "agreement_sign_params.access_params.channel": r#""QRCODE""#,
                "agreement_sign_params.personal_product_code": r#""P""#,
                "agreement_sign_params.sign_scene": r#""INDUSTRY|CARRENTAL""#;
            with_auth_token("appopenBb64d181d0146481ab6a762c00714cC27") =>
                "auth_token": r#""appopenBb64d181d0146481ab6a762c00714cC27""#;
            with_return_url("https://a.example/paid") => "(return_url)": "https://a.example/paid";
        }
    };
}

fn seller() -> SellerId {
    SellerId::new(SELLER).unwrap()
}

#[test]
fn on_a_computer() {
    of_every_payment!(PagePay);
    of_every_checkout!(PagePay);
    of_every_page!(PagePay);
    adds! { |payment: &PagePay| sent(&payment.sign(&merchant(), at()).unwrap()), order(PagePay::new);
        with_integration_in_browser() => "integration_type": r#""PCWEB""#;
        with_integration_in_app("https://a.example/cart") =>
            "integration_type": r#""ALIAPP""#, "request_from_url": r#""https://a.example/cart""#;
        with_qr_pay_mode(QrPayMode::FrameSimple) => "qr_pay_mode": r#""0""#;
        with_qr_pay_mode(QrPayMode::Redirect) => "qr_pay_mode": r#""2""#;
        with_qr_pay_mode(QrPayMode::FrameWidth(200)) => "qr_pay_mode": r#""4""#, "qrcode_width": "200";
    }
}

#[test]
fn on_a_phone() {
    of_every_payment!(WapPay);
    of_every_checkout!(WapPay);
    of_every_page!(WapPay);
    adds! { |payment: &WapPay| sent(&payment.sign(&merchant(), at()).unwrap()), order(WapPay::new);
        with_quit_url("https://a.example/cart") => "quit_url": r#""https://a.example/cart""#;
        with_seller_id(&seller()) => "seller_id": r#""2088000000000001""#;
        with_specified_channel(&PayChannel::PCredit) => "specified_channel": r#""pcredit""#;
    }
}

#[test]
fn in_an_app() {
    of_every_payment!(AppPay);
    of_every_checkout!(AppPay);
    adds! { |payment: &AppPay| sent(&payment.sign(&merchant(), at()).unwrap()), order(AppPay::new);
        with_agreement(AgreementSignParams::new("CYCLE_PAY_AUTH_P", "INDUSTRY|APPSTORE", "ALIPAYAPP")) =>
            "agreement_sign_params.access_params.channel": r#""ALIPAYAPP""#,
            "agreement_sign_params.personal_product_code": r#""CYCLE_PAY_AUTH_P""#,
            "agreement_sign_params.sign_scene": r#""INDUSTRY|APPSTORE""#,
            "product_code": r#""CYCLE_PAY_AUTH""#;
        with_seller_id(&seller()) => "seller_id": r#""2088000000000001""#;
        with_specified_channel(&PayChannel::PCredit) => "specified_channel": r#""pcredit""#;
    }
}

#[test]
fn by_a_code() {
    of_every_payment!(Precreate);
    adds! { |payment: &Precreate| sent(&payment.sign(&merchant(), at()).unwrap()), order(Precreate::new);
        with_alipay_store_id("2016052600077000000015640104") =>
            "alipay_store_id": r#""2016052600077000000015640104""#;
        with_discountable_amount(yuan("80.00")) => "discountable_amount": r#""80.00""#;
        with_operator_id("yx_001") => "operator_id": r#""yx_001""#;
        with_product_code("QR_CODE_OFFLINE") => "product_code": r#""QR_CODE_OFFLINE""#;
        with_qr_code_timeout(Timeout::Minutes(90)) => "qr_code_timeout_express": r#""90m""#;
        with_seller_id(&seller()) => "seller_id": r#""2088000000000001""#;
        with_share_code() => "code_type": r#""share_code""#;
        with_terminal_id("NJ_T_001") => "terminal_id": r#""NJ_T_001""#;
        with_undiscountable_amount(yuan("8.00")) => "undiscountable_amount": r#""8.00""#;
    }
}
