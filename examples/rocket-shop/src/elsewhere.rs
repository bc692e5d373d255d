//! Addresses and methods that no page has.

use rocket::{
    Data, Request, Route,
    http::Method,
    route::{Handler, Outcome},
};
use shop::Shop;

use crate::{
    addresses, fields,
    guest::Guest,
    reply::{Refusal, Reply},
};

/// Behind every other route.
const RANK: isize = 100;

#[derive(Clone)]
struct Elsewhere;

/// A route on every path. With it no request is without a route: Rocket would log its whole address.
pub(crate) fn route(method: Method) -> Route {
    let mut route = Route::ranked(RANK, method, "/<path..>", Elsewhere);
    route.name = Some("elsewhere".into());
    route
}

#[rocket::async_trait]
impl Handler for Elsewhere {
    async fn handle<'r>(&self, request: &'r Request<'_>, _data: Data<'r>) -> Outcome<'r> {
        Outcome::from(request, answer(request))
    }
}

/// `405` where another method has a page, the shop's own page for addresses that are none everywhere else.
pub(crate) fn answer(request: &Request<'_>) -> Result<Reply, Refusal> {
    if fields::is_too_large(request) {
        return Err(Refusal::too_large());
    }
    let here = |method| {
        let mut routes = request.rocket().routes();
        routes.any(|route| route.method == method && addresses::is_exact(route, request))
    };
    let allowed: Vec<_> =
        [Method::Get, Method::Head, Method::Post].into_iter().filter(|method| here(*method)).collect();
    if !allowed.is_empty() {
        return Err(Refusal::wrong_method(&allowed));
    }
    match request.rocket().state::<Shop>() {
        Some(shop) => Ok(Reply(shop.not_found(&Guest::of(request).0))),
        None => Err(Refusal::broken()),
    }
}
