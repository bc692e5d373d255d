//! Answers of the server-to-server services.

use alipay_tower::{Merchant, protocol::Charset};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

use crate::refusal::Refusal;

/// A document in its declared encoding.
#[derive(Debug)]
pub(crate) struct Answer(Vec<u8>);

impl Answer {
    /// The document, for those who need no web server.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "text/xml")], self.0).into_response()
    }
}

/// `is_success` `F` with the code; never signed.
pub(crate) fn failure(refusal: &Refusal) -> Answer {
    document(refusal.charset, &format!("<is_success>F</is_success><error>{}</error>", refusal.code))
}

/// `is_success` `T` and nothing else.
pub(crate) fn success(charset: Charset) -> Answer {
    document(charset, "<is_success>T</is_success>")
}

/// `is_success` `T`, an echo of the request, and the signed children of one element.
pub(crate) fn signed<'a>(
    merchant: &Merchant,
    request: impl IntoIterator<Item = (&'a str, &'a str)>,
    element: &'static str,
    fields: &[(&'static str, String)],
) -> Answer {
    Signed::new(merchant, element, fields).answer(request, fields)
}

/// The signature over one element's children; what the document then says is another matter.
#[derive(Debug)]
pub(crate) struct Signed {
    charset: Charset,
    element: &'static str,
    signature: String,
}

impl Signed {
    pub(crate) fn new(merchant: &Merchant, element: &'static str, fields: &[(&'static str, String)]) -> Self {
        let charset = merchant.charset();
        let pairs: Vec<String> =
            sorted(fields).iter().map(|(name, value)| format!("{name}={value}")).collect();
        let sign = merchant.sign_text(&bytes(charset, &pairs.join("&")));
        let sign_type = merchant.sign_type().as_str();
        let signature = format!("<sign>{}</sign><sign_type>{sign_type}</sign_type>", escape(&sign));
        Self { charset, element, signature }
    }

    /// The document with these children.
    pub(crate) fn answer<'a>(
        self,
        request: impl IntoIterator<Item = (&'a str, &'a str)>,
        fields: &[(&'static str, String)],
    ) -> Answer {
        let echo: String = request
            .into_iter()
            .map(|(name, value)| format!("<param name=\"{}\">{}</param>", escape(name), escape(value)))
            .collect();
        let inner: String = sorted(fields)
            .iter()
            .map(|(name, value)| format!("<{name}>{}</{name}>", escape(value)))
            .collect();
        let (element, signature) = (self.element, self.signature);
        document(
            self.charset,
            &format!(
                "<is_success>T</is_success><request>{echo}</request>\
                 <response><{element}>{inner}</{element}></response>{signature}"
            ),
        )
    }

    pub(crate) fn without_signature<'a>(
        self,
        request: impl IntoIterator<Item = (&'a str, &'a str)>,
        fields: &[(&'static str, String)],
    ) -> Answer {
        Self { signature: String::new(), ..self }.answer(request, fields)
    }
}

/// The children that have a value, as the signature orders them.
fn sorted<'a>(fields: &'a [(&'static str, String)]) -> Vec<&'a (&'static str, String)> {
    let mut sorted: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
    sorted.sort();
    sorted
}

fn document(charset: Charset, inner: &str) -> Answer {
    let label = charset.label();
    let text = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><alipay>{inner}</alipay>");
    Answer(bytes(charset, &text))
}

/// All text here came in the same charset, so it fits; what does not becomes `?` rather than a broken document.
fn bytes(charset: Charset, text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    match charset.encode(text) {
        Ok(bytes) => out.extend_from_slice(&bytes),
        Err(_) => {
            for c in text.chars() {
                out.extend_from_slice(&charset.encode(c.encode_utf8(&mut buffer)).unwrap_or(b"?".into()));
            }
        }
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no other control characters.
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use alipay_tower::protocol::{Md5Key, PartnerId, XmlAnswer};

    use super::*;

    fn merchant(charset: Charset) -> Merchant {
        let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
        Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key).with_charset(charset)
    }

    #[test]
    fn the_library_reads_and_verifies_it() {
        for charset in [Charset::Utf8, Charset::Gbk] {
            let fields = [("subject", "测试订单 & <1>".to_owned()), ("body", String::new())];
            let echo = [("subject", "\"<&>\"")];
            let Answer(bytes) = signed(&merchant(charset), echo, "trade", &fields);
            let answer = XmlAnswer::parse(&bytes).unwrap();
            assert!(answer.is_success());
            assert_eq!(answer.field("subject"), Some("测试订单 & <1>"));
            answer.verify(&merchant(charset)).unwrap();
            answer
                .verify(&merchant(Charset::Utf8))
                .map_or_else(|_| assert_eq!(charset, Charset::Gbk), |_| assert_eq!(charset, Charset::Utf8));
        }
    }

    #[test]
    fn a_published_vector() {
        let fields = [("encrypt_key", "KPr8DuZp5xc031OVxw==".to_owned())];
        let Answer(bytes) = signed(&merchant(Charset::Utf8), [], "timestamp", &fields);
        assert!(String::from_utf8(bytes).unwrap().contains("<sign>231f3b68cbd70f7218ea11e97c37432e</sign>"));
    }

    #[test]
    fn errors_are_plain() {
        let Answer(bytes) = failure(&Refusal::new("ILLEGAL_SIGN", "x").in_charset(Charset::Gbk));
        let answer = XmlAnswer::parse(&bytes).unwrap();
        assert_eq!((answer.is_success(), answer.error()), (false, Some("ILLEGAL_SIGN")));
    }
}
