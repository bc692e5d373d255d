//! The documented limits of request parameters, as data (Alipay, *create_direct_pay_by_user*, request parameters).

use std::collections::BTreeMap;

use super::RequestError;
use crate::protocol::{Money, WebUrl};

/// The grammar of a value, beyond its length.
enum Form {
    /// `0.01` to `100000000.00`.
    Amount,
    /// Letters, digits, `-`, `_`.
    Code,
    /// Digits only.
    Digits,
    /// Text that comes back in messages: none of the characters that Alipay forbids there.
    Echoed,
    /// Any text.
    Text,
    /// A page of the shop; may have a query.
    Page,
    /// An address the gateway calls; must not have a query.
    Callback,
    /// 16 digits beginning with 2088.
    Account,
}

const RULES: [(&str, usize, Form); 36] = [
    ("body", 1000, Form::Echoed),
    ("buyer_account_name", 100, Form::Text),
    ("buyer_email", 100, Form::Text),
    ("buyer_id", 16, Form::Account),
    ("default_login", 1, Form::Code),
    ("defaultbank", 32, Form::Code),
    ("disable_paymethod", 256, Form::Text),
    ("enable_paymethod", 256, Form::Text),
    ("error_notify_url", 200, Form::Callback),
    ("extend_param", 1000, Form::Text),
    ("extra_common_param", 100, Form::Echoed),
    ("goods_type", 1, Form::Digits),
    ("hb_fq_param", 100, Form::Text),
    ("item_orders_info", 40_000, Form::Text),
    ("need_buyer_realnamed", 1, Form::Code),
    ("need_ctu_check", 1, Form::Code),
    ("notify_url", 190, Form::Callback),
    ("out_trade_no", 64, Form::Text),
    ("payment_type", 4, Form::Digits),
    ("paymethod", 32, Form::Code),
    ("price", 12, Form::Amount),
    ("product_type", 50, Form::Code),
    ("qr_pay_mode", 1, Form::Digits),
    ("qrcode_width", 5, Form::Digits),
    ("quantity", 10, Form::Digits),
    ("return_url", 200, Form::Callback),
    ("royalty_parameters", 1000, Form::Text),
    ("seller_account_name", 100, Form::Text),
    ("seller_email", 100, Form::Text),
    ("seller_id", 16, Form::Account),
    ("show_url", 400, Form::Page),
    ("sign_id_ext", 50, Form::Text),
    ("sign_name_ext", 128, Form::Text),
    ("subject", 256, Form::Echoed),
    ("token", 40, Form::Text),
    ("total_fee", 12, Form::Amount),
];

type Parameters = BTreeMap<&'static str, String>;

pub(super) fn check(fields: &Parameters) -> Result<(), RequestError> {
    for (name, max, form) in RULES {
        if let Some(value) = fields.get(name).filter(|value| !value.is_empty()) {
            check_value(name, value, max, &form).map_err(|problem| RequestError::new(name, problem))?;
        }
    }
    check_together(fields)
}

fn check_value(name: &'static str, value: &str, max: usize, form: &Form) -> Result<(), String> {
    // Browsers rewrite line ends in a form, and a signature does not survive that.
    if value.chars().any(char::is_control) {
        return Err("control characters and line breaks are not allowed".to_owned());
    }
    if name == "subject" && value.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() > max {
        return Err(format!("longer than {max} (a Chinese character counts 2)"));
    }
    if value.chars().count() > max {
        return Err(format!("longer than {max} characters"));
    }
    let all = |test: fn(u8) -> bool| value.bytes().all(test);
    let problem = match form {
        Form::Amount if !value.parse::<Money>().is_ok_and(|amount| amount.fen() > 0) => {
            "must be 0.01 to 100000000.00"
        }
        Form::Code if !all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) => {
            "only letters, digits, - and _ are allowed"
        }
        Form::Digits if !all(|byte| byte.is_ascii_digit()) => "only digits are allowed",
        Form::Account
            if value.len() != 16 || !value.starts_with("2088") || !all(|byte| byte.is_ascii_digit()) =>
        {
            "must be 16 digits beginning with 2088"
        }
        Form::Echoed if value.contains(['#', '%', '&', '+']) => "the characters # % & + are not allowed",
        Form::Text if value.contains('&') => "the character & is not allowed",
        Form::Page if !value.starts_with("http://") && !value.starts_with("https://") => {
            "must be absolute, beginning with https:// or http://"
        }
        Form::Callback => return WebUrl::parse(name, value).map(drop).map_err(|error| error.to_string()),
        _ => return Ok(()),
    };
    Err(problem.to_owned())
}

/// Limits that concern more than one parameter.
fn check_together(fields: &Parameters) -> Result<(), RequestError> {
    let has = |name: &str| fields.get(name).is_some_and(|value| !value.is_empty());
    let is = |name: &str, value: &str| fields.get(name).is_some_and(|own| own == value);
    let value = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let rules = [
        (!has("subject"), "subject", "must not be empty"),
        (
            has("extra_common_param") && value("extra_common_param").contains('='),
            "extra_common_param",
            "the character = is not allowed",
        ),
        (
            has("quantity") && value("quantity").parse::<u32>().ok() < Some(1),
            "quantity",
            "must be at least 1",
        ),
        (
            is("paymethod", "bankPay") && !has("defaultbank"),
            "defaultbank",
            "is required with paymethod bankPay",
        ),
        (
            has("enable_paymethod") && has("disable_paymethod"),
            "disable_paymethod",
            "excludes enable_paymethod",
        ),
        (is("default_login", "Y") && !has("buyer_email"), "default_login", "needs buyer_email"),
        (has("sign_id_ext") && !has("sign_name_ext"), "sign_name_ext", "is required with sign_id_ext"),
        (
            is("payment_type", "47") && !value("extend_param").contains("evoucheprod_evouche_id^"),
            "extend_param",
            "payment_type 47 needs evoucheprod_evouche_id",
        ),
        (is("payment_type", "0"), "payment_type", "must be 1, 4, 47 or another code of the contract"),
        (is("qrcode_width", "0"), "qrcode_width", "must be at least 1 pixel"),
    ];
    if let Some((_, field, problem)) = rules.into_iter().find(|(broken, ..)| *broken) {
        return Err(RequestError::new(field, problem));
    }
    timeout(value("it_b_pay"))?;
    instalments(value("hb_fq_param"))?;
    royalties(value("royalty_parameters"), total(fields))
}

/// The order's total in fen; limits of the single amounts are checked before.
fn total(fields: &Parameters) -> u64 {
    let fen = |name| fields.get(name).and_then(|text| text.parse::<Money>().ok()).map_or(0, Money::fen);
    let quantity = fields.get("quantity").and_then(|text| text.parse().ok()).unwrap_or(1);
    fen("total_fee").max(fen("price").saturating_mul(quantity))
}

fn timeout(text: &str) -> Result<(), RequestError> {
    let (count, unit) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or_default();
    let minutes = match unit {
        "d" => 24 * 60,
        "h" => 60,
        "m" => 1,
        _ => return Ok(()), // absent, or `1c`
    };
    let range = 1..=15 * 24 * 60_u64;
    if count.parse::<u64>().is_ok_and(|count| range.contains(&(count.saturating_mul(minutes)))) {
        return Ok(());
    }
    Err(RequestError::new("it_b_pay", "must be 1m to 15d"))
}

fn instalments(text: &str) -> Result<(), RequestError> {
    let number = |part: Option<&str>| {
        part.and_then(|part| part.split_once('^')).and_then(|(_, text)| text.parse::<u8>().ok())
    };
    let mut parts = text.split('|');
    match (number(parts.next()), number(parts.next())) {
        _ if text.is_empty() => Ok(()),
        (Some(0..=100), Some(1..)) => Ok(()),
        _ => Err(RequestError::new(
            "hb_fq_param",
            "needs at least 1 instalment and a seller's share of 0 to 100 percent",
        )),
    }
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
        AntiPhishingKey, Md5Key, Merchant, Money, OutTradeNo, PartnerId, PayMethod, PaymentRequest,
        QrPayMode, Royalty, Timeout,
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
    fn names_the_field_that_breaks_a_limit() {
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
