//! The answer to a notification.

use std::io::Cursor;

use alipay_tower::{Rejection, RejectionKind, protocol::Reply, store::Receipt};
use rocket::{
    Request, Response,
    http::Status,
    response::{self, Responder},
};

/// The answer to a notification: `success` or `fail`, exactly these bytes, as `text/plain`.
///
/// The fairing's own route answers with it. A host with a route of its own returns it; see
/// [`Notified`](crate::Notified).
#[derive(Clone, Debug)]
pub struct NotifyReply {
    word: Reply,
    status: Status,
    rejection: Option<Rejection>,
}

impl NotifyReply {
    /// `success`: the gateway stops sending it.
    #[must_use]
    pub const fn success() -> Self {
        Self { word: Reply::Success, status: Status::Ok, rejection: None }
    }

    /// `fail`: the gateway sends it again, for 25 hours. It reads the word alone; the status is for the operator.
    #[must_use]
    pub const fn fail(status: Status) -> Self {
        Self { word: Reply::Fail, status, rejection: None }
    }

    /// The word in the body.
    #[must_use]
    pub const fn word(&self) -> Reply {
        self.word
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Why the notification was refused, when it was.
    #[must_use]
    pub const fn rejection(&self) -> Option<&Rejection> {
        self.rejection.as_ref()
    }
}

impl From<Rejection> for NotifyReply {
    fn from(rejection: Rejection) -> Self {
        let status = Status::new(rejection.status());
        Self { word: Reply::Fail, status, rejection: Some(rejection) }
    }
}

impl From<Result<Receipt, Rejection>> for NotifyReply {
    fn from(result: Result<Receipt, Rejection>) -> Self {
        match result {
            Ok(_) => Self::success(),
            Err(rejection) => rejection.into(),
        }
    }
}

impl<'r> Responder<'r, 'static> for NotifyReply {
    fn respond_to(self, _request: &'r Request<'_>) -> response::Result<'static> {
        let word = self.word.as_str();
        let mut response = Response::build();
        response
            .status(self.status)
            .raw_header("Content-Type", "text/plain")
            .raw_header("Cache-Control", "no-store")
            .sized_body(word.len(), Cursor::new(word));
        if self.rejection.is_some_and(|rejection| rejection.kind() == RejectionKind::MethodNotAllowed) {
            response.raw_header("Allow", "POST");
        }
        response.ok()
    }
}
