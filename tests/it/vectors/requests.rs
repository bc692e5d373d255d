//! Requests: the same inputs give the same signed set, whichever way they are built.

use std::collections::BTreeMap;

use alipay_tower::{
    Merchant, PaymentRequest,
    protocol::{AntiPhishingKey, Fields, OutTradeNo, SellerId, SignedRequest, Timeout},
};
use serde_json::Value;

use super::{cases, hex, merchant, text};

fn map(value: &Value) -> BTreeMap<&str, &str> {
    let entries = value.as_object().unwrap().iter();
    entries.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect()
}

pub(super) fn assert_same(case: &Value, signed: &SignedRequest, merchant: &Merchant) {
    let name = text(case, "name");
    assert_eq!(signed.fields().collect::<BTreeMap<_, _>>(), map(&case["signed_params"]), "{name}");
    assert_eq!(signed.signed_text(), hex(text(case, "presign_hex")), "{name}");
    // The address carries the same bytes as the vector's, in whatever order and escaping.
    let query = |url: &str| {
        let (gateway, query) = url.split_once('?').unwrap();
        let fields = Fields::parse(query.as_bytes()).unwrap();
        let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        (gateway.to_owned(), pairs)
    };
    assert_eq!(query(signed.url()), query(text(case, "url")), "{name}");
    assert!(signed.form().contains(&format!("?_input_charset={}\"", merchant.charset().label())), "{name}");
}

#[test]
fn every_service_is_signed_alike() {
    for case in cases("mapi_request.json") {
        let merchant = merchant(&case["merchant"]);
        let signed = merchant.sign_fields(map(&case["inputs"])).unwrap();
        assert_same(&case, &signed, &merchant);
    }
}

/// Payments are built by the typed builder too; it refuses what the bare signer of the vectors lets through.
#[test]
fn every_direct_payment_is_built_alike() {
    let mut built = 0;
    for case in cases("mapi_request.json") {
        let inputs = map(&case["inputs"]);
        if inputs["service"] != "create_direct_pay_by_user" {
            continue;
        }
        let merchant = merchant(&case["merchant"]);
        let order = OutTradeNo::new(inputs["out_trade_no"]).unwrap();
        let Ok(amount) = inputs["total_fee"].parse::<alipay_tower::Money>() else {
            assert_eq!(text(&case, "name"), "total-fee-leading-zero");
            continue;
        };
        let request = inputs
            .iter()
            .fold(PaymentRequest::new(order, inputs["subject"], amount), |request, (name, value)| {
                set(request, name, value, &inputs)
            });
        match request.sign(&merchant) {
            // `1` and `1.00` are one amount and two texts.
            Ok(signed) if signed.field("total_fee") != Some(inputs["total_fee"]) => {
                assert_eq!(text(&case, "name"), "total-fee-integer");
            }
            Ok(signed) => {
                assert_same(&case, &signed, &merchant);
                built += 1;
            }
            Err(refused) => {
                let of = inputs[refused.field()];
                assert!(of.contains(['&', '\t', '%', '+', '#']) || !of.is_ascii(), "{refused}: {of}");
            }
        }
    }
    assert!(built >= 10, "{built}");
}

fn set(request: PaymentRequest, name: &str, value: &str, all: &BTreeMap<&str, &str>) -> PaymentRequest {
    match name {
        "anti_phishing_key" => match (AntiPhishingKey::new(value), all["exter_invoke_ip"].parse()) {
            (Ok(key), Ok(ip)) => request.with_anti_phishing(&key, ip),
            _ => request,
        },
        "body" => request.with_body(value),
        "extra_common_param" => request.with_extra_common_param(value),
        "it_b_pay" => {
            let (count, unit) = value.split_at(value.len() - 1);
            match (unit, count.parse()) {
                ("m", Ok(count)) => request.with_timeout(Timeout::Minutes(count)),
                ("h", Ok(count)) => request.with_timeout(Timeout::Hours(count)),
                ("d", Ok(count)) => request.with_timeout(Timeout::Days(count)),
                ("c", Ok(1)) => request.with_timeout(Timeout::EndOfDay),
                other => panic!("{other:?}"),
            }
        }
        "notify_url" => request.with_notify_url(value),
        "return_url" => request.with_return_url(value),
        "seller_email" => request.with_seller_email(value),
        "seller_id" => request.with_seller_id(&SellerId::new(value).unwrap()),
        "show_url" => request.with_show_url(value),
        "_input_charset" | "exter_invoke_ip" | "out_trade_no" | "partner" | "payment_type" | "service"
        | "subject" | "total_fee" => request,
        other => panic!("{other} is new in the vectors"),
    }
}
