//! One request while it is being collected, and the one place where it is signed.

mod limits;
pub(super) mod macros;

use std::{collections::BTreeMap, fmt};

pub(super) use self::limits::{Limit, Limits, Rule, amount, exclusive, one_of, total};
use super::Json;
use crate::protocol::{Merchant, Money, RequestError, Scheme, SignedRequest, Timestamp};

/// A method of the gateway, its business parameters, and the common ones that a shop may choose.
#[derive(Clone)]
pub(super) struct Request {
    method: &'static str,
    business: BTreeMap<&'static str, Json>,
    common: BTreeMap<&'static str, String>,
}

impl Request {
    pub(super) const fn of(method: &'static str) -> Self {
        Self { method, business: BTreeMap::new(), common: BTreeMap::new() }
    }

    pub(super) const fn method(&self) -> &'static str {
        self.method
    }

    /// A business parameter.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Json>) {
        self.business.insert(name, value.into());
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.business.remove(name);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.business.get(name)
    }

    /// The text of a business parameter; empty when there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// An amount in fen; 0 when there is none.
    pub(super) fn fen(&self, name: &str) -> u64 {
        self.text(name).parse().map_or(0, Money::fen)
    }

    /// `time_expire`: one minute to fifteen days from now.
    fn expires_in_time(&self, at: Timestamp) -> Result<(), RequestError> {
        let until = self.text("time_expire").parse::<Timestamp>().ok();
        let left = until.map(|until| until.unix_seconds() - at.unix_seconds());
        if left.is_some_and(|seconds| !(60..=15 * 24 * 3600).contains(&seconds)) {
            return Err(RequestError::new("time_expire", "must be one minute to fifteen days from now"));
        }
        Ok(())
    }

    /// A common parameter: `notify_url`, `return_url`, `app_auth_token`.
    pub(super) fn set_common(&mut self, name: &'static str, value: impl Into<String>) {
        self.common.insert(name, value.into());
    }

    /// A common parameter unless it was set.
    pub(super) fn with_common_default(mut self, name: &'static str, value: &str) -> Self {
        self.common.entry(name).or_insert_with(|| value.to_owned());
        self
    }

    /// Checks every limit, writes `biz_content` once, and signs what is sent (Alipay, *Signing a request*).
    pub(super) fn sign(
        &self,
        merchant: &Merchant,
        limits: &Limits,
        at: Timestamp,
    ) -> Result<SignedRequest, RequestError> {
        if merchant.scheme() != Scheme::OpenApi {
            let problem = "belongs to the OpenAPI generation: the merchant has no `app_id`";
            return Err(RequestError::new("method", problem));
        }
        limits.check(self, &self.common)?;
        self.expires_in_time(at)?;
        let business = Json::object(self.business.iter().map(|(name, value)| (*name, value.clone())));
        let (biz_content, encrypt_type) = merchant.biz_content(business.to_string())?;
        let timestamp = at.to_string();
        let (app_cert_sn, alipay_root_cert_sn) = merchant.certificate_numbers();
        let own = [
            ("app_id", merchant.id()),
            ("method", self.method),
            ("format", "JSON"),
            ("charset", merchant.charset().label()),
            ("timestamp", &timestamp),
            ("version", "1.0"),
            ("biz_content", &biz_content),
            ("encrypt_type", encrypt_type),
            ("app_cert_sn", app_cert_sn),
            ("alipay_root_cert_sn", alipay_root_cert_sn),
        ];
        let common = self.common.iter().map(|(name, value)| (*name, value.as_str()));
        let signed = merchant.sign_fields(own.into_iter().chain(common))?;
        signed.unambiguous()?;
        Ok(signed)
    }
}

/// Names only: values may be personal data.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("biz_content", &self.business.keys())
            .field("common", &self.common.keys())
            .finish()
    }
}
