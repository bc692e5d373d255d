//! What a request on one of our paths is.

use http::Method;

use crate::protocol::Channel;

/// A request on one of our paths, by its method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
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
    pub(super) fn of(channel: Channel, method: &Method) -> Self {
        match channel {
            Channel::Notify if method == Method::POST => Self::Notify,
            Channel::Notify => Self::NotifyMethod,
            Channel::Query | Channel::Return if method == Method::GET || method == Method::HEAD => {
                Self::Return
            }
            Channel::Query | Channel::Return => Self::ReturnMethod,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints::Endpoints;

    #[test]
    fn only_the_exact_path_is_ours() {
        let endpoints =
            Endpoints::new("https://a.example/pay/notify", "https://a.example/pay/return").unwrap();
        let route = |method: &str, path: &str| {
            Some(Route::of(endpoints.channel(path)?, &Method::from_bytes(method.as_bytes()).unwrap()))
        };
        assert_eq!(route("POST", "/pay/notify"), Some(Route::Notify));
        assert_eq!(route("GET", "/pay/notify"), Some(Route::NotifyMethod));
        assert_eq!(route("GET", "/pay/return"), Some(Route::Return));
        assert_eq!(route("HEAD", "/pay/return"), Some(Route::Return));
        assert_eq!(route("POST", "/pay/return"), Some(Route::ReturnMethod));
        for other in ["/pay/notify/", "//pay/notify", "/pay/%6eotify", "/PAY/notify", "/", "/notify"] {
            assert_eq!(route("POST", other), None, "{other}");
        }
    }
}
