//! The gateway's door: what every request of this generation must have before its method is looked at.

use std::collections::BTreeMap;

use alipay_tower::protocol::{Charset, Fields, SignType, Timestamp};
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::{
    account::Account,
    shared::{Shared, now},
};

/// How far the caller's clock may be off, in seconds.
const MAX_SKEW: u64 = 15 * 60;
/// Content that is not there yet, for methods that check it themselves.
const EMPTY: &str = "{}";

/// A request that is signed by one of the applications.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) account: Account,
    pub(crate) charset: Charset,
    pub(crate) method: String,
    fields: BTreeMap<String, String>,
    /// `biz_content`, decrypted.
    pub(crate) content: Map<String, Value>,
    pub(crate) encrypted: bool,
}

impl Call {
    /// Reads parameters from the query and the body alike, wherever the caller's library puts them; checks all that the
    /// gateway checks. The method's name comes with a failure, because the answer is named after it.
    pub(crate) fn read(
        query: &[u8],
        body: Option<&[u8]>,
        shared: &Shared,
    ) -> Result<Self, (String, Failure)> {
        let fields = merge(query, body).map_err(|failure| (String::new(), failure))?;
        let method = String::from_utf8_lossy(fields.get("method").unwrap_or_default()).into_owned();
        Self::admit(&fields, &method, shared).map_err(|failure| (method, failure))
    }

    fn admit(fields: &Fields, method: &str, shared: &Shared) -> Result<Self, Failure> {
        let account = application(fields, shared)?;
        let charset = charset(fields)?;
        signature(fields, account)?;
        let mut texts = BTreeMap::new();
        for (name, value) in fields.iter() {
            let (Ok(name), Ok(value)) = (charset.decode(name), charset.decode(value)) else {
                return Err(Failure::invalid("isv.invalid-charset", "charset: a value is no text in it"));
            };
            texts.insert(name.into_owned(), value.into_owned());
        }
        let mut call = Self {
            account: account.clone(),
            charset,
            method: method.to_owned(),
            fields: texts,
            content: Map::new(),
            encrypted: false,
        };
        call.common(now())?;
        call.certificates()?;
        call.read_content()?;
        Ok(call)
    }

    /// A common parameter that says something.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn common(&self, now: Timestamp) -> Result<(), Failure> {
        if self.method.is_empty() {
            return Err(Failure::missing("isv.missing-method", "method: missing"));
        }
        if self.get("version") != Some("1.0") {
            return Err(Failure::invalid("isv.invalid-version", "version: 1.0"));
        }
        if self.get("format").is_some_and(|format| !format.eq_ignore_ascii_case("json")) {
            return Err(Failure::invalid("isv.invalid-format", "format: JSON"));
        }
        let Some(text) = self.get("timestamp") else {
            return Err(Failure::missing("isv.missing-timestamp", "timestamp: missing"));
        };
        match text.parse::<Timestamp>() {
            Ok(at) if at.unix_seconds().abs_diff(now.unix_seconds()) <= MAX_SKEW => Ok(()),
            _ => Err(Failure::invalid(
                "isv.invalid-timestamp",
                "timestamp: now, in Beijing, as yyyy-MM-dd HH:mm:ss; 15 minutes late at most",
            )),
        }
    }

    /// In certificate mode every request names two certificates, in key mode none does.
    fn certificates(&self) -> Result<(), Failure> {
        let (app, root) = (self.get("app_cert_sn"), self.get("alipay_root_cert_sn"));
        let Some(files) = self.account.certificates() else {
            return match app.or(root) {
                None => Ok(()),
                Some(_) => Err(Failure::invalid(
                    "isv.app-cert-not-exist",
                    "app_cert_sn: this application is in key mode",
                )),
            };
        };
        let unknown = |_| Failure::invalid("isv.app-cert-not-exist", "app_cert_sn: no certificate");
        let (own, own_root) = files.numbers_of_requests().map_err(unknown)?;
        match (app, root) {
            (None, _) => Err(Failure::missing("isv.missing-app-cert-sn", "app_cert_sn: missing")),
            (_, None) => {
                Err(Failure::missing("isv.missing-alipay-root-cert-sn", "alipay_root_cert_sn: missing"))
            }
            (Some(sn), _) if sn != own => {
                let advice = "app_cert_sn: not the number of the certificate that this gateway issued";
                Err(Failure::invalid("isv.app-cert-not-exist", advice))
            }
            (_, Some(sn)) if sn != own_root => {
                let advice = "alipay_root_cert_sn: not the number of this gateway's root file";
                Err(Failure::invalid("isv.invalid-alipay-root-cert-sn", advice))
            }
            _ => Ok(()),
        }
    }

    /// Reads `biz_content`, encrypted or not.
    fn read_content(&mut self) -> Result<(), Failure> {
        let text = self.get("biz_content").unwrap_or(EMPTY).to_owned();
        let text = match self.get("encrypt_type") {
            None => text,
            Some("AES") => {
                let key = self.account.content_key();
                let missing = || Failure::invalid("isv.missing-encrypt-key", "encrypt_type: no key is set");
                let wrong = |_| Failure::invalid("isv.invalid-encrypt", "biz_content: not of this key");
                let bytes = key.ok_or_else(missing)?.decrypt(&text).map_err(wrong)?;
                let text = self.charset.decode(&bytes);
                let text =
                    text.map_err(|_| Failure::invalid("isv.invalid-encrypt", "biz_content: no text"))?;
                self.encrypted = true;
                text.into_owned()
            }
            Some(_) => return Err(Failure::invalid("isv.invalid-encrypt-type", "encrypt_type: AES")),
        };
        self.content = serde_json::from_str(&text)
            .map_err(|_| Failure::invalid("isv.invalid-parameter", "biz_content: a JSON object"))?;
        Ok(())
    }
}

/// One set of parameters; none may stand twice, but for `charset`, which the address of a form repeats so that the body
/// can be read.
fn merge(query: &[u8], body: Option<&[u8]>) -> Result<Fields, Failure> {
    let malformed =
        |_| Failure::invalid("isv.invalid-parameter", "a parameter stands twice, or is not encoded");
    let parse = |raw: &[u8]| if raw.is_empty() { Ok(None) } else { Fields::parse(raw).map(Some) };
    let query = parse(query).map_err(malformed)?;
    let body = parse(body.unwrap_or_default()).map_err(malformed)?;
    let own = body.as_ref().and_then(|body| body.get("charset"));
    let named = query.as_ref().and_then(|query| query.get("charset"));
    if let (Some(own), Some(named)) = (own, named)
        && !own.eq_ignore_ascii_case(named)
    {
        return Err(Failure::invalid("isv.invalid-charset", "charset: differs between address and body"));
    }
    let in_address = query.iter().flat_map(Fields::iter);
    let in_address = in_address.filter(|(name, _)| own.is_none() || *name != b"charset");
    Fields::from_pairs(in_address.chain(body.iter().flat_map(Fields::iter))).map_err(malformed)
}

fn application<'a>(fields: &Fields, shared: &'a Shared) -> Result<&'a Account, Failure> {
    let Some(id) = fields.get("app_id").filter(|id| !id.is_empty()) else {
        return Err(Failure::missing("isv.missing-app-id", "app_id: missing"));
    };
    let account = std::str::from_utf8(id).ok().and_then(|id| shared.account(id));
    account
        .filter(|account| !account.is_mapi())
        .ok_or_else(|| Failure::invalid("isv.invalid-app-id", "app_id: this gateway has no such application"))
}

fn charset(fields: &Fields) -> Result<Charset, Failure> {
    let label = std::str::from_utf8(fields.get("charset").unwrap_or(b"")).unwrap_or_default();
    Charset::from_label(label)
        .ok_or_else(|| Failure::invalid("isv.invalid-charset", "charset: utf-8, gbk or gb2312"))
}

/// Everything but `sign` is signed, `sign_type` too, and nothing that is empty (Alipay, *Signing a request*).
fn signature(fields: &Fields, account: &Account) -> Result<(), Failure> {
    let expected = account.shop.sign_type();
    match fields.get("sign_type") {
        None => return Err(Failure::missing("isv.missing-signature-type", "sign_type: missing")),
        Some(own) if own != SignType::as_str(expected).as_bytes() => {
            let advice = format!("sign_type: this application's is {}", expected.as_str());
            return Err(Failure::invalid("isv.invalid-signature-type", &advice));
        }
        Some(_) => {}
    }
    let Some(sign) = fields.get("sign").filter(|sign| !sign.is_empty()) else {
        return Err(Failure::missing("isv.missing-signature", "sign: missing"));
    };
    let signed = fields.iter().filter(|(name, value)| *name != b"sign" && !value.is_empty());
    let pairs: Vec<Vec<u8>> = signed.map(|(name, value)| [name, b"=", value].concat()).collect();
    let text = pairs.join(&b'&');
    if account.verifies(&text, sign) {
        return Ok(());
    }
    let advice = "sign: not the signature of the text below with this application's private key";
    Err(Failure::invalid("isv.invalid-signature", advice).with_presign(&text))
}
