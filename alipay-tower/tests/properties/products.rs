//! Every product and call: any text is either refused with the name of a field, or signed with one reading.

use alipay_tower::{
    Money,
    protocol::{
        BatchNo, BatchTransferRequest, Charset, Currency, DualPayment, EscrowPayment, FeeRefund, ForexAmount,
        ForexPayment, ForexRefund, ForexWapPayment, Logistics, LogisticsPayment, LogisticsType, OutTradeNo,
        RefundDetail, RefundWithPassword, RefundWithoutPassword, RequestError, RoyaltyRefund, SendGoods,
        SignedRequest, SplitFund, Timestamp, TradeNo, TransferDetail, WapPayment,
    },
};
use proptest::prelude::*;

use crate::support::{config, md5_of, merchant};

/// What decides where money goes, in any of the services.
const DECISIVE: &str = "account_name airticket batch_fee batch_no batch_num buyer_id currency detail_data discount \
    invoice_no logistics_fee logistics_fee_1 logistics_payment logistics_payment_1 logistics_type logistics_type_1 \
    merchant_url notify_url otherfee out_return_no out_trade_no partner pay_date price product_code quantity refund_date \
    return_amount return_rmb_amount return_url rmb_fee seller_email seller_id seller_user_id service split_fund_info \
    total_fee trade_no transport_type use_freeze_amount";

fn noon() -> Timestamp {
    "2024-01-03 12:00:00".parse().unwrap()
}

fn text() -> impl Strategy<Value = String> {
    let name = prop::sample::select(DECISIVE.split(' ').collect::<Vec<_>>());
    let piece = prop_oneof![
        3 => "[a-zA-Z0-9 .@]{0,10}",
        1 => "\\PC{0,4}",
        1 => "[一-龥]{0,4}",
        1 => "[&=#%+^|$'\"]{1,2}",
        2 => name.prop_map(|name| format!("&{name}=1")),
        1 => Just("https://shop.example.com/a?b=c".to_owned()),
        1 => Just("2088000000000002".to_owned()),
        1 => "[a-z]{200,300}",
    ];
    prop::collection::vec(piece, 0..3).prop_map(|pieces| pieces.concat())
}

const CHARSETS: &[Charset] = &[
    Charset::Utf8,
    #[cfg(feature = "gbk")]
    Charset::Gbk,
    #[cfg(feature = "gbk")]
    Charset::Gb2312,
];

fn charset() -> impl Strategy<Value = Charset> {
    prop::sample::select(CHARSETS)
}

#[derive(Debug)]
struct Input {
    texts: [String; 5],
    fen: u64,
    number: u32,
}

fn input() -> impl Strategy<Value = Input> {
    let texts = [text(), text(), text(), text(), text()];
    (texts, prop_oneof![0..1000_u64, 0..=Money::MAX.fen()], prop_oneof![0..4_u32, any::<u32>()])
        .prop_map(|(texts, fen, number)| Input { texts, fen, number })
}

/// One of the builders, fed with whatever came.
fn build(which: usize, input: &Input, charset: Charset) -> Result<SignedRequest, RequestError> {
    let [a, b, c, d, e] = &input.texts;
    let (money, order) = (Money::from_fen(input.fen).unwrap(), OutTradeNo::new("T1").unwrap());
    let (trade, batch) = (TradeNo::new("2024010121001004").unwrap(), BatchNo::of_day(noon(), "001").unwrap());
    let payment =
        if input.number.is_multiple_of(2) { LogisticsPayment::BuyerPay } else { LogisticsPayment::SellerPay };
    let logistics = Logistics::new(LogisticsType::Express, money, payment);
    let currency = Currency::new(if input.number.is_multiple_of(3) { "JPY" } else { "USD" }).unwrap();
    let (merchant, amount) = (merchant().with_charset(charset), ForexAmount::new(currency, money));
    match which {
        0 => EscrowPayment::new(order, a, money, input.number, logistics)
            .with_body(b)
            .with_show_url(c)
            .with_receive_address(d)
            .with_buyer_email(e)
            .sign(&merchant),
        1 => DualPayment::new(order, a, money, input.number, logistics)
            .with_other_logistics(logistics)
            .with_receive_name(b)
            .with_receive_phone(c)
            .with_seller_account_name(d)
            .with_token(e)
            .sign(&merchant),
        2 => WapPayment::new(order, a, money, b)
            .with_airticket((money, c), [(money, d.as_str())])
            .with_extend_params([(e.as_str(), "x"), ("x", d)])
            .with_ext_user_info(c)
            .sign(&merchant),
        3 => ForexPayment::new(order, a, amount)
            .with_body(b)
            .with_refer_url(c)
            .with_supplier(d)
            .with_split_fund_info([SplitFund::new(e, amount, d)])
            .sign(&merchant),
        4 => ForexWapPayment::new(order, a, amount, b)
            .with_secondary_merchant(c, d, e)
            .with_validity(noon(), input.number)
            .sign(&merchant),
        5 => ForexRefund::new(order.clone(), order, amount)
            .with_reason(a)
            .with_product_code(b)
            .with_notify_url(c)
            .sign(&merchant, noon()),
        6 => {
            let refund = RefundDetail::new(trade, money, a)
                .with_fee(FeeRefund::new(b, c, money, d))
                .with_royalty(RoyaltyRefund::new((a, b), (c, d), money, e.as_str()));
            RefundWithoutPassword::new(batch, [refund]).sign(&merchant, noon())
        }
        7 => {
            let refund = RefundDetail::new(trade, money, a);
            RefundWithPassword::new(batch, [refund])
                .with_seller_email(b)
                .with_notify_url(c)
                .sign(&merchant, noon())
        }
        8 => {
            let payout = TransferDetail::new(input.number.to_string(), a, b, money, c);
            BatchTransferRequest::new(batch, d, e, [payout]).sign(&merchant, noon())
        }
        _ => SendGoods::new(trade, a, LogisticsType::Post).with_invoice_no(b).sign(&merchant, noon()),
    }
}

proptest! {
    #![proptest_config(config(3000))]

    #[test]
    fn any_text_is_refused_by_name_or_signed_with_one_reading(
        which in 0..10_usize,
        input in input(),
        charset in charset(),
    ) {
        match build(which, &input, charset) {
            Err(error) => {
                let name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
                prop_assert!(error.field().bytes().all(name) && !error.field().is_empty(), "{}", error.field());
                prop_assert!(error.to_string().len() > error.field().len() + 2);
            }
            Ok(signed) => {
                let sign = md5_of(signed.signed_text());
                prop_assert_eq!(signed.field("sign"), Some(sign.as_str()));
                prop_assert!(signed.fields().all(|(_, value)| !value.is_empty() && !value.contains(char::is_control)));
                let parts = || signed.signed_text().split(|byte| *byte == b'&');
                // A character of two bytes holds no separator, so the text can be cut before it is decoded.
                for (name, value) in signed.fields().filter(|(name, _)| !matches!(*name, "sign" | "sign_type")) {
                    let bytes = charset.encode(value);
                    prop_assert!(bytes.is_ok(), "{} does not fit {}", name, charset.label());
                    let part = [name.as_bytes(), b"=", &bytes.unwrap()].concat();
                    prop_assert!(signed.signed_text().windows(part.len()).any(|text| text == part));
                }
                for name in DECISIVE.split(' ') {
                    let begins = |part: &&[u8]| part.starts_with(format!("{name}=").as_bytes());
                    let own = usize::from(signed.field(name).is_some());
                    prop_assert_eq!(parts().filter(begins).count(), own, "{}", name);
                }
            }
        }
    }

    /// The columns of a batch are those that were given, whatever the texts are.
    #[test]
    fn a_batch_has_the_columns_that_it_was_given(
        which in 6..9_usize,
        input in input(),
        charset in charset(),
    ) {
        if let Ok(signed) = build(which, &input, charset) {
            let details = signed.field("detail_data").unwrap();
            let (columns, separators) = match which {
                6 => (3 + 4 + 6, 2),
                7 => (3, 0),
                _ => (5, 0),
            };
            prop_assert_eq!(details.split(['^', '|', '$', '#']).count(), columns);
            prop_assert_eq!(details.matches(['|', '$', '#']).count(), separators);
        }
    }
}

/// The properties above would prove little if nothing were ever signed.
#[test]
fn harmless_texts_are_signed_by_every_builder() {
    let url = "https://shop.example.com/a".to_owned();
    let plain = |texts: [&str; 5]| Input { texts: texts.map(str::to_owned), fen: 100, number: 2 };
    for which in 0..10 {
        let input = match which {
            0 => plain(["item", "body", &url, "address", "buyer@example.com"]),
            2 | 4 => plain(["item", &url, "fare", "name", "7011"]),
            3 => plain(["item", "body", &url, "supplier", "2088000000000002"]),
            5 => plain(["reason", "PRODUCT", &url, "", ""]),
            7 => plain(["reason", "seller@example.com", &url, "", ""]),
            _ => plain(["a", "b", "c", "d", "e"]),
        };
        for charset in CHARSETS {
            let built = build(which, &input, *charset);
            assert!(built.is_ok(), "{which}, {}: {built:?}", charset.label());
        }
    }
}
