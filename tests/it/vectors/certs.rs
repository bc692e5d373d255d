//! Certificate mode: numbers, keys, and whom to believe.

use alipay_tower::protocol::{
    Certificate, Certificates, PublicKey, RootCertificates, SignType, Timestamp, UnknownSn,
};
use serde_json::Value;

use super::{cases, file, of_kind, section, text};

const NOW: &str = "2026-01-01 00:00:00";

fn certificate(value: &Value, name: &str) -> Certificate {
    Certificate::from_pem(text(value, name)).unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The reason in the words of the vectors.
fn verdict(chain: &str, roots: &str, now: &str) -> String {
    let (Ok(chain), Ok(roots)) = (Certificate::from_pem(chain), RootCertificates::from_pem(roots)) else {
        return "Malformed".to_owned();
    };
    match chain.verify_chain(&roots, at(now)) {
        Ok(()) => "ok".to_owned(),
        Err(reason) => format!("{reason:?}"),
    }
}

#[test]
fn certificate_numbers_are_those_of_other_implementations() {
    for case in section("openapi_rsa2.json", "cert_sn").as_array().unwrap() {
        assert_eq!(
            certificate(case, "cert_pem").sn(),
            text(case, "expected_cert_sn"),
            "{}",
            text(case, "name")
        );
    }
    let published = of_kind("cert_sn");
    assert_eq!(published.len(), 8);
    for case in published {
        assert_eq!(
            certificate(&case, "cert_pem").sn(),
            text(&case["expect"], "sn"),
            "{}",
            text(&case, "name")
        );
    }
}

#[test]
fn root_numbers_are_those_of_the_rsa_roots() {
    for case in section("openapi_rsa2.json", "root_cert_sn").as_array().unwrap() {
        let roots = RootCertificates::from_pem(text(case, "bundle_pem")).unwrap();
        assert_eq!(roots.sn(), text(case, "expected_root_cert_sn"), "{}", text(case, "name"));
    }
    let published = of_kind("root_cert_sn");
    assert_eq!(published.len(), 2);
    for case in published {
        let bundle = text(&case, "cert_pem");
        let roots = RootCertificates::from_pem(bundle).unwrap();
        assert_eq!(roots.sn(), text(&case["expect"], "root_sn"), "{}", text(&case, "name"));
        // A certificate that nobody can read does not spoil the others.
        let odd = format!("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n{bundle}");
        assert_eq!(RootCertificates::from_pem(&odd).unwrap().sn(), roots.sn());
    }
}

#[test]
fn chains_are_believed_as_other_implementations_believe_them() {
    for case in section("openapi_rsa2.json", "chain_trust").as_array().unwrap() {
        let verdict = verdict(text(case, "chain_pem"), text(case, "root_pem"), NOW);
        let expected = case["expected_trusted"].as_bool().unwrap();
        assert_eq!(verdict == "ok", expected, "{}: {verdict}", text(case, "name"));
    }
}

#[test]
fn every_weak_link_is_found() {
    for case in cases("cert_chains.json") {
        let verdict = verdict(text(&case, "chain_pem"), text(&case, "root_pem"), text(&case, "now"));
        assert_eq!(verdict, text(&case, "expected"), "{}: {}", text(&case, "name"), text(&case, "why"));
    }
}

#[test]
fn a_changed_certificate_is_not_believed() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let vectors = file("cert_chains.json");
    let (leaf, issuer) = text(&vectors, "alipay_pem").split_once("-----END CERTIFICATE-----\n").unwrap();
    let der: String = leaf.lines().skip(1).collect();
    let der = BASE64_STANDARD.decode(der).unwrap();
    for index in 0..der.len() {
        let mut changed = der.clone();
        changed[index] ^= 1;
        let pem = format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n{issuer}",
            BASE64_STANDARD.encode(changed)
        );
        assert_ne!(verdict(&pem, text(&vectors, "root_pem"), NOW), "ok", "byte {index}");
    }
}

fn certificates(vectors: &Value) -> Certificates {
    let (app, alipay) = (text(vectors, "app_pem"), text(vectors, "alipay_pem"));
    Certificates::from_pem(app, alipay, text(vectors, "root_pem")).unwrap()
}

#[test]
fn the_number_only_chooses_among_known_certificates() {
    let vectors = file("cert_chains.json");
    let ours = certificates(&vectors);
    let (first, next) = (certificate(&vectors, "alipay_pem"), certificate(&vectors, "next_pem"));
    let key = first.public_key().unwrap();
    assert!(ours.key_for(None).unwrap().is_same_as(key));
    assert!(ours.key_for(Some(first.sn())).unwrap().is_same_as(key));
    for unknown in [next.sn(), &first.sn().to_uppercase(), ours.app_cert_sn(), ours.root_cert_sn(), ""] {
        assert!(matches!(ours.key_for(Some(unknown)), Err(UnknownSn { .. })), "{unknown}");
    }
    // The next certificate is laid beside the present one; the present one stays the first.
    let both = ours.with_alipay_cert(next.clone()).unwrap();
    assert!(both.key_for(Some(next.sn())).unwrap().is_same_as(next.public_key().unwrap()));
    assert!(both.key_for(None).unwrap().is_same_as(key));
    assert_eq!(both.alipay_certs().count(), 2);
    assert_eq!(both.with_alipay_cert(next).unwrap().alipay_certs().count(), 2);
}

#[test]
fn a_downloaded_certificate_is_taken_only_with_a_chain_and_the_right_name() {
    let vectors = file("cert_chains.json");
    let ours = certificates(&vectors);
    // The download is the certificate alone: its issuer stood in the files.
    let next = certificate(&vectors, "next_pem");
    let after = ours.trust(text(&vectors, "next_pem"), at(NOW)).unwrap();
    assert!(after.key_for(Some(next.sn())).is_ok() && ours.key_for(Some(next.sn())).is_err());
    let refused = |name: &str| format!("{:?}", ours.trust(text(&vectors, name), at(NOW)).unwrap_err());
    assert_eq!(refused("next_expired_pem"), "Expired");
    // Any merchant's certificates come from the same root: neither another merchant's Alipay certificate nor an
    // application's, one's own included, is Alipay's word to this merchant.
    assert_eq!(refused("stranger_pem"), "OtherSubject");
    assert_eq!(refused("other_app_pem"), "OtherSubject");
    assert_eq!(refused("app_pem"), "OtherSubject");
    assert_eq!(refused("ec_pem"), "Malformed");
    assert_eq!(format!("{:?}", ours.trust("", at(NOW)).unwrap_err()), "Malformed");
    assert_eq!(
        format!("{:?}", ours.trust(text(&vectors, "next_pem"), at("2050-01-01 00:00:00"))),
        "Err(Expired)"
    );
}

#[test]
fn files_in_the_wrong_place_are_called_by_their_name() {
    let vectors = file("cert_chains.json");
    let (app, alipay, root) =
        (text(&vectors, "app_pem"), text(&vectors, "alipay_pem"), text(&vectors, "root_pem"));
    let error = |app, alipay, root| Certificates::from_pem(app, alipay, root).unwrap_err().to_string();
    assert!(error(app, app, root).contains("Alipay certificate: has the application's own key"));
    assert!(error("", alipay, root).starts_with("application certificate: is empty"));
    assert!(error(app, alipay, "").starts_with("root certificates: hold none"));
    assert!(error(app, text(&vectors, "ec_pem"), root).contains("has no RSA key"));
    let keys = section("openapi_rsa2.json", "keys");
    assert!(error(text(&keys["app_a"], "private_pkcs1_pem"), alipay, root).contains("is a private key"));
    assert!(error(text(&keys["app_a"], "public_bare"), alipay, root).contains("is a public key"));
}

#[test]
fn messages_of_certificate_mode_verify_with_the_key_of_the_file() {
    let published = of_kind("return_v1");
    let sample = published.iter().find(|case| text(case, "name") == "yansongda_return_page_pay").unwrap();
    let certificate = certificate(sample, "cert_pem");
    let key = certificate.public_key().unwrap();
    assert!(key.is_same_as(&PublicKey::new(text(sample, "public_key_pem")).unwrap()));
    assert!(key.verifies(SignType::Rsa2, text(sample, "signed_content").as_bytes(), text(sample, "sign")));
    assert!(certificate.valid_from() < certificate.valid_until());
}
