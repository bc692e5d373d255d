//! Against a gateway on a socket.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::protocol::{Channel, GatewayUrl, Md5Key, Notification, PartnerId};

/// A gateway that answers each request with what `answer` makes of its first line; counts connections.
async fn gateway(answer: impl Fn(&str) -> String + Clone + Send + 'static) -> (Merchant, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = GatewayUrl::new(&format!("http://{}/gateway.do", listener.local_addr().unwrap())).unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
                    let reply = answer(request.lines().next().unwrap_or_default());
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    if stream.write_all(reply.as_bytes()).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    (Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key).with_gateway(url), connections)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn check(merchant: &Merchant, notify_id: &str) -> NotifyCheck {
    let sign = merchant.sign_text(format!("notify_id={notify_id}").as_bytes());
    let query =
        serde_urlencoded::to_string([("notify_id", notify_id), ("sign", &sign), ("sign_type", "MD5")]);
    let message = Notification::parse(Channel::Return, query.unwrap().as_bytes()).unwrap();
    message.authenticate(merchant).unwrap().check(merchant).unwrap()
}

fn client() -> ReqwestGateway {
    ReqwestGateway::new(&GatewayOptions::default().with_timeout(Duration::from_millis(500))).unwrap()
}

#[tokio::test]
async fn asks_over_one_connection() {
    let (merchant, connections) = gateway(|line| {
        assert!(line.contains("service=notify_verify&partner=2088000000000001&notify_id=a"), "{line}");
        ok("true")
    })
    .await;
    let client = client();
    for id in ["a1", "a2", "a3"] {
        assert_eq!(client.ask(&check(&merchant, id)).await.unwrap().notify_id().as_str(), id);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn tries_the_second_spelling_of_a_return_id() {
    let (merchant, _) = gateway(|line| ok(if line.contains("%252F") { "true" } else { "false" })).await;
    assert!(client().ask(&check(&merchant, "RqPn%2Fx")).await.is_ok());
    let denied = client().ask(&check(&merchant, "plain")).await.unwrap_err();
    assert!(matches!(denied, GatewayError::Check(CheckError::Denied)));
}

#[tokio::test]
async fn questions_that_overlap_are_asked_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let (merchant, _) = gateway(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        ok("true")
    })
    .await;
    let (client, check) = (client(), check(&merchant, "same"));
    let dropped = tokio::time::timeout(Duration::from_millis(5), client.ask(&check)).await;
    assert!(dropped.is_err());
    let answers = futures_util::future::join_all((0..20).map(|_| client.ask(&check))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(asked.load(Ordering::SeqCst) <= 2);
    assert!(client.flights.is_empty());
}

#[tokio::test]
async fn every_other_answer_is_an_error() {
    let (merchant, _) =
        gateway(|line| match line.split("notify_id=").nth(1).and_then(|rest| rest.chars().next()) {
            Some('r') => "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_owned(),
            Some('l') => ok(&"true".repeat(1000)),
            Some('h') => "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ntrue".to_owned(),
            _ => ok("<html>true"),
        })
        .await;
    let ask = async |id: &str| client().ask(&check(&merchant, id)).await.unwrap_err();
    assert!(matches!(ask("r").await, GatewayError::Status(302)));
    assert!(matches!(ask("l").await, GatewayError::TooLarge));
    assert!(matches!(ask("h").await, GatewayError::Transport(reason) if &*reason == "no answer in time"));
    assert!(matches!(ask("x").await, GatewayError::Check(CheckError::Unintelligible)));
    let nobody = merchant.clone().with_gateway(GatewayUrl::new("http://127.0.0.1:1/gateway.do").unwrap());
    let unreachable = client().ask(&check(&nobody, "x")).await.unwrap_err();
    assert!(!unreachable.to_string().contains("notify_id"), "{unreachable}");
}

#[tokio::test]
async fn fetches_the_anti_phishing_key() {
    let (merchant, _) = gateway(|line| {
        assert!(line.contains("service=query_timestamp&partner=2088000000000001&_input_charset=utf-8"), "{line}");
        ok("<alipay><is_success>T</is_success><response><timestamp><encrypt_key>KPr8DuZp5xc031OVxw==</encrypt_key>\
            </timestamp></response><sign>231f3b68cbd70f7218ea11e97c37432e</sign><sign_type>MD5</sign_type></alipay>")
    })
    .await;
    assert_eq!(client().query_timestamp(&merchant).await.unwrap().as_str(), "KPr8DuZp5xc031OVxw==");
}

#[tokio::test]
async fn the_number_of_a_call_comes_with_its_answer() {
    for (head, expected) in [("trace_id: 0ba6004215928\r\n", Some("0ba6004215928")), ("", None)] {
        let answer = move |_: &str| format!("HTTP/1.1 200 OK\r\n{head}content-length: 2\r\n\r\n{{}}");
        let (merchant, _) = gateway(answer).await;
        let request = merchant.sign_fields([("service", "x"), ("_input_charset", "utf-8")]).unwrap();
        let answer = client().call(&request).await.unwrap();
        assert_eq!((answer.body(), answer.trace_id()), (b"{}".as_slice(), expected));
        assert_eq!(client().send(&request).await.unwrap(), b"{}");
    }
}
