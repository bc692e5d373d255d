//! Golden cases: genuine messages, damaged in one way each.

use alipay_tower::{
    Merchant,
    protocol::{Channel, Md5Key, PartnerId},
};

use super::{
    Diagnosis, Explainer, Explanation, Verdict,
    evidence::{Set, signed_text, unescape, wire},
};

pub(super) const KEY: &[u8] = b"abcdefghijklmnopqrstuvwxyz012345";

/// A paid notification in UTF-8; its body holds a space and a plus.
pub(super) const N1: &str = "discount=0.00&payment_type=1&subject=%E6%B5%8B%E8%AF%95%E8%AE%A2%E5%8D%95\
    &trade_no=2024010121001004010200000001&buyer_email=buyer%40example.com&gmt_create=2024-01-01+10%3A00%3A00\
    &notify_type=trade_status_sync&quantity=1&out_trade_no=T20240101000001&seller_id=2088000000000001\
    &notify_time=2024-01-01+10%3A00%3A31&body=%E8%AF%B4%E6%98%8E+a%2Bb&trade_status=TRADE_SUCCESS\
    &is_total_fee_adjust=N&total_fee=0.01&gmt_payment=2024-01-01+10%3A00%3A30&seller_email=seller%40example.com\
    &price=0.01&buyer_id=2088000000000002&notify_id=0123456789abcdef0123456789abcdef5e&use_coupon=N\
    &sign=c51c6aa8d72767fd6fad395d56181efb&sign_type=MD5";

/// A return whose `notify_id` is escaped twice on the wire.
pub(super) const G1: &str = "body=%E8%AF%B4%E6%98%8E&buyer_email=buyer%40example.com&buyer_id=2088000000000002\
    &exterface=create_direct_pay_by_user&is_success=T&notify_id=RqPnCoPT3K9%252Fvwbh3I%252BODexampleexample\
    &notify_time=2024-01-01+10%3A00%3A35&notify_type=trade_status_sync&out_trade_no=T20240101000001&payment_type=1\
    &seller_email=seller%40example.com&seller_id=2088000000000001&subject=%E6%B5%8B%E8%AF%95%E8%AE%A2%E5%8D%95\
    &total_fee=0.01&trade_no=2024010121001004010200000001&trade_status=TRADE_SUCCESS\
    &sign=49373d3e5d20dc81a36bb716af13cd41&sign_type=MD5";

pub(super) fn partner() -> PartnerId {
    PartnerId::new("2088000000000001").unwrap()
}

pub(super) fn explainer() -> Explainer {
    Explainer::new(partner(), KEY).with_seller_email("seller@example.com")
}

pub(super) fn explain(body: impl AsRef<[u8]>) -> Explanation {
    explainer().explain(Channel::Notify, body.as_ref())
}

#[track_caller]
pub(super) fn refused(explanation: &Explanation, verdict: Verdict, diagnosis: Diagnosis) {
    assert_eq!(explanation.verdict, verdict, "{}", explanation.reason());
    let found = explanation.finding.as_ref().map(|finding| finding.diagnosis);
    assert_eq!(found, Some(diagnosis), "{}", explanation.reason());
    assert!(explanation.reason().starts_with(&format!("{}: ", diagnosis.slug())));
    assert!(explanation.params.is_none());
}

/// With the signature refused, and the cause shown, not guessed.
#[track_caller]
pub(super) fn shown(body: impl AsRef<[u8]>, diagnosis: Diagnosis) {
    let explanation = explain(body);
    refused(&explanation, Verdict::RejectSignature, diagnosis);
    assert!(explanation.finding.unwrap().certain, "{diagnosis} is only guessed");
}

#[track_caller]
pub(super) fn shown_return(query: impl AsRef<[u8]>, diagnosis: Diagnosis) {
    let explanation = explainer().explain(Channel::Return, query.as_ref());
    refused(&explanation, Verdict::RejectSignature, diagnosis);
    assert!(explanation.finding.unwrap().certain, "{diagnosis} is only guessed");
}

pub(super) fn md5(text: &[u8], key: &[u8]) -> String {
    Merchant::md5(partner(), Md5Key::dangerous_unchecked(key)).sign_text(text)
}

pub(super) fn set(body: &str) -> Set {
    wire(body.as_bytes()).map(|(name, value)| (unescape(name, true), unescape(value, true))).collect()
}

/// N1 with other values, and its signature over them.
pub(super) fn fields(changes: &[(&str, &str)]) -> Set {
    let mut set = set(N1);
    for (name, value) in changes {
        match set.iter_mut().find(|(own, _)| own == name.as_bytes()) {
            Some((_, old)) => *old = value.as_bytes().to_vec(),
            None => set.push((name.as_bytes().to_vec(), value.as_bytes().to_vec())),
        }
    }
    set
}

pub(super) fn escaped(set: &Set) -> String {
    let escape = |text: &[u8]| -> String {
        let one = |byte: &u8| match byte {
            plain if plain.is_ascii_alphanumeric() || b"-._".contains(plain) => {
                char::from(*plain).to_string()
            }
            other => format!("%{other:02X}"),
        };
        text.iter().map(one).collect()
    };
    let pairs: Vec<_> =
        set.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

/// `set` on the wire, with the signature over `text`.
pub(super) fn signed_over(set: &Set, text: &[u8]) -> String {
    let mut set = set.clone();
    set.iter_mut().find(|(name, _)| name == b"sign").unwrap().1 = md5(text, KEY).into_bytes();
    escaped(&set)
}

/// `received` on the wire with the signature over `sent`: what a damage on the way looks like.
pub(super) fn damaged(sent: &[(&str, &str)], received: &[(&str, &str)]) -> String {
    signed_over(&fields(received), &signed_text(&fields(sent)))
}

#[test]
fn genuine_messages_are_accepted() {
    let explanation = explain(N1);
    assert_eq!(explanation.verdict, Verdict::Accept);
    assert_eq!(explanation.expected_sign.as_deref(), Some("c51c6aa8d72767fd6fad395d56181efb"));
    let params = explanation.params.unwrap();
    assert!(params.contains(&("body".to_owned(), "说明 a+b".to_owned())));
    assert!(params.contains(&("sign_type".to_owned(), "MD5".to_owned())));
    assert_eq!(explainer().explain(Channel::Return, G1.as_bytes()).verdict, Verdict::Accept);
}

#[test]
fn hostile_messages_cost_a_bounded_amount_of_work() {
    let pairs: Vec<String> = (0..1000).map(|n| format!("n{n}=%2B+%26quot%3B%25{n}+1.0")).collect();
    let body = format!("{}&sign={}&sign_type=MD5", pairs.join("&"), "0".repeat(32));
    let start = std::time::Instant::now();
    assert_eq!(explain(body).verdict, Verdict::RejectSignature);
    assert!(start.elapsed() < std::time::Duration::from_secs(30), "{:?}", start.elapsed());
}

#[test]
fn no_flipped_byte_is_accepted_with_other_fields() {
    let genuine = explain(N1).params;
    let mut state = 7_u32;
    for _ in 0..150 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut body = N1.as_bytes().to_vec();
        let at = state as usize / 256 % body.len();
        body[at] ^= 1 << (state >> 29);
        let explanation = explain(&body);
        if explanation.verdict == Verdict::Accept {
            assert_eq!(explanation.params, genuine, "{}", String::from_utf8_lossy(&body));
        } else {
            assert!(!explanation.reason().is_empty());
        }
    }
}
