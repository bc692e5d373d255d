//! The routes, and the task that serves them.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{from_fn, map_response},
    response::Response,
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header};
use tokio::{net::TcpListener, task::JoinHandle};
use tower_http::trace::TraceLayer;

use crate::{
    api, batch_page, callers, cashier, dashboard, openapi, pages, services,
    settings::MAX_BODY,
    shared::Shared,
    wire::{Listener, Thread},
};

/// How long connections have to end when the gateway shuts down.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// Serves until the shutdown.
pub(crate) fn spawn(listener: TcpListener, shared: &Arc<Shared>) -> JoinHandle<()> {
    let service = router(Arc::clone(shared)).into_make_service_with_connect_info::<Thread>();
    let own = Arc::clone(shared);
    let server =
        axum::serve(Listener(listener), service).with_graceful_shutdown(async move { own.is_down().await });
    tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "the gateway stopped");
        }
    })
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(callers::GATEWAY, get(services::gateway).post(services::gateway))
        .route("/cashier/{trade_no}", get(cashier::page))
        .route("/cashier/{trade_no}/pay", post(cashier::pay))
        .route("/cashier/{trade_no}/cancel", post(cashier::cancel))
        .route("/cashier/{trade_no}/time-out", post(cashier::time_out))
        .route("/cashier/{trade_no}/confirm", post(cashier::confirm))
        .route("/batches/{id}", get(batch_page::page))
        .route("/batches/{id}/{act}", post(batch_page::act))
        .route("/", get(dashboard::page))
        .route("/mischief", post(dashboard::switch))
        .route("/mischief/reset", post(dashboard::reset))
        .route("/arrival", post(dashboard::arrange))
        .route("/trades/{trade_no}", post(dashboard::act))
        .route("/qr/{id}", get(openapi::scan))
        .route("/bills/{id}", get(openapi::serve_bill))
        .route("/style.css", get(pages::style))
        .nest("/simulator", api::router())
        .fallback(nowhere)
        .layer(from_fn(callers::check))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(map_response(guard))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(shared)
}

/// Queries hold signatures and personal data, so only the path is told.
fn span(request: &Request) -> tracing::Span {
    tracing::debug_span!("request", method = %request.method(), path = request.uri().path())
}

async fn nowhere() -> Response {
    pages::message(StatusCode::NOT_FOUND, "404", "这里什么也没有。There is nothing here.")
}

/// Nothing on these pages runs or is loaded from elsewhere.
async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'self'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // With `no-referrer`, browsers would hide the `Origin` of these pages' own forms.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
