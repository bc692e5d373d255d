//! One shop, served by both frameworks: whatever is asked, the answers are the same, byte for byte.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a helper of tests fails the test")]

mod pair;

use std::time::Duration;

use pair::{FORM, Twins, ask};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_the_same() {
    let twins = Twins::start().await;
    for path in [
        "/",
        "/?lang=en",
        "/items/cup",
        "/items/cup?lang=zh&x=%zz",
        "/items/none",
        "/orders",
        "/operator",
        "/operator/payouts",
        "/style.css",
        "/icon.svg",
    ] {
        let page = twins.get(path).await;
        let expected = if path == "/items/none" { "HTTP/1.1 404" } else { "HTTP/1.1 200" };
        assert!(page.starts_with(expected), "{page}");
        assert!(page.contains("x-content-type-options: nosniff") && !page.contains("server:"), "{page}");
        let head = twins.send("HEAD", path, "", "").await;
        assert!(head.starts_with(expected) && head.ends_with("\n\n") && head.contains("content-length: "));
    }
    let english =
        twins.send("GET", "/", "Accept-Language: en\r\nCookie: a=b; shop_orders=T1.T2\r\n", "").await;
    assert!(english.contains("lang=\"en\""), "{english}");
    twins.send("GET", "/", "Accept-Language: \u{e9}n\r\nCookie: \u{ff}\r\n", "").await;
    let elsewhere = "GET /operator HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert!(twins.ask(elsewhere).await.starts_with("HTTP/1.1 401"));
    twins.ask("GET / HTTP/1.0\r\n\r\n").await;
    twins.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_the_same() {
    let twins = Twins::start().await;
    let order = twins.post("/orders", "item=cup&quantity=2&email=buyer%40example.com").await;
    assert!(order.starts_with("HTTP/1.1 303") && order.contains("location: /orders/TN/pay"), "{order}");
    assert!(order.contains("set-cookie: shop_orders=TN; Path=/"), "{order}");
    for (form, status) in
        [("item=none", 404), ("item=cup&quantity=0", 422), ("item=cup&quantity=1&email=x", 422), ("", 404)]
    {
        let answer = twins.post("/orders", form).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
    let number = twins.shop.store().orders(10).await.unwrap().pop().unwrap().out_trade_no().to_string();
    for path in [
        format!("/orders/{number}"),
        format!("/orders/{number}?wait=1"),
        format!("/orders/{number}?wait=x&wait_=2&%zz"),
        format!("/orders/{number}/pay"),
        format!("/orders/{number}/pay?bank=CMB&lang=en"),
        format!("/orders/{number}/pay?product=dual"),
    ] {
        let page = twins.get(&path).await;
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    }
    for path in ["/orders/x", "/orders/x/pay", "/orders/T%2F..", "/orders/%00"] {
        assert!(twins.get(path).await.starts_with("HTTP/1.1 404"));
    }
    let twice = twins.get(&format!("/orders/{number}?wait=1&wait=2")).await;
    assert!(twice.starts_with("HTTP/1.1 400"), "{twice}");
    let twice = twins.get(&format!("/orders/{number}/pay?bank=1&bank=2")).await;
    assert!(twice.starts_with("HTTP/1.1 400"), "{twice}");
    let mine = twins.send("GET", "/orders", &format!("Cookie: shop_orders={number}\r\n"), "").await;
    assert!(mine.contains(&number), "{mine}");
    let foreign = "Origin: https://evil.example\r\n";
    let close = format!("/operator/orders/{number}/close");
    for path in ["/orders", "/operator", "/operator/payouts", &close] {
        let refused = twins.send("POST", path, &format!("{FORM}{foreign}"), "item=cup").await;
        assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    }
    assert!(twins.post("/operator", "token=x").await.starts_with("HTTP/1.1 401"));
    assert!(twins.post(&close, "").await.starts_with("HTTP/1.1 303"));
    twins.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_messages_are_the_same() {
    let twins = Twins::start().await;
    let sent = format!("out_trade_no=T1&sign=<b>&x={}", "y".repeat(300));
    assert!(twins.post("/alipay/notify", &sent).await.contains("fail"));
    let mut rows = Vec::new();
    for _ in 0..200 {
        rows = twins.shop.store().journal_entries(10).await.unwrap();
        if rows.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(rows.len(), 2);
    for row in rows {
        let path = format!("/operator/journal/{}/raw", row.id());
        assert!(twins.get("/operator").await.contains(&format!("href=\"{path}\"")));
        let file = twins.get(&path).await;
        assert!(
            file.starts_with("HTTP/1.1 200") && file.contains("content-disposition: attachment;"),
            "{file}"
        );
        assert!(file.contains("application/octet-stream\n") && file.contains("nosniff"), "{file}");
        assert_eq!(file.split_once("\n\n").unwrap().1, sent.get(..256).unwrap());
        let elsewhere = format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assert!(twins.ask(&elsewhere).await.starts_with("HTTP/1.1 401"));
    }
    for id in ["0", "x", "-1", "99999999999999999999", "%00"] {
        assert!(twins.get(&format!("/operator/journal/{id}/raw")).await.starts_with("HTTP/1.1 404"));
    }
    twins.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_the_same() {
    let twins = Twins::start().await;
    // Addresses that are none, or almost one.
    for path in [
        "/none",
        "/none/",
        "/orders/",
        "//",
        "//orders",
        "/orders//x",
        "/items/",
        "/items/cup/",
        "/%6frders",
        "/style.css/",
        "/alipay",
        "/alipay/return/",
        "/alipay//return",
        "/alipay/%72eturn",
        "/alipay/notify/",
        "/a/../orders",
        "/orders;x",
        "/[x]",
        "/a|b",
        "/x%zz",
        "/x%ff",
        "/%3Cpath..%3E",
    ] {
        for method in ["GET", "POST", "HEAD", "DELETE", "OPTIONS"] {
            let answer = twins.send(method, path, "", "").await;
            assert!(answer.starts_with("HTTP/1.1 404"), "{method} {path}: {answer}");
        }
    }
    // Methods that a page does not take.
    for (path, allow) in [
        ("/", "GET,HEAD"),
        ("/orders", "GET,HEAD,POST"),
        ("/operator/orders/x/close", "POST"),
        ("/items/x", "GET,HEAD"),
    ] {
        for method in ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW", "post"] {
            let answer = twins.send(method, path, "", "").await;
            assert!(answer.starts_with("HTTP/1.1 405"), "{method} {path}: {answer}");
            assert!(answer.contains(&format!("allow: {allow}\n")), "{answer}");
        }
    }
    assert!(twins.send("BREW", "/none", "", "").await.starts_with("HTTP/1.1 404"));
    for method in ["POST", "PUT", "TRACE", "BREW"] {
        let page = twins.send(method, "/alipay/return?a=b", "", "").await;
        assert!(page.starts_with("HTTP/1.1 405") && page.contains("data-state=\"refused\""), "{page}");
    }
    // Forms that no page sends.
    for kind in ["", "Content-Type: text/plain\r\n", "Content-Type: multipart/form-data; boundary=x\r\n"] {
        assert!(twins.send("POST", "/orders", kind, "item=cup").await.starts_with("HTTP/1.1 415"), "{kind}");
    }
    let charset = "Content-Type: application/x-www-form-urlencoded; charset=gbk\r\n";
    assert!(twins.send("POST", "/orders", charset, "item=%zz").await.starts_with("HTTP/1.1 404"));
    assert!(twins.post("/orders", "item=cup&item=cup").await.starts_with("HTTP/1.1 422"));
    for method in ["get", "PUT", "BREW"] {
        assert!(twins.post("/orders", &format!("_method={method}&item=x")).await.starts_with("HTTP/1.1 404"));
        let page = twins.post("/alipay/return?a=b", &format!("_method={method}&item=x")).await;
        assert!(page.starts_with("HTTP/1.1 405"), "{page}");
    }
    // Too much.
    let large = "x".repeat(17 * 1024);
    for (method, path) in [("POST", "/orders"), ("POST", "/none"), ("GET", "/"), ("GET", "/style.css")] {
        let answer = twins.send(method, path, FORM, &large).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{method} {path}: {answer}");
    }
    let chunked = format!("{FORM}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{large}\r\n0\r\n", large.len());
    let answer = twins.send("POST", "/orders", &chunked, "").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    // The notify path has a limit of its own.
    assert!(twins.post("/alipay/notify", &large).await.starts_with("HTTP/1.1 400"));
    twins.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_panics_is_a_500() {
    let twins = Twins::start().await;
    let answer = ask(twins.rocket, "GET /panics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 500") && answer.ends_with("\n\nService panicked"), "{answer}");
    assert!(twins.get("/").await.starts_with("HTTP/1.1 200"));
    twins.stop().await;
}
