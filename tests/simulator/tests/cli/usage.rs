//! Mistakes in the flags: status 2, a sentence on standard error, nothing on standard output.

use crate::binary::run;

const KEY: &str = "abcdefghijklmnopqrstuvwxyz012345";
const PARTNER: &str = "2088000000000001";

#[test]
fn every_mistake_has_its_sentence() {
    let cases: [(&[&str], &str); 24] = [
        (&[], "Usage: alipay-simulator"),
        (&["verify"], "unrecognized subcommand"),
        (&["explain", "--key", KEY], "--partner is missing"),
        (&["explain", "--partner", PARTNER], "--key is missing"),
        (&["explain", "--partner", PARTNER, "--key", ""], "--key is empty"),
        (&["explain", "--partner", "2088", "--key", KEY], "16 digits beginning with 2088"),
        (
            &["explain", "--partner", PARTNER, "--key", KEY, "--seller-id", "x"],
            "16 digits beginning with 2088",
        ),
        (
            &["explain", "--partner", PARTNER, "--key", KEY, "--input-charset", "big5"],
            "utf-8, gbk and gb2312",
        ),
        (
            &["explain", "--scheme", "openapi", "--sign-type", "MD5"],
            "--scheme openapi signs with RSA2 or RSA",
        ),
        (&["explain", "--partner", PARTNER, "--sign-type", "RSA2"], "--scheme mapi signs with MD5 or RSA"),
        (&["explain", "--scheme", "openapi", "--app-id", "1"], "--alipay-public-key is missing"),
        (&["explain", "--scheme", "openapi", "--app-id", "x"], "1 to 32 digits"),
        (&["explain", "--partner", PARTNER, "--sign-type", "RSA"], "--alipay-public-key is missing"),
        (&["explain", "--partner", PARTNER, "--alipay-public-key", "key.pem"], "give --sign-type RSA"),
        (
            &["explain", "--sign-type", "RSA", "--alipay-public-key", "/nonexistent/key.pem"],
            "--alipay-public-key /nonexistent/key.pem: ",
        ),
        (
            &["explain", "--partner", PARTNER, "--key", KEY, "--kind", "refund"],
            "possible values: notify, return",
        ),
        (&["sign"], "--key is missing"),
        (&["sign", "--scheme", "openapi"], "--private-key is missing"),
        (
            &["sign", "--sign-type", "RSA", "--private-key", "/nonexistent/key.pem"],
            "--private-key /nonexistent/key.pem: ",
        ),
        (&["sign", "--key", KEY, "--gateway", "http://mapi.alipay.com/gateway.do"], "must be https"),
        (&["notify"], "--to <URL>"),
        (&["notify", "--to", "http://shop.example.com/notify"], "--allow-remote"),
        (&["notify", "--to", "http://127.0.0.1/", "--set", "sign=0"], "--tamper"),
        (&["serve", "--listen", "0.0.0.0:4001"], "loopback"),
    ];
    for (flags, sentence) in cases {
        let run = run(flags, b"");
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{flags:?}");
        assert!(run.stderr.contains(sentence), "{flags:?}: {}", run.stderr);
        assert!(!run.stderr.contains(KEY), "{flags:?}");
    }
}

#[test]
fn every_subcommand_has_help() {
    for (subcommand, phrase) in [
        ("cert-sn", "Exit status: 0 printed, 1 the file holds no certificate"),
        ("doctor", "Exit status: 0 healthy (notes aside), 1 findings, 2 mistake in the flags"),
        ("explain", "Exit status: 0 accepted, 1 refused, 2 mistake in the flags"),
        ("notify", "notify_verify"),
        ("serve", "Ctrl-C"),
        ("sign", "Empty values are neither signed nor sent"),
    ] {
        let run = run(&[subcommand, "--help"], b"");
        assert_eq!(run.status, 0);
        assert!(run.stdout.contains(phrase), "{}", run.stdout);
    }
}
