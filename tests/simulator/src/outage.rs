//! A question that is not answered.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::{mischief::Outage, shared::Shared, wire::Thread};

/// How long a hanging answer hangs.
const HANG: Duration = Duration::from_secs(60);

pub(crate) async fn act(outage: Outage, thread: &Thread, shared: &Shared) -> Response {
    match outage {
        Outage::Unavailable => {}
        Outage::Refused => thread.cut(),
        Outage::Hang => {
            let _ = tokio::time::timeout(HANG, shared.is_down()).await;
            thread.cut();
        }
    }
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
