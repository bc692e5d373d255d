//! Real sockets: slow, chunked, broken and oversized bodies, crowds, and the end.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use alipay_rocket::AlipayFairing;
use rocket::{
    catch, catchers, get,
    http::Status,
    routes,
    tokio::{
        io::AsyncWriteExt,
        time::{sleep, timeout},
    },
};

use crate::support::*;

async fn server(shop: &Arc<Shop>) -> Server {
    let fairing = AlipayFairing::new(alipay(shop)).with_body_timeout(Duration::from_millis(500));
    serve(build().attach(fairing)).await
}

/// Waits until the journal has heard this many hits.
async fn heard(shop: &Shop, count: usize) -> Vec<String> {
    for _ in 0..500 {
        if shop.heard().len() >= count {
            break;
        }
        sleep(Duration::from_millis(10)).await;
    }
    shop.heard()
}

#[rocket::async_test]
async fn a_notification_as_the_gateway_sends_it() {
    let shop = Shop::new();
    let server = server(&shop).await;
    assert_word(&server.send(&request("POST", NOTIFY, &paid())).await, 200, "success");
    assert_word(&server.send(&request("POST", NOTIFY, "sign=1")).await, 400, "fail");
    assert_word(&server.send(&request("PUT", NOTIFY, &paid())).await, 405, "fail");
    server.stop().await;
}

#[rocket::async_test]
async fn a_chunked_body() {
    let shop = Shop::new();
    let server = server(&shop).await;
    let head = format!(
        "POST {NOTIFY} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let mut request = head.clone();
    for piece in paid().as_bytes().chunks(7) {
        request += &format!("{:x}\r\n{}\r\n", piece.len(), String::from_utf8_lossy(piece));
    }
    request += "0\r\n\r\n";
    assert_word(&server.send(request.as_bytes()).await, 200, "success");

    let broken = format!("{head}14\r\n{}\r\nzz\r\n", "x".repeat(20));
    assert_word(&server.send(broken.as_bytes()).await, 400, "fail");
    assert_eq!(shop.heard().pop().unwrap(), "notify malformed the body broke off");
    server.stop().await;
}

#[rocket::async_test]
async fn a_slow_body() {
    let shop = Shop::new();
    let server = server(&shop).await;
    let (request, started) = (request("POST", NOTIFY, &paid()), Instant::now());
    let mut stream = server.connect().await;
    stream.write_all(&request[..request.len() - 20]).await.unwrap();
    assert_word(&read(&mut stream).await, 408, "fail");
    assert!(started.elapsed() < Duration::from_secs(3));
    assert_eq!(shop.heard(), ["notify body_timeout the body did not arrive in time"]);
    server.stop().await;
}

#[rocket::async_test]
async fn an_oversized_body_is_answered() {
    let shop = Shop::new();
    let server = server(&shop).await;
    for length in [65_537, 4 << 20] {
        let answer = server.send(&request("POST", NOTIFY, &"x".repeat(length))).await;
        assert_word(&answer, 413, "fail");
    }
    let head = format!("POST {NOTIFY} HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n{}", paid());
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_word(&read(&mut stream).await, 408, "fail");
    assert_eq!(heard(&shop, 3).await.len(), 3);
    server.stop().await;
}

#[rocket::async_test]
async fn an_early_disconnect() {
    let shop = Shop::new();
    let server = server(&shop).await;
    let request = request("POST", NOTIFY, &paid());
    for length in [request.len() - paid().len(), request.len() - paid().len() + 3, request.len() - 1] {
        let mut stream = server.connect().await;
        stream.write_all(&request[..length]).await.unwrap();
        drop(stream);
    }
    let heard = heard(&shop, 3).await;
    assert!(heard.len() == 3 && heard.iter().all(|line| line.starts_with("notify malformed")), "{heard:?}");
    assert_eq!(shop.settled.load(Ordering::SeqCst), 0);
    assert_word(&server.send(&request).await, 200, "success");
    server.stop().await;
}

#[rocket::async_test]
async fn a_sender_that_does_not_wait_has_paid() {
    let shop = Shop::new();
    let alipay = desk(&Gateway::slow(Duration::from_millis(200)), &shop);
    let server = serve(build().attach(AlipayFairing::new(alipay))).await;
    let mut stream = server.connect().await;
    stream.write_all(&request("POST", NOTIFY, &paid())).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    drop(stream);
    assert_eq!(heard(&shop, 1).await, ["notify settled "]);
    server.stop().await;
}

#[rocket::async_test]
async fn a_method_that_rocket_does_not_know() {
    #[catch(400)]
    fn mine() -> (Status, &'static str) {
        (Status::BadRequest, "the shop's own page")
    }
    let shop = Shop::new();
    let rocket = build().attach(AlipayFairing::new(alipay(&shop)));
    let own = serve(rocket.register("/", catchers![mine])).await;
    let plain = server(&shop).await;
    for server in [&own, &plain] {
        assert_word(&server.send(&request("BREW", NOTIFY, &paid())).await, 405, "fail");
        assert_word(&server.send(&request("POSTX", NOTIFY, &paid())).await, 405, "fail");
        assert_word(&server.send(&request("TRACE", NOTIFY, "")).await, 405, "fail");
    }
    let said = "notify method_not_allowed another method on the notify path, which takes POST";
    assert!(shop.heard().iter().all(|line| line == said) && shop.heard().len() == 6);
    for path in ["/pay/notify/below", "/pay/notify/", "/elsewhere"] {
        assert!(own.send(&request("BREW", path, "")).await.ends_with("the shop's own page"), "{path}");
        let page = plain.send(&request("BREW", path, "")).await;
        assert!(page.starts_with("HTTP/1.1 400 ") && page.contains("400: Bad Request"), "{path}");
    }
    own.stop().await;
    plain.stop().await;
}

#[rocket::async_test]
async fn head_is_answered_without_a_body() {
    let server = server(&Shop::new()).await;
    let answer = server.send(&request("HEAD", NOTIFY, "")).await;
    let (status, _, body) = parts(&answer);
    assert_eq!((status, body.as_str()), (405, ""));
    // Rocket takes the POST for a HEAD and strips the answer; the message is refused all the same.
    let body = format!("_method=head&{}", paid());
    let answer = server.send(&request("POST", NOTIFY, &body).to_vec()).await;
    assert!(!answer.contains("success") && !answer.contains("html"), "{answer}");
    server.stop().await;
}

#[rocket::async_test]
async fn two_hundred_duplicates_at_once() {
    let shop = Shop::new();
    let server = Arc::new(server(&shop).await);
    let crowd: Vec<_> = (0..200)
        .map(|_| {
            let server = Arc::clone(&server);
            rocket::tokio::spawn(async move { server.send(&request("POST", NOTIFY, &paid())).await })
        })
        .collect();
    for one in crowd {
        assert_word(&one.await.unwrap(), 200, "success");
    }
    assert_eq!(shop.settled.load(Ordering::SeqCst), 1);
    assert_eq!(shop.heard().iter().filter(|line| *line == "notify settled ").count(), 1);
    assert_eq!(shop.heard().len(), 200);
}

#[rocket::async_test]
async fn waiting_blocks_nobody() {
    #[get("/")]
    fn home() -> &'static str {
        "hello"
    }
    let shop = Shop::new();
    let alipay = desk(&Gateway::slow(Duration::from_secs(2)), &shop);
    let server = Arc::new(serve(build().attach(AlipayFairing::new(alipay)).mount("/", routes![home])).await);
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let server = Arc::clone(&server);
            rocket::tokio::spawn(async move { server.send(&request("POST", NOTIFY, &paid())).await })
        })
        .collect();
    sleep(Duration::from_millis(200)).await;
    // The runtime of this test has one worker.
    let page = timeout(Duration::from_secs(1), server.send(&request("GET", "/", ""))).await.unwrap();
    assert!(page.ends_with("hello"));
    for one in waiting {
        assert_word(&one.await.unwrap(), 200, "success");
    }
    assert_eq!(shop.settled.load(Ordering::SeqCst), 1);
}

#[rocket::async_test]
async fn a_shutdown_lets_a_notification_finish() {
    let shop = Shop::new();
    let alipay = desk(&Gateway::slow(Duration::from_millis(700)), &shop);
    let server = serve(build().attach(AlipayFairing::new(alipay))).await;
    let mut stream = server.connect().await;
    stream.write_all(&request("POST", NOTIFY, &paid())).await.unwrap();
    sleep(Duration::from_millis(200)).await;
    server.shutdown.notify();
    assert_word(&read(&mut stream).await, 200, "success");
    assert_eq!(shop.heard(), ["notify settled "]);
    assert!(timeout(Duration::from_secs(10), server.task).await.unwrap().unwrap());
}
