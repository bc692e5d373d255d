//! The HTML form; the only place that writes HTML.

use std::fmt::Write as _;

use super::SignedRequest;

/// The one script of the auto-submitting page.
const SCRIPT: &str = "document.forms[0].submit()";

/// The source expression that allows the script of [`SignedRequest::form`] in the `script-src` of a
/// Content-Security-Policy of your own, without `unsafe-inline`.
pub const FORM_SCRIPT_CSP: &str = "'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='";

/// A Content-Security-Policy for [`SignedRequest::form`]: that one script and nothing else.
pub const FORM_CSP: &str = "default-src 'none'; script-src 'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='; \
    base-uri 'none'; frame-ancestors 'none'";

/// A Content-Security-Policy for [`SignedRequest::form_without_script`]: nothing at all.
pub const FORM_WITHOUT_SCRIPT_CSP: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

impl SignedRequest {
    /// A whole page that submits itself (POST), with a visible button for browsers without scripts.
    ///
    /// It is UTF-8; the browser sends the fields in the merchant's charset. For a strict Content-Security-Policy allow
    /// [`FORM_SCRIPT_CSP`], or use [`form_without_script`](Self::form_without_script). A policy with `form-action` must
    /// name the gateway.
    #[must_use]
    pub fn form(&self) -> String {
        self.page(&format!("<script>{SCRIPT}</script>"))
    }

    /// The same page without any script: the buyer clicks the button.
    #[must_use]
    pub fn form_without_script(&self) -> String {
        self.page("")
    }

    /// The `<form>` element alone, for a page of the shop's own, with this label on its button.
    ///
    /// The charset stands in the action, because the gateway decodes the body by it; the button has no name, because
    /// every named control would be sent and break the signature (Alipay, *Access rules*).
    #[must_use]
    pub fn form_element(&self, button: &str) -> String {
        let mut html = format!(
            "<form method=\"post\" action=\"{}\" accept-charset=\"{charset}\">",
            escape(&self.action()),
            charset = self.charset.label(),
        );
        for (name, value) in self.fields() {
            // Writing to a String cannot fail.
            let _ =
                write!(html, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value));
        }
        let _ = write!(html, "<button type=\"submit\">{}</button></form>", escape(button));
        html
    }

    fn page(&self, script: &str) -> String {
        format!(
            "<!DOCTYPE html><html lang=\"zh\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"referrer\" content=\"origin\">\
             <title>Alipay</title></head><body>{}{script}</body></html>",
            self.form_element("前往支付宝 / Continue to Alipay"),
        )
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::protocol::{Md5Key, Merchant, PartnerId};

    #[test]
    fn escapes_everything_and_names_only_parameters() {
        let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
        let merchant = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key);
        let signed = merchant.sign_fields([("subject", "\"><script>'&"), ("body", "")]).unwrap();
        let html = signed.form_without_script();
        assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;&#39;&amp;\""));
        assert!(html.contains("action=\"https://mapi.alipay.com/gateway.do?_input_charset=utf-8\""));
        assert!(
            !html.contains("<script>") && !html.contains("name=\"body\"") && !html.contains("<button name")
        );
        assert!(signed.form().contains("<script>document.forms[0].submit()</script>"));
        assert!(super::FORM_CSP.contains(super::FORM_SCRIPT_CSP));
    }
}
