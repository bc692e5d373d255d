//! Answers of the XML services: bounded, without DTD, in the encoding they declare.

use std::{borrow::Cow, fmt};

use super::{AuthenticityError, Charset, Fields, Merchant, ParseError};

/// The largest answer that is read, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// The most nodes an answer may have.
const MAX_NODES: u32 = 4096;

/// An answer of a server-to-server service (Alipay, *Response format*).
#[derive(Clone, Debug)]
pub struct XmlAnswer {
    is_success: Box<str>,
    error: Option<Box<str>>,
    response: Option<Fields>,
}

/// An answer that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum XmlError {
    /// The signature does not verify.
    Authenticity(AuthenticityError),
    /// Not text in the declared encoding.
    Encoding,
    /// The answer lacks this element.
    Missing(&'static str),
    /// Alipay's error code.
    Refused(Box<str>),
    /// No well-formed XML, or with a DTD, or with too many nodes.
    Syntax,
    /// Too many bytes.
    TooLarge,
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authenticity(error) => error.fmt(f),
            Self::Encoding => f.write_str("the answer is not text in its declared encoding"),
            Self::Missing(name) => write!(f, "the answer has no `{name}`"),
            Self::Refused(code) => write!(f, "Alipay answered {code}"),
            Self::Syntax => f.write_str("the answer is no well-formed XML"),
            Self::TooLarge => write!(f, "the answer is larger than {MAX_BYTES} bytes"),
        }
    }
}

impl std::error::Error for XmlError {}

impl XmlAnswer {
    /// Reads an answer. A failure that Alipay reports is a successful read: see [`error`](Self::error).
    ///
    /// # Errors
    ///
    /// [`XmlError`] when the bytes are no answer.
    pub fn parse(bytes: &[u8]) -> Result<Self, XmlError> {
        if bytes.len() > MAX_BYTES {
            return Err(XmlError::TooLarge);
        }
        let text = decode(bytes)?;
        let options =
            roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..Default::default() };
        let document =
            roxmltree::Document::parse_with_options(&text, options).map_err(|_| XmlError::Syntax)?;
        let root = document.root_element();
        let child = |name: &str| root.children().find(|node| node.has_tag_name(name));
        let word = |name: &str| child(name).and_then(|node| node.text()).map(Box::from);
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        // The signed parameters are the children of the one element inside <response>, entities decoded.
        if let Some(inner) = child("response").and_then(|node| node.first_element_child()) {
            for node in inner.children().filter(roxmltree::Node::is_element) {
                pairs.push((node.tag_name().name(), node.text().unwrap_or_default()));
            }
            for name in ["sign", "sign_type"] {
                if let Some(text) = child(name).and_then(|node| node.text()) {
                    pairs.push((name, text));
                }
            }
        }
        let bytes = pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let response = match Fields::from_pairs(bytes) {
            Ok(fields) => Some(fields),
            Err(ParseError::Empty) => None,
            Err(_) => return Err(XmlError::Syntax),
        };
        let is_success = word("is_success").ok_or(XmlError::Missing("is_success"))?;
        Ok(Self { is_success, error: word("error"), response })
    }

    /// Whether `is_success` is `T`: the *call* succeeded.
    #[must_use]
    pub fn is_success(&self) -> bool {
        &*self.is_success == "T"
    }

    /// Alipay's error code.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// A value of the response.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.response.as_ref()?.get(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Whether the answer carries a signature; errors and plain confirmations do not.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.field("sign").is_some()
    }

    /// Verifies the signature of the response.
    ///
    /// # Errors
    ///
    /// [`AuthenticityError`] when there is none or it is not the merchant's.
    pub fn verify(&self, merchant: &Merchant) -> Result<(), AuthenticityError> {
        let fields = self.response.as_ref().ok_or(ParseError::Missing("sign"))?;
        // The signature covers the bytes of the merchant's charset, whatever the document was sent in.
        let mut pairs = Vec::new();
        for (name, value) in fields.iter() {
            let text = std::str::from_utf8(value).unwrap_or_default();
            pairs.push((name, merchant.charset().encode(text).map_err(ParseError::Charset)?));
        }
        let encoded = Fields::from_pairs(pairs.iter().map(|(name, value)| (*name, value.as_ref())))?;
        merchant.verify(&encoded).map(drop)
    }
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    let end = bytes.iter().position(|byte| *byte == b'>').unwrap_or(0);
    let declaration = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let declared = match declaration.split_once("encoding=").filter(|_| declaration.starts_with("<?xml")) {
        Some((_, rest)) => rest.split(['"', '\'']).nth(1).unwrap_or_default(),
        None => "utf-8",
    };
    Charset::from_label(declared).ok_or(XmlError::Encoding)?.decode(bytes).map_err(|_| XmlError::Encoding)
}

/// The answer of `query_timestamp`: goes into a payment request within about 30 seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AntiPhishingKey(Box<str>);

impl AntiPhishingKey {
    /// Takes a key: 1 to 128 characters of Base64 or hex.
    ///
    /// # Errors
    ///
    /// [`XmlError::Missing`] for any other text.
    pub fn new(text: &str) -> Result<Self, XmlError> {
        let fits = (1..=128).contains(&text.len());
        let valid = fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
        if valid { Ok(Self(text.into())) } else { Err(XmlError::Missing("encrypt_key")) }
    }

    /// Reads the answer of `query_timestamp`, and verifies its signature when it carries one.
    ///
    /// # Errors
    ///
    /// [`XmlError`] when there is no key in it, or the signature is wrong.
    pub fn read(answer: &[u8], merchant: &Merchant) -> Result<Self, XmlError> {
        let answer = XmlAnswer::parse(answer)?;
        if !answer.is_success() {
            return Err(XmlError::Refused(answer.error().unwrap_or("no error code").into()));
        }
        if answer.is_signed() {
            answer.verify(merchant).map_err(XmlError::Authenticity)?;
        }
        Self::new(answer.field("encrypt_key").unwrap_or_default())
    }

    /// The key as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Md5Key, PartnerId};

    const TIMESTAMP: &str = "<alipay><is_success>T</is_success><request><param name=\"service\">query_timestamp</param></request>\
        <response><timestamp><encrypt_key>KPr8DuZp5xc031OVxw==</encrypt_key></timestamp></response>\
        <sign>231f3b68cbd70f7218ea11e97c37432e</sign><sign_type>MD5</sign_type></alipay>";

    fn merchant() -> Merchant {
        let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
        Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
    }

    #[test]
    fn reads_the_timestamp_and_its_signature() {
        let key = AntiPhishingKey::read(TIMESTAMP.as_bytes(), &merchant()).unwrap();
        assert_eq!(key.as_str(), "KPr8DuZp5xc031OVxw==");
        let forged = TIMESTAMP.replace("KPr8", "KPr9");
        let error = AntiPhishingKey::read(forged.as_bytes(), &merchant()).unwrap_err();
        assert_eq!(error, XmlError::Authenticity(AuthenticityError::Signature));
    }

    #[test]
    fn reads_errors() {
        let answer = "<?xml version=\"1.0\" encoding=\"utf-8\"?><alipay><is_success>F</is_success><error>ILLEGAL_SIGN</error></alipay>";
        let error = AntiPhishingKey::read(answer.as_bytes(), &merchant()).unwrap_err();
        assert_eq!(error, XmlError::Refused("ILLEGAL_SIGN".into()));
    }

    #[test]
    fn refuses_hostile_documents() {
        let parse = |text: &str| XmlAnswer::parse(text.as_bytes()).unwrap_err();
        assert_eq!(
            parse("<!DOCTYPE a [<!ENTITY x \"y\">]><alipay><is_success>&x;</is_success></alipay>"),
            XmlError::Syntax
        );
        assert_eq!(parse("<alipay>"), XmlError::Syntax);
        assert_eq!(parse(""), XmlError::Syntax);
        assert_eq!(parse("<?xml version=\"1.0\" encoding=\"utf-7\"?><a/>"), XmlError::Encoding);
        assert_eq!(parse(&"<a>".repeat(100_000)), XmlError::TooLarge);
        assert_eq!(parse(&"<a>".repeat(5_000)), XmlError::Syntax);
    }
}
