//! Which certificates are fit for real money: a chain, its dates, the size of the keys.

use alipay_tower::{
    Merchant,
    protocol::{AppId, Certificate, Certificates, ConfigError, PrivateKey, PublicKey, SellerId, Timestamp},
};

use crate::support::{APP, SELLER};

const ROOT: &str = include_str!("data/root.crt");
const APP_CERT: &str = include_str!("data/app_a.crt");
const ALIPAY: &str = include_str!("data/alipay_a.crt");
/// Another chain, sound in itself, whose keys nobody has kept.
const OTHER_ROOT: &str = include_str!("data/other_root.crt");
const OTHER_APP: &str = include_str!("data/other_app.crt");
const OTHER_ALIPAY: &str = include_str!("data/other_alipay.crt");
/// Below the other root, for a key of 1024 bits.
const WEAK: &str = include_str!("data/weak_alipay.crt");
const SELF_SIGNED: &str = include_str!("data/self_signed.crt");

const APP_FILE: &str = "application certificate";
const ALIPAY_FILE: &str = "Alipay certificate";

fn verdict(app: &str, alipay: &str, root: &str, now: &str) -> Result<(), ConfigError> {
    let now: Timestamp = now.parse().unwrap();
    Certificates::from_pem(app, alipay, root).unwrap().verified(now).map(drop)
}

#[track_caller]
fn refused(verdict: &Result<(), ConfigError>, file: &str, words: &str) {
    let Err(ConfigError::Invalid(name, problem)) = verdict else { panic!("{verdict:?}") };
    assert_eq!(*name, file);
    assert!(problem.contains(words), "{problem}");
}

#[test]
fn a_chain_of_ones_own_is_believed() {
    let now = "2030-01-01 00:00:00";
    assert_eq!(verdict(APP_CERT, ALIPAY, ROOT, now), Ok(()));
    assert_eq!(verdict(OTHER_APP, OTHER_ALIPAY, OTHER_ROOT, now), Ok(()));
    let next = Certificate::from_pem(include_str!("data/alipay_b.crt")).unwrap();
    let both = Certificates::from_pem(APP_CERT, ALIPAY, ROOT).unwrap().with_alipay_cert(next).unwrap();
    assert!(both.verified(now.parse().unwrap()).is_ok(), "one laid beside it for later");
}

#[test]
fn a_chain_to_another_root_is_not() {
    let now = "2030-01-01 00:00:00";
    refused(&verdict(APP_CERT, ALIPAY, OTHER_ROOT, now), APP_FILE, "no chain leads");
    refused(&verdict(OTHER_APP, ALIPAY, OTHER_ROOT, now), ALIPAY_FILE, "no chain leads");
    let stranger = Certificate::from_pem(OTHER_ALIPAY).unwrap();
    let both = Certificates::from_pem(APP_CERT, ALIPAY, ROOT).unwrap().with_alipay_cert(stranger).unwrap();
    refused(&both.verified(now.parse().unwrap()).map(drop), ALIPAY_FILE, "no chain leads");
}

#[test]
fn nobody_vouches_for_himself() {
    let now = "2030-01-01 00:00:00";
    refused(&verdict(SELF_SIGNED, ALIPAY, ROOT, now), APP_FILE, "no chain leads");
    refused(&verdict(APP_CERT, SELF_SIGNED, ROOT, now), ALIPAY_FILE, "no chain leads");
    // As a root of its own it may not issue.
    refused(&verdict(SELF_SIGNED, ALIPAY, SELF_SIGNED, now), APP_FILE, "not issued for");
}

#[test]
fn every_certificate_must_be_of_today() {
    refused(&verdict(APP_CERT, ALIPAY, ROOT, "2200-01-01 00:00:00"), APP_FILE, "has expired");
    refused(&verdict(OTHER_APP, OTHER_ALIPAY, OTHER_ROOT, "2020-01-01 00:00:00"), APP_FILE, "not valid yet");
}

#[test]
fn a_short_key_signs_no_real_money() {
    let now = "2030-01-01 00:00:00";
    refused(&verdict(OTHER_APP, WEAK, OTHER_ROOT, now), ALIPAY_FILE, "shorter than 2048 bits");
    refused(&verdict(WEAK, OTHER_ALIPAY, OTHER_ROOT, now), APP_FILE, "shorter than 2048 bits");
    // Nor in key mode. Old contracts of `RSA` have keys of 1024 bits to this day.
    let weak = Certificate::from_pem(WEAK).unwrap().public_key().unwrap().clone();
    let (app, seller) = (AppId::new(APP).unwrap(), SellerId::new(SELLER).unwrap());
    let own = || PrivateKey::generate().unwrap();
    let merchant = Merchant::rsa2(app.clone(), seller.clone(), own(), weak.clone()).unwrap();
    refused(&merchant.for_production().map(drop), "alipay_public_key", "shorter than 2048 bits");
    let sound = Certificate::from_pem(OTHER_ALIPAY).unwrap().public_key().unwrap().clone();
    let kept = Merchant::rsa2(app.clone(), seller.clone(), own(), sound).unwrap();
    let kept = kept.with_previous_alipay_key(weak.clone()).unwrap();
    refused(&kept.for_production().map(drop), "alipay_public_key", "shorter than 2048 bits");
    let short: PrivateKey = PrivateKey::new(SHORT).unwrap();
    let alipay: PublicKey = own().public().clone();
    let merchant = Merchant::rsa2(app.clone(), seller.clone(), short, alipay).unwrap();
    refused(&merchant.for_production().map(drop), "private key", "shorter than 2048 bits");
    assert!(Merchant::openapi_rsa(app, seller, own(), weak).unwrap().for_production().is_ok());
}

const SHORT: &str = include_str!("data/short.pem");
