//! Payment requests: every input is either refused with the name of its field, or signed without a second reading.

use std::net::Ipv4Addr;

use alipay_tower::{
    Money, PaymentRequest,
    protocol::{Fields, OutTradeNo, PayMethod, QrPayMode, Royalty, Timeout},
};
use proptest::prelude::*;

use crate::support::{config, md5_of, merchant, signed_text};

/// The parameters of the service, as Alipay documents them.
const PARAMETERS: &str = "_input_charset anti_phishing_key body buyer_account_name buyer_email buyer_id default_login \
    defaultbank disable_paymethod enable_paymethod error_notify_url extend_param exter_invoke_ip extra_common_param \
    goods_type hb_fq_param it_b_pay item_orders_info need_buyer_realnamed need_ctu_check notify_url out_trade_no partner \
    payment_type paymethod price product_type qr_pay_mode qrcode_width quantity return_url royalty_parameters \
    royalty_type seller_account_name seller_email seller_id service show_url sign_id_ext sign_name_ext subject token \
    total_fee";

/// Those that must not be readable in two ways.
const DECISIVE: [&str; 10] = [
    "notify_type",
    "out_trade_no",
    "partner",
    "price",
    "quantity",
    "royalty_parameters",
    "seller_email",
    "seller_id",
    "service",
    "total_fee",
];

fn input() -> impl Strategy<Value = String> {
    let name = prop::sample::select(PARAMETERS.split(' ').collect::<Vec<_>>());
    let piece = prop_oneof![
        2 => "[ -~]{0,10}",
        1 => "\\PC{0,4}",
        1 => Just("https://shop.example.com/a".to_owned()),
        1 => Just("2088000000000002".to_owned()),
        1 => Just("\n".to_owned()),
        2 => name.prop_map(|name| format!("&{name}=1")),
        1 => "[a-z]{200,300}",
    ];
    prop::collection::vec(piece, 0..3).prop_map(|pieces| pieces.concat())
}

/// Calls one of the setters with whatever came.
fn set(request: PaymentRequest, setter: usize, text: &str, number: u16) -> PaymentRequest {
    let money = Money::from_fen(number.into()).unwrap();
    match setter {
        0 => request.with_subject(text),
        1 => request.with_body(text),
        2 => request.with_show_url(text),
        3 => request.with_notify_url(text),
        4 => request.with_return_url(text),
        5 => request.with_error_notify_url(text),
        6 => request.with_payment_type(number),
        7 => request.with_extra_common_param(text),
        8 => request.with_extend_param([("TRANS_MEMO", text), (text, "x")]),
        9 => request.with_timeout(Timeout::Minutes(number.into())),
        10 => request.with_product_type(text),
        11 => request.with_item_orders_info(text),
        12 => request.with_seller_email(text),
        13 => request.with_seller_account_name(text),
        14 => request.with_buyer_id(text),
        15 => request.with_buyer_email(text),
        16 => request.with_buyer_account_name(text),
        17 => request.with_shop_account(text, text),
        18 => request.with_royalties([Royalty::new(text, money, text)]),
        19 => request.with_enabled_paymethods([PayMethod::Other(text.into())]),
        20 => request.with_disabled_paymethods([PayMethod::Other(text.into())]),
        21 => request.with_bank(text),
        22 => request.with_paymethod(&PayMethod::Other(text.into())),
        23 => request.with_token(text),
        24 => request.with_qr_pay_mode(QrPayMode::FrameWidth(number)),
        25 => {
            request.with_instalments((number % 256).try_into().unwrap(), (number / 256).try_into().unwrap())
        }
        26 => request.with_default_login(true),
        _ => request.with_show_url(format!("https://shop.example.com/?{text}")),
    }
}

fn occurrences(text: &[u8], name: &str) -> usize {
    let begins = |part: &&[u8]| part.starts_with(format!("{name}=").as_bytes());
    text.split(|byte| *byte == b'&').filter(begins).count()
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn any_input_is_refused_by_name_or_signed_unambiguously(
        order in prop_oneof![3 => Just("T1".to_owned()), 1 => input()],
        fen in prop_oneof![Just(0), Just(1), 0..=Money::MAX.fen()],
        calls in prop::collection::vec((0..28_usize, input(), any::<u16>()), 0..5),
    ) {
        let Ok(order) = OutTradeNo::new(&order) else { return Ok(()) };
        let start = PaymentRequest::new(order, "item", Money::from_fen(fen).unwrap());
        let request =
            calls.iter().fold(start, |request, (setter, text, number)| set(request, *setter, text, *number));
        match request.sign(&merchant()) {
            Err(error) => {
                let known = PARAMETERS.split(' ').any(|name| name == error.field());
                prop_assert!(known, "the error names {}", error.field());
                let problem = error.to_string();
                prop_assert!(problem.len() > error.field().len() + 2);
            }
            Ok(signed) => {
                let (_, wire) = signed.url().split_once('?').unwrap();
                let read = Fields::parse(wire.as_bytes()).unwrap();
                let pairs: Vec<_> = read.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
                prop_assert_eq!(signed_text(&pairs), signed.signed_text());
                let sign = md5_of(signed.signed_text());
                prop_assert_eq!(signed.field("sign"), Some(sign.as_str()));
                prop_assert!(signed.fields().all(|(_, value)| !value.is_empty() && !value.contains(char::is_control)));
                for name in DECISIVE {
                    let own = usize::from(signed.field(name).is_some());
                    prop_assert_eq!(occurrences(signed.signed_text(), name), own, "{}", name);
                }
            }
        }
    }
}

#[test]
fn every_documented_parameter_can_be_set() {
    let key = alipay_tower::protocol::AntiPhishingKey::new("KPr8DuZp5xc031OVxw==").unwrap();
    let order = || OutTradeNo::new("T1").unwrap();
    let money = || Money::from_fen(100).unwrap();
    let mut seen: Vec<String> = Vec::new();
    for start in
        [PaymentRequest::new(order(), "x", money()), PaymentRequest::priced(order(), "x", money(), 2)]
    {
        let request = (0..28).fold(start, |request, setter| set(request, setter, "x", 3));
        let request = request
            .with_virtual_goods(true)
            .with_risk_check(true)
            .with_verified_buyer()
            .with_anti_phishing(&key, Ipv4Addr::LOCALHOST)
            .with_seller_id(merchant().seller_id());
        seen.extend(PARAMETERS.split(' ').filter(|name| request.field(name).is_some()).map(str::to_owned));
    }
    // These two are the merchant's and join when the request is signed.
    let own = |name: &&str| !seen.iter().any(|other| other == name);
    let missing: Vec<&str> = PARAMETERS.split(' ').filter(own).collect();
    assert_eq!(missing, ["_input_charset", "partner"]);
}
