//! Addresses: the gateway's, and the two of the shop.

use std::fmt;

use super::ConfigError;

/// The address of a gateway, without a query.
///
/// Only `https` is taken, and plain `http` for loopback addresses, where the simulator listens. No option
/// changes that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayUrl(String);

impl GatewayUrl {
    /// Production, mainland China (Alipay, *Request address*).
    pub const MAINLAND: &'static str = "https://mapi.alipay.com/gateway.do";
    /// Production, international.
    pub const INTERNATIONAL: &'static str = "https://intlmapi.alipay.com/gateway.do";
    /// The international sandbox.
    pub const SANDBOX: &'static str = "https://mapi.alipaydev.com/gateway.do";
    /// Production of the OpenAPI generation.
    pub const OPENAPI: &'static str = "https://openapi.alipay.com/gateway.do";
    /// The sandbox of the OpenAPI generation.
    pub const OPENAPI_SANDBOX: &'static str = "https://openapi-sandbox.dl.alipaydev.com/gateway.do";

    /// [`GatewayUrl::OPENAPI`].
    #[must_use]
    pub fn openapi() -> Self {
        Self(Self::OPENAPI.to_owned())
    }

    /// [`GatewayUrl::OPENAPI_SANDBOX`].
    #[must_use]
    pub fn openapi_sandbox() -> Self {
        Self(Self::OPENAPI_SANDBOX.to_owned())
    }

    /// Checks the address of a gateway.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Url`] for anything but an absolute `https` address (or `http` on loopback) without a query.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        let parts = WebUrl::parse("gateway", url)?;
        if !parts.https && !parts.is_loopback() {
            let problem = "must be https; plain http is taken for loopback addresses (the simulator) only";
            return Err(ConfigError::Url("gateway", url.to_owned(), problem));
        }
        Ok(Self(url.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of Alipay's sandboxes, by its domain: no money moves there.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        WebUrl::parse("gateway", &self.0).is_ok_and(|url| {
            let host = url.host.to_ascii_lowercase();
            host == "alipaydev.com" || host.ends_with(".alipaydev.com")
        })
    }

    /// Whether requests would leave this machine unencrypted: a loopback address, so the simulator.
    #[must_use]
    pub fn is_plain_http(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl Default for GatewayUrl {
    fn default() -> Self {
        Self(Self::MAINLAND.to_owned())
    }
}

impl fmt::Display for GatewayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An absolute http(s) address, cut just far enough to check it.
#[derive(Clone, Debug)]
pub(crate) struct WebUrl<'a> {
    pub(crate) https: bool,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
}

impl<'a> WebUrl<'a> {
    pub(crate) fn parse(name: &'static str, url: &'a str) -> Result<Self, ConfigError> {
        let problem = |problem| ConfigError::Url(name, url.to_owned(), problem);
        let (https, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(problem("must be absolute, beginning with https:// or http://")),
        };
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(problem("must be ASCII without spaces: percent-encode the rest"));
        }
        if url.contains(['?', '#']) {
            return Err(problem(
                "must not have a query of its own, whose parameters would join the signed ones: put what you need into the path",
            ));
        }
        if url.contains(['!', '&', '\'', '"', '<', '>', '\\', '@']) {
            return Err(problem(
                "must not have special characters, which Alipay refuses: take them out of the path",
            ));
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, _)) => host,
            None => authority.split(':').next().unwrap_or_default(),
        };
        if host.is_empty() {
            return Err(problem("has no host: write the whole public address"));
        }
        Ok(Self { https, host, path: if path.is_empty() { "/" } else { path } })
    }

    pub(crate) fn is_loopback(&self) -> bool {
        let ip = self.host.parse::<std::net::IpAddr>();
        self.host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sandboxes_are_known_by_their_domain() {
        let sandbox = |url: &str| GatewayUrl::new(url).unwrap().is_sandbox();
        assert!(sandbox(GatewayUrl::SANDBOX) && sandbox(GatewayUrl::OPENAPI_SANDBOX));
        assert!(!sandbox(GatewayUrl::OPENAPI) && !sandbox("https://alipaydev.com.shop.example/"));
    }

    #[test]
    fn gateway_is_https_or_loopback() {
        for good in
            [GatewayUrl::MAINLAND, "http://127.0.0.1:4001/gateway.do", "http://[::1]:1/", "http://localhost"]
        {
            assert!(GatewayUrl::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "mapi.alipay.com",
            "http://mapi.alipay.com/gateway.do",
            "http://127.0.0.1.evil.example/",
            "https://a/?x=1",
            "https:///x",
            "http://127.0.0.1@evil.example/",
            "ftp://a/",
        ] {
            assert!(GatewayUrl::new(bad).is_err(), "{bad}");
        }
    }
}
