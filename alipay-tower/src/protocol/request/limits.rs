//! The grammars of parameter values, and how a table of documented limits is applied to a request.

use super::{FOREIGN_SEPARATOR, Parameters, RequestError, script};
use crate::protocol::{Money, WebUrl};

/// The grammar of a value, beyond its length.
pub(in crate::protocol) enum Form {
    /// 16 digits beginning with 2088.
    Account,
    /// `0.01` to so many fen.
    Amount(u64),
    /// An address the gateway calls; must not have a query.
    Callback,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Letters, digits, `-`, `_`.
    Code,
    /// Digits only.
    Digits,
    /// Text that comes back in messages: none of the characters that Alipay forbids there.
    Echoed,
    /// `0.00` to so many fen.
    Fee(u64),
    /// A page of the shop; may have a query.
    Page,
    /// Any text.
    Text,
    /// As `Echoed`, in which a Chinese character counts 2, and without the scripts that Alipay cannot show.
    Title,
}

/// A parameter, how many characters it may have, and its grammar.
pub(in crate::protocol) type Rule = (&'static str, usize, Form);

/// The documented limits of one service.
pub(in crate::protocol) struct Limits {
    /// What must not be empty, where the type of a builder does not see to it.
    pub(in crate::protocol) required: &'static [&'static str],
    /// One line for each parameter.
    pub(in crate::protocol) rules: &'static [&'static [Rule]],
    /// Limits that concern more than one parameter.
    pub(in crate::protocol) together: fn(&Parameters) -> Result<(), RequestError>,
}

/// Where the answers of a page go (Alipay, *Basic parameters*).
pub(in crate::protocol) const CALLBACKS: &[Rule] = &[
    ("error_notify_url", 200, Form::Callback),
    ("notify_url", 190, Form::Callback),
    ("return_url", 200, Form::Callback),
];

/// Who pays, and who is paid.
pub(in crate::protocol) const PARTIES: &[Rule] = &[
    ("buyer_account_name", 100, Form::Text),
    ("buyer_email", 100, Form::Text),
    ("buyer_id", 16, Form::Account),
    ("seller_account_name", 100, Form::Text),
    ("seller_email", 100, Form::Text),
    ("seller_id", 16, Form::Account),
];

impl Limits {
    pub(super) fn check(&self, parameters: &Parameters) -> Result<(), RequestError> {
        for (name, max, form) in self.rules.iter().copied().flatten() {
            let value = parameters.value(name);
            if !value.is_empty() {
                check_value(name, value, *max, form).map_err(|problem| RequestError::new(name, problem))?;
            }
        }
        if let Some(name) = self.required.iter().find(|name| !parameters.has(name)) {
            return Err(RequestError::new(name, "must not be empty"));
        }
        (self.together)(parameters)
    }
}

/// The first of some broken rules, each with the parameter and what is wrong with it.
pub(in crate::protocol) fn first_broken<const N: usize>(
    rules: [(bool, &'static str, &'static str); N],
) -> Result<(), RequestError> {
    match rules.into_iter().find(|(broken, ..)| *broken) {
        Some((_, field, problem)) => Err(RequestError::new(field, problem)),
        None => Ok(()),
    }
}

/// Length in a charset of double bytes: a Chinese character counts 2.
pub(in crate::protocol) fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// The grammar and length of one value.
pub(in crate::protocol) fn check_value(
    name: &'static str,
    value: &str,
    max: usize,
    form: &Form,
) -> Result<(), String> {
    if value.contains(FOREIGN_SEPARATOR) {
        return Err("the separators ^ | $ # are not allowed inside a text".to_owned());
    }
    // Browsers rewrite line ends in a form, and a signature does not survive that.
    if value.chars().any(char::is_control) {
        return Err("control characters and line breaks are not allowed".to_owned());
    }
    if matches!(form, Form::Title) && width(value) > max {
        return Err(format!("longer than {max} (a Chinese character counts 2)"));
    }
    if matches!(form, Form::Title)
        && let Some(script) = script::refused(value)
    {
        return Err(format!("Alipay takes no {script} in a title"));
    }
    if value.chars().count() > max {
        return Err(format!("longer than {max} characters"));
    }
    let all = |test: fn(u8) -> bool| value.bytes().all(test);
    let fen = value.parse::<Money>().ok().map(Money::fen);
    let problem = match form {
        Form::Amount(most) if !fen.is_some_and(|fen| (1..=*most).contains(&fen)) => {
            return Err(format!("must be 0.01 to {}.{:02}", most / 100, most % 100));
        }
        Form::Fee(most) if fen.is_none_or(|fen| fen > *most) => {
            return Err(format!("must be 0.00 to {}.{:02}", most / 100, most % 100));
        }
        Form::Choice(words) if !words.contains(&value) => {
            return Err(format!("must be one of {}", words.join(", ")));
        }
        Form::Code if !all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) => {
            "only letters, digits, - and _ are allowed"
        }
        Form::Digits if !all(|byte| byte.is_ascii_digit()) => "only digits are allowed",
        Form::Account
            if value.len() != 16 || !value.starts_with("2088") || !all(|byte| byte.is_ascii_digit()) =>
        {
            "must be 16 digits beginning with 2088"
        }
        Form::Echoed | Form::Title if value.contains(['#', '%', '&', '+']) => {
            "the characters # % & + are not allowed"
        }
        Form::Text if value.contains('&') => "the character & is not allowed",
        Form::Page if !value.starts_with("http://") && !value.starts_with("https://") => {
            "must be absolute, beginning with https:// or http://"
        }
        Form::Callback => return WebUrl::parse(name, value).map(drop).map_err(|error| error.to_string()),
        _ => return Ok(()),
    };
    Err(problem.to_owned())
}

/// `it_b_pay`: one minute to fifteen days.
pub(in crate::protocol) fn timeout(parameters: &Parameters) -> Result<(), RequestError> {
    let text = parameters.value("it_b_pay");
    let (count, unit) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or_default();
    let minutes = match unit {
        "d" => 24 * 60,
        "h" => 60,
        "m" => 1,
        _ => return Ok(()), // absent, or `1c`
    };
    let range = 1..=15 * 24 * 60_u64;
    if count.parse::<u64>().is_ok_and(|count| range.contains(&(count.saturating_mul(minutes)))) {
        return Ok(());
    }
    Err(RequestError::new("it_b_pay", "must be 1m to 15d"))
}

/// `quantity`: at least one.
pub(in crate::protocol) fn quantity(parameters: &Parameters) -> Result<(), RequestError> {
    let zero = parameters.has("quantity") && parameters.value("quantity").parse::<u32>().ok() < Some(1);
    first_broken([(zero, "quantity", "must be at least 1")])
}

/// `hb_fq_param`: at least one instalment, and a share of the fee.
pub(in crate::protocol) fn instalments(parameters: &Parameters) -> Result<(), RequestError> {
    let text = parameters.value("hb_fq_param");
    let number = |part: Option<&str>| {
        part.and_then(|part| part.split_once('^')).and_then(|(_, text)| text.parse::<u8>().ok())
    };
    let mut parts = text.split('|');
    match (number(parts.next()), number(parts.next())) {
        _ if text.is_empty() => Ok(()),
        (Some(0..=100), Some(1..)) => Ok(()),
        _ => Err(RequestError::new(
            "hb_fq_param",
            "needs at least 1 instalment and a seller's share of 0 to 100 percent",
        )),
    }
}

#[cfg(test)]
pub(in crate::protocol) mod tests;
