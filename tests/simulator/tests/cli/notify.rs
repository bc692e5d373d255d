//! `notify` from outside, against a shop of one thread.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    thread::JoinHandle,
};

use alipay_simulator::{DEMO_KEY, DEMO_PARTNER};
use serde_json::json;

use crate::binary::run;

/// What the shop was sent.
struct Received {
    content_type: String,
    body: String,
}

/// A shop that gives these answers, one for each request, and the requests that it got.
fn shop(answers: Vec<&'static str>) -> (String, JoinHandle<Vec<Received>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/alipay/notify", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let serve = |answer: &str| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut content_type, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim_end().split_once(": ") else {
                    if line.trim_end().is_empty() {
                        break;
                    }
                    continue;
                };
                match name.to_ascii_lowercase().as_str() {
                    "content-type" => content_type = value.to_owned(),
                    "content-length" => length = value.parse().unwrap(),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let (status, text) = answer.split_once(' ').unwrap();
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close", text.len());
            stream.write_all(format!("{head}\r\n\r\n{text}").as_bytes()).unwrap();
            Received { content_type, body: String::from_utf8(body).unwrap() }
        };
        answers.into_iter().map(serve).collect()
    });
    (address, thread)
}

#[test]
fn posts_what_explain_accepts() {
    let (to, shop) = shop(vec!["200 success"]);
    let flags =
        ["--out-trade-no", "T7", "--total-fee", "88.00", "--set", "subject=测试", "--input-charset", "gbk"];
    let sent = run(&[&["notify", "--json", "--to", &to][..], &flags].concat(), b"");
    assert_eq!(sent.status, 0, "{}", sent.stderr);
    let received = shop.join().unwrap().remove(0);
    assert_eq!(received.content_type, "application/x-www-form-urlencoded; text/html; charset=gbk");
    assert_eq!(sent.object["body"], received.body);
    assert_eq!(sent.object["acknowledged"], true);
    assert_eq!(sent.object["answers"], json!([{"status": 200, "answer": "success"}]));

    let merchant = ["--partner", DEMO_PARTNER, "--key", DEMO_KEY, "--input-charset", "gbk"];
    let explained = run(&[&["explain", "--json"][..], &merchant].concat(), received.body.as_bytes());
    assert_eq!(explained.status, 0, "{}", explained.object);
    let params = &explained.object["params"];
    assert_eq!((&params["out_trade_no"], &params["total_fee"]), (&json!("T7"), &json!("88.00")));
    assert_eq!((&params["subject"], &params["trade_status"]), (&json!("测试"), &json!("TRADE_SUCCESS")));
}

#[test]
fn both_generations_are_signed_as_alipay_would() {
    let keys = format!("{}/keys", env!("CARGO_MANIFEST_DIR"));
    let public = tempfile::NamedTempFile::new().unwrap();
    let alipay = std::fs::read_to_string(format!("{keys}/alipay.pem")).unwrap();
    let alipay = alipay_tower::protocol::PrivateKey::new(&alipay).unwrap();
    std::fs::write(public.path(), alipay.public().to_pem()).unwrap();
    let public = public.path().to_str().unwrap();
    let app = format!("{keys}/app.pem");
    let openapi =
        ["--scheme", "openapi", "--app-id", alipay_simulator::DEMO_APP_ID, "--seller-id", DEMO_PARTNER];
    let classic = ["--sign-type", "RSA", "--partner", DEMO_PARTNER];
    for (contract, amount) in [(&openapi[..], "total_amount"), (&classic, "total_fee")] {
        for kind in ["notify", "return"] {
            let print = ["notify", "--print", "--kind", kind, "--total-fee", "88.00"];
            let printed = run(&[&print[..], contract].concat(), b"");
            assert_eq!(printed.status, 0, "{}", printed.stderr);
            let explain = ["explain", "--json", "--kind", kind, "--alipay-public-key", public];
            let explained = run(&[&explain[..], contract].concat(), printed.stdout.as_bytes());
            assert_eq!(explained.object["verdict"], "accept", "{kind} {contract:?}: {}", explained.object);
            assert_eq!(explained.object["params"][amount], "88.00");

            // Signed with another key: here the shop's own, which is recognised.
            let own = run(&[&print[..], contract, &["--alipay-private-key", &app]].concat(), b"");
            let explain = [&explain[..], contract, &["--private-key", &app]].concat();
            let explained = run(&explain, own.stdout.as_bytes());
            assert_eq!(explained.object["cause"], "own_key", "{kind} {contract:?}: {}", explained.object);
        }
    }
}

#[test]
fn messages_of_the_message_service() {
    const METHOD: &str = "alipay.trade.refund.depositback.completed";
    let openapi =
        ["--scheme", "openapi", "--app-id", alipay_simulator::DEMO_APP_ID, "--seller-id", DEMO_PARTNER];
    let print =
        ["notify", "--print", "--msg-method", METHOD, "--set", "biz_content={\"dback_status\":\"S\"}"];
    let printed = run(&[&print[..], &openapi].concat(), b"");
    assert_eq!(printed.status, 0, "{}", printed.stderr);
    let body = printed.stdout.as_bytes();
    let merchant = alipay_simulator::demo_openapi().unwrap();
    let read = alipay_tower::protocol::Notification::parse(alipay_tower::protocol::Channel::Notify, body);
    let signed = read.unwrap().authenticate(&merchant).unwrap();
    assert_eq!(signed.field("msg_method"), Some(METHOD));
    assert_eq!(signed.field("biz_content"), Some(r#"{"dback_status":"S"}"#));
    assert_eq!((signed.field("trade_status"), signed.field("out_trade_no")), (None, None));
    assert_eq!(run(&print, b"").status, 2, "the classic gateway has none");
    assert_eq!(run(&[&print[..], &openapi, &["--kind", "return"]].concat(), b"").status, 2);
}

#[test]
fn a_return_is_got_as_a_browser_does() {
    let (to, shop) = shop(vec!["200 <html>thanks</html>", "500 oops"]);
    let sent = run(&["notify", "--json", "--kind", "return", "--to", &to], b"");
    assert_eq!((sent.status, &sent.object["acknowledged"]), (0, &json!(true)), "{}", sent.stderr);
    let sent = run(&["notify", "--kind", "return", "--to", &to], b"");
    assert_eq!(sent.status, 1);
    assert!(sent.stdout.contains("outcome        no page for the buyer\n"), "{}", sent.stdout);
    assert!(shop.join().unwrap().iter().all(|received| received.body.is_empty()));
}

#[test]
fn only_exactly_success_is_success() {
    for answer in
        ["200 fail", "200 success\n", "200 SUCCESS", "200 ", "201 success", "302 success", "503 success"]
    {
        let (to, shop) = shop(vec![answer]);
        let sent = run(&["notify", "--json", "--to", &to], b"");
        assert_eq!((sent.status, &sent.object["acknowledged"]), (1, &json!(false)), "{answer}");
        shop.join().unwrap();
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sent = run(&["notify", "--json", "--to", &format!("http://{closed}/")], b"");
    assert_eq!(sent.status, 1);
    assert!(sent.object["answers"][0]["error"].is_string(), "{}", sent.object);
}

#[test]
fn a_storm_of_copies() {
    let (to, shop) = shop(vec!["200 success", "200 fail", "200 success"]);
    let sent = run(&["notify", "--to", &to, "--duplicate", "3"], b"");
    assert_eq!(sent.status, 1);
    assert_eq!(sent.stdout.matches("HTTP 200       `success`\n").count(), 2, "{}", sent.stdout);
    assert!(sent.stdout.contains("outcome        not acknowledged"));
    let received = shop.join().unwrap();
    assert!(received.iter().all(|one| one.body == received[0].body));
}

#[test]
fn every_status_and_damage_can_be_had() {
    let printed = |more: &[&str]| {
        let run = run(&[&["notify", "--print"][..], more].concat(), b"");
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stdout
    };
    let explained = |body: &str| {
        let merchant = ["explain", "--json", "--partner", DEMO_PARTNER, "--key", DEMO_KEY];
        run(&merchant, body.as_bytes()).object
    };
    for status in ["TRADE_FINISHED", "TRADE_CLOSED", "WAIT_BUYER_PAY", "SOMETHING_NEW"] {
        let object = explained(&printed(&["--status", status]));
        assert_eq!(
            (&object["verdict"], &object["params"]["trade_status"]),
            (&json!("accept"), &json!(status))
        );
    }
    let refund = explained(&printed(&["--set", "refund_status=REFUND_SUCCESS", "--set", "body="]));
    assert_eq!(refund["params"]["refund_status"], "REFUND_SUCCESS");
    for (damage, verdict) in [
        (&["--tamper", "total_fee=100.00"][..], "reject_signature"),
        (&["--tamper", "extra=1"], "reject_signature"),
        (&["--drop", "buyer_id"], "reject_signature"),
        (&["--drop", "sign"], "malformed"),
        (&["--set", "notify_id="], "malformed"),
        (&["--set", "seller_id=2088000000000009"], "reject_partner_or_seller"),
        (&["--key", "zyxwvutsrqponmlkjihgfedcba543210"], "reject_signature"),
    ] {
        assert_eq!(explained(&printed(damage))["verdict"], verdict, "{damage:?}");
    }
}
