//! Published requests of every product and call: what is signed alike, and what the builders make of the same inputs.

use std::collections::BTreeMap;

use alipay_tower::{
    Merchant, PaymentRequest,
    protocol::{
        BatchNo, BatchTransferRequest, Charset, Currency, DualPayment, EscrowPayment, ForexAmount,
        ForexPayment, ForexRefund, ForexWapPayment, Logistics, LogisticsPayment, LogisticsType, Md5Key,
        OutTradeNo, PartnerId, RefundDetail, RefundWithPassword, RefundWithoutPassword, RequestError,
        SendGoods, SignedRequest, SingleTradeQuery, Timestamp, TradeNo, TransferDetail, WapPayment,
    },
};
use serde_json::Value;

use super::{cases, merchant, requests::assert_same, text};

type Fields<'a> = BTreeMap<&'a str, &'a str>;

fn fields(case: &Value) -> Fields<'_> {
    let entries = case["fields"].as_object().unwrap().iter();
    entries.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect()
}

fn case(name: &str) -> Value {
    let found = cases("published_requests.json").into_iter().find(|case| case["name"] == name);
    found.unwrap_or_else(|| panic!("no request {name}"))
}

/// The samples' own partner has a number that no partner can have; it is signed as any other field.
fn merchant_of(case: &Value) -> Merchant {
    let key = Md5Key::dangerous_unchecked(text(case, "key").as_bytes());
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
        .with_charset(Charset::from_label(text(case, "charset")).unwrap())
}

#[test]
fn every_published_request_is_signed_alike() {
    let all = cases("published_requests.json");
    assert!(all.len() > 20);
    for case in all {
        let signed = merchant_of(&case).sign_fields(fields(&case)).unwrap();
        assert_eq!(signed.field("sign"), case["sign"].as_str(), "{}", text(&case, "name"));
    }
}

/// Signs what a builder made once more, with the sample's partner in place of ours and its spelling of amounts.
fn assert_built(name: &str, build: impl Fn(&Fields<'_>, &Merchant) -> Result<SignedRequest, RequestError>) {
    let case = case(name);
    let (merchant, published) = (merchant_of(&case), fields(&case));
    let built = build(&published, &merchant).unwrap();
    let of_merchant = ["partner", "seller_id", "seller_user_id"];
    let again = built.fields().map(|(name, value)| match published.get(name) {
        Some(own) if of_merchant.contains(&name) => (name, *own),
        Some(own) if own.parse::<alipay_tower::Money>() == value.parse() && value.contains('.') => {
            (name, *own)
        }
        _ => (name, value),
    });
    let signed = merchant.sign_fields(again).unwrap();
    assert_eq!(signed.field("sign"), case["sign"].as_str(), "{name}: {signed:?}");
}

fn order(fields: &Fields<'_>) -> OutTradeNo {
    OutTradeNo::new(fields["out_trade_no"]).unwrap()
}

fn price(fields: &Fields<'_>) -> ForexAmount {
    ForexAmount::new(Currency::new(fields["currency"]).unwrap(), fields["total_fee"].parse().unwrap())
}

fn logistics(fields: &Fields<'_>) -> Logistics {
    let kind = if fields["logistics_type"] == "POST" { LogisticsType::Post } else { LogisticsType::Express };
    let payment = match fields["logistics_payment"] {
        "BUYER_PAY" => LogisticsPayment::BuyerPay,
        _ => LogisticsPayment::SellerPay,
    };
    Logistics::new(kind, fields["logistics_fee"].parse().unwrap(), payment)
}

#[test]
fn builders_make_the_published_payments() {
    assert_built("create_direct_pay_by_user", |fields, merchant| {
        PaymentRequest::priced(order(fields), fields["subject"], fields["price"].parse().unwrap(), 1)
            .sign(merchant)
    });
    assert_built("create_partner_trade_by_buyer", |fields, merchant| {
        let price = fields["price"].parse().unwrap();
        EscrowPayment::new(order(fields), fields["subject"], price, 1, logistics(fields)).sign(merchant)
    });
    assert_built("trade_create_by_buyer", |fields, merchant| {
        let price = fields["price"].parse().unwrap();
        DualPayment::new(order(fields), fields["subject"], price, 1, logistics(fields)).sign(merchant)
    });
    assert_built("create_forex_trade", |fields, merchant| {
        let payment = ForexPayment::new(order(fields), fields["subject"], price(fields));
        payment.with_notify_url(fields["notify_url"]).sign(merchant)
    });
}

#[test]
fn builders_make_the_published_calls() {
    let new_year: Timestamp = "2015-01-01 00:00:00".parse().unwrap();
    assert_built("forex_refund", |fields, merchant| {
        let currency = Currency::new(fields["currency"]).unwrap();
        let amount = ForexAmount::new(currency, fields["return_amount"].parse().unwrap());
        let number = OutTradeNo::new(fields["out_return_no"]).unwrap();
        ForexRefund::new(number, order(fields), amount).with_reason(fields["reason"]).sign(merchant, new_year)
    });
    assert_built("batch_trans_notify", |fields, merchant| {
        let columns: Vec<&str> = fields["detail_data"].split('^').collect();
        let [serial, account, name, amount, memo] = columns[..] else { panic!("five columns") };
        let payout = TransferDetail::new(serial, account, name, amount.parse().unwrap(), memo);
        let number = BatchNo::new(fields["batch_no"]).unwrap();
        let day = "2008-01-07 12:00:00".parse().unwrap();
        BatchTransferRequest::new(number, fields["account_name"], fields["email"], [payout])
            .with_notify_url(fields["notify_url"])
            .sign(merchant, day)
    });
}

/// These samples leave out what Alipay demands today; the builders add exactly that.
#[test]
fn builders_add_what_old_requests_lack() {
    let names = |signed: &SignedRequest| signed.fields().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    let extra = |published: &Fields<'_>, signed: &SignedRequest| {
        let own = |name: &String| !published.contains_key(name.as_str()) && !name.starts_with("sign");
        names(signed).into_iter().filter(own).collect::<Vec<_>>()
    };
    let wap = case("alipay.wap.create.direct.pay.by.user");
    let (sample, merchant) = (fields(&wap), merchant_of(&wap));
    let total = sample["total_fee"].parse().unwrap();
    let signed = WapPayment::new(order(&sample), sample["subject"], total, "https://shop.example.com/")
        .sign(&merchant)
        .unwrap();
    assert_eq!(extra(&sample, &signed), ["show_url"]);
    let forex = case("create_forex_trade_wap");
    let sample = fields(&forex);
    let signed =
        ForexWapPayment::new(order(&sample), sample["subject"], price(&sample), sample["merchant_url"])
            .with_notify_url(sample["notify_url"])
            .with_return_url(sample["return_url"])
            .sign(&merchant)
            .unwrap();
    assert_eq!(extra(&sample, &signed), Vec::<String>::new());
    assert_eq!(signed.field("total_fee"), Some("10.00"));
    let refund = case("refund_fastpay_by_platform_pwd");
    let sample = fields(&refund);
    let at = sample["refund_date"].parse().unwrap();
    // The sample's batch number has no date, its trade number and its address are none.
    let detail = RefundDetail::new(TradeNo::new("1").unwrap(), "0.01".parse().unwrap(), "test");
    let signed = RefundWithPassword::new(BatchNo::of_day(at, "001").unwrap(), [detail])
        .with_notify_url("https://shop.example.com/some_url")
        .sign(&merchant, at)
        .unwrap();
    assert_eq!(extra(&sample, &signed), Vec::<String>::new());
    for name in ["batch_num", "detail_data", "refund_date", "service"] {
        assert_eq!(signed.field(name), Some(sample[name]), "{name}");
    }
}

/// What a signature cannot tell apart, the builders do not let out; neither what the charset does not have.
#[test]
fn builders_refuse_what_has_two_readings() {
    let request = |case: &Value| {
        let fields = fields(case);
        let total = fields["total_fee"].parse().unwrap();
        let request = PaymentRequest::new(order(&fields), fields["subject"], total);
        let request = request.with_notify_url(fields["notify_url"]).with_return_url(fields["return_url"]);
        if fields.contains_key("body") { request.with_body(fields["body"]) } else { request }
    };
    for name in ["plain", "gbk", "gb2312", "gbk-beyond-gb2312", "empty-values", "zero"] {
        let case = case(name);
        let signed = request(&case).sign(&merchant_of(&case)).unwrap();
        assert_eq!(signed.field("sign"), case["sign"].as_str(), "{name}");
    }
    for (name, field) in [("special-characters", "subject"), ("two-fields-in-one", "body")] {
        let case = case(name);
        assert_eq!(request(&case).sign(&merchant_of(&case)).unwrap_err().field(), field, "{name}");
    }
    let foreign = case("gbk-beyond-gb2312");
    let gb2312 = merchant_of(&foreign).with_charset(Charset::Gb2312);
    assert_eq!(request(&foreign).sign(&gb2312).unwrap_err().field(), "subject");
}

/// The cases of the other implementations that are no direct payments.
#[test]
fn every_other_product_is_built_alike() {
    let mut built = Vec::new();
    for case in cases("mapi_request.json") {
        let inputs = case["inputs"].as_object().unwrap();
        let inputs: Fields<'_> =
            inputs.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let merchant = merchant(&case["merchant"]);
        let at = inputs.get("refund_date").unwrap_or(&"2024-06-07 12:00:00").parse().unwrap();
        let signed = match inputs["service"] {
            "create_partner_trade_by_buyer" => {
                let price = inputs["price"].parse().unwrap();
                let quantity = inputs["quantity"].parse().unwrap();
                let payment = EscrowPayment::new(
                    order(&inputs),
                    inputs["subject"],
                    price,
                    quantity,
                    logistics(&inputs),
                )
                .with_notify_url(inputs["notify_url"])
                .with_return_url(inputs["return_url"]);
                if inputs.contains_key("receive_name") {
                    let payment = payment
                        .with_receive_name(inputs["receive_name"])
                        .with_receive_address(inputs["receive_address"])
                        .with_receive_zip(inputs["receive_zip"])
                        .with_receive_phone(inputs["receive_phone"])
                        .with_receive_mobile(inputs["receive_mobile"]);
                    // An `&` of a buyer's is refused, wherever it stands.
                    assert_eq!(payment.sign(&merchant).unwrap_err().field(), "receive_address");
                    built.push(text(&case, "name").to_owned());
                    continue;
                }
                payment.sign(&merchant)
            }
            "alipay.wap.create.direct.pay.by.user" => {
                let total = inputs["total_fee"].parse().unwrap();
                WapPayment::new(order(&inputs), inputs["subject"], total, inputs["show_url"])
                    .with_notify_url(inputs["notify_url"])
                    .with_return_url(inputs["return_url"])
                    .with_app_pay(true)
                    .sign(&merchant)
            }
            "refund_fastpay_by_platform_nopwd" => {
                let columns: Vec<&str> = inputs["detail_data"].split('^').collect();
                let amount = columns[1].parse().unwrap();
                let detail = RefundDetail::new(TradeNo::new(columns[0]).unwrap(), amount, columns[2]);
                RefundWithoutPassword::new(BatchNo::new(inputs["batch_no"]).unwrap(), [detail])
                    .with_notify_url(inputs["notify_url"])
                    .sign(&merchant, at)
            }
            "send_goods_confirm_by_platform" => {
                let trade = TradeNo::new(inputs["trade_no"]).unwrap();
                SendGoods::new(trade, inputs["logistics_name"], LogisticsType::Express)
                    .with_invoice_no(inputs["invoice_no"])
                    .sign(&merchant, at)
            }
            "single_trade_query" => SingleTradeQuery::by_out_trade_no(order(&inputs)).sign(&merchant, at),
            "create_direct_pay_by_user" => continue,
            other => panic!("{other} is new in the vectors"),
        };
        assert_same(&case, &signed.unwrap(), &merchant);
        built.push(text(&case, "name").to_owned());
    }
    assert_eq!(built.len(), 6, "{built:?}");
}
