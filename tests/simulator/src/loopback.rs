//! The only addresses that the simulator ever posts to, sends a browser to or is called by: this machine's own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An address of the shop, cut into what a connection needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) https: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) path: String,
}

impl Target {
    /// Takes an absolute http(s) address on a loopback host.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let url = reqwest::Url::parse(text).map_err(|_| "must be an absolute http:// or https:// address")?;
        let https = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err("must begin with http:// or https://"),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not carry a user name");
        }
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().unwrap_or_default();
        if addresses(&host, port).is_empty() {
            return Err(
                "is not on this machine. The real gateway posts anywhere; the simulator posts to 127.0.0.1, \
                        [::1] and localhost only",
            );
        }
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Ok(Self { https, host, port, path: format!("{}{query}", url.path()) })
    }

    /// Where to connect to, in order.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        addresses(&self.host, self.port)
    }

    /// The `Host` header.
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }
}

/// Whether an address of a request can be called (as its `notify_url`) or be gone to (any other): absolute, on this
/// machine, without a query, and not the simulator's own.
pub(crate) fn callable(name: &str, url: &str, own: SocketAddr) -> Result<(), &'static str> {
    let target = Target::parse(url)?;
    if url.contains(['?', '#']) {
        return Err("no query of its own");
    }
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("ASCII without spaces: percent-encode the rest");
    }
    if target.https && name == "notify_url" {
        return Err("the simulator speaks plain http; begin it with http://");
    }
    if name == "notify_url" && target.addresses().contains(&own) {
        return Err("this is the simulator's own address; name the shop's");
    }
    Ok(())
}

/// Scheme, host and port of an address of the shop.
pub(crate) fn origin(url: &str) -> Option<String> {
    let target = Target::parse(url).ok()?;
    Some(format!("{}://{}/", if target.https { "https" } else { "http" }, target.authority()))
}

/// What `localhost` means, whatever the system's resolver says.
pub(crate) fn localhost(port: u16) -> [SocketAddr; 2] {
    [(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()]
}

/// Whether the value of a `Host` header is this machine, on any port.
pub(crate) fn is_own_authority(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(ip) => ip.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback()),
        None => !addresses(host, 0).is_empty(),
    }
}

fn addresses(host: &str, port: u16) -> Vec<SocketAddr> {
    if host.eq_ignore_ascii_case("localhost") {
        return localhost(port).to_vec();
    }
    match host.parse::<IpAddr>() {
        Ok(ip) if ip.is_loopback() => vec![(ip, port).into()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine() {
        let target = Target::parse("http://127.0.0.1:8080/alipay/notify").unwrap();
        assert_eq!((target.port, target.path.as_str()), (8080, "/alipay/notify"));
        assert_eq!(Target::parse("http://LOCALHOST/x").unwrap().addresses(), localhost(80));
        assert_eq!(Target::parse("http://[::1]:9/x").unwrap().authority(), "[::1]:9");
        assert_eq!(origin("https://localhost/a/b").as_deref(), Some("https://localhost:443/"));
        for bad in [
            "",
            "/alipay/notify",
            "ftp://127.0.0.1/",
            "http://shop.example.com/notify",
            "http://127.0.0.1.example.com/",
            "http://127.0.0.1@example.com/",
            "http://localhost.example.com/",
            "http://192.168.0.1/",
            "http://169.254.169.254/latest",
            "http://[::ffff:10.0.0.1]/",
            "http://0.0.0.0/",
        ] {
            assert!(Target::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_names_of_this_machine() {
        for own in
            ["localhost", "LocalHost:4001", "127.0.0.1", "127.0.0.1:1", "127.9.9.9:80", "[::1]", "[::1]:80"]
        {
            assert!(is_own_authority(own), "{own}");
        }
        for strange in [
            "",
            ":80",
            "evil.example",
            "evil.example:4001",
            "127.0.0.1.evil.example",
            "localhost.evil.example:80",
            "127.0.0.1@evil.example",
            "evil.example@127.0.0.1",
            "192.168.0.1",
            "0.0.0.0",
            "[::2]:80",
            "[::1",
            "127.0.0.1:80:80",
        ] {
            assert!(!is_own_authority(strange), "{strange}");
        }
    }
}
