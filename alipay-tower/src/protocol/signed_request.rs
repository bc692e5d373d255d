//! A signed set of parameters, as an address and as a form.

use super::{Charset, Fields, Merchant, RequestError, Scheme, text_rule::TextRule};

/// What the gateway takes as an address (Alipay, *Page redirection*).
const MAX_URL: usize = 16384;

/// A request that is ready for the gateway: send the buyer to [`url`](Self::url), or show [`form`](Self::form).
///
/// Both carry the same parameters and the same signature, and the gateway takes either. An address is simplest; a form
/// keeps long descriptions out of the address bar.
#[derive(Clone)]
pub struct SignedRequest {
    pub(super) gateway: String,
    pub(super) charset: Charset,
    pub(super) fields: Vec<(String, String)>,
    pub(super) scheme: Scheme,
    signed_text: Vec<u8>,
    encoded: Fields,
    url: String,
}

impl SignedRequest {
    pub(super) fn build<'a>(
        merchant: &Merchant,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, RequestError> {
        let (charset, scheme) = (merchant.charset(), merchant.scheme());
        let rule = TextRule::of_request(scheme);
        let sign_type = [("sign_type", merchant.sign_type().as_str())];
        let encode = |field: &str, text: &str| match charset.encode(text) {
            Ok(bytes) => Ok(bytes.into_owned()),
            Err(error) => Err(RequestError::new(field, error.to_string())),
        };
        let mut sorted = Vec::new();
        let fields = fields.into_iter().filter(|(name, _)| *name != "sign" && *name != "sign_type");
        for (name, value) in fields.chain(sign_type) {
            // Parameters without a value are neither sent nor signed (Alipay, *Signature*).
            if value.is_empty() {
                continue;
            }
            sorted.push((encode(name, name)?, encode(name, value)?, name, value));
        }
        sorted.sort();
        let encoded =
            Fields::of_request(sorted.iter().map(|(name, value, ..)| (name.as_slice(), value.as_slice())))?;
        let mut fields: Vec<(String, String)> =
            sorted.into_iter().map(|(_, _, name, value)| (name.to_owned(), value.to_owned())).collect();
        let signed_text = encoded.text(rule);
        let sign = merchant.sign_text(&signed_text);
        if sign.is_empty() {
            return Err(RequestError::new("sign", "the key cannot sign"));
        }
        let mut url = format!("{}?", merchant.gateway());
        let tail = [(&b"sign"[..], sign.as_bytes())];
        for (at, (name, value)) in encoded.iter().chain(tail).enumerate() {
            if at > 0 {
                url.push('&');
            }
            percent_encode(name, &mut url);
            url.push('=');
            percent_encode(value, &mut url);
        }
        fields.push(("sign".to_owned(), sign));
        let gateway = merchant.gateway().to_string();
        Ok(Self { gateway, charset, scheme, fields, signed_text, encoded, url })
    }

    /// Refuses a request whose texts would let its signed text be read in another way.
    pub(super) fn unambiguous(&self) -> Result<(), RequestError> {
        let rule = TextRule::of_request(self.scheme);
        self.encoded.unambiguous_by(rule, &self.signed_text).map_err(RequestError::from)
    }

    /// The charset that the request is signed and sent in.
    #[must_use]
    pub const fn charset(&self) -> Charset {
        self.charset
    }

    /// The address and the form body of a server-to-server POST. The charset stands in the address, because the gateway
    /// chooses the decoding of the body by it (Alipay, *Interface construction*).
    #[must_use]
    pub fn post(&self) -> (String, String) {
        (self.action(), self.order_string().to_owned())
    }

    /// The gateway with its charset, where forms go.
    pub(super) fn action(&self) -> String {
        let name = match self.scheme {
            Scheme::Mapi => "_input_charset",
            Scheme::OpenApi => "charset",
        };
        format!("{}?{name}={}", self.gateway, self.charset.label())
    }

    /// The text that a phone's app hands to Alipay's library: the sorted parameters, each value encoded, the signature last
    /// (Alipay, *alipay.trade.app.pay*).
    #[must_use]
    pub fn order_string(&self) -> &str {
        self.url.split_once('?').map_or("", |(_, query)| query)
    }

    /// The address to send the buyer to (GET), when the gateway takes one of its length.
    ///
    /// # Errors
    ///
    /// [`RequestError`] for more than 16384 characters: then show the [`form`](Self::form).
    pub fn redirect_url(&self) -> Result<&str, RequestError> {
        if self.url.len() > MAX_URL {
            let problem = format!("the address is longer than {MAX_URL} characters: send the form instead");
            return Err(RequestError::new("biz_content", problem));
        }
        Ok(&self.url)
    }

    /// The address to send the buyer to (GET).
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The value of a parameter, `sign` and `sign_type` included.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields().find_map(|(own, value)| (own == name).then_some(value))
    }

    /// All parameters that are sent, in the order of signing, `sign` and `sign_type` last.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The text that was signed, in the bytes of the merchant's charset.
    #[must_use]
    pub fn signed_text(&self) -> &[u8] {
        &self.signed_text
    }
}

/// Names only: values may be personal data.
impl std::fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedRequest")
            .field("gateway", &self.gateway)
            .field("fields", &self.encoded)
            .finish_non_exhaustive()
    }
}

/// `application/x-www-form-urlencoded` over bytes of any charset, which `serde_urlencoded` cannot do.
pub(super) fn percent_encode(bytes: &[u8], out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in bytes.iter().copied() {
        match byte {
            b' ' => out.push('+'),
            b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or('0');
                out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
}
