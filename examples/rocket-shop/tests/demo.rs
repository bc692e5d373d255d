//! The binary as a newcomer runs it.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

const SETTINGS: [&str; 13] = [
    "ALIPAY_PARTNER",
    "ALIPAY_KEY",
    "ALIPAY_SELLER_EMAIL",
    "ALIPAY_CHARSET",
    "ALIPAY_GATEWAY",
    "PUBLIC_URL",
    "SHOP_LISTEN",
    "SIMULATOR_LISTEN",
    "SIMULATOR_SPEED",
    "DATABASE_URL",
    "SMTP_URL",
    "SHOP_RECEIPTS",
    "SHOP_OPERATOR_TOKEN",
];
const MERCHANT: [(&str, &str); 2] =
    [("ALIPAY_PARTNER", "2088123456789012"), ("ALIPAY_KEY", "t7e5s2t9o4n1l8y3k6e0y7f2o5r9s1h4")];

type Settings<'a> = &'a [(&'a str, &'a str)];

fn shop(folder: &Path, arguments: &[&str], settings: Settings<'_>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rocket-shop"));
    for name in SETTINGS {
        command.env_remove(name);
    }
    command.current_dir(folder).env("TMPDIR", folder).args(arguments).envs(settings.iter().copied());
    command
}

fn run(arguments: &[&str], settings: Settings<'_>) -> Output {
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path(), arguments, settings).output().unwrap()
}

fn demo(settings: Settings<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let output = shop(folder.path(), &["--demo"], settings).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    // Nobody waited for connections that the buyer and the gateway keep.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());

    let last = text.lines().last().unwrap();
    let rest = last.strip_prefix("demo: order T").unwrap();
    let (number, rest) = rest.split_once(" paid 0.01 CNY, settled once, receipt ").unwrap();
    let receipt = std::fs::read_to_string(rest).unwrap();
    assert!(receipt.contains(&format!("Message-ID: <receipt-T{number}@")), "{receipt}");
    assert!(text.contains("demo: /alipay/return 200 says `settled`"), "{text}");
    let shop_alone = |line: &str| !line.contains("Rocket") && !line.contains("Warning");
    assert!(text.lines().all(shop_alone), "standard output belongs to the shop: {text}");
}

#[test]
fn buys_something_from_itself() {
    demo(&[]);
}

#[test]
fn buys_something_in_gbk_with_its_own_merchant() {
    let mut settings = MERCHANT.to_vec();
    // What else is set belongs to the real shop or to other servers, and the demonstration leaves it alone.
    settings.extend([("ALIPAY_CHARSET", "gbk"), ("PUBLIC_URL", "https://shop.example.com")]);
    settings.extend([("ROCKET_PORT", "80"), ("ROCKET_LOG_LEVEL", "debug")]);
    demo(&settings);
}

#[test]
fn a_mistake_is_one_clear_line_and_code_2() {
    let cases: [(&[&str], Settings<'_>, &str); 5] = [
        (&["--demo", "nonsense"], &[], "error: --demo: there is no story `nonsense`"),
        (&[], &[MERCHANT[0]], "error: ALIPAY_KEY: ALIPAY_PARTNER is set and this is not"),
        (&[], &MERCHANT, "error: PUBLIC_URL: with the real gateway"),
        (&["--demo"], &[("ALIPAY_GATEWAY", "http://127.0.0.1:1/")], "error: ALIPAY_GATEWAY: --demo starts"),
        (&[], &[("SHOP_LISTEN", "localhost")], "error: SHOP_LISTEN: `localhost` is no address"),
    ];
    for (arguments, settings, expected) in cases {
        let output = run(arguments, settings);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with(expected) && text.lines().count() == 1, "{text}");
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(!text.contains(MERCHANT[1].1), "{text}");
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&[], &[("SHOP_LISTEN", &address), ("SIMULATOR_LISTEN", "127.0.0.1:0")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("SHOP_LISTEN: cannot listen on"));
    let free = [("SHOP_LISTEN", "127.0.0.1:0"), ("SIMULATOR_LISTEN", "127.0.0.1:0")];
    let output = run(&[], &[free[0], free[1], ("DATABASE_URL", "oracle://user:sesame@db")]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("error: DATABASE_URL: ") && !text.contains("sesame"), "{text}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn help_lists_the_settings() {
    let output = run(&["--help"], &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && SETTINGS.iter().all(|name| text.contains(name)), "{text}");
    assert!(text.starts_with("rocket-shop: "), "{text}");
}

/// A running shop; stopped when dropped.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a shop whose standard output nobody reads to the end.
fn start(folder: &Path, settings: Settings<'_>) -> Running {
    let mut all = vec![("SHOP_LISTEN", "127.0.0.1:0"), ("SIMULATOR_LISTEN", "127.0.0.1:0")];
    all.extend_from_slice(settings);
    let mut child = shop(folder, &[], &all).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("shop:     http://").map(|rest| rest.trim_matches('/').parse()))
        .unwrap()
        .unwrap();
    Running { child, address }
}

/// Connects, with patience: the shop says where it is a moment before Rocket listens there.
fn connect(address: SocketAddr) -> TcpStream {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => {
                stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
                return stream;
            }
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn get(address: SocketAddr, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"))
}

fn post(address: SocketAddr, path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{kind}\r\n{headers}");
    ask(address, &format!("{head}Content-Length: {length}\r\n\r\n{body}"))
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn answers_over_http_as_the_shop_does() {
    let folder = tempfile::tempdir().unwrap();
    let shop = start(folder.path(), &[]);
    let at = shop.address;

    let shelf = get(at, "/?lang=en");
    assert!(shelf.starts_with("HTTP/1.1 200") && shelf.contains("Sample sachet"), "{shelf}");
    let cookie = header(&shelf, "set-cookie").unwrap();
    assert!(cookie.starts_with("shop_lang=en; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");

    let order = post(at, "/orders", "", "item=cup&quantity=2&email=");
    assert!(order.starts_with("HTTP/1.1 303"), "{order}");
    let pay = get(at, header(&order, "location").unwrap());
    assert!(pay.contains("¥</small>73.00") && pay.contains("name=\"sign\""), "{pay}");
    let policy = header(&pay, "content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:"), "{policy}");

    let foreign = post(at, "/orders", "Origin: https://evil.example\r\n", "item=cup&quantity=2");
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
    let large = post(at, "/orders", "", &format!("item={}", "x".repeat(20_000)));
    assert!(large.starts_with("HTTP/1.1 413"), "{large}");

    // The limit for forms is not the one for notifications.
    let notify = post(at, "/alipay/notify", "", &format!("sign=x&body={}", "x".repeat(20_000)));
    assert!(notify.starts_with("HTTP/1.1 400") && notify.ends_with("\r\n\r\nfail"), "{notify}");
    let notify = get(at, "/alipay/notify");
    assert!(notify.starts_with("HTTP/1.1 405") && notify.ends_with("fail"), "{notify}");
    for returned in [get(at, "/alipay/return?sign=x"), post(at, "/alipay/return", "", "a=b")] {
        let refused = returned.contains("data-state=\"refused\"");
        assert!(returned.starts_with("HTTP/1.1 4") && refused, "{returned}");
    }

    let operator = get(at, "/operator");
    let listed = operator.contains("data-outcome=\"malformed\"");
    assert!(operator.starts_with("HTTP/1.1 200") && listed, "{operator}");
}

#[cfg(unix)]
#[test]
fn stops_when_told_to_even_if_a_client_does_not_finish() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = start(folder.path(), &[]);
    let mut slow = connect(shop.address);
    slow.write_all(b"POST /alipay/notify HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nsign_type=MD5&x")
        .unwrap();
    let mut idle = connect(shop.address);
    idle.write_all(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 9]).unwrap() > 0);
    assert!(folder.path().join("var/shop.db").exists() && folder.path().join("var/receipts").is_dir());
    std::thread::sleep(Duration::from_millis(200));

    let kill = Command::new("kill").arg(shop.child.id().to_string()).status().unwrap();
    assert!(kill.success());
    let began = Instant::now();
    // The notify in flight is answered: its body has five seconds.
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.ends_with("fail"), "{answer}");
    assert!(shop.child.wait().unwrap().success());
    // And then nobody waits for the connection that keeps quiet.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
