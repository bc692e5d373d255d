//! What stands in front of the handler.

use crate::{
    examine::{assert_golden, doctor, examine},
    shop::{full, healthy, shop, text},
};

#[tokio::test]
async fn whoever_refuses_everybody() {
    let page = |status, body: &'static str| move |_: &_| full(status, "Content-Type: text/html\r\n", body);
    for (status, body, expected) in [
        (403, "<html>CSRF verification failed. Request aborted.</html>", "bad csrf_blocked"),
        (419, "<html><title>Page Expired</title></html>", "bad csrf_blocked"),
        (403, "<html><title>Just a moment...</title></html>", "bad firewall_blocked"),
        (200, "<html><form><input name=u><input type=\"password\"></form></html>", "bad login_required"),
        (401, "", "bad login_required"),
        (403, "<html>Forbidden</html>", "bad forbidden"),
        (404, "<html>Not Found</html>", "bad not_found"),
        (405, "<html>Method Not Allowed</html>", "bad post_refused"),
        (500, "<html>Internal Server Error</html>", "bad server_error"),
        (502, "<html>Bad Gateway</html>", "bad server_error"),
    ] {
        assert_golden(&examine(page(status, body)).await, &[expected]);
    }
}

#[tokio::test]
async fn redirects_are_told_and_followed_within_the_shop() {
    let slash = examine(|request| match request.path.as_str() {
        "/alipay/notify" => full(301, "Location: /alipay/notify/\r\n", ""),
        _ => healthy(request),
    })
    .await;
    assert_golden(&slash, &["bad redirect_to_slash"]);
    assert!(slash.findings()[1].seen.starts_with("HTTP 301 to http://127.0.0.1:"), "{slash:?}");

    let login = examine(|_| full(302, "Location: /user/login?next=%2Falipay%2Fnotify\r\n", "")).await;
    assert_golden(&login, &["bad redirect_to_login"]);
    let home = examine(|_| full(302, "Location: http://other.example/\r\n", "")).await;
    assert_golden(&home, &["bad redirect_elsewhere"]);
    assert_golden(&examine(|_| full(302, "", "")).await, &["bad redirect_elsewhere"]);

    // The target speaks no TLS, which is another finding.
    let https = examine(|request| {
        let host = request.header("host").unwrap();
        full(308, &format!("Location: https://{host}/alipay/notify\r\n"), "")
    })
    .await;
    assert_golden(&https, &["bad redirect_to_https", "bad tls_failed"]);

    let circle = examine(|request| {
        let to = if request.path.ends_with('/') { "/alipay/notify" } else { "/alipay/notify/" };
        full(301, &format!("Location: {to}\r\n"), "")
    })
    .await;
    assert_golden(&circle, &["bad redirect_to_slash", "bad redirect_elsewhere"]);
}

#[tokio::test]
async fn a_query_in_the_address_is_told() {
    let to = format!("{}?from=alipay", shop(healthy));
    assert_golden(&doctor(&to).examine().await.unwrap(), &["warning query_in_address"]);
}

#[tokio::test]
async fn user_agents() {
    let old = examine(|request| match request.header("user-agent") {
        Some(agent) if agent.starts_with("Mozilla/4") => full(403, "", "<html>bots go away</html>"),
        _ => healthy(request),
    })
    .await;
    assert_golden(&old, &["bad user_agent_filtered"]);
    assert!(old.findings()[1].seen.contains("with a browser's one it is answered"), "{old:?}");
    let none = examine(|request| match request.header("user-agent") {
        None => full(403, "", "<html>who are you</html>"),
        _ => healthy(request),
    })
    .await;
    assert_golden(&none, &["warning user_agent_required"]);
}

#[tokio::test]
async fn content_types() {
    let odd = |request: &crate::shop::Request| {
        request.header("content-type").unwrap_or_default().contains("text/html")
    };
    let refused =
        examine(move |request| if odd(request) { full(415, "", "") } else { healthy(request) }).await;
    assert_golden(&refused, &["bad content_type_refused"]);
    // A framework that finds no form hands over an empty one.
    let empty = examine(move |request| if odd(request) { text(200, "fail") } else { healthy(request) }).await;
    assert_golden(&empty, &["note signed_refused", "bad content_type_refused"]);
    assert!(
        empty.findings().iter().any(|finding| finding.seen == "`fail`, but `success` otherwise"),
        "{empty:?}"
    );
}
