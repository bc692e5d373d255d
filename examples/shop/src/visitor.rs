//! Who is asking: language, own orders, operator or not.

use std::fmt;

use alipay_tower::protocol::OutTradeNo;

use crate::lang::Lang;

/// How many orders a browser remembers; a cookie holds 4 KiB.
const MAX_ORDERS: usize = 30;

/// What the headers and the query of a request say about the person in front of the browser.
#[derive(Clone, Default)]
pub struct Visitor {
    lang: Lang,
    lang_chosen: bool,
    orders: Vec<OutTradeNo>,
    operator_token: Option<String>,
    host: Option<String>,
    foreign: bool,
}

impl Visitor {
    /// Reads a visitor; `header` finds a request header by its lower-case name.
    #[must_use]
    pub fn read<'a>(header: impl Fn(&'static str) -> Option<&'a str>, query: Option<&str>) -> Self {
        let cookies = header("cookie").unwrap_or_default();
        let chosen = query.unwrap_or_default().split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            if name == "lang" { Lang::from_code(value) } else { None }
        });
        let lang = chosen
            .or_else(|| cookie(cookies, "shop_lang").and_then(Lang::from_code))
            .or_else(|| header("accept-language").and_then(Lang::accepted));
        let orders = cookie(cookies, "shop_orders").unwrap_or_default().split('.');
        Self {
            lang: lang.unwrap_or_default(),
            lang_chosen: chosen.is_some(),
            orders: orders.filter_map(order_no).take(MAX_ORDERS).collect(),
            operator_token: cookie(cookies, "shop_operator").map(str::to_owned),
            host: header("host").map(str::to_owned),
            foreign: is_foreign(header("sec-fetch-site"), header("origin"), header("host")),
        }
    }

    /// The language to answer in.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether the language was chosen in this very request, and is to be remembered.
    pub(crate) const fn chose_lang(&self) -> bool {
        self.lang_chosen
    }

    /// The orders that this browser made, newest first.
    #[must_use]
    pub fn orders(&self) -> &[OutTradeNo] {
        &self.orders
    }

    /// The value of the orders cookie with one more order in it.
    pub(crate) fn orders_with(&self, new: &OutTradeNo) -> String {
        let numbers = std::iter::once(new).chain(&self.orders).take(MAX_ORDERS);
        numbers.map(OutTradeNo::as_str).collect::<Vec<_>>().join(".")
    }

    /// The operator's token, when the browser sent one.
    pub(crate) fn operator_token(&self) -> Option<&str> {
        self.operator_token.as_deref()
    }

    /// The name that the browser called the shop by.
    pub(crate) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Whether another site's page sent this request: its forms are refused.
    pub(crate) const fn is_foreign(&self) -> bool {
        self.foreign
    }
}

/// Without the operator's token.
impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor")
            .field("lang", &self.lang)
            .field("orders", &self.orders)
            .field("host", &self.host)
            .field("foreign", &self.foreign)
            .finish_non_exhaustive()
    }
}

/// `Sec-Fetch-Site` cannot be set by a page; browsers without it still send `Origin` with every form. A request with
/// neither comes from no browser, and carries nobody's cookies against their will.
fn is_foreign(site: Option<&str>, origin: Option<&str>, host: Option<&str>) -> bool {
    match (site, origin) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) != host,
        (None, None) => false,
    }
}

fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|pair| match pair.trim().split_once('=') {
        Some((own, value)) if own == name => Some(value),
        _ => None,
    })
}

/// An order number of this shop's form: letters and digits only, so that it is safe in a path and in a cookie.
pub(crate) fn order_no(text: &str) -> Option<OutTradeNo> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { OutTradeNo::new(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(headers: &[(&'static str, &'static str)], query: &str) -> Visitor {
        let headers = headers.to_vec();
        Visitor::read(
            |name| headers.iter().find(|(own, _)| *own == name).map(|(_, value)| *value),
            Some(query),
        )
    }

    #[test]
    fn the_query_beats_the_cookie_beats_the_header() {
        let headers = [("cookie", "a=b; shop_lang=en"), ("accept-language", "zh")];
        assert_eq!(visitor(&headers, "").lang(), Lang::En);
        assert_eq!(visitor(&headers, "x=1&lang=zh").lang(), Lang::Zh);
        assert_eq!(visitor(&headers[1..], "lang=xx").lang(), Lang::Zh);
        assert!(visitor(&[], "lang=en").chose_lang() && !visitor(&headers, "").chose_lang());
    }

    #[test]
    fn remembers_orders_and_drops_nonsense() {
        let one = visitor(&[("cookie", "shop_orders=T1.<b>..T2")], "");
        let new = OutTradeNo::new("T3").unwrap();
        assert_eq!(one.orders_with(&new), "T3.T1.T2");
    }

    #[test]
    fn the_operators_token_is_not_shown() {
        let visitor = visitor(&[("cookie", "shop_operator=open-sesame"), ("host", "shop.example")], "");
        let form = crate::OperatorForm { token: "open-sesame".to_owned() };
        assert_eq!(visitor.operator_token(), Some("open-sesame"));
        let text = format!("{visitor:?} {form:?}");
        assert!(text.contains("shop.example") && !text.contains("sesame"), "{text}");
    }

    #[test]
    fn forms_of_other_sites_are_foreign() {
        let foreign = |headers: &[(&'static str, &'static str)]| visitor(headers, "").is_foreign();
        let host = ("host", "shop.example.com");
        assert!(!foreign(&[host]));
        assert!(!foreign(&[host, ("sec-fetch-site", "same-origin")]));
        assert!(!foreign(&[host, ("origin", "https://shop.example.com")]));
        assert!(foreign(&[host, ("sec-fetch-site", "same-site")]));
        assert!(foreign(&[host, ("sec-fetch-site", "cross-site"), ("origin", "https://shop.example.com")]));
        assert!(foreign(&[host, ("origin", "https://evil.example")]));
        assert!(foreign(&[host, ("origin", "null")]));
    }
}
