//! Rendering: templates escape everything that comes from a request.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header::CONTENT_TYPE};

use crate::refusal::Refusal;

const STYLE: &str = include_str!("../templates/style.css");

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    code: &'a str,
    advice: &'a str,
    presign: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    title: &'a str,
    text: &'a str,
    back: Option<&'a str>,
}

/// The error page of the gateway: HTTP 200, as the real one.
pub(crate) fn refused(refusal: &Refusal) -> Response {
    failed(refusal.code, &refusal.advice, refusal.presign.as_deref())
}

/// The same for a code of either generation.
pub(crate) fn failed(code: &str, advice: &str, presign: Option<&str>) -> Response {
    render(&Refused { code, advice, presign })
}

/// A page with one sentence.
pub(crate) fn message(status: StatusCode, title: &str, text: &str) -> Response {
    (status, render(&Message { title, text, back: None })).into_response()
}

/// A page that sends who filled a form in the wrong way back to it.
pub(crate) fn advice(title: &str, text: &str, back: &str) -> Response {
    (StatusCode::BAD_REQUEST, render(&Message { title, text, back: Some(back) })).into_response()
}

pub(crate) fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

pub(crate) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}
