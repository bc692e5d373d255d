//! `serve` from outside.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::Stdio,
};

use crate::binary::{command, run};

/// The answer to one GET.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn serves_until_it_is_interrupted() {
    let mut child =
        command().args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = |word: &str, line: Option<String>| line.unwrap().strip_prefix(word).unwrap().trim().to_owned();
    let gateway = line("gateway", lines.next());
    let page = line("control page", lines.next());
    assert_eq!(line("partner", lines.next()), alipay_simulator::DEMO_PARTNER);
    let address = page.strip_prefix("http://").unwrap().trim_end_matches('/');
    assert_eq!(gateway, format!("http://{address}/gateway.do"));

    let question = format!(
        "/gateway.do?service=notify_verify&partner={}&notify_id=unknown",
        alipay_simulator::DEMO_PARTNER
    );
    let answer = get(address, &question);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("false"), "{answer}");
    assert!(get(address, "/").starts_with("HTTP/1.1 200"));

    let taken = run(&["serve", "--listen", address], b"");
    assert_eq!(taken.status, 1);
    assert!(taken.stderr.contains("cannot listen on"), "{}", taken.stderr);

    let id = child.id().to_string();
    let interrupted = std::process::Command::new("kill").args(["-INT", &id]).status();
    if !interrupted.is_ok_and(|status| status.success()) {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    assert!(status.code() == Some(0) || !cfg!(unix), "{status}");
}

#[test]
fn both_generations_at_one_address_and_keys_to_configure_shops_with() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys");
    let flags = ["serve", "--listen", "127.0.0.1:0", "--certificates", "--sign-type", "RSA", "--keys-to"];
    let mut child = command().args(flags).arg(&path).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let lines: Vec<String> = lines.take_while(|line| !line.contains("Ctrl-C")).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    let shown =
        |text: &str| lines.iter().any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") == text);
    for text in ["partner 2088000000000001", "app_id 9021000000000001", "sign_type RSA", "sign_type RSA2"] {
        assert!(shown(text), "{text} in {lines:#?}");
    }
    let mut names: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "2088000000000001_alipay_public_key.pem",
            "2088000000000001_private_key.pem",
            "9021000000000001_alipay_cert.pem",
            "9021000000000001_alipay_public_key.pem",
            "9021000000000001_app_cert.pem",
            "9021000000000001_private_key.pem",
            "9021000000000001_root_cert.pem",
        ]
    );
    // What was issued holds together.
    let file = |name: &str| path.join(name).to_str().unwrap().to_owned();
    let number = run(&["cert-sn", &file("9021000000000001_app_cert.pem")], b"");
    assert_eq!((number.status, number.stdout.trim().len()), (0, 32), "{}", number.stderr);
}

#[test]
fn keys_that_nobody_has() {
    use alipay_tower::protocol::PrivateKey;

    let directory = tempfile::tempdir().unwrap();
    let keys = ["one", "other"].map(|name| {
        let path = directory.path().join(name);
        let flags = ["serve", "--listen", "127.0.0.1:0", "--certificates", "--fresh-keys", "--keys-to"];
        let mut child = command().args(flags).arg(&path).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.take_while(|line| !line.contains("Ctrl-C")).count() > 5);
        child.kill().unwrap();
        child.wait().unwrap();
        let pem = std::fs::read_to_string(path.join("9021000000000001_private_key.pem")).unwrap();
        PrivateKey::new(&pem).unwrap()
    });
    let [one, other] = &keys;
    assert!(!one.is_published_test_key() && !other.is_published_test_key());
    assert!(!one.public().is_same_as(other.public()));
    // Keys that nobody can read are of no use.
    let nowhere = run(&["serve", "--fresh-keys"], b"");
    assert!(nowhere.status == 2 && nowhere.stderr.contains("--keys-to"), "{}", nowhere.stderr);
}
