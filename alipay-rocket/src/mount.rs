//! What the fairing checks about the host's routes, and adds to them.

use alipay_tower::Endpoints;
use rocket::{
    Build, Rocket, Route,
    http::{Method, uri::Origin},
};

/// Rocket matches decoded segments and reads `<` as a parameter, so a path that is compared byte by byte must be plain.
pub(crate) fn routable(endpoints: &Endpoints) -> Result<(), String> {
    for (name, path) in [("notify_path", endpoints.notify_path()), ("return_path", endpoints.return_path())] {
        if path.contains(['%', '<', '>']) || path.starts_with("//") || Origin::parse(path).is_err() {
            return Err(format!(
                "{name} `{path}`: Rocket cannot route it; use ASCII segments without percent escapes and angle brackets"
            ));
        }
    }
    Ok(())
}

/// Rocket reports routes of one path and rank; one of another rank would take the notifications away in silence.
pub(crate) fn unclaimed(rocket: &Rocket<Build>, notify_path: &str) -> Result<(), String> {
    match on_path(rocket, notify_path).next() {
        None => Ok(()),
        Some(route) => Err(format!(
            "the route `{} {}` ({}) is on the path of the route `{}`: remove it, or keep it and attach the fairing \
             with `.without_notify_route()`",
            route.method,
            route.uri,
            route.name.as_deref().unwrap_or("no name"),
            crate::notify::NAME,
        )),
    }
}

/// The host's return page for HEAD too. Rocket would find it by itself, but not without logging the whole address as
/// an error, and the query of a return names the buyer.
pub(crate) fn head_routes(rocket: &Rocket<Build>, return_path: &str) -> Vec<Route> {
    if on_path(rocket, return_path).any(|route| route.method == Method::Head) {
        return Vec::new();
    }
    let head = |route: &Route| {
        let mut head = route.clone();
        head.method = Method::Head;
        head
    };
    on_path(rocket, return_path).filter(|route| route.method == Method::Get).map(head).collect()
}

/// The same for the return pages of several merchants, whose paths are not known yet: for every page of the host below the
/// prefix, unless it answers HEAD there by itself.
pub(crate) fn head_routes_below(rocket: &Rocket<Build>, prefix: &str) -> Vec<Route> {
    let below = |method| {
        rocket.routes().filter(move |route| route.method == method && reaches_below(route.uri.path(), prefix))
    };
    if below(Method::Head).next().is_some() {
        return Vec::new();
    }
    let head = |route: &Route| {
        let mut head = route.clone();
        head.method = Method::Head;
        head
    };
    below(Method::Get).map(head).collect()
}

/// Whether a route takes any path below the prefix.
fn reaches_below(route: &str, prefix: &str) -> bool {
    let segments = |path| str::split(path, '/').filter(|segment| !segment.is_empty());
    let mut route = segments(route);
    for expected in segments(prefix) {
        match route.next() {
            Some(segment) if segment.ends_with("..>") => return true,
            Some(segment) if segment == expected || segment.starts_with('<') => {}
            _ => return false,
        }
    }
    route.next().is_some()
}

/// The host's routes whose path is exactly this one.
fn on_path<'a>(rocket: &'a Rocket<Build>, path: &'a str) -> impl Iterator<Item = &'a Route> {
    rocket.routes().filter(move |route| {
        let segments = |path: &'a str| path.split('/').filter(|segment| !segment.is_empty());
        segments(route.uri.path()).eq(segments(path))
    })
}
