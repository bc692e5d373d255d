//! The documented limits of `create_direct_pay_by_user`, as data (Alipay, *create_direct_pay_by_user*, request parameters).

use crate::protocol::{
    Money, RequestError,
    request::{
        Parameters,
        limits::{CALLBACKS, Form, Limits, PARTIES, Rule, first_broken, instalments, quantity, timeout},
    },
};

const HUNDRED_MILLION: u64 = Money::MAX.fen();

/// Goods, donation and e-voucher are `1`, `4` and `47`; the others are of old contracts.
const PAYMENT_TYPES: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "8", "47"];

const RULES: &[Rule] = &[
    ("body", 1000, Form::Echoed),
    ("default_login", 1, Form::Code),
    ("defaultbank", 32, Form::Code),
    ("disable_paymethod", 256, Form::Text),
    ("enable_paymethod", 256, Form::Text),
    ("extend_param", 1000, Form::Text),
    ("extra_common_param", 100, Form::Echoed),
    ("goods_type", 1, Form::Digits),
    ("hb_fq_param", 100, Form::Text),
    ("item_orders_info", 40_000, Form::Text),
    ("need_buyer_realnamed", 1, Form::Code),
    ("need_ctu_check", 1, Form::Code),
    ("out_trade_no", 64, Form::Text),
    ("payment_type", 4, Form::Choice(PAYMENT_TYPES)),
    ("paymethod", 32, Form::Code),
    ("price", 12, Form::Amount(HUNDRED_MILLION)),
    ("product_type", 50, Form::Code),
    ("qr_pay_mode", 1, Form::Digits),
    ("qrcode_width", 5, Form::Digits),
    ("quantity", 10, Form::Digits),
    ("royalty_parameters", 1000, Form::Text),
    ("show_url", 400, Form::Page),
    ("sign_id_ext", 50, Form::Text),
    ("sign_name_ext", 128, Form::Text),
    ("subject", 256, Form::Title),
    ("token", 40, Form::Text),
    ("total_fee", 12, Form::Amount(HUNDRED_MILLION)),
];

pub(super) const LIMITS: Limits =
    Limits { required: &["subject"], rules: &[CALLBACKS, PARTIES, RULES], together };

fn together(fields: &Parameters) -> Result<(), RequestError> {
    let is = |name: &str, value: &str| fields.get(name).is_some_and(|own| own == value);
    quantity(fields)?;
    first_broken([
        (
            fields.value("extra_common_param").contains('='),
            "extra_common_param",
            "the character = is not allowed",
        ),
        (
            is("paymethod", "bankPay") && !fields.has("defaultbank"),
            "defaultbank",
            "is required with paymethod bankPay",
        ),
        (
            fields.has("enable_paymethod") && fields.has("disable_paymethod"),
            "disable_paymethod",
            "excludes enable_paymethod",
        ),
        (is("default_login", "Y") && !fields.has("buyer_email"), "default_login", "needs buyer_email"),
        (
            fields.has("sign_id_ext") && !fields.has("sign_name_ext"),
            "sign_name_ext",
            "is required with sign_id_ext",
        ),
        (
            is("payment_type", "47") && !fields.value("extend_param").contains("evoucheprod_evouche_id^"),
            "extend_param",
            "payment_type 47 needs evoucheprod_evouche_id",
        ),
        (total(fields) > HUNDRED_MILLION, "price", "times quantity is more than 100000000.00"),
        (is("qrcode_width", "0"), "qrcode_width", "must be at least 1 pixel"),
    ])?;
    timeout(fields)?;
    instalments(fields)?;
    royalties(fields.value("royalty_parameters"), total(fields))
}

/// The order's total in fen; limits of the single amounts are checked before.
fn total(fields: &Parameters) -> u64 {
    let quantity = fields.value("quantity").parse().unwrap_or(1);
    fields.fen("total_fee").max(fields.fen("price").saturating_mul(quantity))
}

fn royalties(text: &str, total: u64) -> Result<(), RequestError> {
    let error = |problem: &str| Err(RequestError::new("royalty_parameters", problem));
    if text.is_empty() {
        return Ok(());
    }
    let shares: Vec<Vec<&str>> = text.split('|').map(|share| share.split('^').collect()).collect();
    if shares.len() > 10 {
        return error("at most 10 receivers");
    }
    let mut sum = 0_u64;
    for share in &shares {
        match share.as_slice() {
            [account, amount, _memo] if !account.is_empty() => match amount.parse::<Money>() {
                Ok(amount) if amount.fen() > 0 => sum = sum.saturating_add(amount.fen()),
                _ => return error("a share must be at least 0.01"),
            },
            _ => return error("accounts and memos must not have ^ or |"),
        }
    }
    if sum > total { error("the shares add up to more than the total") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use crate::protocol::{
        AntiPhishingKey, GatewayUrl, Md5Key, Merchant, Money, OutTradeNo, PartnerId, PayMethod,
        PaymentRequest, QrPayMode, Royalty, Timeout, request::limits::tests::rules_name_their_fields,
    };

    fn merchant() -> Merchant {
        let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
        Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
    }

    fn fen(fen: u64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    fn order() -> PaymentRequest {
        PaymentRequest::new(OutTradeNo::new("T20240101000001").unwrap(), "测试订单", fen(1))
    }

    #[test]
    fn signs_the_published_request() {
        let signed = order()
            .with_notify_url("https://pay.example.com/alipay/notify")
            .with_return_url("https://pay.example.com/alipay/return")
            .sign(&merchant())
            .unwrap();
        assert_eq!(signed.field("sign"), Some("8a5370a245d42dadbacf43ccb12144b5"));
    }

    #[test]
    fn takes_every_parameter() {
        let key = AntiPhishingKey::new("KPr8DuZp5xc031OVxw==").unwrap();
        let signed = PaymentRequest::priced(OutTradeNo::new("T1").unwrap(), "item", fen(500), 2)
            .with_body("two items")
            .with_show_url("https://shop.example.com/p?id=1")
            .with_error_notify_url("https://shop.example.com/errors")
            .with_payment_type(4)
            .with_virtual_goods(true)
            .with_extra_common_param("ref 7")
            .with_extend_param([("TRANS_MEMO", "x"), ("ISV", "2088000000000002")])
            .with_timeout(Timeout::EndOfDay)
            .with_product_type("CHANNEL_FAST_PAY")
            .with_item_orders_info("[]")
            .with_seller_email("seller@example.com")
            .with_seller_account_name("seller")
            .with_buyer_id("2088000000000002")
            .with_buyer_email("buyer@example.com")
            .with_buyer_account_name("buyer")
            .with_shop_account("17", "Zhang")
            .with_royalties([
                Royalty::new("a@example.com", fen(999), "a"),
                Royalty::new("b@example.com", fen(1), ""),
            ])
            .with_enabled_paymethods([PayMethod::DirectPay, PayMethod::BankPay])
            .with_bank("CMB-DEBIT")
            .with_risk_check(false)
            .with_anti_phishing(&key, Ipv4Addr::new(203, 0, 113, 9))
            .with_default_login(true)
            .with_token("t")
            .with_qr_pay_mode(QrPayMode::FrameWidth(200))
            .with_verified_buyer()
            .with_instalments(3, 100)
            .sign(&merchant())
            .unwrap();
        assert_eq!(signed.field("royalty_parameters"), Some("a@example.com^9.99^a|b@example.com^0.01^"));
        assert_eq!(signed.field("enable_paymethod"), Some("directPay^bankPay"));
        assert_eq!(signed.field("qrcode_width"), Some("200"));
        assert_eq!(signed.fields().count(), 40);
    }

    #[test]
    fn every_rule_of_the_table_names_its_field() {
        rules_name_their_fields(&super::LIMITS, &order().parameters);
    }

    /// The simulator is on this machine, and the buyer is there too.
    #[test]
    fn a_gateway_on_this_machine_takes_addresses_of_this_machine() {
        let key = AntiPhishingKey::new("KPr8DuZp5xc031OVxw==").unwrap();
        let request = order()
            .with_notify_url("http://127.0.0.1:4000/notify")
            .with_return_url("http://localhost:4000/return")
            .with_anti_phishing(&key, Ipv4Addr::LOCALHOST);
        let simulator = GatewayUrl::new("http://127.0.0.1:4001/gateway.do").unwrap();
        assert!(request.sign(&merchant().with_gateway(simulator)).is_ok());
        assert_eq!(request.sign(&merchant()).unwrap_err().field(), "notify_url");
        let most = PaymentRequest::priced(OutTradeNo::new("T1").unwrap(), "x", fen(5_000_000_000), 2);
        assert!(most.sign(&merchant()).is_ok(), "the limit itself is allowed");
    }

    #[test]
    fn names_the_field_that_breaks_a_limit() {
        let key = AntiPhishingKey::new("KPr8DuZp5xc031OVxw==").unwrap();
        let share = |fen_| Royalty::new("a@example.com", fen(fen_), "");
        let cases: Vec<(PaymentRequest, &str)> = vec![
            (order().with_subject(""), "subject"),
            (order().with_subject("a".repeat(257)), "subject"),
            (order().with_subject("x&total_fee=100.00"), "subject"),
            (order().with_body("line\nbreak"), "body"),
            (order().with_body("a".repeat(1001)), "body"),
            (order().with_extra_common_param("a=b"), "extra_common_param"),
            (order().with_show_url("/relative"), "show_url"),
            (order().with_show_url("https://shop.example.com/?a=1&total_fee=9"), "total_fee"),
            (order().with_notify_url("https://shop.example.com/?id=1"), "notify_url"),
            (order().with_notify_url("/alipay/notify"), "notify_url"),
            (order().with_return_url(format!("https://a/{}", "x".repeat(200))), "return_url"),
            (order().with_paymethod(&PayMethod::BankPay), "defaultbank"),
            (order().with_bank("CMB&x=1"), "defaultbank"),
            (order().with_buyer_id("1"), "buyer_id"),
            (order().with_default_login(true), "default_login"),
            (order().with_timeout(Timeout::Minutes(0)), "it_b_pay"),
            (order().with_timeout(Timeout::Days(16)), "it_b_pay"),
            (order().with_royalties([share(2)]), "royalty_parameters"),
            (order().with_royalties(vec![share(1); 11]), "royalty_parameters"),
            (order().with_royalties([Royalty::new("a^b", fen(1), "")]), "royalty_parameters"),
            (order().with_instalments(0, 100), "hb_fq_param"),
            (order().with_instalments(3, 101), "hb_fq_param"),
            (order().with_payment_type(47), "extend_param"),
            (order().with_payment_type(0), "payment_type"),
            (order().with_payment_type(9), "payment_type"),
            (order().with_subject("차 한 잔"), "subject"),
            (order().with_notify_url("http://localhost:4000/notify"), "notify_url"),
            (order().with_return_url("https://LOCALHOST/return"), "return_url"),
            (order().with_return_url("https://192.168.1.10/return"), "return_url"),
            (order().with_anti_phishing(&key, Ipv4Addr::new(10, 0, 0, 7)), "exter_invoke_ip"),
            (PaymentRequest::priced(OutTradeNo::new("T1").unwrap(), "x", fen(5_000_000_001), 2), "price"),
            (PaymentRequest::priced(OutTradeNo::new("T1").unwrap(), "x", Money::MAX, u32::MAX), "price"),
            (order().with_qr_pay_mode(QrPayMode::FrameWidth(0)), "qrcode_width"),
            (order().with_token("x&sign_type=RSA"), "token"),
            (
                order()
                    .with_enabled_paymethods([PayMethod::Cash])
                    .with_disabled_paymethods([PayMethod::Cash]),
                "disable_paymethod",
            ),
            (PaymentRequest::new(OutTradeNo::new("T1").unwrap(), "x", fen(0)), "total_fee"),
            (PaymentRequest::priced(OutTradeNo::new("T1").unwrap(), "x", fen(1), 0), "quantity"),
        ];
        for (request, field) in cases {
            assert_eq!(request.sign(&merchant()).unwrap_err().field(), field, "{request:?}");
        }
    }
}
