//! Objects inside of the content.

use alipay_tower::protocol::openapi::{
    AgreementSignParams, ExtUserInfo, ExtendParams, GoodsDetail, InvoiceInfo, Json, PeriodRule, RefundGoods,
    RefundRoyalty, RoyaltyDetail, RoyaltyInfo, SettleDetail, SettleInfo,
};

use super::{Leaves, adds, leaves, yuan};

fn of<T: Clone + Into<Json>>(object: &T) -> Leaves {
    leaves(&object.clone().into())
}

#[track_caller]
fn is<T: Clone + Into<Json>>(object: &T, expected: &str) {
    assert_eq!(object.clone().into().to_string(), expected);
}

#[test]
fn goods() {
    let goods = || GoodsDetail::new("g1", "apple", 3, yuan("1.50"));
    is(&goods(), r#"{"goods_id":"g1","goods_name":"apple","price":"1.50","quantity":3}"#);
    adds! { of, goods();
        with_alipay_goods_id("20010001") => "alipay_goods_id": r#""20010001""#;
        with_body("red") => "body": r#""red""#;
        with_categories_tree("124868003|126232002") => "categories_tree": r#""124868003|126232002""#;
        with_goods_category("34543238") => "goods_category": r#""34543238""#;
        with_out_item_id("i1") => "out_item_id": r#""i1""#;
        with_out_sku_id("s1") => "out_sku_id": r#""s1""#;
        with_show_url("https://a.example/g1") => "show_url": r#""https://a.example/g1""#;
    }
}

#[test]
fn extended() {
    adds! { of, ExtendParams::default();
        with_card_type("S0JP0000") => "card_type": r#""S0JP0000""#;
        with_credit_ext_info("c") => "credit_ext_info": r#""c""#;
        with_industry_reflux_info("i") => "industry_reflux_info": r#""i""#;
        with_instalments(3, true) => "hb_fq_num": r#""3""#, "hb_fq_seller_percent": r#""100""#;
        with_instalments(12, false) => "hb_fq_num": r#""12""#, "hb_fq_seller_percent": r#""0""#;
        with_royalty_freeze("true") => "royalty_freeze": r#""true""#;
        with_specified_seller_name("shop") => "specified_seller_name": r#""shop""#;
        with_sys_service_provider_id("2088511833207846") => "sys_service_provider_id": r#""2088511833207846""#;
        with_tc_installment_order_id("t") => "tc_installment_order_id": r#""t""#;
        with_trade_component_order_id("2023060801502300000008810000005657") =>
            "trade_component_order_id": r#""2023060801502300000008810000005657""#;
    }
}

#[test]
fn who_may_pay() {
    adds! { of, ExtUserInfo::default();
        with_cert_no("362334768769238881") => "cert_no": r#""362334768769238881""#;
        with_cert_type("IDENTITY_CARD") => "cert_type": r#""IDENTITY_CARD""#;
        with_fix_buyer(true) => "fix_buyer": r#""T""#;
        with_fix_buyer(false) => "fix_buyer": r#""F""#;
        with_identity_hash("27bfcd1d") => "identity_hash": r#""27bfcd1d""#;
        with_min_age(18) => "min_age": r#""18""#;
        with_mobile("16587658765") => "mobile": r#""16587658765""#;
        with_name("李明") => "name": r#""李明""#;
        with_need_check_info(true) => "need_check_info": r#""T""#;
        with_need_check_info(false) => "need_check_info": r#""F""#;
    }
}

#[test]
fn contracts() {
    let rule = || PeriodRule::new("DAY", 30, yuan("10.00"));
    is(&rule(), r#"{"period":30,"period_type":"DAY","single_amount":"10.00"}"#);
    adds! { of, rule();
        with_execute_time("2024-07-01") => "execute_time": r#""2024-07-01""#;
        with_total_amount(yuan("600.00")) => "total_amount": r#""600.00""#;
        with_total_payments(12) => "total_payments": "12";
    }
    let agreement = || AgreementSignParams::new("CYCLE_PAY_AUTH_P", "INDUSTRY|APPSTORE", "ALIPAYAPP");
    is(
        &agreement(),
        r#"{"access_params":{"channel":"ALIPAYAPP"},"personal_product_code":"CYCLE_PAY_AUTH_P","sign_scene":"INDUSTRY|APPSTORE"}"#,
    );
    adds! { of, agreement();
        with_effect_time("600") => "effect_time": r#""600""#;
        with_external_agreement_no("a1") => "external_agreement_no": r#""a1""#;
        with_external_logon_id("member") => "external_logon_id": r#""member""#;
        with_period_rule(rule()) =>
            "period_rule_params.period": "30",
            "period_rule_params.period_type": r#""DAY""#,
            "period_rule_params.single_amount": r#""10.00""#;
        with_product_code("GENERAL_WITHHOLDING") => "product_code": r#""GENERAL_WITHHOLDING""#;
        with_sign_notify_url("https://a.example/signed") => "sign_notify_url": r#""https://a.example/signed""#;
    }
}

#[test]
fn settlements() {
    let detail = || SettleDetail::new("userId", yuan("1.00"));
    is(&detail(), r#"{"amount":"1.00","trans_in_type":"userId"}"#);
    adds! { of, detail();
        with_actual_amount(yuan("0.90")) => "actual_amount": r#""0.90""#;
        with_settle_entity_id("2088xxxxx;ST_0001") => "settle_entity_id": r#""2088xxxxx;ST_0001""#;
        with_settle_entity_type("SecondMerchant") => "settle_entity_type": r#""SecondMerchant""#;
        with_summary_dimension("A0001") => "summary_dimension": r#""A0001""#;
        with_trans_in("2088000000000002") => "trans_in": r#""2088000000000002""#;
    }
    let info = || SettleInfo::new([detail()]);
    is(&info(), r#"{"settle_detail_infos":[{"amount":"1.00","trans_in_type":"userId"}]}"#);
    adds! { of, info();
        with_settle_period_days(7) => "settle_period_time": r#""7d""#;
    }
}

#[test]
fn royalties() {
    let detail = || RoyaltyDetail::new("2088000000000002", "userId", yuan("0.10"));
    is(&detail(), r#"{"amount":"0.10","trans_in":"2088000000000002","trans_in_type":"userId"}"#);
    adds! { of, detail();
        with_amount_percentage("10") => "amount_percentage": r#""10""#;
        with_batch_no("123") => "batch_no": r#""123""#;
        with_desc("share") => "desc": r#""share""#;
        with_out_relation_id("o1") => "out_relation_id": r#""o1""#;
        with_serial_no(1) => "serial_no": "1";
        with_trans_out("2088000000000001") => "trans_out": r#""2088000000000001""#;
        with_trans_out_type("userId") => "trans_out_type": r#""userId""#;
    }
    is(
        &RoyaltyInfo::new([detail()]),
        r#"{"royalty_detail_infos":[{"amount":"0.10","trans_in":"2088000000000002","trans_in_type":"userId"}],"royalty_type":"ROYALTY"}"#,
    );
}

#[test]
fn invoices() {
    let details = Json::Array(vec![Json::object([("code", Json::from("100294400"))])]);
    is(
        &InvoiceInfo::new(true, "shop", "1464888883494", &details),
        r#"{"details":"[{\"code\":\"100294400\"}]","key_info":{"invoice_merchant_name":"shop","is_support_invoice":true,"tax_num":"1464888883494"}}"#,
    );
}

#[test]
fn what_comes_back() {
    let goods = || RefundGoods::new("g1", yuan("1.00"));
    is(&goods(), r#"{"goods_id":"g1","refund_amount":"1.00"}"#);
    adds! { of, goods();
        with_out_certificate_nos(["c1", "c2"]) =>
            "out_certificate_no_list[0]": r#""c1""#, "out_certificate_no_list[1]": r#""c2""#;
        with_out_item_id("i1") => "out_item_id": r#""i1""#;
        with_out_sku_id("s1") => "out_sku_id": r#""s1""#;
    }
    let royalty = || RefundRoyalty::new("2088000000000001", "2088000000000002", yuan("0.10"));
    is(&royalty(), r#"{"amount":"0.10","trans_in":"2088000000000002","trans_out":"2088000000000001"}"#);
    adds! { of, royalty();
        with_amount_percentage("10") => "amount_percentage": r#""10""#;
        with_desc("share") => "desc": r#""share""#;
        with_royalty_scene("达人佣金") => "royalty_scene": r#""达人佣金""#;
        with_royalty_type("transfer") => "royalty_type": r#""transfer""#;
        with_trans_in_name("name") => "trans_in_name": r#""name""#;
        with_trans_in_type("userId") => "trans_in_type": r#""userId""#;
        with_trans_out_type("userId") => "trans_out_type": r#""userId""#;
    }
}
