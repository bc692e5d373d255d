//! Who may call: programs of this machine, and its browser on these pages; not the pages of strangers in that browser.
//!
//! Any web page can make a browser send requests to a loopback address. It cannot change the `Host`, `Origin` and
//! `Sec-Fetch-*` headers that the browser adds, and programs without them are not steered by a page.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, Method, StatusCode, header};

use crate::{loopback, pages};

/// The one address that shops send browsers to.
pub(crate) const GATEWAY: &str = "/gateway.do";

/// Answers 403 to requests that a stranger's page has caused.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    let objection = host(request.headers()).and_then(|host| match request.uri().path() {
        GATEWAY => opened_by_person(request.headers()),
        _ if *request.method() == Method::GET => Ok(()),
        _ => sent_by_own_page(request.headers(), host),
    });
    match objection {
        Ok(()) => next.run(request).await,
        Err(advice) => {
            tracing::warn!(advice, "request of a stranger refused");
            pages::message(StatusCode::FORBIDDEN, "403", advice)
        }
    }
}

/// A stranger's name can be made to resolve to this machine; the browser still tells the name.
fn host(headers: &HeaderMap) -> Result<&str, &'static str> {
    text(headers, header::HOST.as_str())
        .filter(|host| loopback::is_own_authority(host))
        .ok_or("Host: the simulator answers under 127.0.0.1, [::1] and localhost only")
}

/// A page sends buyers here by a link or a form; images, scripts, frames and prefetching need no click.
fn opened_by_person(headers: &HeaderMap) -> Result<(), &'static str> {
    let shown = text(headers, "sec-fetch-dest").is_none_or(|dest| dest == "document");
    if shown && !headers.contains_key("sec-purpose") {
        return Ok(());
    }
    Err("gateway.do: a browser opens this address as a page of its own, by a link or a form")
}

/// Everything else that changes something is a form of the simulator's own pages, or a program.
fn sent_by_own_page(headers: &HeaderMap, host: &str) -> Result<(), &'static str> {
    let site = text(headers, "sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin = text(headers, header::ORIGIN.as_str()).is_none_or(|origin| {
        origin.strip_prefix("http://").is_some_and(|own| own.eq_ignore_ascii_case(host))
    });
    if site && origin {
        return Ok(());
    }
    Err("Origin: forms of other sites are not taken here; use the simulator's own pages, or a program")
}

/// A header; what is no text is nobody's name.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}
