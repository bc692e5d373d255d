//! The documented limits of each parameter (Alipay, request parameters of each service).

use std::net::SocketAddr;

use crate::{access::Request, loopback, refusal::Refusal};

/// What one service limits.
pub(super) struct Rules {
    /// Lengths in characters, besides the common ones.
    lengths: &'static [(&'static str, usize)],
    /// Parameters that must be there, besides `subject` and `out_trade_no`.
    required: &'static [&'static str],
    /// The values that some parameters are limited to.
    words: &'static [(&'static str, &'static [&'static str])],
}

/// Lengths that hold for every payment request.
const LENGTHS: [(&str, usize); 13] = [
    ("buyer_account_name", 100),
    ("buyer_email", 100),
    ("buyer_id", 16),
    ("error_notify_url", 200),
    ("exter_invoke_ip", 15),
    ("extra_common_param", 100),
    ("notify_url", 190),
    ("out_trade_no", 64),
    ("payment_type", 4),
    ("return_url", 200),
    ("seller_email", 100),
    ("show_url", 400),
    ("subject", 256),
];

/// `create_direct_pay_by_user`.
pub(super) const DIRECT: Rules = Rules {
    lengths: &[
        ("body", 1000),
        ("goods_type", 1),
        ("item_orders_info", 40_000),
        ("need_buyer_realnamed", 1),
        ("need_ctu_check", 1),
        ("product_type", 50),
        ("qr_pay_mode", 1),
        ("royalty_parameters", 1000),
        ("royalty_type", 2),
        ("seller_account_name", 100),
        ("seller_id", 16),
        ("sign_id_ext", 50),
        ("sign_name_ext", 128),
    ],
    required: &["payment_type"],
    words: &[
        ("default_login", &["Y", "N"]),
        ("goods_type", &["0", "1"]),
        ("need_buyer_realnamed", &["T"]),
        ("need_ctu_check", &["Y", "N"]),
        ("paymethod", &["directPay", "creditPay", "bankPay", "cartoon", "cash", "CASH"]),
        ("qr_pay_mode", &["0", "1", "2", "3", "4"]),
        ("royalty_type", &["10"]),
    ],
};

/// `alipay.wap.create.direct.pay.by.user`.
pub(super) const WAP: Rules = Rules {
    lengths: &[("body", 1000), ("seller_id", 16)],
    required: &["payment_type", "seller_id", "show_url"],
    words: &[
        ("app_pay", &["Y", "N"]),
        ("goods_type", &["0", "1"]),
        ("rn_check", &["T", "F"]),
        ("scene", &["ZJCZTJF"]),
    ],
};

/// `create_partner_trade_by_buyer` and `trade_create_by_buyer`.
pub(super) const ESCROW: Rules = Rules {
    lengths: &[
        ("body", 400),
        ("receive_address", 256),
        ("receive_mobile", 30),
        ("receive_name", 128),
        ("receive_phone", 30),
        ("receive_zip", 20),
        ("seller_account_name", 100),
        ("seller_id", 30),
    ],
    required: &["payment_type"],
    words: &[],
};

/// `create_forex_trade`.
pub(super) const FOREX: Rules = Rules {
    lengths: FOREX_LENGTHS,
    required: &["currency"],
    words: &[("product_code", &["NEW_OVERSEAS_SELLER"])],
};

/// `create_forex_trade_wap`.
pub(super) const FOREX_WAP: Rules = Rules {
    lengths: FOREX_LENGTHS,
    required: &["currency", "merchant_url"],
    words: &[
        ("app_pay", &["Y", "N"]),
        ("payment_inst", &["ALIPAYCN", "ALIPAYHK"]),
        ("product_code", &["NEW_WAP_OVERSEAS_SELLER"]),
    ],
};

const FOREX_LENGTHS: &[(&str, usize)] = &[("body", 400), ("currency", 10), ("merchant_url", 400)];

pub(super) fn check(request: &Request, own: SocketAddr, rules: &Rules) -> Result<(), Refusal> {
    presence(request, rules)?;
    for (name, max) in LENGTHS.iter().chain(rules.lengths) {
        if request.get(name).is_some_and(|value| width(name, value) > *max) {
            return Err(Refusal::new("ILLEGAL_LENGTH", format!("{name}: longer than {max}")));
        }
    }
    if request.get("token").is_some_and(|token| token.chars().count() > 40) {
        return Err(Refusal::new("TOKEN_LEN_TOO_LONG", "token: longer than 40"));
    }
    for (name, words) in rules.words {
        if request.get(name).is_some_and(|value| !words.contains(&value)) {
            return Err(argument(name, &format!("one of {}", words.join(", "))));
        }
    }
    characters(request)?;
    combinations(request)?;
    addresses(request, own)
}

fn presence(request: &Request, rules: &Rules) -> Result<(), Refusal> {
    if request.get("subject").is_none() {
        return Err(Refusal::new("SUBJECT_MUST_NOT_BE_NULL", "subject: missing"));
    }
    let mut required = ["out_trade_no"].iter().chain(rules.required);
    match required.find(|name| request.get(name).is_none()) {
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
        address(name, request.get(name), own)?;
    }
    for name in ["show_url", "merchant_url"] {
        if request.get(name).is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://")) {
            return Err(argument(name, "must be absolute, beginning with https:// or http://"));
        }
    }
    Ok(())
}

/// One address that the simulator calls, or sends a browser to.
pub(super) fn address(name: &str, url: Option<&str>, own: SocketAddr) -> Result<(), Refusal> {
    let Some(url) = url else { return Ok(()) };
    loopback::callable(name, url, own).map_err(|advice| argument(name, advice))
}

fn argument(name: &str, advice: &str) -> Refusal {
    Refusal::new("ILLEGAL_ARGUMENT", format!("{name}: {advice}"))
}

/// A Chinese character counts twice in a title.
fn width(name: &str, value: &str) -> usize {
    let wide = |c: char| if name == "subject" && !c.is_ascii() { 2 } else { 1 };
    value.chars().map(wide).sum()
}
