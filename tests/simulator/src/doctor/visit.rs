//! One request to the shop, and what came of it.

use std::time::{Duration, Instant};

use reqwest::{Client, Method, Response, Url, header, redirect::Policy};

use super::{Defect, DoctorError, trouble};

/// The most of an answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// A kind of `User-Agent` such as gateways send, and some filters do not like.
pub(super) const GATEWAY_AGENT: &str = "Mozilla/4.0";
/// A browser's.
pub(super) const BROWSER_AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

/// What the shop answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) compressed: Option<String>,
    pub(super) location: Option<String>,
    /// A bot check says of itself that it answered.
    pub(super) challenged: bool,
    pub(super) body: Vec<u8>,
    pub(super) elapsed: Duration,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub(super) defect: Defect,
    pub(super) detail: String,
}

/// A request that is ready to go.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) user_agent: Option<&'a str>,
    pub(super) content_type: Option<&'a str>,
    pub(super) body: String,
}

impl<'a> Call<'a> {
    /// As the gateway posts.
    pub(super) fn post(url: &Url, body: String) -> Self {
        let content_type = Some(crate::CONTENT_TYPE);
        Self { method: Method::POST, url: url.clone(), user_agent: Some(GATEWAY_AGENT), content_type, body }
    }

    /// As a browser comes.
    pub(super) fn get(url: &Url) -> Self {
        let (user_agent, content_type) = (Some(BROWSER_AGENT), None);
        Self { method: Method::GET, url: url.clone(), user_agent, content_type, body: String::new() }
    }

    pub(super) fn with_user_agent(self, user_agent: Option<&'a str>) -> Self {
        Self { user_agent, ..self }
    }

    pub(super) fn with_content_type(self, content_type: &'a str) -> Self {
        Self { content_type: Some(content_type), ..self }
    }
}

/// The client: no proxy, no redirects, no compression asked for, a new connection for each probe.
pub(super) fn client(timeout: Duration, authority: Option<&[u8]>) -> Result<Client, DoctorError> {
    let builder = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .redirect(Policy::none())
        .resolve_to_addrs("localhost", &crate::loopback::localhost(0))
        .timeout(timeout);
    #[cfg(feature = "rustls-tls")]
    let builder = match authority {
        Some(pem) => {
            let bundle = reqwest::Certificate::from_pem_bundle(pem).map_err(DoctorError::authority)?;
            builder.tls_certs_merge(bundle)
        }
        None => builder,
    };
    #[cfg(not(feature = "rustls-tls"))]
    let _ = authority;
    builder.build().map_err(DoctorError::client)
}

pub(super) async fn send(client: &Client, call: Call<'_>) -> Result<Answer, Trouble> {
    let start = Instant::now();
    let mut request = client.request(call.method, call.url);
    if let Some(user_agent) = call.user_agent {
        request = request.header(header::USER_AGENT, user_agent);
    }
    if let Some(content_type) = call.content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    if !call.body.is_empty() {
        request = request.body(call.body);
    }
    let mut response = request.send().await.map_err(|error| trouble::of(&error))?;
    let mut answer = head(&response);
    while let Some(chunk) = response.chunk().await.map_err(|error| trouble::of(&error))? {
        answer.body.extend_from_slice(&chunk);
        if answer.body.len() > MAX_ANSWER {
            answer.body.truncate(MAX_ANSWER);
            break;
        }
    }
    answer.elapsed = start.elapsed();
    Ok(answer)
}

fn head(response: &Response) -> Answer {
    let text = |name: &str| {
        let value = response.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let compressed = text("content-encoding").filter(|coding| !coding.eq_ignore_ascii_case("identity"));
    Answer {
        status: response.status().as_u16(),
        content_type: text("content-type"),
        compressed,
        location: text("location"),
        challenged: text("cf-mitigated").is_some(),
        ..Answer::default()
    }
}
