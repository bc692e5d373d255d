//! The shop's answer as a response, and the few answers that are Rocket's own business.

use std::{fmt, io::Cursor};

use rocket::{
    Request, Response,
    http::{Method, Status},
    response::{Responder, Result},
};
use shop::Answer;

/// An [`Answer`] on its way out.
pub(crate) struct Reply(pub(crate) Answer);

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, _request: &'r Request<'_>) -> Result<'static> {
        let Self(answer) = self;
        let mut response = Response::build();
        response.status(Status::new(answer.status()));
        for (name, value) in answer.headers() {
            response.raw_header_adjoin(name, value.to_owned());
        }
        let body = answer.into_body();
        response.sized_body(body.len(), Cursor::new(body)).ok()
    }
}

/// A line of plain text for a request that does not come from a page of the shop.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: Status,
    text: String,
    allow: Option<String>,
}

impl Refusal {
    fn new(status: Status, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), allow: None }
    }

    pub(crate) fn bad_form(error: &dyn fmt::Display) -> Self {
        Self::new(Status::UnprocessableEntity, format!("Failed to deserialize form body: {error}"))
    }

    pub(crate) fn bad_query(error: &dyn fmt::Display) -> Self {
        Self::new(Status::BadRequest, format!("Failed to deserialize query string: {error}"))
    }

    pub(crate) fn broke_off() -> Self {
        Self::new(Status::BadRequest, "the body broke off")
    }

    pub(crate) fn broken() -> Self {
        Self::new(Status::InternalServerError, "Service panicked")
    }

    /// The body was larger than it said, or did not say.
    pub(crate) fn endless() -> Self {
        Self::new(Status::PayloadTooLarge, "Failed to buffer the request body: length limit exceeded")
    }

    pub(crate) fn no_form() -> Self {
        let text = "Form requests must have `Content-Type: application/x-www-form-urlencoded`";
        Self::new(Status::UnsupportedMediaType, text)
    }

    pub(crate) fn too_large() -> Self {
        Self::new(Status::PayloadTooLarge, "length limit exceeded")
    }

    pub(crate) fn wrong_method(allowed: &[Method]) -> Self {
        let names: Vec<_> = allowed.iter().map(|method| method.as_str()).collect();
        Self { allow: Some(names.join(",")), ..Self::new(Status::MethodNotAllowed, "") }
    }

    pub(crate) const fn status(&self) -> Status {
        self.status
    }
}

impl<'r> Responder<'r, 'static> for Refusal {
    fn respond_to(self, _request: &'r Request<'_>) -> Result<'static> {
        let mut response = Response::build();
        response.status(self.status);
        if let Some(methods) = self.allow {
            response.raw_header("allow", methods);
        }
        if !self.text.is_empty() {
            response.raw_header("content-type", "text/plain; charset=utf-8");
        }
        response.sized_body(self.text.len(), Cursor::new(self.text)).ok()
    }
}
