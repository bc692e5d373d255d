//! Which bytes of an answer are signed.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::AnswerError;
use crate::protocol::{Charset, KeyMatch, Merchant};

/// No documented answer is nearly as large.
const MAX_BODY: usize = 1024 * 1024;
const ERROR_NODE: &str = "error_response";

/// An answer of which only the outline was read: which text is signed, by what. Nothing of it may be used yet.
///
/// The document has a node named like the method (or `error_response`), a `sign`, and in certificate mode an
/// `alipay_cert_sn`, in any order. Signed is the text of the node as it stands in the document, byte for byte: of an
/// object from brace to brace, of an encrypted text with its quotes (Alipay, *Verifying an answer*). A document in which
/// one of these names stands twice has two readings and is refused.
///
/// ```
/// use alipay_tower::protocol::openapi::RawAnswer;
///
/// let body = r#"{"sign":"c2ln","alipay_trade_query_response": {"code":"10000","body":"}\"{"} }"#;
/// let answer = RawAnswer::read(body, "alipay.trade.query")?;
/// assert_eq!(answer.signed_content(), r#"{"code":"10000","body":"}\"{"}"#);
/// assert_eq!(answer.sign(), Some("c2ln"));
/// # Ok::<(), alipay_tower::protocol::openapi::AnswerError>(())
/// ```
#[derive(Clone)]
pub struct RawAnswer<'a> {
    content: &'a str,
    sign: Option<String>,
    cert_sn: Option<String>,
}

impl<'a> RawAnswer<'a> {
    /// Finds the parts of an answer to `method`, such as `alipay.trade.query`.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Malformed`] when the text is not one JSON object with exactly one node of an answer.
    pub fn read(text: &'a str, method: &str) -> Result<Self, AnswerError> {
        if text.len() > MAX_BODY {
            return Err(AnswerError::Malformed);
        }
        let Members(mut members) = serde_json::from_str(text).map_err(|_| AnswerError::Malformed)?;
        let own = format!("{}_response", method.replace('.', "_"));
        let content = match (members.remove(own.as_str()), members.remove(ERROR_NODE)) {
            (Some(node), None) | (None, Some(node)) => node.get(),
            _ => return Err(AnswerError::Malformed),
        };
        if !content.starts_with(['{', '"']) {
            return Err(AnswerError::Malformed);
        }
        // An empty signature is none.
        let mut string = |name: &str| match members.remove(name).map(|raw| serde_json::from_str(raw.get())) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text).filter(|text: &String| !text.is_empty())),
            Some(Err(_)) => Err(AnswerError::Malformed),
        };
        Ok(Self { content, sign: string("sign")?, cert_sn: string("alipay_cert_sn")? })
    }

    /// The signed text.
    #[must_use]
    pub const fn signed_content(&self) -> &'a str {
        self.content
    }

    /// The signature, in base64.
    #[must_use]
    pub fn sign(&self) -> Option<&str> {
        self.sign.as_deref()
    }

    /// The serial number of the certificate whose key signed it.
    #[must_use]
    pub fn alipay_cert_sn(&self) -> Option<&str> {
        self.cert_sn.as_deref()
    }

    /// The text that the signature covers, and the key that says so; the text of an answer without a signature, and no
    /// key.
    ///
    /// A text that some server wrote with `\/` was signed with `/` before that: it is tried second, and then it is the
    /// text that counts.
    pub(super) fn verified(
        &self,
        merchant: &Merchant,
    ) -> Result<(Cow<'a, str>, Option<KeyMatch>), AnswerError> {
        let Some(sign) = self.sign() else { return Ok((Cow::Borrowed(self.content), None)) };
        let verify = |text: &str| {
            let bytes = merchant.charset().encode(text).map_err(|_| AnswerError::Signature)?;
            merchant.verify_answer(&bytes, sign.as_bytes(), self.alipay_cert_sn())
        };
        let key = match verify(self.content) {
            Err(AnswerError::Signature) if self.content.contains("\\/") => {
                let plain = self.content.replace("\\/", "/");
                let key = verify(&plain)?;
                return Ok((Cow::Owned(plain), Some(key)));
            }
            key => key?,
        };
        Ok((Cow::Borrowed(self.content), Some(key)))
    }
}

/// Lengths only: the text may hold personal data.
impl fmt::Debug for RawAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAnswer")
            .field("bytes", &self.content.len())
            .field("is_signed", &self.sign.is_some())
            .finish_non_exhaustive()
    }
}

/// The bytes of an answer as text, in the merchant's charset.
pub(super) fn decode(body: &[u8], charset: Charset) -> Result<Cow<'_, str>, AnswerError> {
    if body.len() > MAX_BODY {
        return Err(AnswerError::Malformed);
    }
    charset.decode(body).map_err(|_| AnswerError::Malformed)
}

/// The members of a JSON object, each name once, their values as they stand in the text.
struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Outline).map(Self)
    }
}

struct Outline;

impl<'de> Visitor<'de> for Outline {
    type Value = BTreeMap<String, &'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the object of an answer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(body: &str) -> Option<&str> {
        RawAnswer::read(body, "a.b").ok().map(|answer| answer.signed_content())
    }

    #[test]
    fn the_node_is_cut_out_byte_for_byte() {
        for (body, expected) in [
            (r#"{"a_b_response":{},"sign":"x"}"#, "{}"),
            (r#" { "sign" : "x" , "a_b_response" : { "k" : "}\\" } } "#, r#"{ "k" : "}\\" }"#),
            (r#"{"a_b_response":"b64==","sign":"x"}"#, r#""b64==""#),
            (r#"{"error_response":{"code":"1"}}"#, r#"{"code":"1"}"#),
            (r#"{"x":{"a_b_response":{"z":1}},"a_b_response":{"k":1}}"#, r#"{"k":1}"#),
        ] {
            assert_eq!(content(body), Some(expected), "{body}");
        }
    }

    #[test]
    fn a_document_with_two_readings_has_none() {
        for body in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"sign":"x"}"#,
            r#"{"a_b_response":{}} "#.repeat(2).as_str(),
            r#"{"a_b_response":{},"a_b_response":{}}"#,
            r#"{"a_b_response":{},"a_b_\u0072esponse":{}}"#,
            r#"{"a_b_response":{},"error_response":{}}"#,
            r#"{"a_b_response":{},"sign":"x","sign":"y"}"#,
            r#"{"a_b_response":{},"sign":1}"#,
            r#"{"a_b_response":[]}"#,
            r#"{"a_b_response":null}"#,
            r#"{"a_b_response":{"k":}}"#,
            r#"{"a_b_response":{}"#,
        ] {
            assert_eq!(content(body), None, "{body}");
        }
        assert!(content(&format!("{{\"a_b_response\":{}}}", "[".repeat(200_000))).is_none());
    }
}
