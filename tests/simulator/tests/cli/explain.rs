//! `explain` from outside.

use crate::binary::{command, run, run_command};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz012345";

/// A refund notice: no seller, no order.
const NOTICE: &str = "notify_time=2024-01-03+12%3A00%3A05&notify_type=batch_refund_notify\
    &notify_id=444444445555555566666666777777770m&batch_no=20240103000001&success_num=1\
    &result_details=2024010121001004010200000001%5E0.01%5ESUCCESS%24fee%40example.com%5E2088000000000003%5E0.00%5ESUCCESS\
    &sign=f9cb839c816536c5bc33153799951de4&sign_type=MD5";

const MERCHANT: [&str; 5] = ["explain", "--partner", "2088000000000001", "--key", KEY];

fn explain(more: &[&str], input: impl AsRef<[u8]>) -> crate::binary::Run {
    run(&[&MERCHANT, more].concat(), input.as_ref())
}

#[test]
fn an_accepted_message() {
    let run = explain(&["--json"], NOTICE);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let names: Vec<_> = run.object.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names.len(), 5);
    assert_eq!(run.object["verdict"], "accept");
    assert_eq!(run.object["expected_sign"], "f9cb839c816536c5bc33153799951de4");
    assert!(run.object["presign"].as_str().unwrap().starts_with("batch_no=20240103000001&notify_id="));
    assert_eq!(run.object["params"]["notify_time"], "2024-01-03 12:00:05");
    assert_eq!(run.object["params"]["sign_type"], "MD5");

    let people = explain(&[], NOTICE);
    assert_eq!(people.status, 0);
    assert!(people.stdout.contains("verdict        accept\n"), "{}", people.stdout);
    assert!(people.stdout.contains("field          batch_no = 20240103000001\n"), "{}", people.stdout);
}

#[test]
fn a_refused_message() {
    let run = explain(&["--json"], format!("{NOTICE}&s=/pay/notify"));
    assert_eq!(run.status, 1);
    assert_eq!(run.object["verdict"], "reject_signature");
    let reason = run.object["reason"].as_str().unwrap();
    assert!(reason.starts_with("query_mixed_in: without `s` the signature is good"), "{reason}");
    assert_eq!(run.object["expected_sign"].as_str().unwrap().len(), 32);
    assert_eq!(run.object.get("params"), None);
    assert_eq!(run.object["cause"], "query_mixed_in");
    assert!(
        run.object["page"]
            .as_str()
            .unwrap()
            .ends_with("/why_did_verification_fail/index.html#query_mixed_in")
    );

    let people = explain(&[], format!("{NOTICE}&s=/pay/notify"));
    assert_eq!(people.status, 1);
    for line in [
        "cause          query_mixed_in (certain)\n",
        "what to do     verify over the raw body of a notify",
        "read on        https://docs.rs/alipay-tower/latest/alipay_tower/docs/why_did_verification_fail/index.html\
            #query_mixed_in (section \"7. The URL's own query mixed in\")\n",
        "sign came      f9cb839c816536c5bc33153799951de4\n",
    ] {
        assert!(people.stdout.contains(line), "{}", people.stdout);
    }
}

#[test]
fn a_line_end_is_not_forgiven_but_named() {
    let run = explain(&["--json"], format!("{NOTICE}\n"));
    assert_eq!((run.status, &run.object["verdict"]), (1, &"reject_signature".into()));
    assert!(run.object["reason"].as_str().unwrap().starts_with("trailing_newline: "), "{}", run.object);
}

#[test]
fn nothing_to_read() {
    let run = explain(&["--json"], "");
    assert_eq!((run.status, &run.object["verdict"]), (1, &"malformed".into()));
    assert_eq!((run.object["presign"].as_str(), run.object["expected_sign"].is_null()), (Some(""), true));
    let large = explain(&["--json"], "a=1&".repeat(1 << 20));
    assert_eq!((large.status, &large.object["verdict"]), (1, &"malformed".into()));
    assert!(large.object["reason"].as_str().unwrap().starts_with("too_large: "));
    let limited = explain(&["--json", "--limit", "10"], NOTICE);
    assert!(limited.object["reason"].as_str().unwrap().contains("larger than 10 bytes"));
}

#[test]
fn bytes_that_are_no_text() {
    let run = explain(&["--json"], b"notify_id=%ff%fe\x80&sign=x&sign_type=MD5");
    assert_eq!(run.object["verdict"], "reject_signature");
    assert_eq!(run.object["presign"], "notify_id=\u{fffd}\u{fffd}\u{fffd}");
    let steering = explain(&[], "notify_id=%1b%5b2J&sign=%1b%5b2J&sign_type=MD5");
    assert!(!steering.stdout.contains('\u{1b}'), "{:?}", steering.stdout);
}

#[test]
fn the_merchant_may_come_from_the_environment() {
    let mut from_environment = command();
    from_environment
        .args(["explain", "--json"])
        .env("ALIPAY_PARTNER", "2088000000000001")
        .env("ALIPAY_KEY", KEY);
    assert_eq!(run_command(&mut from_environment, NOTICE.as_bytes()).status, 0);
    from_environment.env("ALIPAY_KEY", "");
    assert_eq!(run_command(&mut from_environment, NOTICE.as_bytes()).status, 2);
    from_environment.args(["--key", KEY]);
    assert_eq!(run_command(&mut from_environment, NOTICE.as_bytes()).status, 0);
}

#[test]
fn the_key_of_another_environment_is_recognised() {
    let flags =
        ["--partner", "2088000000000001", "--key", "zyxwvutsrqponmlkjihgfedcba543210", "--other-key", KEY];
    let run = run(&[&["explain", "--json"][..], &flags].concat(), NOTICE.as_bytes());
    assert_eq!((run.status, &run.object["cause"]), (1, &"key_of_other_environment".into()), "{}", run.object);
    assert!(!run.stderr.contains(KEY) && !run.stdout.contains(KEY));
}

#[test]
fn a_damaged_key_is_recognised() {
    let quoted = format!("'{KEY}'");
    let run =
        run(&["explain", "--json", "--partner", "2088000000000001", "--key", &quoted], NOTICE.as_bytes());
    assert_eq!(run.status, 1);
    assert!(run.object["reason"].as_str().unwrap().starts_with("key_damaged: "), "{}", run.object);
    assert!(run.stderr.contains("not 32 letters and digits"));
    assert!(!run.stderr.contains(KEY) && !run.stdout.contains(KEY));
}
