use std::net::Ipv4Addr;

use super::*;
use crate::protocol::{
    AntiPhishingKey, Md5Key, PartnerId, Timeout, request::limits::tests::rules_name_their_fields,
};

fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

fn by(payment: LogisticsPayment, fee: &str) -> Logistics {
    Logistics::new(LogisticsType::Express, yuan(fee), payment)
}

fn escrow(price: &str, quantity: u32, logistics: Logistics) -> EscrowPayment {
    EscrowPayment::new(OutTradeNo::new("E1").unwrap(), "item", yuan(price), quantity, logistics)
}

fn order() -> EscrowPayment {
    escrow("10.00", 1, Logistics::none())
}

#[test]
fn takes_every_parameter() {
    let key = AntiPhishingKey::new("KPr8DuZp5xc031OVxw==").unwrap();
    let signed = escrow("10.00", 2, by(LogisticsPayment::BuyerPay, "5.00"))
        .with_other_logistics(Logistics::new(LogisticsType::Ems, yuan("0.00"), LogisticsPayment::SellerPay))
        .with_other_logistics(Logistics::new(
            LogisticsType::Post,
            yuan("1.00"),
            LogisticsPayment::BuyerPayAfterReceive,
        ))
        .with_other_logistics(Logistics::none())
        .with_discount(Discount::Surcharge(yuan("0.50")))
        .with_total_fee(yuan("25.50"))
        .with_body("two items")
        .with_show_url("https://shop.example.com/p?id=1&x=2")
        .with_notify_url("https://shop.example.com/notify")
        .with_return_url("https://shop.example.com/return")
        .with_error_notify_url("https://shop.example.com/errors")
        .with_timeout(Timeout::Days(1))
        .with_t_s_send_1(3)
        .with_t_s_send_2(7)
        .with_t_b_rec_post(30)
        .with_seller_id(merchant().seller_id())
        .with_seller_email("seller@example.com")
        .with_seller_account_name("seller")
        .with_buyer_id("2088000000000002")
        .with_buyer_email("buyer@example.com")
        .with_buyer_account_name("buyer")
        .with_receive_name("张三")
        .with_receive_address("上海市 示例路1号")
        .with_receive_zip("200000")
        .with_receive_phone("021-00000000")
        .with_receive_mobile("13000000000")
        .with_anti_phishing(&key, Ipv4Addr::new(203, 0, 113, 9))
        .with_token("t")
        .sign(&merchant())
        .unwrap();
    assert_eq!(signed.field("logistics_type_1"), Some("EMS"));
    assert_eq!(signed.field("logistics_fee_1"), Some("0.00"));
    assert_eq!(signed.field("logistics_payment_2"), Some("BUYER_PAY_AFTER_RECEIVE"));
    assert_eq!(signed.field("logistics_type_3"), Some("DIRECT"));
    assert_eq!(signed.field("discount"), Some("0.50"));
    assert_eq!(signed.field("t_b_rec_post"), Some("30d"));
    assert_eq!(signed.fields().count(), 47);
}

#[test]
fn expects_a_total() {
    let total = |payment: &EscrowPayment| payment.expected_total().map(|total| total.to_string());
    let seller = by(LogisticsPayment::SellerPay, "5.00");
    let buyer = by(LogisticsPayment::BuyerPay, "5.00");
    let door = by(LogisticsPayment::BuyerPayAfterReceive, "5.00");
    assert_eq!(total(&escrow("10.00", 3, seller)).as_deref(), Some("30.00"));
    assert_eq!(total(&escrow("10.00", 3, buyer)).as_deref(), Some("35.00"));
    assert_eq!(total(&escrow("10.00", 3, door)).as_deref(), Some("30.00"));
    let rebate = escrow("10.00", 3, buyer).with_discount(Discount::Rebate(yuan("0.01")));
    assert_eq!(total(&rebate).as_deref(), Some("34.99"));
    assert_eq!(total(&rebate.with_total_fee(yuan("9.00"))).as_deref(), Some("9.00"));
    assert_eq!(total(&escrow("10.00", 3, buyer).with_other_logistics(seller)), None);
    assert_eq!(
        total(&escrow("10.00", 3, buyer).with_other_logistics(buyer)).as_deref(),
        Some("35.00"),
        "the same total whichever carrier"
    );
    assert_eq!(total(&order().with_discount(Discount::Rebate(yuan("10.00")))), None);
    assert_eq!(total(&escrow("1000000.00", u32::MAX, buyer)), None);
}

#[test]
fn names_the_field_that_breaks_a_limit() {
    let cases: Vec<(EscrowPayment, &str)> = vec![
        (escrow("0.00", 1, Logistics::none()), "price"),
        (escrow("1000000.01", 1, Logistics::none()), "price"),
        (escrow("500000.01", 2, Logistics::none()), "price"),
        (escrow("1000000.00", 1, by(LogisticsPayment::BuyerPay, "0.01")), "price"),
        (escrow("10.00", 0, Logistics::none()), "quantity"),
        (escrow("10.00", 1, by(LogisticsPayment::SellerPay, "1000000.01")), "logistics_fee"),
        (order().with_other_logistics(by(LogisticsPayment::SellerPay, "1000000.01")), "logistics_fee_1"),
        ((0..4).fold(order(), |order, _| order.with_other_logistics(Logistics::none())), "logistics_type"),
        (order().with_discount(Discount::Rebate(yuan("10.00"))), "discount"),
        (order().with_total_fee(yuan("0.00")), "total_fee"),
        (order().with_subject(""), "subject"),
        (order().with_body("a".repeat(401)), "body"),
        (order().with_receive_address("1&2"), "receive_address"),
        (order().with_receive_name("a".repeat(129)), "receive_name"),
        (order().with_receive_zip("1".repeat(21)), "receive_zip"),
        (order().with_show_url("https://shop.example.com/?a=1&logistics_fee_1=9"), "logistics_fee_1"),
        (order().with_show_url("https://shop.example.com/?a=1&discount=-9.99"), "discount"),
        (order().with_t_s_send_1(0), "t_s_send_1"),
        (order().with_timeout(Timeout::Minutes(0)), "it_b_pay"),
        (order().with_seller_email("a&b"), "seller_email"),
    ];
    for (request, field) in cases {
        assert_eq!(request.sign(&merchant()).unwrap_err().field(), field, "{request:?}");
    }
}

/// The buyer may choose an instant payment of any size.
#[test]
fn a_dual_payment_may_be_larger() {
    let order = |quantity| {
        DualPayment::new(OutTradeNo::new("E1").unwrap(), "x", yuan("1000000.00"), quantity, Logistics::none())
    };
    assert!(order(100).sign(&merchant()).is_ok());
    assert_eq!(order(101).sign(&merchant()).unwrap_err().field(), "price");
}

#[test]
fn every_rule_of_the_table_names_its_field() {
    rules_name_their_fields(&limits::ESCROW, &order().parameters);
    rules_name_their_fields(&limits::DUAL, &order().parameters);
}
