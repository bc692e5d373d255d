//! Is this request ours?

use http::{Method, Request};

use crate::endpoints::Endpoints;

/// Where a request belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// To somebody else: passed through untouched.
    Neither,
    /// A POST on the notify path.
    Notify,
    /// Another method on the notify path.
    NotifyMethod,
    /// A GET (or HEAD) on the return path.
    Return,
    /// Another method on the return path.
    ReturnMethod,
}

impl Route {
    /// Paths are compared byte by byte: `/pay/notify/` and `/pay/%6eotify` are other paths.
    pub(super) fn of<B>(request: &Request<B>, endpoints: &Endpoints) -> Self {
        let path = request.uri().path();
        if path == endpoints.notify_path() {
            if request.method() == Method::POST { Self::Notify } else { Self::NotifyMethod }
        } else if path == endpoints.return_path() {
            let read = request.method() == Method::GET || request.method() == Method::HEAD;
            if read { Self::Return } else { Self::ReturnMethod }
        } else {
            Self::Neither
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_path_is_ours() {
        let endpoints =
            Endpoints::new("https://a.example/pay/notify", "https://a.example/pay/return").unwrap();
        let route = |method: &str, uri: &str| {
            Route::of(&Request::builder().method(method).uri(uri).body(()).unwrap(), &endpoints)
        };
        assert_eq!(route("POST", "/pay/notify?x=1"), Route::Notify);
        assert_eq!(route("GET", "/pay/notify"), Route::NotifyMethod);
        assert_eq!(route("GET", "/pay/return?a=b"), Route::Return);
        assert_eq!(route("HEAD", "/pay/return"), Route::Return);
        assert_eq!(route("POST", "/pay/return"), Route::ReturnMethod);
        for other in ["/pay/notify/", "//pay/notify", "/pay/%6eotify", "/PAY/notify", "/", "/notify"] {
            assert_eq!(route("POST", other), Route::Neither, "{other}");
        }
    }
}
