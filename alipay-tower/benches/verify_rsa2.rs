//! Parsing and verifying one notification of the OpenAPI generation, beside the floor: the crypto library's bare verification
//! of the same signature over the same text.

use std::hint::black_box;

use alipay_tower::{
    Merchant,
    protocol::{AppId, Channel, Notification, PrivateKey, SellerId, SignType},
};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine, prelude::BASE64_STANDARD};
use criterion::{Criterion, criterion_group, criterion_main};

/// A real-looking message; with the signature and its type 25 fields.
const FIELDS: [(&str, &str); 23] = [
    ("app_id", "2021000000000001"),
    ("auth_app_id", "2021000000000001"),
    ("body", "说明 a+b, 景德镇, 白瓷"),
    ("buyer_id", "2088000000000777"),
    ("buyer_logon_id", "buy***@example.com"),
    ("buyer_pay_amount", "88.00"),
    ("charset", "utf-8"),
    ("fund_bill_list", "[{\"amount\":\"88.00\",\"fundChannel\":\"ALIPAYACCOUNT\"}]"),
    ("gmt_create", "2024-06-07 12:34:50"),
    ("gmt_payment", "2024-06-07 12:34:55"),
    ("invoice_amount", "88.00"),
    ("notify_id", "2024060700222123455000001234567890"),
    ("notify_time", "2024-06-07 12:34:56"),
    ("notify_type", "trade_status_sync"),
    ("out_trade_no", "T20240607001"),
    ("passback_params", "user%3D7"),
    ("point_amount", "0.00"),
    ("receipt_amount", "88.00"),
    ("seller_id", "2088000000000001"),
    ("subject", "测试订单 一只茶壶与两只杯子"),
    ("total_amount", "88.00"),
    ("trade_no", "2024060722001400000000001234"),
    ("trade_status", "TRADE_SUCCESS"),
];

fn escape(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() || b"_-.*".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

fn verify(c: &mut Criterion) {
    let [own, alipay] = [(); 2].map(|()| PrivateKey::generate().unwrap_or_else(|error| panic!("{error}")));
    let app = AppId::new("2021000000000001").unwrap_or_else(|error| panic!("{error}"));
    let seller = SellerId::new("2088000000000001").unwrap_or_else(|error| panic!("{error}"));
    let merchant = Merchant::rsa2(app, seller, own, alipay.public().clone());
    let merchant = merchant.unwrap_or_else(|error| panic!("{error}"));

    let pairs: Vec<String> = FIELDS.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let text = pairs.join("&");
    let sign = alipay.sign(SignType::Rsa2, text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let sent = FIELDS.iter().copied().chain([("sign", sign.as_str()), ("sign_type", "RSA2")]);
    let body: Vec<String> = sent.map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let body = body.join("&");
    let forged = body.replace("88.00", "88.01");
    println!("{} fields, {} bytes, {} bytes signed", body.split('&').count(), body.len(), text.len());

    let der: String = alipay.public().to_pem().lines().filter(|line| !line.starts_with('-')).collect();
    let der = BASE64_STANDARD.decode(der).unwrap_or_else(|error| panic!("{error}"));
    let key =
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).unwrap_or_else(|error| panic!("{error}"));
    let raw = BASE64_STANDARD.decode(&sign).unwrap_or_else(|error| panic!("{error}"));

    let mut group = c.benchmark_group("verify rsa2");
    group.bench_function("floor: bare signature", |b| {
        b.iter(|| assert!(key.verify_sig(black_box(text.as_bytes()), black_box(&raw)).is_ok()));
    });
    group.bench_function("parsed", |b| {
        b.iter(|| Notification::parse(Channel::Notify, black_box(body.as_bytes())).is_ok());
    });
    let receive = |body: &str| {
        Notification::parse(Channel::Notify, body.as_bytes()).map(|m| m.authenticate(&merchant).is_ok())
    };
    group.bench_function("accepted", |b| b.iter(|| assert_eq!(receive(black_box(&body)), Ok(true))));
    group.bench_function("forged", |b| b.iter(|| assert_eq!(receive(black_box(&forged)), Ok(false))));
    group.finish();
}

criterion_group!(benches, verify);
criterion_main!(benches);
