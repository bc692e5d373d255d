//! What stands around the word.

use crate::{
    examine::{assert_golden, dressed, examine},
    shop::{full, healthy, text, word},
};

#[tokio::test]
async fn a_healthy_shop_has_no_findings() {
    let checkup = examine(healthy).await;
    assert_golden(&checkup, &[]);
    assert!(checkup.probes() >= 13, "{}", checkup.probes());
}

#[tokio::test]
async fn a_word_in_pieces_is_a_word() {
    let checkup = dressed(|status, word| {
        let chunks: String = word.chars().map(|c| format!("1\r\n{c}\r\n")).collect();
        format!(
            "HTTP/1.1 {status} X\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"
        )
        .into_bytes()
    })
    .await;
    assert_golden(&checkup, &[]);
}

#[tokio::test]
async fn bytes_around_the_word() {
    assert_golden(&dressed(|s, word| text(s, &format!("\u{feff}{word}"))).await, &["bad byte_order_mark"]);
    assert_golden(&dressed(|s, word| text(s, &format!("{word}\n"))).await, &["bad answer_white_space"]);
    assert_golden(&dressed(|s, word| text(s, &format!("\"{word}\""))).await, &["bad answer_quoted"]);
    assert_golden(&dressed(|s, word| text(s, &word.to_uppercase())).await, &["bad answer_letter_case"]);
    let both = dressed(|s, word| text(s, &format!("\u{feff}{word}\r\n"))).await;
    assert_golden(&both, &["bad byte_order_mark", "bad answer_white_space"]);
    assert_eq!(both.findings()[1].seen, "the body is `\\u{feff}success\\r\\n`");
}

#[tokio::test]
async fn something_else_than_the_word() {
    let misanswered = "warning forgery_misanswered";
    let html = |s, word| full(s, "Content-Type: text/html\r\n", &format!("<html><body>{word}</body></html>"));
    assert_golden(&dressed(html).await, &["bad answer_in_html", misanswered]);
    let json = |s, word| full(s, "Content-Type: application/json\r\n", &format!("{{\"code\":\"{word}\"}}"));
    assert_golden(&dressed(json).await, &["bad answer_in_json", "warning answer_content_type", misanswered]);
    let debug = |s, word| text(s, &format!("Notice: undefined index x\n{word}"));
    assert_golden(&dressed(debug).await, &["bad answer_polluted", misanswered]);
    assert_golden(&dressed(|s, _| text(s, "")).await, &["bad answer_empty", misanswered]);
    assert_golden(&dressed(|_, _| text(200, "OK")).await, &["bad answer_unknown", misanswered]);
}

#[tokio::test]
async fn headers_of_the_answer() {
    let html = dressed(|s, word| full(s, "Content-Type: text/html; charset=utf-8\r\n", word)).await;
    assert_golden(&html, &["note answer_typed_html"]);
    let json = dressed(|s, word| full(s, "Content-Type: application/json\r\n", word)).await;
    assert_golden(&json, &["warning answer_content_type"]);
    // What comes is no text, and says so.
    let gzip = dressed(|s, _| {
        let (head, packed) = (full(s, "Content-Encoding: gzip\r\n", "12345678"), b"\x1f\x8b\x08\0\0\0\0\0");
        [&head[..head.len() - 8], packed].concat()
    })
    .await;
    assert_golden(&gzip, &["bad answer_unknown", "bad answer_compressed", "warning forgery_misanswered"]);
    let created = dressed(|s, word| text(if s == 200 { 201 } else { s }, word)).await;
    assert_golden(&created, &["bad success_status"]);
}

#[tokio::test]
async fn answers_that_break_off() {
    let head = "HTTP/1.1 200 X\r\nConnection: close\r\n";
    for rest in [
        "Content-Length: 10\r\n\r\nsuccess",
        "Transfer-Encoding: chunked\r\n\r\n7\r\nsuccess\r\n",
        "Transfer-Encoding: chunked\r\n\r\nsuccess",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nsuccess\r\n0\r\n\r\n",
    ] {
        let checkup = examine(move |_| format!("{head}{rest}").into_bytes()).await;
        assert_golden(&checkup, &["bad answer_cut_off"]);
    }
    assert_golden(&examine(|_| Vec::new()).await, &["bad connection_reset"]);
    assert_golden(&examine(|_| b"SSH-2.0-x\r\n".to_vec()).await, &["bad connection_reset"]);
}

#[tokio::test]
async fn the_shop_has_its_own_trouble() {
    let trouble =
        examine(|request| text(503, if word(request) == "success" { "fail" } else { word(request) })).await;
    assert_golden(&trouble, &["warning shop_in_trouble"]);
    let asking = examine(|_| text(403, "fail")).await;
    assert_golden(&asking, &["note signed_refused"]);
}
