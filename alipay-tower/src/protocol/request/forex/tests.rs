use super::*;
use crate::protocol::{Currency, Md5Key, Money, PartnerId, request::limits::tests::rules_name_their_fields};

fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

fn usd(cents: u64) -> ForexAmount {
    ForexAmount::new(Currency::new("USD").unwrap(), Money::from_fen(cents).unwrap())
}

fn won(text: &str) -> ForexAmount {
    ForexAmount::new(Currency::new("KRW").unwrap(), text.parse().unwrap())
}

fn web(price: ForexAmount) -> ForexPayment {
    ForexPayment::new(OutTradeNo::new("F1").unwrap(), "item", price)
}

fn order() -> ForexPayment {
    web(usd(1000))
}

fn wap(merchant_url: &str) -> ForexWapPayment {
    ForexWapPayment::new(OutTradeNo::new("F1").unwrap(), "item", usd(1000), merchant_url)
}

#[test]
fn takes_every_parameter() {
    let signed = wap("https://shop.example.com/item?id=1")
        .with_body("an item")
        .with_notify_url("https://shop.example.com/notify")
        .with_return_url("https://shop.example.com/return")
        .with_error_notify_url("https://shop.example.com/errors")
        .with_product_code(ForexWapPayment::PRODUCT_CODE)
        .with_refer_url("https://shop.example.com/")
        .with_supplier("supplier")
        .with_auth_token("t")
        .with_timeout_rule(Timeout::Days(1))
        .with_validity("2024-01-01 10:00:00".parse().unwrap(), 600)
        .with_split_fund_info([SplitFund::new("2088000000000003", usd(10), "part 1")])
        .with_secondary_merchant("xxx001", "xxx Store", "7011")
        .with_app_pay(true)
        .with_payment_inst(Wallet::Mainland)
        .sign(&merchant())
        .unwrap();
    assert_eq!(
        signed.field("split_fund_info"),
        Some("[{'transIn':'2088000000000003','amount':'0.10','currency':'USD','desc':'part 1'}]")
    );
    assert_eq!(signed.field("order_gmt_create"), Some("2024-01-01 10:00:00"));
    assert_eq!(signed.field("payment_inst"), Some("ALIPAYCN"));
    assert_eq!(signed.field("seller_id"), None);
    assert_eq!(signed.field("payment_type"), None);
    assert_eq!(signed.fields().count(), 27);
}

#[test]
fn a_price_is_in_one_currency() {
    let rmb = ForexAmount::in_rmb(Currency::new("USD").unwrap(), "70.00".parse().unwrap());
    let signed = web(rmb).sign(&merchant()).unwrap();
    assert_eq!((signed.field("rmb_fee"), signed.field("total_fee")), (Some("70.00"), None));
    assert_eq!(signed.field("currency"), Some("USD"));
    assert_eq!(web(won("1000000")).sign(&merchant()).unwrap().field("total_fee"), Some("1000000"));
}

#[test]
fn names_the_field_that_breaks_a_limit() {
    let rmb = |text: &str| ForexAmount::in_rmb(Currency::new("USD").unwrap(), text.parse().unwrap());
    let at = Timestamp::from_unix_seconds(0);
    let cases: Vec<(ForexPayment, &str)> = vec![
        (web(usd(0)), "total_fee"),
        (web(usd(100_000_001)), "total_fee"),
        (web(won("1000001")), "total_fee"),
        (web(won("12.50")), "total_fee"),
        (web(rmb("0.00")), "rmb_fee"),
        (web(rmb("1000000.01")), "rmb_fee"),
        (order().with_subject(""), "subject"),
        (order().with_subject("a#b"), "subject"),
        (order().with_body("a".repeat(401)), "body"),
        (order().with_timeout_rule(Timeout::Minutes(7)), "timeout_rule"),
        (order().with_timeout_rule(Timeout::EndOfDay), "timeout_rule"),
        (order().with_validity(at, 0), "order_valid_time"),
        (order().with_validity(at, 2_592_001), "order_valid_time"),
        (order().with_refer_url("shop.example.com"), "refer_url"),
        (order().with_refer_url("https://shop.example.com/?a=1&currency=JPY"), "currency"),
        (order().with_product_code("A&B"), "product_code"),
        (web(won("100")).with_split_fund_info([SplitFund::new("2088", won("0.50"), "x")]), "split_fund_info"),
        (order().with_split_fund_info([SplitFund::new("2088", usd(1), "it's")]), "split_fund_info"),
        (order().with_split_fund_info([SplitFund::new("2088", usd(1), "a&b")]), "split_fund_info"),
    ];
    for (request, field) in cases {
        assert_eq!(request.sign(&merchant()).unwrap_err().field(), field, "{request:?}");
    }
    for url in ["", "shop.example.com"] {
        assert_eq!(wap(url).sign(&merchant()).unwrap_err().field(), "merchant_url");
    }
}

#[test]
fn every_rule_of_the_table_names_its_field() {
    rules_name_their_fields(&limits::WEB, &order().parameters);
    rules_name_their_fields(&limits::WAP, &wap("https://shop.example.com/item").parameters);
}
