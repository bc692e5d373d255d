//! `anti_phishing_key` and `exter_invoke_ip` (Alipay, *query_timestamp*).

use crate::{access::Request, issued::KeyState, refusal::Refusal, shared::Shared};

/// Both fields, or none; mandatory where the option is switched on.
pub(super) fn check(request: &Request, shared: &Shared) -> Result<(), Refusal> {
    let (key, ip) = (request.get("anti_phishing_key"), request.get("exter_invoke_ip"));
    let needed = shared.settings.anti_phishing || key.is_some() || ip.is_some();
    if !needed {
        return Ok(());
    }
    match key.map(|key| shared.issued.key_state(request.account.shop.partner(), key)) {
        None => return Err(Refusal::new("ILLEGAL_ANTI_PHISHING_KEY", "anti_phishing_key: missing")),
        Some(KeyState::Expired) => {
            let advice = "anti_phishing_key: older than 30 seconds; ask right before each request";
            return Err(Refusal::new("ANTI_PHISHING_KEY_TIMEOUT", advice));
        }
        Some(KeyState::Unknown) => {
            let advice = "anti_phishing_key: not from this gateway's query_timestamp";
            return Err(Refusal::new("ILLEGAL_ANTI_PHISHING_KEY", advice));
        }
        Some(KeyState::Good) => {}
    }
    if ip.is_some_and(|ip| ip.parse::<std::net::Ipv4Addr>().is_ok()) {
        return Ok(());
    }
    Err(Refusal::new("ILLEGAL_EXTER_INVOKE_IP", "exter_invoke_ip: the buyer's IPv4 address"))
}
