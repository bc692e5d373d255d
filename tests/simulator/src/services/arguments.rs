//! The documented limits of each parameter (Alipay, *create_direct_pay_by_user*, request parameters).

use std::net::SocketAddr;

use crate::{access::Request, loopback::Target, refusal::Refusal};

/// Lengths in characters.
const LENGTHS: [(&str, usize); 26] = [
    ("body", 1000),
    ("buyer_account_name", 100),
    ("buyer_email", 100),
    ("buyer_id", 16),
    ("error_notify_url", 200),
    ("exter_invoke_ip", 15),
    ("extra_common_param", 100),
    ("goods_type", 1),
    ("item_orders_info", 40_000),
    ("need_buyer_realnamed", 1),
    ("need_ctu_check", 1),
    ("notify_url", 190),
    ("out_trade_no", 64),
    ("payment_type", 4),
    ("product_type", 50),
    ("qr_pay_mode", 1),
    ("return_url", 200),
    ("royalty_parameters", 1000),
    ("royalty_type", 2),
    ("seller_account_name", 100),
    ("seller_email", 100),
    ("seller_id", 16),
    ("show_url", 400),
    ("sign_id_ext", 50),
    ("sign_name_ext", 128),
    ("subject", 256),
];

/// The values that some parameters are limited to.
const WORDS: [(&str, &[&str]); 7] = [
    ("default_login", &["Y", "N"]),
    ("goods_type", &["0", "1"]),
    ("need_buyer_realnamed", &["T"]),
    ("need_ctu_check", &["Y", "N"]),
    ("paymethod", &["directPay", "creditPay", "bankPay", "cartoon", "cash", "CASH"]),
    ("qr_pay_mode", &["0", "1", "2", "3", "4"]),
    ("royalty_type", &["10"]),
];

pub(super) fn check(request: &Request, own: SocketAddr) -> Result<(), Refusal> {
    presence(request)?;
    for (name, max) in LENGTHS {
        if request.get(name).is_some_and(|value| width(name, value) > max) {
            return Err(Refusal::new("ILLEGAL_LENGTH", format!("{name}: longer than {max}")));
        }
    }
    if request.get("token").is_some_and(|token| token.chars().count() > 40) {
        return Err(Refusal::new("TOKEN_LEN_TOO_LONG", "token: longer than 40"));
    }
    for (name, words) in WORDS {
        if request.get(name).is_some_and(|value| !words.contains(&value)) {
            return Err(argument(name, &format!("one of {}", words.join(", "))));
        }
    }
    characters(request)?;
    combinations(request)?;
    addresses(request, own)
}

fn presence(request: &Request) -> Result<(), Refusal> {
    if request.get("subject").is_none() {
        return Err(Refusal::new("SUBJECT_MUST_NOT_BE_NULL", "subject: missing"));
    }
    match ["out_trade_no", "payment_type"].into_iter().find(|name| request.get(name).is_none()) {
        Some(name) => Err(Refusal::new("PARAMTER_IS_NULL", format!("{name}: missing"))),
        None => Ok(()),
    }
}

fn characters(request: &Request) -> Result<(), Refusal> {
    if let Some((name, _)) = request.iter().find(|(_, value)| value.contains(char::is_control)) {
        return Err(argument(name, "no control characters or line breaks"));
    }
    for name in ["subject", "body"] {
        if request.get(name).is_some_and(|value| value.contains(['#', '%', '&', '+'])) {
            return Err(argument(name, "the characters # % & + are not allowed"));
        }
    }
    if request.get("extra_common_param").is_some_and(|value| value.contains(['#', '%', '&', '+', '='])) {
        let advice = "extra_common_param: the characters # % & + = are not allowed";
        return Err(Refusal::new("ILLEGAL_EXTRA_COMMON_PARAM", advice));
    }
    Ok(())
}

fn combinations(request: &Request) -> Result<(), Refusal> {
    let has = |name| request.get(name).is_some();
    let rules = [
        (
            has("enable_paymethod") && has("disable_paymethod"),
            "disable_paymethod",
            "excludes enable_paymethod",
        ),
        (
            request.get("default_login") == Some("Y") && !has("buyer_email"),
            "default_login",
            "needs buyer_email",
        ),
        (
            has("qrcode_width") && request.get("qr_pay_mode") != Some("4"),
            "qrcode_width",
            "needs qr_pay_mode 4",
        ),
        (has("sign_id_ext") && !has("sign_name_ext"), "sign_name_ext", "required with sign_id_ext"),
        (
            has("royalty_parameters") != has("royalty_type"),
            "royalty_type",
            "royalty_parameters and royalty_type go together",
        ),
    ];
    match rules.into_iter().find(|(broken, ..)| *broken) {
        Some((_, name, advice)) => Err(argument(name, advice)),
        None => Ok(()),
    }
}

/// The shop's addresses: absolute, without a query, and here: on this machine.
fn addresses(request: &Request, own: SocketAddr) -> Result<(), Refusal> {
    for name in ["notify_url", "return_url", "error_notify_url"] {
        let Some(url) = request.get(name) else { continue };
        let target = Target::parse(url).map_err(|advice| argument(name, advice))?;
        if url.contains(['?', '#']) {
            return Err(argument(name, "no query of its own"));
        }
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(argument(name, "ASCII without spaces: percent-encode the rest"));
        }
        if target.https && name == "notify_url" {
            return Err(argument(name, "the simulator speaks plain http; begin it with http://"));
        }
        if name == "notify_url" && target.addresses().contains(&own) {
            return Err(argument(name, "this is the simulator's own address; name the shop's"));
        }
    }
    match request.get("show_url") {
        Some(url) if !url.starts_with("http://") && !url.starts_with("https://") => {
            Err(argument("show_url", "must be absolute, beginning with https:// or http://"))
        }
        _ => Ok(()),
    }
}

fn argument(name: &str, advice: &str) -> Refusal {
    Refusal::new("ILLEGAL_ARGUMENT", format!("{name}: {advice}"))
}

/// A Chinese character counts twice in a title.
fn width(name: &str, value: &str) -> usize {
    let wide = |c: char| if name == "subject" && !c.is_ascii() { 2 } else { 1 };
    value.chars().map(wide).sum()
}
