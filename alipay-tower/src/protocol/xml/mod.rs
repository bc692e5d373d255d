//! Answers of the XML services: bounded, without DTD, in the encoding they declare.

mod anti_phishing;
mod decode;
mod error;
mod scan;
mod trust;

pub use self::{anti_phishing::AntiPhishingKey, error::XmlError, trust::XmlTrust};
use super::{AuthenticityError, Channel, Fields, KeyMatch, Merchant, ParseError};

/// The largest answer that is read, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// The most nodes an answer may have.
const MAX_NODES: u32 = 4096;

/// An answer of a server-to-server service (Alipay, *Response format*).
///
/// The echo of the request in it is not signed, and is not read.
#[derive(Clone, Debug)]
pub struct XmlAnswer {
    is_success: Box<str>,
    error: Option<Box<str>>,
    response: Option<Fields>,
}

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
        let text = decode::text(bytes)?;
        scan::bounded(&text)?;
        let options =
            roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..Default::default() };
        let document =
            roxmltree::Document::parse_with_options(&text, options).map_err(|_| XmlError::Syntax)?;
        Self::of(document.root_element())
    }

    fn of(root: roxmltree::Node<'_, '_>) -> Result<Self, XmlError> {
        // Of two elements of one name, which one counts would be a matter of taste.
        let child = |name: &str| {
            let mut named = root.children().filter(|node| node.has_tag_name(name));
            match (named.next(), named.next()) {
                (_, Some(_)) => Err(XmlError::Syntax),
                (node, None) => Ok(node),
            }
        };
        let word = |name: &str| Ok(child(name)?.and_then(text).filter(|text| !text.is_empty()));
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if let Some(response) = child("response")? {
            let mut inner = response.children().filter(roxmltree::Node::is_element);
            let (element, other) = (inner.next(), inner.next());
            if other.is_some() {
                return Err(XmlError::Syntax);
            }
            // The signed parameters are the children of the one element inside <response>, entities decoded.
            for node in element.iter().flat_map(roxmltree::Node::children).filter(roxmltree::Node::is_element)
            {
                pairs.push((node.tag_name().name(), text(node).unwrap_or_default()));
            }
        }
        if !pairs.is_empty() {
            for name in ["sign", "sign_type"] {
                pairs.extend(word(name)?.map(|text| (name, text)));
            }
        }
        let bytes = pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let response = match Fields::from_pairs(bytes) {
            Ok(fields) => Some(fields),
            Err(ParseError::Empty) => None,
            Err(_) => return Err(XmlError::Syntax),
        };
        let is_success = word("is_success")?.ok_or(XmlError::Missing("is_success"))?.into();
        Ok(Self { is_success, error: word("error")?.map(Into::into), response })
    }

    /// Whether `is_success` is `T`: the *call* succeeded.
    #[must_use]
    pub fn is_success(&self) -> bool {
        &*self.is_success == "T"
    }

    /// Whether `is_success` is `P`: the gateway is still working on it.
    #[must_use]
    pub fn is_processing(&self) -> bool {
        &*self.is_success == "P"
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

    /// All values of the response, sorted by name, and the signature.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        self.response.iter().flat_map(Fields::iter).map(move |(name, value)| (text(name), text(value)))
    }

    /// Whether the answer carries a signature; errors and plain confirmations do not.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.field("sign").is_some()
    }

    /// Verifies the signature of the response, and that the response names no other merchant.
    ///
    /// # Errors
    ///
    /// [`AuthenticityError`] when there is none or it is not the merchant's.
    pub fn verify(&self, merchant: &Merchant) -> Result<KeyMatch, AuthenticityError> {
        let fields = self.response.as_ref().ok_or(ParseError::Missing("sign"))?;
        // The signature covers the bytes of the merchant's charset, whatever the document was sent in.
        let mut pairs = Vec::new();
        for (name, value) in self.fields() {
            pairs.push((name.as_bytes(), merchant.charset().encode(value).map_err(ParseError::Charset)?));
        }
        let encoded = Fields::from_pairs(pairs.iter().map(|(name, value)| (*name, value.as_ref())))?;
        let verified = merchant.verify(Channel::Query, &encoded)?;
        encoded.unambiguous_by(verified.rule, &verified.text)?;
        merchant.names_no_other(fields)?;
        Ok(verified.key)
    }

    /// Verifies a signature that is there. An answer without one is worth what TLS makes it worth.
    pub(super) fn verify_if_signed(&self, merchant: &Merchant) -> Result<(), AuthenticityError> {
        if self.is_signed() && merchant.xml_trust() == XmlTrust::Signed {
            self.verify(merchant).map(drop)
        } else {
            Ok(())
        }
    }

    pub(super) fn into_fields(self) -> Option<Fields> {
        self.response
    }
}

/// The text of an element, comments in it left out; of one that has elements in it none.
fn text(node: roxmltree::Node<'_, '_>) -> Option<String> {
    if node.children().any(|child| child.is_element()) {
        return None;
    }
    Some(node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect())
}

#[cfg(test)]
mod tests;
