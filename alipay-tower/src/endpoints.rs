//! The two addresses of the shop that Alipay knows.

use crate::protocol::{Channel, ConfigError, WebUrl};

/// `notify_url` and `return_url`; the paths of these addresses are the paths that the layer intercepts.
///
/// ```
/// use alipay_tower::Endpoints;
///
/// let endpoints = Endpoints::new("https://shop.example.com/alipay/notify", "https://shop.example.com/alipay/return")?
///     .with_https_required()?;
/// assert_eq!(endpoints.notify_path(), "/alipay/notify");
/// assert!(Endpoints::new("https://shop.example.com/pay", "https://shop.example.com/pay").is_err());
/// assert!(Endpoints::new("https://shop.example.com/pay?id=1", "https://shop.example.com/back").is_err());
/// # Ok::<(), alipay_tower::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Endpoints {
    notify_url: String,
    return_url: String,
    notify_path: String,
    return_path: String,
}

impl Endpoints {
    /// Takes the complete public addresses, as Alipay is to see them.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when an address is not absolute, has a query, or both have the same path.
    pub fn new(notify_url: &str, return_url: &str) -> Result<Self, ConfigError> {
        let notify_path = WebUrl::parse("notify_url", notify_url)?.path.to_owned();
        let return_path = WebUrl::parse("return_url", return_url)?.path.to_owned();
        let (notify_url, return_url) = (notify_url.to_owned(), return_url.to_owned());
        Self { notify_url, return_url, notify_path, return_path }.distinct()
    }

    /// Refuses a `notify_url` or `return_url` that is plain http.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Url`] names the address.
    pub fn with_https_required(self) -> Result<Self, ConfigError> {
        for (name, url) in [("notify_url", &self.notify_url), ("return_url", &self.return_url)] {
            if !WebUrl::parse(name, url)?.https {
                return Err(ConfigError::Url(
                    name,
                    url.clone(),
                    "must be https: give the public address that the shop's certificate is for",
                ));
            }
        }
        Ok(self)
    }

    /// The path that the application sees for notifications, when a proxy in front strips or rewrites the public one.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when it does not begin with `/` or equals the return path.
    pub fn with_notify_path(self, path: &str) -> Result<Self, ConfigError> {
        Self { notify_path: absolute("notify_path", path)?, ..self }.distinct()
    }

    /// The path that the application sees for returns, when a proxy in front strips or rewrites the public one.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when it does not begin with `/` or equals the notify path.
    pub fn with_return_path(self, path: &str) -> Result<Self, ConfigError> {
        Self { return_path: absolute("return_path", path)?, ..self }.distinct()
    }

    /// Where the gateway posts notifications.
    #[must_use]
    pub fn notify_url(&self) -> &str {
        &self.notify_url
    }

    /// Where the buyer's browser is sent.
    #[must_use]
    pub fn return_url(&self) -> &str {
        &self.return_url
    }

    /// The intercepted path for notifications.
    #[must_use]
    pub fn notify_path(&self) -> &str {
        &self.notify_path
    }

    /// The intercepted path for returns.
    #[must_use]
    pub fn return_path(&self) -> &str {
        &self.return_path
    }

    /// Which messages a path is for, if it is one of the two. Paths are compared byte by byte: `/pay/notify/` and
    /// `/pay/%6eotify` are other paths than `/pay/notify`.
    #[must_use]
    pub fn channel(&self, path: &str) -> Option<Channel> {
        if path == self.notify_path {
            Some(Channel::Notify)
        } else {
            (path == self.return_path).then_some(Channel::Return)
        }
    }

    fn distinct(self) -> Result<Self, ConfigError> {
        if self.notify_path == self.return_path {
            return Err(ConfigError::EqualPaths(self.notify_path));
        }
        Ok(self)
    }
}

fn absolute(name: &'static str, path: &str) -> Result<String, ConfigError> {
    if path.starts_with('/') && !path.contains(['?', '#']) {
        Ok(path.to_owned())
    } else {
        Err(ConfigError::Invalid(name, "must begin with / and have no query"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTIFY: &str = "https://shop.example.com/alipay/notify";
    const RETURN: &str = "https://shop.example.com/alipay/return";

    #[test]
    fn every_mistake_is_a_sentence_that_says_what_to_do() {
        const ABSOLUTE: &str = "must be absolute, beginning with https:// or http://";
        const QUERY: &str = "must not have a query of its own, whose parameters would join the signed ones: put what \
                             you need into the path";
        const SPECIAL: &str =
            "must not have special characters, which Alipay refuses: take them out of the path";
        const ASCII: &str = "must be ASCII without spaces: percent-encode the rest";
        const HOST: &str = "has no host: write the whole public address";
        for (url, problem) in [
            ("", ABSOLUTE),
            ("/alipay/notify", ABSOLUTE),
            ("shop.example.com/alipay/notify", ABSOLUTE),
            ("ftp://shop.example.com/notify", ABSOLUTE),
            ("https://shop.example.com/notify?id=1", QUERY),
            ("https://shop.example.com/notify?", QUERY),
            ("https://shop.example.com/notify#top", QUERY),
            ("https://shop.example.com/notify!", SPECIAL),
            ("https://user@shop.example.com/notify", SPECIAL),
            ("https://shop.example.com/a b", ASCII),
            ("https://shop.example.com/通知", ASCII),
            ("https:///notify", HOST),
        ] {
            let notify = Endpoints::new(url, RETURN).unwrap_err().to_string();
            assert_eq!(notify, format!("notify_url `{url}`: {problem}"));
            let back = Endpoints::new(NOTIFY, url).unwrap_err().to_string();
            assert_eq!(back, format!("return_url `{url}`: {problem}"));
        }
    }

    #[test]
    fn two_addresses_need_two_paths() {
        let equal =
            |path| format!("notify_url and return_url have the same path `{path}`: give each its own");
        let other_host = "https://www.example.com/alipay/notify";
        assert_eq!(Endpoints::new(NOTIFY, other_host).unwrap_err().to_string(), equal("/alipay/notify"));
        let root = Endpoints::new("https://a.example", "https://b.example/").unwrap_err();
        assert_eq!(root.to_string(), equal("/"));
        let good = || Endpoints::new(NOTIFY, RETURN).unwrap();
        let moved = good().with_notify_path("/alipay/return").unwrap_err();
        assert_eq!(moved.to_string(), equal("/alipay/return"));
        let moved = good().with_return_path("/alipay/notify").unwrap_err();
        assert_eq!(moved.to_string(), equal("/alipay/notify"));
        for path in ["", "notify", "/notify?x=1", "/notify#x"] {
            let wrong = good().with_notify_path(path).unwrap_err();
            assert_eq!(wrong.to_string(), "notify_path: must begin with / and have no query", "{path}");
            let wrong = good().with_return_path(path).unwrap_err();
            assert_eq!(wrong.to_string(), "return_path: must begin with / and have no query", "{path}");
        }
    }

    #[test]
    fn https_is_demanded_of_both() {
        let advice = "must be https: give the public address that the shop's certificate is for";
        let plain = "http://shop.example.com/alipay/plain";
        assert!(Endpoints::new(NOTIFY, RETURN).unwrap().with_https_required().is_ok());
        let notify = Endpoints::new(plain, RETURN).unwrap().with_https_required().unwrap_err();
        assert_eq!(notify.to_string(), format!("notify_url `{plain}`: {advice}"));
        let back = Endpoints::new(NOTIFY, plain).unwrap().with_https_required().unwrap_err();
        assert_eq!(back.to_string(), format!("return_url `{plain}`: {advice}"));
    }
}
