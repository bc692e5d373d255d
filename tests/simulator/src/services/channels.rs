//! What the cashier offers to pay with.

use crate::{access::Request, banks, purchase::Channels, refusal::Refusal};

/// Of all channels, the cashier has the balance and the banks; when the request leaves neither, both stay.
pub(super) fn offered(request: &Request) -> Channels {
    const BANKS: [&str; 3] = ["bankPay", "debitCardExpress", "creditCardExpress"];
    let lists = |list: &str, name: &&str| list.split('^').any(|method| method == *name);
    let allowed = |names: &[&str]| match (request.get("enable_paymethod"), request.get("disable_paymethod")) {
        (Some(enabled), _) => names.iter().any(|name| lists(enabled, name)),
        (None, Some(disabled)) => !names.iter().all(|name| lists(disabled, name)),
        (None, None) => true,
    };
    match (allowed(&["directPay"]), allowed(&BANKS)) {
        (false, false) => Channels::ALL,
        (balance, bank) => Channels { balance, bank },
    }
}

pub(super) fn bank(request: &Request) -> Result<Option<String>, Refusal> {
    let bank = request.get("defaultbank");
    if request.get("paymethod") == Some("bankPay") && bank.is_none() {
        return Err(Refusal::new("DEFAULT_BANK_INVALID", "defaultbank: required with paymethod bankPay"));
    }
    match bank {
        Some(code) if !banks::is_known(code) => {
            Err(Refusal::new("DEFAULT_BANK_INVALID", "defaultbank: no bank of this code"))
        }
        other => Ok(other.map(str::to_owned)),
    }
}
