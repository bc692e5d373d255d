//! A buyer's browser: addresses, forms, cookies, redirects. No scripts.

use std::{collections::HashMap, time::Duration};

use alipay_tower::protocol::Charset;
use reqwest::{Client, Method, Url, header, redirect};

use super::{
    DemoError,
    page::{Form, Page},
};

/// More redirects in a row lead nowhere.
const MAX_REDIRECTS: usize = 8;
/// The longest page that is read.
const MAX_PAGE: usize = 1024 * 1024;
/// How long a server that is still starting may refuse connections.
const STARTING: Duration = Duration::from_secs(10);

/// One browser with its own cookies.
pub(super) struct Browser {
    client: Client,
    cookies: HashMap<String, String>,
}

/// A page and where it was found, after all redirects.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) page: Page,
    /// The addresses that led here, the first request's own among them.
    pub(super) way: Vec<Url>,
}

impl Browser {
    pub(super) fn new() -> Result<Self, DemoError> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .build()
            .map_err(|error| DemoError::new(format!("no HTTP client: {error}")))?;
        Ok(Self { client, cookies: HashMap::new() })
    }

    /// Opens an address, the first of all with patience for a server that is just starting.
    pub(super) async fn open(&mut self, url: Url) -> Result<Visit, DemoError> {
        self.follow(Method::GET, url, None, None).await
    }

    /// Opens a link of a page.
    pub(super) async fn click(&mut self, on: &Visit, link: &str) -> Result<Visit, DemoError> {
        let url = on.join(link)?;
        self.open(url).await
    }

    /// Sends a form of a page, encoded in the charset that the form asks for.
    pub(super) async fn submit(&mut self, on: &Visit, form: &Form) -> Result<Visit, DemoError> {
        let mut url = on.join(&form.action)?;
        let body = encode(form)?;
        if form.post {
            let origin = on.url.origin().ascii_serialization();
            self.follow(Method::POST, url, Some(body), Some(origin)).await
        } else {
            url.set_query(Some(&body));
            self.open(url).await
        }
    }

    async fn follow(
        &mut self,
        mut method: Method,
        mut url: Url,
        mut form: Option<String>,
        origin: Option<String>,
    ) -> Result<Visit, DemoError> {
        let mut way = Vec::new();
        while way.len() <= MAX_REDIRECTS {
            way.push(url.clone());
            let response = self.send(&method, &url, form.take(), origin.as_deref()).await?;
            self.keep_cookies(&url, response.headers());
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            match location {
                Some(location) if response.status().is_redirection() => {
                    url = url.join(location).map_err(|_| DemoError::new("a redirect to no address"))?;
                    method = Method::GET;
                }
                _ => {
                    let status = response.status().as_u16();
                    let page = Page::read(&text(response).await?);
                    return Ok(Visit { url, status, page, way });
                }
            }
        }
        Err(DemoError::new(format!("redirects without end at {}", url.path())))
    }

    async fn send(
        &self,
        method: &Method,
        url: &Url,
        form: Option<String>,
        origin: Option<&str>,
    ) -> Result<reqwest::Response, DemoError> {
        let started = tokio::time::Instant::now();
        loop {
            let mut request =
                self.client.request(method.clone(), url.clone()).header(header::ACCEPT_LANGUAGE, "en");
            if let Some(cookies) = self.cookies.get(&url.origin().ascii_serialization()) {
                request = request.header(header::COOKIE, cookies);
            }
            if let Some(form) = &form {
                request = request
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header(header::ORIGIN, origin.unwrap_or("null"))
                    .body(form.clone());
            }
            match request.send().await {
                Ok(response) => return Ok(response),
                Err(error) if error.is_connect() && started.elapsed() < STARTING => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => {
                    let error = error.without_url();
                    return Err(DemoError::new(format!(
                        "no answer from {}{}: {error}",
                        url.authority(),
                        url.path()
                    )));
                }
            }
        }
    }

    /// Cookies by origin, as names and values; their attributes do not matter for one short visit.
    fn keep_cookies(&mut self, url: &Url, headers: &header::HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            let name = pair.split('=').next().unwrap_or_default();
            let own = self.cookies.entry(url.origin().ascii_serialization()).or_default();
            let others =
                own.split("; ").filter(|other| other.split('=').next() != Some(name) && !other.is_empty());
            *own = others.chain([pair]).collect::<Vec<_>>().join("; ");
        }
    }
}

impl Visit {
    fn join(&self, link: &str) -> Result<Url, DemoError> {
        self.url.join(link).map_err(|_| DemoError::new(format!("`{link}` is no address")))
    }
}

async fn text(mut response: reqwest::Response) -> Result<String, DemoError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| DemoError::new(error.to_string()))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_PAGE {
            return Err(DemoError::new("a page is larger than a megabyte"));
        }
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

fn encode(form: &Form) -> Result<String, DemoError> {
    let label = form.charset.as_deref().unwrap_or("utf-8");
    let charset = Charset::from_label(label).ok_or_else(|| {
        DemoError::new(format!("a form in the charset {label}, which this browser does not know"))
    })?;
    let mut out = String::new();
    for (name, value) in &form.fields {
        let separator = if out.is_empty() { "" } else { "&" };
        out.push_str(separator);
        percent(name.as_bytes(), &mut out);
        out.push('=');
        let bytes = charset.encode(value).map_err(|error| DemoError::new(format!("{name}: {error}")))?;
        percent(&bytes, &mut out);
    }
    Ok(out)
}

fn percent(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        match byte {
            b' ' => out.push('+'),
            b'*' | b'-' | b'.' | b'_' => out.push(char::from(*byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(*byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_sent_in_their_charset() {
        let form = |charset: &str| Form {
            charset: Some(charset.to_owned()),
            fields: vec![("a b".to_owned(), "茶&=".to_owned()), ("c".to_owned(), String::new())],
            ..Form::default()
        };
        assert_eq!(encode(&form("utf-8")).unwrap(), "a+b=%E8%8C%B6%26%3D&c=");
        assert_eq!(encode(&form("gbk")).unwrap(), "a+b=%B2%E8%26%3D&c=");
        assert!(encode(&form("latin-1")).is_err());
    }
}
