//! The response that sends a buyer to the gateway.

use std::io::Cursor;

use alipay_tower::protocol::{FORM_CSP, FORM_WITHOUT_SCRIPT_CSP, SignedRequest};
use rocket::{
    Request, Response,
    http::Status,
    response::{self, Responder},
};

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

impl<'r> Responder<'r, 'static> for Checkout {
    fn respond_to(self, _request: &'r Request<'_>) -> response::Result<'static> {
        let (html, policy) = match self.manner {
            Manner::Redirect if self.request.redirect_url().is_err() => (self.request.form(), FORM_CSP),
            Manner::Form => (self.request.form(), FORM_CSP),
            Manner::FormWithoutScript => (self.request.form_without_script(), FORM_WITHOUT_SCRIPT_CSP),
            Manner::Redirect => {
                let url = self.request.url().to_owned();
                return Response::build().status(Status::SeeOther).raw_header("Location", url).ok();
            }
        };
        Response::build()
            .raw_header("Content-Type", "text/html; charset=utf-8")
            .raw_header("Cache-Control", "no-store")
            .raw_header("Content-Security-Policy", policy)
            .sized_body(html.len(), Cursor::new(html))
            .ok()
    }
}
