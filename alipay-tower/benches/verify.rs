//! Parsing and verifying one notification, beside the floor: raw MD5 over the same text and one decoding pass.

use std::hint::black_box;

use alipay_tower::{
    Merchant,
    protocol::{Channel, Fields, Md5Key, Notification, PartnerId},
};
use criterion::{Criterion, criterion_group, criterion_main};
use md5::{Digest, Md5};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz012345";

/// A real-looking message of 25 fields and about 900 bytes.
fn notification(merchant: &Merchant) -> String {
    let fields = [
        ("discount", "0.00"),
        ("payment_type", "1"),
        ("subject", "测试订单 一只茶壶与两只杯子"),
        ("trade_no", "2024010121001004010200000001"),
        ("buyer_email", "buyer@example.com"),
        ("gmt_create", "2024-01-01 10:00:00"),
        ("notify_type", "trade_status_sync"),
        ("quantity", "1"),
        ("out_trade_no", "T20240101000001"),
        ("seller_id", "2088000000000001"),
        ("notify_time", "2024-01-01 10:00:31"),
        ("body", "说明 a+b, 景德镇, 白瓷"),
        ("trade_status", "TRADE_SUCCESS"),
        ("is_total_fee_adjust", "N"),
        ("total_fee", "10.50"),
        ("gmt_payment", "2024-01-01 10:00:30"),
        ("seller_email", "seller@example.com"),
        ("price", "10.50"),
        ("buyer_id", "2088000000000002"),
        ("notify_id", "0123456789abcdef0123456789abcdef5e"),
        ("use_coupon", "N"),
        ("extra_common_param", "ref 7 of the catalogue"),
        ("business_scene", "qrpay"),
    ];
    let signed = merchant.sign_fields(fields).unwrap_or_else(|error| panic!("{error}"));
    signed.url().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

/// One pass of percent-decoding, into a buffer that is there already.
fn decode(raw: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let digit =
        |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).unwrap_or_default() as u8;
    let mut bytes = raw.iter().copied();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => digit(bytes.next()) << 4 | digit(bytes.next()),
            other => other,
        });
    }
}

fn verify(c: &mut Criterion) {
    let key = Md5Key::new(KEY).unwrap_or_else(|error| panic!("{error}"));
    let partner = PartnerId::new("2088000000000001").unwrap_or_else(|error| panic!("{error}"));
    let merchant = Merchant::md5(partner, key);
    let body = notification(&merchant);
    let forged = body.replace("10.50", "10.51");
    let text = Fields::parse(body.as_bytes()).map(|fields| fields.signed_text()).unwrap_or_default();
    println!("{} fields, {} bytes, {} bytes signed", body.split('&').count(), body.len(), text.len());

    let mut group = c.benchmark_group("verify");
    let mut buffer = Vec::with_capacity(body.len());
    group.bench_function("floor: md5 and one decoding pass", |b| {
        b.iter(|| {
            decode(black_box(body.as_bytes()), &mut buffer);
            black_box(Md5::new().chain_update(&text).chain_update(KEY).finalize())
        });
    });
    group.bench_function("floor: md5 alone", |b| {
        b.iter(|| black_box(Md5::new().chain_update(black_box(&text)).chain_update(KEY).finalize()));
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
