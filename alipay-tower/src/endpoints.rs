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
                return Err(ConfigError::Url(name, url.clone(), "must be https"));
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
