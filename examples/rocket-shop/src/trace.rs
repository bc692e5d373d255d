//! One event for each request, without personal data: a return's query names the buyer, and an order's path opens it.

use std::time::Instant;

use rocket::{
    Data, Request, Response,
    fairing::{Fairing, Info, Kind},
};

struct Trace;

/// The fairing that logs: failures at `error`, everything else at `debug`, under the name of the route.
#[must_use]
pub fn trace() -> impl Fairing {
    Trace
}

#[rocket::async_trait]
impl Fairing for Trace {
    fn info(&self) -> Info {
        Info { name: "trace", kind: Kind::Request | Kind::Response | Kind::Singleton }
    }

    async fn on_request(&self, request: &mut Request<'_>, _data: &mut Data<'_>) {
        request.local_cache(Instant::now);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let (method, status) = (request.method(), response.status().code);
        let route = request.route().map_or("-", |route| route.uri.path());
        let took = request.local_cache(Instant::now).elapsed();
        if status >= 500 {
            tracing::error!(%method, route, status, ?took, "a request failed");
        } else {
            tracing::debug!(%method, route, status, ?took, "answered");
        }
    }
}
