//! The subcommand from outside.

use std::process::Command;

use serde_json::Value;

use crate::shop::{healthy, shop, text};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz012345";

fn run(flags: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alipay-simulator"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ALIPAY_")) {
        command.env_remove(name);
    }
    let output = command.arg("doctor").args(flags).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn healthy_is_status_0() {
    let to = shop(healthy);
    let (status, stdout, stderr) =
        run(&["--to", &to, "--partner", "2088000000000001", "--key", KEY, "--json"]);
    assert_eq!((status, stderr.as_str()), (0, ""));
    let object: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&object["to"], &object["healthy"]), (&Value::from(to), &Value::from(true)));
    assert_eq!(object["findings"].as_array().unwrap().len(), 1);
    let note = &object["findings"][0];
    assert_eq!((&note["id"], &note["severity"]), (&Value::from("not_public"), &Value::from("note")));
    assert!(note["advice"].as_str().unwrap().contains("public addresses only"));
}

#[test]
fn findings_are_status_1_and_the_worst_comes_first() {
    let (status, stdout, stderr) = run(&["--to", &shop(|_| text(200, "success\n"))]);
    assert_eq!(status, 1, "{stderr}");
    assert!(stderr.contains("no key of Alipay's was given"), "{stderr}");
    let at = |text: &str| stdout.find(text).unwrap_or_else(|| panic!("{text} in {stdout}"));
    assert!(
        at("critical       forgery_accepted (forged notification)") < at("bad            answer_white_space")
    );
    assert!(stdout.contains("  seen         the body is `success\\n`\n"), "{stdout}");
    assert!(at("verdict        not healthy, after") > at("note           not_public"));
}

#[test]
fn mistakes_in_the_flags_are_status_2() {
    for (flags, sentence) in [
        (&[][..], "--to <URL>"),
        (&["--to", "shop.example.com"], "--to: must be an absolute"),
        (&["--to", "http://127.0.0.1/", "--return-url", "x"], "--return-url: must be"),
        (&["--to", "http://127.0.0.1/", "--key", KEY], "--partner is missing"),
        (&["--to", "http://127.0.0.1/", "--ca-cert", "/nonexistent"], "--ca-cert: cannot be read"),
    ] {
        let (status, stdout, stderr) = run(flags);
        assert_eq!((status, stdout.as_str()), (2, ""), "{flags:?}");
        assert!(stderr.contains(sentence), "{flags:?}: {stderr}");
        assert!(!stderr.contains(KEY));
    }
}
