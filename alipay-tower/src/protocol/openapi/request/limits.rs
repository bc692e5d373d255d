//! The documented limits of business parameters, as data beside each builder, and how they are applied.

use std::collections::BTreeMap;

use super::Request;
use crate::protocol::{Money, RequestError, WebUrl, openapi::Json};

/// How one parameter is limited; the name of a part of an object is `object.part`, of a list's items too.
pub(in crate::protocol::openapi) type Rule = (&'static str, Limit);

/// What a text may be.
pub(in crate::protocol::openapi) enum Limit {
    /// So many letters, digits, `_` and `-`. The last is not documented for order numbers, and common in genuine messages.
    Code(usize),
    /// So many digits, at most.
    Digits(usize),
    /// An absolute address of so many characters.
    Page(usize),
    /// So many characters.
    Text(usize),
    /// As `Text`, without `/`, `=` and `&`.
    Title(usize),
    /// `1m` to `15d`, or `1c`.
    Timeout,
}

/// The documented limits of one method.
pub(in crate::protocol::openapi) struct Limits {
    /// What must not be empty, where the type of a builder does not see to it.
    pub(in crate::protocol::openapi) required: &'static [&'static str],
    /// One line for each parameter.
    pub(in crate::protocol::openapi) rules: &'static [&'static [Rule]],
    /// Limits that concern more than one parameter.
    pub(in crate::protocol::openapi) together: fn(&Request) -> Result<(), RequestError>,
}

impl Limits {
    pub(super) fn check(
        &self,
        request: &Request,
        common: &BTreeMap<&'static str, String>,
    ) -> Result<(), RequestError> {
        for (name, value) in common {
            let checked = match *name {
                "notify_url" | "return_url" => callback(name, value),
                _ => text(value, 40),
            };
            checked.map_err(|problem| RequestError::new(name, problem))?;
        }
        for (name, value) in &request.business {
            self.walk(name, value)?;
        }
        let empty = |name: &&&str| request.get(name).is_none_or(|value| value.as_str() == Some(""));
        if let Some(name) = self.required.iter().find(empty) {
            return Err(RequestError::new(name, "must not be empty"));
        }
        (self.together)(request)
    }

    /// Every text of a value, however deep.
    fn walk(&self, path: &str, value: &Json) -> Result<(), RequestError> {
        match value {
            Json::Array(values) => values.iter().try_for_each(|value| self.walk(path, value)),
            Json::Object(values) => {
                values.iter().try_for_each(|(name, value)| self.walk(&format!("{path}.{name}"), value))
            }
            Json::Number(value) | Json::String(value) => {
                self.check_text(path, value).map_err(|problem| RequestError::new(path, problem))
            }
            _ => Ok(()),
        }
    }

    fn check_text(&self, path: &str, value: &str) -> Result<(), String> {
        let rule = self.rules.iter().copied().flatten().find(|(name, _)| *name == path);
        let Some((_, limit)) = rule else { return text(value, 4096) };
        let all = |test: fn(u8) -> bool| value.bytes().all(test);
        match limit {
            Limit::Code(max) if !all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) => {
                Err(format!("must be 1 to {max} letters, digits, _ or -"))
            }
            Limit::Digits(_) if !all(|byte| byte.is_ascii_digit()) => {
                Err("only digits are allowed".to_owned())
            }
            Limit::Page(_) if !value.starts_with("http://") && !value.starts_with("https://") => {
                Err("must be absolute, beginning with https:// or http://".to_owned())
            }
            Limit::Title(_) if value.contains(['/', '=', '&']) => {
                Err("the characters / = & are not allowed".to_owned())
            }
            Limit::Timeout if !is_timeout(value) => Err("must be 1m to 15d".to_owned()),
            Limit::Timeout => Ok(()),
            Limit::Code(max)
            | Limit::Digits(max)
            | Limit::Page(max)
            | Limit::Text(max)
            | Limit::Title(max) => text(value, *max),
        }
    }
}

/// Browsers rewrite line ends in a form, and a signature does not survive that; JSON escapes them, but no text of Alipay's
/// has lines.
fn text(value: &str, max: usize) -> Result<(), String> {
    if value.chars().any(char::is_control) {
        Err("control characters and line breaks are not allowed".to_owned())
    } else if value.chars().count() > max {
        Err(format!("longer than {max} characters"))
    } else {
        Ok(())
    }
}

/// `notify_url` and `return_url` (Alipay, *Common request parameters*): absolute, without parameters of their own.
fn callback(name: &'static str, value: &str) -> Result<(), String> {
    text(value, 256)?;
    WebUrl::parse(name, value).map(drop).map_err(|error| error.to_string())
}

fn is_timeout(text: &str) -> bool {
    let (count, unit) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or_default();
    let minutes = match unit {
        "c" => return count == "1",
        "d" => 24 * 60,
        "h" => 60,
        "m" => 1,
        _ => return false,
    };
    count.parse::<u64>().is_ok_and(|count| (1..=15 * 24 * 60).contains(&count.saturating_mul(minutes)))
}

/// An amount as it is sent: decimals, but not where they would not fit in the documented eleven characters.
pub(in crate::protocol::openapi) fn amount(money: Money) -> String {
    let text = money.to_string();
    match text.strip_suffix(".00") {
        Some(whole) if text.len() > 11 => whole.to_owned(),
        _ => text,
    }
}

/// `total_amount`: at least a fen.
pub(in crate::protocol::openapi) fn total(request: &Request) -> Result<(), RequestError> {
    if request.fen("total_amount") == 0 {
        return Err(RequestError::new("total_amount", "must be 0.01 to 100000000.00"));
    }
    Ok(())
}

/// Two parameters of which only one may be sent.
pub(in crate::protocol::openapi) fn exclusive(
    request: &Request,
    one: &'static str,
    other: &'static str,
) -> Result<(), RequestError> {
    if request.has(one) && request.has(other) {
        return Err(RequestError::new(other, format!("cannot be sent together with {one}")));
    }
    Ok(())
}

/// Parameters of which one must be sent; the last is the one that is asked for.
pub(in crate::protocol::openapi) fn one_of(
    request: &Request,
    names: [&'static str; 2],
) -> Result<(), RequestError> {
    let [first, last] = names;
    if request.text(first).is_empty() && request.text(last).is_empty() {
        return Err(RequestError::new(last, format!("must not be empty when there is no {first}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_amount_fits_in_eleven_characters() {
        assert_eq!(amount(Money::MAX), "100000000");
        assert_eq!(amount(Money::from_fen(9_999_999_999).unwrap()), "99999999.99");
        assert_eq!(amount(Money::from_fen(1).unwrap()), "0.01");
    }

    #[test]
    fn timeouts_end_after_fifteen_days() {
        for good in ["1m", "1c", "360h", "15d", "21600m"] {
            assert!(is_timeout(good), "{good}");
        }
        for bad in ["", "m", "0m", "16d", "361h", "1.5h", "2c", "1M", "99999999999999999999d", "é"] {
            assert!(!is_timeout(bad), "{bad}");
        }
    }
}
