//! Where a body begins and ends is the sender's word. These lie, stop, or say it in rare ways.

use alipay_tower::RejectionKind::{Forged, Malformed, TooLarge};

use super::{rows, stage::Stage};
use crate::wire::{CONTENT_TYPE, head};

rows! {
    chunked_body,
    chunked_body_too_large,
    chunked_body_with_broken_framing,
    length_is_too_long,
    length_is_too_short,
    length_is_nonsense,
    length_and_chunks,
    trailing_newline,
    continue_first,
}

fn chunked(path: &str) -> Vec<u8> {
    let headers = [("content-type", CONTENT_TYPE), ("transfer-encoding", "chunked")];
    head("POST", path, "HTTP/1.1", &headers)
}

fn chunk(data: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", data.len()).as_bytes(), data, b"\r\n"].concat()
}

async fn chunked_body(stage: &mut Stage) {
    for size in [1, 7, 4096] {
        let (order, body) = stage.another().await;
        let mut request = chunked(shop::NOTIFY_PATH);
        body.as_bytes().chunks(size).for_each(|data| request.extend(chunk(data)));
        request.extend_from_slice(b"0\r\n\r\n");
        let answer = stage.send(request).await;
        stage.was_accepted(&answer, &order).await;
    }
    // Trailers and chunk extensions are no part of the form.
    let (order, body) = stage.another().await;
    let mut request = chunked(shop::NOTIFY_PATH);
    request.extend_from_slice(format!("{:X};name=value\r\n{body}\r\n", body.len()).as_bytes());
    request.extend_from_slice(b"0\r\ntotal_fee: 0.01\r\n\r\n");
    let answer = stage.send(request).await;
    stage.was_accepted(&answer, &order).await;
    let answer = stage.send([chunked(shop::NOTIFY_PATH).as_slice(), b"0\r\n\r\n"].concat()).await;
    assert_eq!((answer.status, answer.text()), (400, "fail"));
}

async fn chunked_body_too_large(stage: &mut Stage) {
    let mut request = chunked(shop::NOTIFY_PATH);
    (0..17).for_each(|_| request.extend(chunk(&[b'a'; 64 * 1024])));
    request.extend_from_slice(b"0\r\n\r\n");
    let answer = stage.send(request).await;
    stage.was_refused(&answer, TooLarge, "larger than 65536 bytes").await;
}

async fn chunked_body_with_broken_framing(stage: &mut Stage) {
    let body = stage.body();
    let half = chunk(&body.as_bytes()[..100]);
    for tail in ["zz\r\n", "-1\r\n", "ffffffffffffffffff\r\n", "5 \nabc"] {
        let request = [chunked(shop::NOTIFY_PATH), half.clone(), tail.as_bytes().to_vec()].concat();
        let answer = stage.send(request).await;
        stage.was_refused(&answer, Malformed, "the body broke off").await;
    }
}

async fn length_is_too_long(stage: &mut Stage) {
    let body = stage.body();
    for more in [1, 60_000] {
        let length = (body.len() + more).to_string();
        let mut connection = stage.connect().await;
        connection.send(head("POST", shop::NOTIFY_PATH, "HTTP/1.1", &[("content-length", &length)])).await;
        connection.send(&body).await;
        connection.half_close().await;
        let answer = connection.answer().await;
        stage.note(&answer);
        stage.was_refused(&answer, Malformed, "the body broke off").await;
    }
}

async fn length_is_too_short(stage: &mut Stage) {
    let body = stage.body();
    let (length, mut connection) = ((body.len() - 1).to_string(), stage.connect().await);
    let head = head("POST", shop::NOTIFY_PATH, "HTTP/1.1", &[("content-length", &length)]);
    connection.send([head.as_slice(), body.as_bytes(), b"\r\n\r\n"].concat()).await;
    let answer = connection.answer().await;
    stage.note(&answer);
    stage.was_refused(&answer, Forged, "").await;
    // What is left of the body is taken for a request, and for no good one.
    assert!(!connection.rest().await.contains("200 OK"));
}

async fn length_is_nonsense(stage: &mut Stage) {
    let body = stage.body();
    let right = body.len().to_string();
    for lengths in
        [vec!["-1"], vec!["abc"], vec!["99999999999999999999"], vec![&right, "5"], vec!["0x10"], vec![""]]
    {
        let headers: Vec<_> = lengths.iter().map(|length| ("content-length", *length)).collect();
        let request = head("POST", shop::NOTIFY_PATH, "HTTP/1.1", &headers);
        let answer = stage.send([request.as_slice(), body.as_bytes()].concat()).await;
        assert_eq!((answer.status, answer.text()), (400, ""), "{lengths:?}");
    }
    assert!(stage.shop.journal().await.is_empty(), "these never reach the shop");
}

/// Two lengths for one body are how requests are smuggled.
async fn length_and_chunks(stage: &mut Stage) {
    let body = stage.body();
    let length = body.len().to_string();
    let headers = [("content-length", length.as_str()), ("transfer-encoding", "chunked")];
    let request = head("POST", shop::NOTIFY_PATH, "HTTP/1.1", &headers);
    let mut connection = stage.connect().await;
    connection.send([request.as_slice(), b"0\r\n\r\n", body.as_bytes()].concat()).await;
    let answer = connection.answer().await;
    stage.note(&answer);
    assert_ne!((answer.status, answer.text()), (200, "success"));
    assert!(!connection.rest().await.contains("success"));
}

async fn trailing_newline(stage: &mut Stage) {
    let body = stage.body();
    for end in ["\n", "\r\n", " "] {
        stage.refuses(format!("{body}{end}"), Forged, "").await;
        stage.refuses(format!("{end}{body}"), Forged, "does not verify").await;
    }
    // Empty segments are no fields, and a field without a value is not signed.
    for (before, after) in [("&", "&&"), ("", "&x"), ("x=&", "")] {
        let (order, another) = stage.another().await;
        let answer = stage.notify(format!("{before}{another}{after}")).await;
        stage.was_accepted(&answer, &order).await;
    }
}

async fn continue_first(stage: &mut Stage) {
    let (order, body) = stage.another().await;
    let length = body.len().to_string();
    let headers = [("content-length", length.as_str()), ("expect", "100-continue")];
    let mut connection = stage.connect().await;
    connection.send(head("POST", shop::NOTIFY_PATH, "HTTP/1.1", &headers)).await;
    let go = connection.answer().await;
    assert_eq!(go.status, 100);
    connection.send(body).await;
    let answer = connection.answer().await;
    stage.note(&answer);
    stage.was_accepted(&answer, &order).await;
}
