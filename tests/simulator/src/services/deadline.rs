//! How long an order waits for its payment.

use crate::{access::Request, purchase::Deadline, refusal::Refusal};

/// Fifteen days.
const MAX_MINUTES: u64 = 21_600;
/// What `timeout_rule` can be (Alipay, *create_forex_trade*).
const RULES: [&str; 11] = ["5m", "10m", "15m", "30m", "1h", "2h", "3h", "5h", "10h", "12h", "1d"];

/// `it_b_pay`: `1m` to `15d`, or `1c` for midnight.
pub(super) fn it_b_pay(request: &Request) -> Result<Option<Deadline>, Refusal> {
    let Some(text) = request.get("it_b_pay") else { return Ok(None) };
    let advice = "it_b_pay: 1m to 15d in whole m, h or d, or 1c";
    relative(text).map(Some).ok_or_else(|| Refusal::new("ILLEGAL_OUTTIME_ARGUMENT", advice))
}

/// `timeout_rule` of the cross-border products; twelve hours when it says nothing.
pub(super) fn timeout_rule(request: &Request) -> Result<Option<Deadline>, Refusal> {
    match request.get("timeout_rule") {
        None => Ok(Some(Deadline::Minutes(12 * 60))),
        Some(text) if RULES.contains(&text) => Ok(relative(text)),
        Some(_) => {
            let advice = format!("timeout_rule: one of {}", RULES.join(", "));
            Err(Refusal::new("ILLEGAL_OUTTIME_ARGUMENT", advice))
        }
    }
}

/// A whole number of minutes, hours or days, up to 15 days, or midnight.
pub(crate) fn relative(text: &str) -> Option<Deadline> {
    if text == "1c" {
        return Some(Deadline::Midnight);
    }
    let units = [('m', 1), ('h', 60), ('d', 24 * 60)];
    let minutes = units.into_iter().find_map(|(unit, minutes)| {
        let count =
            text.strip_suffix(unit).filter(|count| count.bytes().all(|byte| byte.is_ascii_digit()))?;
        count.parse::<u64>().ok()?.checked_mul(minutes)
    });
    minutes.filter(|minutes| (1..=MAX_MINUTES).contains(minutes)).map(Deadline::Minutes)
}
