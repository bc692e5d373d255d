//! What visitors send, read into the shop's own types; those know serde and no framework.

use rocket::{
    Data, Request,
    data::{self, FromData, ToByteUnit},
    outcome::Outcome,
    request::{self, FromRequest},
};
use serde::de::DeserializeOwned;

use crate::reply::Refusal;

/// The largest form, in bytes; the largest that a page of the shop sends has some hundreds.
const MAX_FORM: u64 = 16 * 1024;

/// Whether a request announces more than any page takes.
pub(crate) fn is_too_large(request: &Request<'_>) -> bool {
    let length = request.headers().get_one("content-length").and_then(|length| length.parse().ok());
    length.is_some_and(|length: u64| length > MAX_FORM)
}

/// A form, as a data guard.
pub(crate) struct Form<T>(pub(crate) T);

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Form<T> {
    type Error = Refusal;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        match read(request, data).await {
            Ok(form) => Outcome::Success(Self(form)),
            Err(refusal) => Outcome::Error((refusal.status(), refusal)),
        }
    }
}

async fn read<T: DeserializeOwned>(request: &Request<'_>, data: Data<'_>) -> Result<T, Refusal> {
    if !request.content_type().is_some_and(|content_type| content_type.is_form()) {
        return Err(Refusal::no_form());
    }
    let body = data.open(MAX_FORM.bytes()).into_bytes().await.map_err(|_broke_off| Refusal::broke_off())?;
    if !body.is_complete() {
        return Err(Refusal::endless());
    }
    serde_urlencoded::from_bytes(&body).map_err(|error| Refusal::bad_form(&error))
}

/// A query, as a request guard.
pub(crate) struct Query<T>(pub(crate) T);

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromRequest<'r> for Query<T> {
    type Error = Refusal;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Refusal> {
        let query = request.uri().query().map(|query| query.as_str()).unwrap_or_default();
        match serde_urlencoded::from_str(query) {
            Ok(fields) => Outcome::Success(Self(fields)),
            Err(error) => {
                let refusal = Refusal::bad_query(&error);
                Outcome::Error((refusal.status(), refusal))
            }
        }
    }
}
