//! One span for each request, without personal data: a return's query names the buyer, and an order's path opens it.

use axum::{extract::MatchedPath, http::Request};
use tower_http::{
    classify::{ServerErrorsAsFailures, SharedClassifier},
    trace::{MakeSpan, TraceLayer},
};
use tracing::Span;

/// Names a request by method and route.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct RouteSpan;

impl<B> MakeSpan<B> for RouteSpan {
    fn make_span(&mut self, request: &Request<B>) -> Span {
        let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
        tracing::info_span!("request", method = %request.method(), route)
    }
}

/// The layer that logs; outside of everything else.
#[must_use]
pub fn trace() -> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, RouteSpan> {
    TraceLayer::new_for_http().make_span_with(RouteSpan)
}
