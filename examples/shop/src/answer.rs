//! What the shop answers, as data: each framework copies it into its own response.

/// A complete answer: status, headers, body.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// A page. It may load the shop's own stylesheet and pictures and nothing else; there is no script to allow.
    pub(crate) fn page(status: u16, html: String) -> Self {
        Self {
            status,
            headers: vec![
                ("content-type", "text/html; charset=utf-8".to_owned()),
                ("cache-control", "no-store".to_owned()),
                ("content-security-policy", policy("")),
                // Browsers tell Alipay, and our own origin check, where a form came from; never an order's address.
                ("referrer-policy", "strict-origin-when-cross-origin".to_owned()),
                ("x-content-type-options", "nosniff".to_owned()),
            ],
            body: html.into_bytes(),
        }
    }

    /// `303 See Other`, so that reloading does not repeat a form.
    pub(crate) fn go(to: String) -> Self {
        let headers = vec![("location", to), ("cache-control", "no-store".to_owned())];
        Self { status: 303, headers, body: Vec::new() }
    }

    /// A file that is compiled in.
    pub(crate) fn asset(content_type: &str, text: &str) -> Self {
        let headers = vec![
            ("content-type", content_type.to_owned()),
            ("cache-control", "public, max-age=3600".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        Self { status: 200, headers, body: text.into() }
    }

    /// A file to be kept, and looked at by no browser: the bytes are anyone's.
    pub(crate) fn download(name: &str, body: Vec<u8>) -> Self {
        let headers = vec![
            ("content-type", "application/octet-stream".to_owned()),
            ("content-disposition", format!("attachment; filename=\"{name}\"")),
            ("cache-control", "no-store".to_owned()),
            ("content-security-policy", policy("")),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        Self { status: 200, headers, body }
    }

    /// Allows the page's forms to be sent to these origins too, for instance a gateway's.
    #[must_use]
    pub(crate) fn with_form_action(mut self, origins: &str) -> Self {
        if let Some((_, value)) = self.headers.iter_mut().find(|(name, _)| *name == "content-security-policy")
        {
            *value = policy(origins);
        }
        self
    }

    /// Sets a cookie, given with its attributes.
    #[must_use]
    pub(crate) fn with_cookie(mut self, cookie: String) -> Self {
        self.headers.push(("set-cookie", cookie));
        self
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The headers: lower-case names, some of them (`set-cookie`) more than once.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The body, to be sent.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn policy(form_action: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {form_action}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}
