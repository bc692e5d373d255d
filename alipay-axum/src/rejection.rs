//! Why there is no payment, as a response.

use std::fmt;

use alipay_tower::Rejection;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

/// The reason why [`Paid`](crate::Paid) could not be extracted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PaidRejection {
    /// The layer did not see this request: a mistake in the application. 500.
    LayerMissing,
    /// The layer saw the request and found no payment in it. The rejection's own status, 4xx or 503.
    NotVerified(Rejection),
}

impl PaidRejection {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::LayerMissing => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotVerified(rejection) => {
                StatusCode::from_u16(rejection.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// The body of the response; for the person in front of the browser, so it does not say which check failed.
    #[must_use]
    pub fn body_text(&self) -> String {
        match self {
            Self::LayerMissing => "AlipayLayer did not run for this request. Add `.layer(alipay.layer())` as the last \
                line of the outermost Router: after `.merge`, `.nest` and `.fallback`, not inside a nested router; the \
                request's path must be the path of `return_url`."
                .to_owned(),
            Self::NotVerified(_) => "This payment could not be verified (yet).".to_owned(),
        }
    }
}

impl fmt::Display for PaidRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LayerMissing => f.write_str(&self.body_text()),
            Self::NotVerified(rejection) => rejection.fmt(f),
        }
    }
}

impl std::error::Error for PaidRejection {}

impl IntoResponse for PaidRejection {
    fn into_response(self) -> Response {
        (self.status(), self.body_text()).into_response()
    }
}
