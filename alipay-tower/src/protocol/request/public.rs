//! What only a real gateway needs: addresses and a buyer that can be reached from outside. The simulator is on this
//! machine, and so may everybody else be.

use std::net::{IpAddr, Ipv4Addr};

use super::{Parameters, RequestError};
use crate::protocol::{GatewayUrl, WebUrl};

/// Refuses addresses of this machine and of private networks, unless the gateway is on this machine too.
pub(super) fn check(parameters: &Parameters, gateway: &GatewayUrl) -> Result<(), RequestError> {
    if gateway.is_plain_http() {
        return Ok(());
    }
    for name in ["error_notify_url", "notify_url", "return_url"] {
        let host = parameters.get(name).and_then(|url| WebUrl::parse(name, url).ok()).map(|url| url.host);
        if host.is_some_and(|host| !is_public_host(host)) {
            let problem = "must be reachable from outside: Alipay takes no localhost and no private address";
            return Err(RequestError::new(name, problem));
        }
    }
    let ip = parameters.get("exter_invoke_ip").and_then(|text| text.parse().ok());
    if ip.is_some_and(|ip| !is_public(ip)) {
        let problem = "must be the buyer's public IPv4 address: behind a proxy, the one that the proxy names";
        return Err(RequestError::new("exter_invoke_ip", problem));
    }
    Ok(())
}

fn is_public_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    match host.parse() {
        Ok(IpAddr::V4(ip)) => is_public(ip),
        Ok(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public(ip),
            None => !ip.is_loopback() && !ip.is_unspecified() && !ip.is_unique_local(),
        },
        Err(_) => host != "localhost" && !host.ends_with(".localhost"),
    }
}

fn is_public(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    // 100.64.0.0/10 is between a provider and its customers (RFC 6598).
    let shared = first == 100 && (64..128).contains(&second);
    let reserved = first == 0 || first >= 224;
    !(ip.is_loopback() || ip.is_private() || ip.is_link_local() || shared || reserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_world_cannot_reach() {
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "shop.localhost",
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.10",
            "169.254.1.1",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_public_host(host), "{host}");
        }
        for host in ["shop.example.com", "localhost.example.com", "8.8.8.8", "100.128.0.1", "2001:db8::1"] {
            assert!(is_public_host(host), "{host}");
        }
    }
}
