//! The floor of RSA2: one signature and one verification with a key that was parsed once, without a message around it;
//! and what SHA-1 and parsing a key cost.

use std::hint::black_box;

use alipay_tower::protocol::{PrivateKey, PublicKey, SignType};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine, prelude::BASE64_STANDARD};
use criterion::{Criterion, criterion_group, criterion_main};

/// As long as the signed text of a notification of 25 fields.
const TEXT: [u8; 642] = [b'a'; 642];

fn bare(c: &mut Criterion) {
    let key = PrivateKey::generate().unwrap_or_else(|error| panic!("{error}"));
    let pem = key.public().to_pem();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let spki = BASE64_STANDARD.decode(base64).unwrap_or_else(|error| panic!("{error}"));
    let floor =
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki).unwrap_or_else(|error| panic!("{error}"));
    let sign = |sign_type| key.sign(sign_type, &TEXT).unwrap_or_else(|error| panic!("{error}"));
    let (rsa, rsa2) = (sign(SignType::Rsa), sign(SignType::Rsa2));
    let raw = BASE64_STANDARD.decode(&rsa2).unwrap_or_else(|error| panic!("{error}"));

    let mut group = c.benchmark_group("rsa");
    group.bench_function("floor: verify 2048 bits, SHA-256", |b| {
        b.iter(|| floor.verify_sig(black_box(&TEXT), &raw).is_ok());
    });
    group.bench_function("verify RSA2", |b| {
        b.iter(|| key.public().verifies(SignType::Rsa2, black_box(&TEXT), &rsa2));
    });
    group.bench_function("verify RSA", |b| {
        b.iter(|| key.public().verifies(SignType::Rsa, black_box(&TEXT), &rsa));
    });
    group.bench_function("sign RSA2", |b| b.iter(|| key.sign(SignType::Rsa2, black_box(&TEXT))));
    group.bench_function("sign RSA", |b| b.iter(|| key.sign(SignType::Rsa, black_box(&TEXT))));
    group.bench_function("parse a public key", |b| b.iter(|| PublicKey::new(black_box(&pem))));
    group.finish();
}

criterion_group!(benches, bare);
criterion_main!(benches);
