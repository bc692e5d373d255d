//! A form of one of these pages, filled in by a person.

use axum::{
    Form,
    extract::{FromRequest, Request},
    response::Response,
};
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::pages;

/// The fields of a form. One that does not read, such as an emptied number, is answered with a page that names it.
#[derive(Debug)]
pub(crate) struct Filled<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Filled<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Form::from_request(request, state).await {
            Ok(Form(form)) => Ok(Self(form)),
            Err(error) => {
                let text = format!(
                    "有一栏没有填对：请返回修改。A field is not filled in as it should be; go back and mend it. {}",
                    error.body_text(),
                );
                Err(pages::message(StatusCode::BAD_REQUEST, "表单 Form", &text))
            }
        }
    }
}
