//! What the calls between servers may say.

use alipay_tower::protocol::{
    PartnerId, TradeNo,
    openapi::{
        BillDownload, CancelTrade, CertificateDownload, CloseTrade, ExtendParams, GoodsDetail, QueryRefund,
        QueryTrade, RefundGoods, RefundRoyalty, RefundTrade,
    },
};

use super::{Leaves, adds, at, number, sent, yuan};
use crate::support::{TRADE, merchant};

fn trade_no() -> TradeNo {
    TradeNo::new(TRADE).unwrap()
}

fn org() -> PartnerId {
    PartnerId::new("2088101117952222").unwrap()
}

fn only(expected: &[(&str, &str)]) -> Leaves {
    expected.iter().map(|(path, leaf)| ((*path).to_owned(), format!("\"{leaf}\""))).collect()
}

macro_rules! content {
    ($call:expr) => {
        sent(&$call.sign(&merchant(), at()).unwrap())
    };
}

#[test]
fn which_trade() {
    let (shops, alipays) = (only(&[("out_trade_no", "T1")]), only(&[("trade_no", TRADE)]));
    assert_eq!(content!(QueryTrade::by_out_trade_no(&number())), shops);
    assert_eq!(content!(QueryTrade::by_trade_no(&trade_no())), alipays);
    assert_eq!(content!(CloseTrade::by_out_trade_no(&number())), shops);
    assert_eq!(content!(CloseTrade::by_trade_no(&trade_no())), alipays);
    assert_eq!(content!(CancelTrade::by_out_trade_no(&number())), shops);
    assert_eq!(content!(CancelTrade::by_trade_no(&trade_no())), alipays);
    assert_eq!(
        content!(RefundTrade::by_trade_no(&trade_no(), yuan("1.00"))),
        only(&[("refund_amount", "1.00"), ("trade_no", TRADE)])
    );
    assert_eq!(
        content!(QueryRefund::by_out_trade_no(&number(), "R1")),
        only(&[("out_request_no", "R1"), ("out_trade_no", "T1")])
    );
    assert_eq!(
        content!(QueryRefund::by_trade_no(&trade_no(), "R1")),
        only(&[("out_request_no", "R1"), ("trade_no", TRADE)])
    );
    assert_eq!(
        content!(CertificateDownload::new("0123456789abcdef")),
        only(&[("alipay_cert_sn", "0123456789abcdef")])
    );
}

#[test]
fn both_numbers_of_one_trade() {
    let both = only(&[("out_trade_no", "T1"), ("trade_no", TRADE)]);
    assert_eq!(content!(QueryTrade::by_out_trade_no(&number()).with_trade_no(&trade_no())), both);
    assert_eq!(content!(QueryTrade::by_trade_no(&trade_no()).with_out_trade_no(&number())), both);
    assert_eq!(content!(CloseTrade::by_out_trade_no(&number()).with_trade_no(&trade_no())), both);
    assert_eq!(content!(CloseTrade::by_trade_no(&trade_no()).with_out_trade_no(&number())), both);
    assert_eq!(content!(CancelTrade::by_out_trade_no(&number()).with_trade_no(&trade_no())), both);
    assert_eq!(content!(CancelTrade::by_trade_no(&trade_no()).with_out_trade_no(&number())), both);
    adds! { |call: &RefundTrade| content!(call), RefundTrade::by_out_trade_no(&number(), yuan("1.00"));
        with_trade_no(&trade_no()) => "trade_no": r#""2024060722001400000000001234""#;
    }
    adds! { |call: &RefundTrade| content!(call), RefundTrade::by_trade_no(&trade_no(), yuan("1.00"));
        with_out_trade_no(&number()) => "out_trade_no": r#""T1""#;
    }
}

#[test]
fn questions() {
    adds! { |call: &QueryTrade| content!(call), QueryTrade::by_out_trade_no(&number());
        with_app_auth_token("token") => "(app_auth_token)": "token";
        with_org_pid(&org()) => "org_pid": r#""2088101117952222""#;
        with_query_options(["trade_settle_info"]) => "query_options[0]": r#""trade_settle_info""#;
    }
    adds! { |call: &QueryRefund| content!(call), QueryRefund::by_out_trade_no(&number(), "R1");
        with_app_auth_token("token") => "(app_auth_token)": "token";
        with_org_pid(&org()) => "org_pid": r#""2088101117952222""#;
        with_query_options(["deposit_back_info"]) => "query_options[0]": r#""deposit_back_info""#;
    }
    adds! { |call: &BillDownload| content!(call), BillDownload::new("trade_zft_merchant", "2024-06-07");
        with_app_auth_token("token") => "(app_auth_token)": "token";
        with_smid("2088123412341234") => "smid": r#""2088123412341234""#;
    }
}

#[test]
fn ends() {
    adds! { |call: &CloseTrade| content!(call), CloseTrade::by_out_trade_no(&number());
        with_app_auth_token("token") => "(app_auth_token)": "token";
        with_extend_params(ExtendParams::default().with_sys_service_provider_id("2088511833207846")) =>
            "extend_params.sys_service_provider_id": r#""2088511833207846""#;
        with_notify_url("https://a.example/notify") => "(notify_url)": "https://a.example/notify";
        with_operator_id("YX01") => "operator_id": r#""YX01""#;
    }
    adds! { |call: &CancelTrade| content!(call), CancelTrade::by_out_trade_no(&number());
        with_app_auth_token("token") => "(app_auth_token)": "token";
    }
}

#[test]
fn money_back() {
    adds! { |call: &RefundTrade| content!(call), RefundTrade::by_out_trade_no(&number(), yuan("1.00"));
        with_app_auth_token("token") => "(app_auth_token)": "token";
        with_goods_detail([GoodsDetail::new("g1", "apple", 3, yuan("1.50"))]) =>
            "goods_detail[0].goods_id": r#""g1""#,
            "goods_detail[0].goods_name": r#""apple""#,
            "goods_detail[0].price": r#""1.50""#,
            "goods_detail[0].quantity": "3";
        with_operator_id("OP001") => "operator_id": r#""OP001""#;
        with_org_pid(&org()) => "org_pid": r#""2088101117952222""#;
        with_out_request_no("R1") => "out_request_no": r#""R1""#;
        with_query_options(["refund_detail_item_list"]) => "query_options[0]": r#""refund_detail_item_list""#;
        with_refund_advance_account("2088000000000003", "userId") =>
            "refund_advance_account": r#""2088000000000003""#, "refund_advance_account_type": r#""userId""#;
        with_refund_currency("USD") => "refund_currency": r#""USD""#;
        with_refund_goods([RefundGoods::new("g1", yuan("1.00")).with_out_sku_id("s1")]) =>
            "refund_goods_detail[0].goods_id": r#""g1""#,
            "refund_goods_detail[0].out_sku_id": r#""s1""#,
            "refund_goods_detail[0].refund_amount": r#""1.00""#;
        with_refund_reason("wrong size") => "refund_reason": r#""wrong size""#;
        with_refund_royalties([RefundRoyalty::new("2088000000000001", "2088000000000002", yuan("0.10"))]) =>
            "refund_royalty_parameters[0].amount": r#""0.10""#,
            "refund_royalty_parameters[0].trans_in": r#""2088000000000002""#,
            "refund_royalty_parameters[0].trans_out": r#""2088000000000001""#;
        with_refund_trans_out("2088000000000004", "userId") =>
            "refund_trans_out": r#""2088000000000004""#, "refund_trans_out_type": r#""userId""#;
        with_related_settle_confirm_no("2024041122001495000530302869") =>
            "related_settle_confirm_no": r#""2024041122001495000530302869""#;
        with_store_id("NJ_S_001") => "store_id": r#""NJ_S_001""#;
        with_terminal_id("NJ_T_001") => "terminal_id": r#""NJ_T_001""#;
    }
}
