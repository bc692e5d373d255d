//! The gateway's door: what every signed service checks before it looks at its own parameters.

use std::collections::BTreeMap;

use alipay_tower::{
    Merchant,
    protocol::{Charset, Fields, ParseError},
};

use crate::{account::Account, delivery, refusal::Refusal, shared::Shared};

/// A request that was read: bytes in the charset that it names.
#[derive(Debug)]
pub(crate) struct Raw {
    fields: Fields,
    pub(crate) charset: Charset,
}

/// A request that is signed by one of the merchants, as text.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) account: Account,
    pub(crate) charset: Charset,
    fields: BTreeMap<String, String>,
}

impl Raw {
    /// Reads a GET's query, or a POST's body together with its query: the body is decoded by the `_input_charset` of the
    /// address (Alipay, *Access rules*), and any other parameter there counts as one of the request.
    pub(crate) fn read(query: &[u8], body: Option<&[u8]>) -> Result<Self, Refusal> {
        let in_query = Fields::parse(query);
        let Some(body) = body else {
            let fields = in_query.map_err(|error| malformed(&error))?;
            // Alipay's own samples without the parameter are GBK.
            let charset = charset(fields.get("_input_charset").unwrap_or(b"gbk"))?;
            return Ok(Self { fields, charset });
        };
        let in_query = match in_query {
            Err(ParseError::Empty) => None,
            other => Some(other.map_err(|error| malformed(&error))?),
        };
        let Some(label) = in_query.as_ref().and_then(|fields| fields.get("_input_charset")) else {
            let advice =
                "POST to gateway.do?_input_charset=…: the body is decoded by the charset of the address";
            return Err(Refusal::new("ILLEGAL_CHARSET", advice));
        };
        let charset = charset(label)?;
        let body = Fields::parse(body).map_err(|error| malformed(&error))?;
        if body.get("_input_charset").is_some_and(|own| !own.eq_ignore_ascii_case(label)) {
            return Err(Refusal::new("ILLEGAL_CHARSET", "_input_charset differs between address and body"));
        }
        let extra = in_query.iter().flat_map(Fields::iter).filter(|(name, _)| *name != b"_input_charset");
        let fields = Fields::from_pairs(body.iter().chain(extra)).map_err(|error| malformed(&error))?;
        Ok(Self { fields, charset })
    }

    /// A value that came and is not empty, when it is text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let value = self.fields.get(name).filter(|value| !value.is_empty())?;
        self.charset.decode(value).ok().map(std::borrow::Cow::into_owned)
    }

    /// The merchant that `partner` names.
    pub(crate) fn account<'a>(&self, shared: &'a Shared) -> Result<&'a Account, Refusal> {
        let partner = self.text("partner").unwrap_or_default();
        let account = shared.partner(&partner);
        account.ok_or_else(|| Refusal::new("ILLEGAL_PARTNER", "partner: this gateway has no such merchant"))
    }

    /// Checks partner, sign_type and signature.
    pub(crate) fn admit(&self, shared: &Shared) -> Result<Request, Refusal> {
        let account = self.account(shared)?;
        let expected = account.shop.sign_type().as_str();
        if self.fields.get("sign_type") != Some(expected.as_bytes()) {
            let advice = format!("sign_type: this merchant's is {expected}, sent and not signed");
            return Err(Refusal::new("ILLEGAL_SIGN_TYPE", advice));
        }
        let text = self.fields.signed_text();
        if !self.fields.get("sign").is_some_and(|sign| account.verifies(&text, sign)) {
            let advice = "sign: not the signature of the text below with this merchant's key";
            return Err(Refusal::new("ILLEGAL_SIGN", advice).with_presign(&text));
        }
        if let Some((name, _)) = self.fields.iter().find(|(_, value)| value.is_empty()) {
            let name = shown(name);
            let advice = format!("{name}: sent without a value; leave it out before signing and sending");
            return Err(Refusal::new("ILLEGAL_SIGN", advice).with_presign(&text));
        }
        let mut fields = BTreeMap::new();
        for (name, value) in self.fields.iter() {
            let (Ok(name), Ok(value)) = (self.charset.decode(name), self.charset.decode(value)) else {
                let name = shown(name);
                let advice = format!("{name}: not text in {}", self.charset.label());
                return Err(Refusal::new("ILLEGAL_CHARSET", advice));
            };
            fields.insert(name.into_owned(), value.into_owned());
        }
        Ok(Request { account: account.clone(), charset: self.charset, fields })
    }
}

impl Request {
    /// The merchant as Alipay has it, in the charset of the request: who signs the answer.
    pub(crate) fn answering(&self) -> Merchant {
        self.account.alipay().with_charset(self.charset)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// All parameters but the signature.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| *name != "sign" && *name != "sign_type")
    }
}

fn charset(label: &[u8]) -> Result<Charset, Refusal> {
    let label = std::str::from_utf8(label).unwrap_or_default();
    Charset::from_label(label)
        .ok_or_else(|| Refusal::new("ILLEGAL_CHARSET", "_input_charset: one of utf-8, gbk, gb2312"))
}

/// A name from the network, as far as a page or a log repeats it.
fn shown(name: &[u8]) -> String {
    delivery::cut(&String::from_utf8_lossy(name), 64)
}

fn malformed(error: &ParseError) -> Refusal {
    Refusal::new("ILLEGAL_ARGUMENT", error.to_string())
}
