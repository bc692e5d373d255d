//! The parameters of one request while they are being collected, and the one place that signs them.

use std::{collections::BTreeMap, fmt};

use super::{Limits, RequestError, names, public};
use crate::protocol::{Merchant, Money, Scheme, SignedRequest};

/// What was set, by Alipay's names.
#[derive(Clone)]
pub(in crate::protocol) struct Parameters(BTreeMap<&'static str, String>);

impl Parameters {
    pub(in crate::protocol) fn of(service: &'static str) -> Self {
        Self(BTreeMap::from([("service", service.to_owned())]))
    }

    pub(in crate::protocol) fn set(&mut self, name: &'static str, value: impl fmt::Display) {
        self.0.insert(name, value.to_string());
    }

    pub(in crate::protocol) fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.set(name, value);
        self
    }

    pub(in crate::protocol) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Sets a parameter unless one of these names was set.
    pub(in crate::protocol) fn with_default(
        self,
        unless: &[&str],
        name: &'static str,
        value: impl fmt::Display,
    ) -> Self {
        if unless.iter().any(|own| self.0.contains_key(own)) { self } else { self.with(name, value) }
    }

    /// A value as it was set.
    pub(in crate::protocol) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A value, empty when there is none.
    pub(in crate::protocol) fn value(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Whether the parameter will be sent.
    pub(in crate::protocol) fn has(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    /// An amount in fen; 0 when there is none.
    pub(in crate::protocol) fn fen(&self, name: &str) -> u64 {
        self.value(name).parse::<Money>().map_or(0, Money::fen)
    }

    pub(in crate::protocol) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Adds who asks and in which charset, checks every limit, and signs.
    pub(in crate::protocol) fn sign(
        self,
        merchant: &Merchant,
        limits: &Limits,
    ) -> Result<SignedRequest, RequestError> {
        if merchant.scheme() != Scheme::Mapi {
            return Err(RequestError::new(
                "service",
                "belongs to the classic gateway: the merchant has no `partner` there",
            ));
        }
        let all = self.with("partner", merchant.partner()).with("_input_charset", merchant.charset().label());
        limits.check(&all)?;
        public::check(&all, merchant.gateway())?;
        names::unambiguous(&all)?;
        let signed = merchant.sign_fields(all.iter())?;
        signed.unambiguous()?;
        Ok(signed)
    }
}

/// Names only: values may be personal data.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
