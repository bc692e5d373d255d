//! Certificates: their numbers, and messages of certificate mode.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::{
    binary::run,
    published::{file, judged, list, stored, text},
};

/// The flags of a case of certificate mode; the files live as long as the first part.
fn certified(case: &Value, roots: bool) -> (Vec<NamedTempFile>, Vec<String>) {
    let verifier = &case["verifier"];
    let (alipay, alipay_path) = stored(text(verifier, "alipay_cert_pem"));
    let (root, root_path) = stored(text(verifier, "alipay_root_cert_pem"));
    let mut flags = vec!["explain", "--json", "--scheme", "openapi", "--kind", text(case, "kind")];
    flags.extend(["--app-id", text(verifier, "app_id"), "--seller-id", text(verifier, "seller_id")]);
    flags.extend(["--alipay-cert", &alipay_path]);
    if roots {
        flags.extend(["--root-cert", &root_path]);
    }
    (vec![alipay, root], flags.into_iter().map(str::to_owned).collect())
}

#[test]
fn messages_in_certificate_mode() {
    let vectors = file("openapi_rsa2");
    assert_eq!(list(&vectors, "certificate_mode_cases").len(), 3);
    for case in list(&vectors, "certificate_mode_cases") {
        let raw = if case["kind"] == "return" && case["body_base64"].is_null() {
            "query_base64"
        } else {
            "body_base64"
        };
        let body = STANDARD.decode(text(case, raw)).unwrap();
        for roots in [true, false] {
            let (_files, flags) = certified(case, roots);
            let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
            let run = run(&flags, &body);
            assert_eq!(
                run.stderr.contains("the chain of --alipay-cert is not checked"),
                !roots,
                "{}",
                run.stderr
            );
            judged(case, &run);
        }
    }
}

#[test]
fn a_certificate_that_nobody_configured() {
    let vectors = file("openapi_rsa2");
    let case = &list(&vectors, "certificate_mode_cases")[0];
    let (_files, flags) = certified(case, true);
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let body = String::from_utf8(STANDARD.decode(text(case, "body_base64")).unwrap()).unwrap();
    let (before, number) = body.split_once("alipay_cert_sn=").unwrap();
    let renewed = format!("{before}alipay_cert_sn=0{}", &number[1..]);
    let run = run(
        &flags,
        if number.starts_with('0') {
            body.replacen("alipay_cert_sn=0", "alipay_cert_sn=1", 1)
        } else {
            renewed
        }
        .as_bytes(),
    );
    assert_eq!(run.object["verdict"], "reject_signature", "{}", run.object);
    assert_eq!(run.object["cause"], "certificate_unknown", "{}", run.object);
}

#[test]
fn a_certificate_that_leads_to_other_roots_is_refused() {
    let vectors = file("openapi_rsa2");
    for case in list(&vectors, "chain_trust") {
        if text(case, "chain_pem").is_empty() {
            continue;
        }
        let (_chain, chain) = stored(text(case, "chain_pem"));
        let (_root, root) = stored(text(case, "root_pem"));
        let flags = ["explain", "--scheme", "openapi", "--app-id", "1", "--seller-id", "2088000000000001"];
        let run = run(&[&flags[..], &["--alipay-cert", &chain, "--root-cert", &root]].concat(), b"");
        // A good chain gets as far as the message, of which there is none.
        let expected = if case["expected_trusted"] == true { 1 } else { 2 };
        assert_eq!(run.status, expected, "{}: {}", case["name"], run.stderr);
    }
}

#[test]
fn numbers_of_certificates() {
    let number = |pem: &str, more: &[&str]| {
        let (_file, path) = stored(pem);
        let run = run(&[&["cert-sn", &path][..], more].concat(), b"");
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stdout
    };
    let vectors = file("openapi_rsa2");
    for case in list(&vectors, "cert_sn") {
        let expected = format!("{}\n", text(case, "expected_cert_sn"));
        assert_eq!(number(text(case, "cert_pem"), &[]), expected, "{}", case["name"]);
    }
    for case in list(&vectors, "root_cert_sn") {
        let expected = format!("{}\n", text(case, "expected_root_cert_sn"));
        assert_eq!(number(text(case, "bundle_pem"), &["--root"]), expected, "{}", case["name"]);
    }
    let mut seen = 0;
    for case in file("openapi_public").as_array().unwrap() {
        let more = match text(case, "kind") {
            "cert_sn" => &[][..],
            "root_cert_sn" => &["--root"],
            _ => continue,
        };
        let expected = format!("{}\n", text(&case["expect"], if more.is_empty() { "sn" } else { "root_sn" }));
        assert_eq!(number(text(case, "cert_pem"), more), expected, "{}", case["name"]);
        seen += 1;
    }
    assert_eq!(seen, 10);
}

#[test]
fn files_that_hold_no_certificate() {
    let (_file, path) = stored("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for more in [&[][..], &["--root"]] {
        let run = run(&[&["cert-sn", &path][..], more].concat(), b"");
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    }
    assert_eq!(run(&["cert-sn", "/nonexistent/cert.pem"], b"").status, 2);
    assert_eq!(run(&["cert-sn"], b"").status, 2);
}
