//! A message of the gateway, open for every change that a forger may think of.

use alipay_tower::{
    Merchant,
    protocol::{Fields, Scheme},
};

/// The fields of a message without its signature.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    fields: Vec<(String, String)>,
}

impl Message {
    /// Reads a UTF-8 form.
    pub(crate) fn read(body: &[u8]) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let fields = Fields::parse(body).expect("a form");
        let pairs = fields.iter().map(|(name, value)| (text(name), text(value)));
        Self { fields: pairs.filter(|(name, _)| name != "sign" && name != "sign_type").collect() }
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(own, _)| own != name);
        self
    }

    /// All fields with a good signature, ready to be spoiled.
    pub(crate) fn signed(&self, merchant: &Merchant) -> Vec<(String, String)> {
        if merchant.scheme() == Scheme::Mapi {
            let pairs = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let signed = merchant.sign_fields(pairs).expect("names stand once");
            return signed.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        }
        // Messages of the OpenAPI generation are signed by another rule than requests: with empty values, and without
        // `sign_type`.
        let mut fields = self.fields.clone();
        fields.sort();
        let text: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let sign = merchant.sign_text(text.join("&").as_bytes());
        fields.push(("sign".to_owned(), sign));
        fields.push(("sign_type".to_owned(), merchant.sign_type().as_str().to_owned()));
        fields
    }

    /// The body with a good signature, in UTF-8.
    pub(crate) fn body(&self, merchant: &Merchant) -> String {
        encode(&self.signed(merchant))
    }
}

/// The pairs as a form, in their order.
pub(crate) fn encode(pairs: &[(String, String)]) -> String {
    serde_urlencoded::to_string(pairs).expect("pairs of strings")
}
