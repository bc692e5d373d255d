//! Methods, as they were sent.

use rocket::{
    Data, Request,
    fairing::{Fairing, Info, Kind},
    http::Method,
};

const FIELD: &[u8] = b"_method=";

/// Rocket lets a form choose the request's method by a first field `_method`. No page of the shop has one, so here it is
/// a field like any other.
pub(crate) struct AsSent;

#[rocket::async_trait]
impl Fairing for AsSent {
    fn info(&self) -> Info {
        Info { name: "methods as sent", kind: Kind::Request | Kind::Singleton }
    }

    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        let is_form = request.content_type().is_some_and(|content_type| content_type.is_form());
        if is_form && data.peek(FIELD.len()).await == FIELD {
            request.set_method(Method::Post);
        }
    }
}
