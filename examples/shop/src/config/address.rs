//! Where the shop listens, and what the world calls it.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
};

use super::SetupError;

/// A socket to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listen {
    setting: &'static str,
    address: SocketAddr,
    /// Named by the operator, so nothing else will do.
    explicit: bool,
}

impl Listen {
    pub(crate) fn parse(
        setting: &'static str,
        text: Option<&str>,
        default: SocketAddr,
    ) -> Result<Self, SetupError> {
        let address = match text {
            Some(text) => text.parse().map_err(|_| {
                let advice = format!("`{text}` is no address: write an IP and a port, such as {default}");
                SetupError::new(setting, advice)
            })?,
            None => default,
        };
        Ok(Self { setting, address, explicit: text.is_some() })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Binds the address. When it is taken and was only a default, any free port of the same interface will do, which
    /// the second value says.
    pub(crate) fn bind(&self) -> Result<(TcpListener, bool), SetupError> {
        match TcpListener::bind(self.address) {
            Ok(listener) => Ok((listener, false)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && !self.explicit => {
                let any = SocketAddr::new(self.address.ip(), 0);
                TcpListener::bind(any).map(|listener| (listener, true)).map_err(|error| self.refused(&error))
            }
            Err(error) => Err(self.refused(&error)),
        }
    }

    pub(crate) fn refused(&self, error: &dyn std::fmt::Display) -> SetupError {
        let advice = format!(
            "cannot listen on {}: {error}. Stop the program that holds it, or name another address",
            self.address
        );
        SetupError::new(self.setting, advice)
    }
}

/// The shop's own address as buyers and Alipay see it: scheme and host, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicUrl {
    origin: String,
    host: String,
    pub(crate) https: bool,
}

impl PublicUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, SetupError> {
        let wrong = |problem: &str| {
            SetupError::new(
                "PUBLIC_URL",
                format!("`{text}` {problem}: write it like https://shop.example.com"),
            )
        };
        let url = reqwest::Url::parse(text).map_err(|_| wrong("is not an absolute address"))?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(wrong("is neither https nor http")),
        };
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("has more than scheme, host and port"));
        }
        let host = url.host_str().ok_or_else(|| wrong("has no host"))?.to_owned();
        Ok(Self { origin: url.origin().ascii_serialization(), host, https })
    }

    /// The address of a shop that is only visited from this machine.
    pub(crate) fn local(address: SocketAddr) -> Self {
        // Nothing can visit the unspecified address.
        let ip = match address.ip() {
            ip if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            ip => ip,
        };
        let address = SocketAddr::new(ip, address.port());
        Self {
            origin: format!("http://{address}"),
            host: host_of(&address.to_string()).to_owned(),
            https: false,
        }
    }

    /// `https://shop.example.com`
    pub(crate) fn as_str(&self) -> &str {
        &self.origin
    }

    /// `shop.example.com`
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.host)
    }
}

/// The host of a `Host` header, without its port.
pub(crate) fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Whether a host name, or an address with or without brackets, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_bare() {
        let shop = PublicUrl::parse("https://Shop.example.com:8443/").unwrap();
        assert_eq!((shop.as_str(), shop.host()), ("https://shop.example.com:8443", "shop.example.com"));
        assert!(shop.https && !shop.is_local());
        for bad in
            ["shop.example.com", "ftp://a", "https://a/shop", "https://a/?b", "https://u:p@a", "https://a/#x"]
        {
            let error = PublicUrl::parse(bad).unwrap_err().to_string();
            assert!(
                error.starts_with("PUBLIC_URL: ") && error.contains("https://shop.example.com"),
                "{error}"
            );
        }
        assert_eq!(PublicUrl::local("0.0.0.0:80".parse().unwrap()).as_str(), "http://127.0.0.1:80");
    }

    #[test]
    fn knows_this_machine() {
        for here in ["localhost", "127.0.0.1", "[::1]", "::1", "127.8.8.8"] {
            assert!(is_loopback(here), "{here}");
        }
        for there in ["shop.example.com", "127.0.0.1.evil.example", "10.0.0.1", "", "[::1"] {
            assert!(!is_loopback(there), "{there}");
        }
        assert_eq!(host_of("[::1]:80"), "[::1]");
        assert_eq!(host_of("localhost"), "localhost");
    }

    #[test]
    fn only_a_default_port_may_move() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = holder.local_addr().unwrap();
        let (listener, moved) = Listen::parse("SHOP_LISTEN", None, taken).unwrap().bind().unwrap();
        assert!(moved && listener.local_addr().unwrap() != taken);
        let explicit = Listen::parse("SHOP_LISTEN", Some(&taken.to_string()), taken).unwrap();
        let error = explicit.bind().unwrap_err().to_string();
        assert!(error.starts_with(&format!("SHOP_LISTEN: cannot listen on {taken}")), "{error}");
        assert!(Listen::parse("SHOP_LISTEN", Some("4000"), taken).is_err());
    }
}
