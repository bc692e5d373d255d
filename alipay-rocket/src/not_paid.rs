//! Why there is no payment.

use std::{fmt, io::Cursor};

use alipay_tower::Rejection;
use rocket::{
    Request, Response,
    http::Status,
    response::{self, Responder},
};

/// The reason why there is no [`Paid`](crate::Paid).
///
/// As a response it says so in one line, without saying which check failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum NotPaid {
    /// The fairing is not attached: a mistake in the application that the sentinel did not see. 500.
    FairingMissing,
    /// The request was checked and holds no payment. The rejection's own status, 4xx or 503.
    NotVerified(Rejection),
    /// The request's path is not, byte by byte, the path of `return_url`, so nothing was checked. 404.
    OtherPath,
}

impl NotPaid {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::FairingMissing => Status::InternalServerError,
            Self::NotVerified(rejection) => Status::new(rejection.status()),
            Self::OtherPath => Status::NotFound,
        }
    }

    /// The body of the response; for the person in front of the browser.
    #[must_use]
    pub const fn body_text(&self) -> &'static str {
        match self {
            Self::FairingMissing => {
                "AlipayFairing is not attached. Add `.attach(AlipayFairing::new(alipay))`."
            }
            Self::NotVerified(_) | Self::OtherPath => "This payment could not be verified (yet).",
        }
    }
}

impl fmt::Display for NotPaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FairingMissing => f.write_str(self.body_text()),
            Self::NotVerified(rejection) => rejection.fmt(f),
            Self::OtherPath => f.write_str(
                "`Paid` verifies on the path of `return_url` only: mount the page there, or set `return_path` to the \
                 path that the application sees",
            ),
        }
    }
}

impl std::error::Error for NotPaid {}

impl<'r> Responder<'r, 'static> for NotPaid {
    fn respond_to(self, _request: &'r Request<'_>) -> response::Result<'static> {
        let text = self.body_text();
        Response::build()
            .status(self.status())
            .raw_header("Content-Type", "text/plain; charset=utf-8")
            .sized_body(text.len(), Cursor::new(text))
            .ok()
    }
}
