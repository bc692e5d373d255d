//! The visitor as a request guard.

use std::convert::Infallible;

use rocket::{
    Request,
    request::{FromRequest, Outcome},
};
use shop::Visitor;

/// A [`Visitor`], read from headers and query.
pub(crate) struct Guest(pub(crate) Visitor);

impl Guest {
    pub(crate) fn of(request: &Request<'_>) -> Self {
        let header = |name| request.headers().get_one(name).filter(|value| is_plain(value));
        Self(Visitor::read(header, request.uri().query().map(|query| query.as_str())))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Guest {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self::of(request))
    }
}

/// Visible ASCII, which is all that the headers of a browser hold.
fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
}
