//! Methods that Rocket does not know. It refuses them before it routes, so no route can answer them.

use alipay_tower::protocol::Channel;
use rocket::{
    Catcher, Request,
    catcher::{Handler, Result},
    http::Status,
    response::Responder,
};

use crate::{NotifyReply, desk::Desk, notify::NAME};

#[derive(Clone)]
struct UnknownMethod(Desk);

/// Catches `400 Bad Request` on the notify path; register it at that path.
pub(crate) fn catcher(desk: &Desk) -> Catcher {
    let mut catcher = Catcher::new(Status::BadRequest.code, UnknownMethod(desk.clone()));
    catcher.name = Some(NAME.into());
    catcher
}

#[rocket::async_trait]
impl Handler for UnknownMethod {
    async fn handle<'r>(&self, status: Status, request: &'r Request<'_>) -> Result<'r> {
        let Self(desk) = self;
        if desk.is_notify_path(request) {
            NotifyReply::from(desk.wrong_method(Channel::Notify, "")).respond_to(request)
        } else {
            next(status, request).await
        }
    }
}

/// What Rocket would have done below the notify path without this catcher: the longest base wins, then the explicit code.
async fn next<'r>(status: Status, request: &'r Request<'_>) -> Result<'r> {
    let covers = |catcher: &&Catcher| {
        let (mut base, mut path) = (catcher.base.path().segments(), request.uri().path().segments());
        base.all(|segment| path.next() == Some(segment))
    };
    let best = request
        .rocket()
        .catchers()
        .filter(|catcher| catcher.name.as_deref() != Some(NAME))
        .filter(|catcher| catcher.code.is_none_or(|code| code == status.code))
        .filter(covers)
        .max_by_key(|catcher| (catcher.base.path().segments().len(), catcher.code));
    match best {
        Some(catcher) => catcher.handler.handle(status, request).await,
        None => Catcher::default().handler.handle(status, request).await,
    }
}
