//! The rules that hold for every address of the shop.

use rocket::{
    Data, Request, Route,
    http::{Method, Status},
    route::{Handler, Outcome},
};

use crate::{elsewhere, fields, reply::Refusal};

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

/// The routes of the pages, of one page that takes any method, and of everything else.
///
/// `HEAD` is answered like `GET`. Rocket would find the page by itself, but not without logging the whole address as an
/// error.
pub(crate) fn complete(pages: Vec<Route>, any_method: &[Route]) -> Vec<Route> {
    let gets = pages.iter().filter(|route| route.method == Method::Get);
    let heads: Vec<_> = gets.map(|route| with_method(route, Method::Head)).collect();
    let any = any_method.iter().flat_map(|route| METHODS.map(|method| with_method(route, method)));
    let all = pages.into_iter().chain(heads).chain(any).map(Page::around);
    all.chain(METHODS.map(elsewhere::route)).collect()
}

fn with_method(route: &Route, method: Method) -> Route {
    let mut route = route.clone();
    route.method = method;
    route
}

/// Whether a path is, byte by byte, an address of this route. Rocket overlooks slashes too many and percent escapes;
/// here every page has one address.
pub(crate) fn is_exact(route: &Route, request: &Request<'_>) -> bool {
    let mut asked = request.uri().path().as_str().split('/');
    let fits = |own: &str| match asked.next() {
        Some(segment) if own.starts_with('<') => !segment.is_empty() && !own.ends_with("..>"),
        segment => segment == Some(own),
    };
    route.uri.path().split('/').all(fits) && asked.next().is_none()
}

/// What stands around the handler of every page.
#[derive(Clone)]
struct Page(Box<dyn Handler>);

impl Page {
    fn around(mut route: Route) -> Route {
        route.handler = Box::new(Self(route.handler));
        route
    }
}

#[rocket::async_trait]
impl Handler for Page {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        if fields::is_too_large(request) {
            return Outcome::from(request, Refusal::too_large());
        }
        if request.route().is_some_and(|route| is_exact(route, request)) {
            self.0.handle(request, data).await
        } else {
            Outcome::forward(data, Status::NotFound)
        }
    }
}
