//! A message as it goes over the wire.

/// A message as it goes over the wire, in the merchant's charset.
#[derive(Clone, Debug)]
pub struct SignedNotice {
    fields: Vec<(String, Vec<u8>)>,
}

impl SignedNotice {
    pub(super) const fn new(fields: Vec<(String, Vec<u8>)>) -> Self {
        Self { fields }
    }

    /// Changes (or adds) a field after signing, as a forger would.
    #[must_use]
    pub fn tamper(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => value.as_bytes().clone_into(old),
            None => self.fields.push((name.to_owned(), value.as_bytes().to_vec())),
        }
        self
    }

    /// Leaves a field out after signing.
    #[must_use]
    pub fn drop_field(mut self, name: &str) -> Self {
        self.fields.retain(|(own, _)| own != name);
        self
    }

    /// A field's bytes.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_slice())
    }

    /// The form body of the POST, or the query of the return.
    #[must_use]
    pub fn body(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.fields {
            if !out.is_empty() {
                out.push('&');
            }
            out.extend(percent(name.as_bytes()));
            out.push('=');
            out.extend(percent(value));
        }
        out
    }
}

fn percent(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes.iter().map(|byte| match byte {
        b' ' => "+".to_owned(),
        b'-' | b'.' | b'_' => char::from(*byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
        _ => format!("%{byte:02X}"),
    })
}
