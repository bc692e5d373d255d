//! Bodies that are no message.

use alipay_tower::RejectionKind::{Malformed, TooLarge};

use super::{rows, stage::Stage};

rows! {
    empty_body,
    one_megabyte,
    ten_thousand_parameters,
    ampersand_flood,
    bad_escapes,
    invalid_utf8,
    nul,
    duplicate_names,
    not_a_form_at_all,
}

async fn empty_body(stage: &mut Stage) {
    stage.refuses("", Malformed, "no parameters").await;
}

async fn one_megabyte(stage: &mut Stage) {
    let million = 1 << 20;
    stage.refuses(vec![b'a'; million], TooLarge, "larger than 65536 bytes").await;
    let padded = format!("{}&x={}", stage.body(), "y".repeat(million));
    stage.refuses(padded, TooLarge, "larger than 65536 bytes").await;
    // One byte too many is too many; the limit itself is only nonsense.
    stage.refuses(vec![b'a'; 65_537], TooLarge, "larger than 65536 bytes").await;
    stage.refuses(vec![b'a'; 65_536], Malformed, "`sign` is missing").await;
}

async fn ten_thousand_parameters(stage: &mut Stage) {
    let short = "a=1&".repeat(10_000);
    stage.refuses(format!("{short}{}", stage.body()), Malformed, "more than 1024 parameters").await;
    let distinct: Vec<String> = (0..10_000).map(|n| format!("p{n}=1")).collect();
    stage.refuses(distinct.join("&"), TooLarge, "larger than 65536 bytes").await;
}

async fn ampersand_flood(stage: &mut Stage) {
    stage.refuses("&".repeat(60_000), Malformed, "more than 1024 parameters").await;
    stage.refuses("&".repeat(1_000), Malformed, "no parameters").await;
    stage.refuses("=".repeat(60_000), Malformed, "`sign` is missing").await;
}

async fn bad_escapes(stage: &mut Stage) {
    let body = stage.body();
    for escape in ["%", "%4", "%zz", "%+1", "%%41", "%u0041"] {
        stage.refuses(format!("{body}&x={escape}"), Malformed, "percent sign").await;
        stage.refuses(format!("{escape}=x&{body}"), Malformed, "percent sign").await;
    }
}

/// Bytes that are no text of this merchant's charset.
pub(super) const NO_TEXT: [&[u8]; 4] = [b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xb2\xe2\xca\xd4"];

/// A form with a subject of these bytes, signed by the very key: what stands around the escaped subject.
fn around_subject(stage: &Stage, bytes: &[u8]) -> (String, String) {
    let app_id = stage.merchant().app_id().map(|id| format!("app_id={}&", id.as_str()));
    let head = format!("{}notify_id=abc&", app_id.unwrap_or_default());
    let text = [head.as_bytes(), b"subject=", bytes].concat();
    let merchant = stage.merchant();
    let seal = [("sign", merchant.sign_text(&text)), ("sign_type", merchant.sign_type().as_str().into())];
    (head, serde_urlencoded::to_string(seal).unwrap())
}

pub(super) fn signed_subject(stage: &Stage, bytes: &[u8]) -> String {
    let (head, seal) = around_subject(stage, bytes);
    let escaped: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    format!("{head}subject={escaped}&{seal}")
}

async fn invalid_utf8(stage: &mut Stage) {
    for bytes in NO_TEXT {
        let body = signed_subject(stage, bytes);
        stage.refuses(body, Malformed, "not representable in utf-8").await;
        let (head, seal) = around_subject(stage, bytes);
        let tail = format!("&{head}{seal}");
        let unescaped = [&b"subject="[..], bytes, tail.as_bytes()].concat();
        stage.refuses(unescaped, Malformed, "not representable in utf-8").await;
    }
}

async fn nul(stage: &mut Stage) {
    let body = stage.body();
    stage.refuses(format!("{body}&x=%00"), Malformed, "NUL").await;
    stage.refuses(format!("{body}&%00=x"), Malformed, "NUL").await;
    stage.refuses(format!("{body}\0"), Malformed, "NUL").await;
}

async fn duplicate_names(stage: &mut Stage) {
    let body = stage.body();
    let amount = stage.shop.amount_field();
    let escaped = amount.replace('_', "%5f");
    for again in [
        format!("{amount}=0.01"),
        "out_trade_no=T2".to_owned(),
        "sign=0".to_owned(),
        "sign_type=MD5".to_owned(),
        format!("{escaped}=10.50"),
        "notify_id".to_owned(),
    ] {
        stage.refuses(format!("{body}&{again}"), Malformed, "stands twice").await;
        stage.refuses(format!("{again}&{body}"), Malformed, "stands twice").await;
    }
}

async fn not_a_form_at_all(stage: &mut Stage) {
    for body in
        ["{\"total_fee\": \"10.50\"}", "<xml><total_fee>10.50</total_fee></xml>", "success", "\u{feff}"]
    {
        stage.refuses(body, Malformed, "`sign` is missing").await;
    }
}
