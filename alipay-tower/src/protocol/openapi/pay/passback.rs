//! `passback_params`: what a shop writes into a payment and reads again in its notification.

/// Pairs as one text of letters, digits and `%`, `&`, `=`, `+`, which is then encoded as a whole, as Alipay asks for
/// (Alipay, *alipay.trade.wap.pay*, `passback_params`): so that it comes back byte for byte, whatever is in it.
///
/// ```
/// use alipay_tower::protocol::openapi::{passback_params, read_passback_params};
///
/// let text = passback_params([("user", "7"), ("from", "a & b")]);
/// assert_eq!(text, "user%3D7%26from%3Da%2B%2526%2Bb");
/// let read = read_passback_params(&text).expect("our own text");
/// assert_eq!(read, [("user".to_owned(), "7".to_owned()), ("from".to_owned(), "a & b".to_owned())]);
/// ```
#[must_use]
pub fn passback_params<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut inner = String::new();
    for (at, (name, value)) in pairs.into_iter().enumerate() {
        if at > 0 {
            inner.push('&');
        }
        encode(name, &mut inner);
        inner.push('=');
        encode(value, &mut inner);
    }
    passback_text(&inner)
}

/// A text as a whole, encoded once.
pub(in crate::protocol::openapi) fn passback_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode(text, &mut out);
    out
}

/// The text again; `None` when it was written in another way.
pub(in crate::protocol::openapi) fn read_passback_text(text: &str) -> Option<String> {
    decode(text)
}

/// The pairs of a notification's `passback_params`; `None` when the text was not written by [`passback_params`].
#[must_use]
pub fn read_passback_params(text: &str) -> Option<Vec<(String, String)>> {
    let inner = read_passback_text(text)?;
    let pairs = inner.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

fn encode(text: &str, out: &mut String) {
    crate::protocol::signed_request::percent_encode(text.as_bytes(), out);
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}
