//! The visitor as an extractor.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use shop::Visitor;

/// A [`Visitor`], read from headers and query.
pub(crate) struct Guest(pub(crate) Visitor);

impl<S: Sync> FromRequestParts<S> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        Ok(Self(Visitor::read(header, parts.uri.query())))
    }
}
