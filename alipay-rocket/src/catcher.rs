//! Methods that Rocket does not know. It refuses them before it routes, so no route can answer them.

use alipay_tower::protocol::Channel;
use rocket::{
    Build, Catcher, Request, Rocket,
    catcher::{Handler, Result},
    http::Status,
    response::Responder,
};

use crate::{NotifyReply, front::Front, notify::NAME};

const CODE: u16 = Status::BadRequest.code;

#[derive(Clone)]
struct UnknownMethod(Front);

/// Catches `400 Bad Request` on the notify path; register it at that path, or at the prefix of several.
pub(crate) fn catcher(front: &Front) -> Catcher {
    let mut catcher = Catcher::new(CODE, UnknownMethod(front.clone()));
    catcher.name = Some(NAME.into());
    catcher
}

/// Whether the host catches the same on this very path; two such catchers would stop the launch.
pub(crate) fn is_caught(rocket: &Rocket<Build>, path: &str) -> bool {
    rocket.catchers().any(|catcher| catcher.code == Some(CODE) && catcher.base.path() == path)
}

#[rocket::async_trait]
impl Handler for UnknownMethod {
    async fn handle<'r>(&self, status: Status, request: &'r Request<'_>) -> Result<'r> {
        let Self(front) = self;
        match front.at(request) {
            Some((desk, Channel::Notify)) => {
                NotifyReply::from(desk.wrong_method(Channel::Notify, "")).respond_to(request)
            }
            _ => next(status, request).await,
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
