//! The route on the notify path: it answers every method, always with one word.

use alipay_tower::protocol::Channel;
use rocket::{
    Data, Request, Route,
    http::{Method, Status},
    route::{Handler, Outcome},
};

use crate::{
    NotifyReply,
    front::{Front, Serves},
};

/// The name of the routes and the catcher of the notify path.
pub(crate) const NAME: &str = "alipay notify";

const METHODS: [Method; 9] = [
    Method::Connect,
    Method::Delete,
    Method::Get,
    Method::Head,
    Method::Options,
    Method::Patch,
    Method::Post,
    Method::Put,
    Method::Trace,
];

#[derive(Clone)]
struct NotifyHandler(Front);

/// One route for each method. One merchant's has the rank that a host's own route would have. That of several is asked
/// before all others about every path below the prefix, because the paths are not known yet, and steps aside.
pub(crate) fn routes(front: &Front) -> Vec<Route> {
    let route = |method| {
        let handler = NotifyHandler(front.clone());
        let mut route = match &front.serves {
            Serves::One(alipay) => Route::new(method, alipay.endpoints().notify_path(), handler),
            Serves::Several(desks) => {
                let below = format!("{}/<path..>", desks.prefix().trim_end_matches('/'));
                Route::ranked(isize::MIN, method, &below, handler)
            }
        };
        route.name = Some(NAME.into());
        route
    };
    METHODS.into_iter().map(route).collect()
}

#[rocket::async_trait]
impl Handler for NotifyHandler {
    async fn handle<'r>(&self, request: &'r Request<'_>, mut data: Data<'r>) -> Outcome<'r> {
        let Self(front) = self;
        let Some((desk, Channel::Notify)) = front.at(request) else {
            return Outcome::forward(data, Status::NotFound);
        };
        let method = request.method();
        let reply = if method == Method::Post || was_post(request, &mut data).await {
            NotifyReply::from(desk.receive(request, data).await)
        } else {
            NotifyReply::from(desk.wrong_method(Channel::Notify, method.as_str()))
        };
        Outcome::from(request, reply)
    }
}

/// Whether Rocket changed the method because the form begins with a field `_method`. A message decides nothing here, so
/// it is read as the POST that it was.
async fn was_post(request: &Request<'_>, data: &mut Data<'_>) -> bool {
    const FIELD: &[u8] = b"_method=";
    request.content_type().is_some_and(|content_type| content_type.is_form())
        && data.peek(FIELD.len()).await == FIELD
}
