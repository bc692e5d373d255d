//! The response that sends a buyer to the gateway.

use alipay_tower::protocol::{FORM_CSP, FORM_WITHOUT_SCRIPT_CSP, SignedRequest};
use axum_core::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// A signed request as a response: a redirect, or a page with a form.
#[derive(Clone, Debug)]
pub struct Checkout {
    request: SignedRequest,
    manner: Manner,
}

#[derive(Clone, Copy, Debug)]
enum Manner {
    Form,
    FormWithoutScript,
    Redirect,
}

impl Checkout {
    /// `303 See Other` to the gateway: the simplest way. A request whose address is longer than the gateway takes is sent as a
    /// [`form`](Self::form).
    #[must_use]
    pub const fn redirect(request: SignedRequest) -> Self {
        Self { request, manner: Manner::Redirect }
    }

    /// A page whose form submits itself, with a button for browsers without scripts. Its Content-Security-Policy allows
    /// that one script and nothing else.
    #[must_use]
    pub const fn form(request: SignedRequest) -> Self {
        Self { request, manner: Manner::Form }
    }

    /// A page with a form and no script: the buyer clicks.
    #[must_use]
    pub const fn form_without_script(request: SignedRequest) -> Self {
        Self { request, manner: Manner::FormWithoutScript }
    }
}

impl IntoResponse for Checkout {
    fn into_response(self) -> Response {
        let (html, policy) = match self.manner {
            Manner::Redirect if self.request.redirect_url().is_err() => (self.request.form(), FORM_CSP),
            Manner::Form => (self.request.form(), FORM_CSP),
            Manner::FormWithoutScript => (self.request.form_without_script(), FORM_WITHOUT_SCRIPT_CSP),
            // An address is ASCII without spaces: everything else in it is percent-encoded.
            Manner::Redirect => {
                return match HeaderValue::from_str(self.request.url()) {
                    Ok(url) => (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response(),
                    Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                };
            }
        };
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        (headers, html).into_response()
    }
}
