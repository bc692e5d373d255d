//! The gateway client over reqwest. No type of reqwest leaves this file.

use std::{error::Error as _, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{GatewayAnswer, GatewayError, NotifyGateway, flights::Flights};
use crate::protocol::{AntiPhishingKey, CheckError, Confirmation, Merchant, NotifyCheck, SignedRequest};

/// The largest answer to `notify_verify`, in bytes: the longest word has seven.
const MAX_WORD: usize = 1024;
/// The largest XML answer, in bytes.
const MAX_XML: usize = 64 * 1024;
/// The largest answer to a call, in bytes.
const MAX_ANSWER: usize = 256 * 1024;
/// The header by which Alipay's support finds a call.
const TRACE_ID: &str = "trace_id";

/// Settings of a [`ReqwestGateway`].
#[derive(Clone, Debug)]
#[must_use]
pub struct GatewayOptions {
    connect_timeout: Duration,
    timeout: Duration,
    env_proxy: bool,
    #[cfg(feature = "bundled-roots")]
    bundled_roots: bool,
}

impl Default for GatewayOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(6),
            env_proxy: false,
            #[cfg(feature = "bundled-roots")]
            bundled_roots: false,
        }
    }
}

impl GatewayOptions {
    /// How long a connection may take. Default: 3 seconds.
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one question may take in all. Default: 6 seconds; keep it below the layer's deadline.
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether `HTTPS_PROXY` and its relatives are obeyed. Default: no.
    pub const fn with_env_proxy(mut self, obey: bool) -> Self {
        self.env_proxy = obey;
        self
    }

    /// Trusts the root certificates compiled in instead of the system's. Default: no.
    #[cfg(feature = "bundled-roots")]
    #[cfg_attr(docsrs, doc(cfg(feature = "bundled-roots")))]
    pub const fn with_bundled_roots(mut self, bundled: bool) -> Self {
        self.bundled_roots = bundled;
        self
    }
}

/// Asks the real gateway (or the simulated one) over pooled connections.
///
/// TLS is verified, always: there is no option against it. Redirects are not followed, answers are capped, and
/// questions about one `notify_id` that overlap share one request. Cloning shares everything.
#[derive(Clone)]
pub struct ReqwestGateway {
    client: reqwest::Client,
    flights: Arc<Flights>,
}

impl fmt::Debug for ReqwestGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestGateway").finish_non_exhaustive()
    }
}

impl ReqwestGateway {
    /// Builds the client; once, for the life of the application.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Config`] when the system has no root certificates (a slim container: install
    /// `ca-certificates`, or use the feature `bundled-roots`).
    pub fn new(options: &GatewayOptions) -> Result<Self, GatewayError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            .user_agent(concat!("alipay-tower/", env!("CARGO_PKG_VERSION")));
        if !options.env_proxy {
            builder = builder.no_proxy();
        }
        #[cfg(feature = "bundled-roots")]
        if options.bundled_roots {
            let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            let roots: Result<Vec<_>, _> = roots.map(|der| reqwest::Certificate::from_der(der)).collect();
            builder = builder.tls_certs_only(roots.map_err(|error| config(&error))?);
        }
        let client = builder.build().map_err(|error| config(&error))?;
        Ok(Self { client, flights: Arc::default() })
    }

    /// `query_timestamp`: the key that payment requests carry when anti-phishing is switched on. Ask right before
    /// building each request; the key lives about 30 seconds.
    ///
    /// # Errors
    ///
    /// [`GatewayError`] when the gateway does not answer with a key.
    pub async fn query_timestamp(&self, merchant: &Merchant) -> Result<AntiPhishingKey, GatewayError> {
        let query = [
            ("service", "query_timestamp"),
            ("partner", merchant.partner().as_str()),
            ("_input_charset", merchant.charset().label()),
        ];
        // ASCII words cannot fail to serialise.
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        let answer = self.get(&format!("{}?{query}", merchant.gateway()), MAX_XML).await?;
        Ok(AntiPhishingKey::read(&answer, merchant)?)
    }

    async fn notify_verify(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        let mut answer = Err(GatewayError::Check(CheckError::Denied));
        for url in check.urls() {
            let word = self.get(&url, MAX_WORD).await?;
            answer = check.read(&word).map_err(GatewayError::Check);
            if !matches!(answer, Err(GatewayError::Check(CheckError::Denied))) {
                break;
            }
        }
        answer
    }

    async fn get(&self, url: &str, max: usize) -> Result<Vec<u8>, GatewayError> {
        Self::read(self.client.get(url), max).await.map(GatewayAnswer::into_body)
    }

    async fn read(request: reqwest::RequestBuilder, max: usize) -> Result<GatewayAnswer, GatewayError> {
        let mut response = request.send().await.map_err(transport)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(GatewayError::Status(response.status().as_u16()));
        }
        let trace_id =
            response.headers().get(TRACE_ID).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let trace_id = trace_id.to_owned();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            if body.len() + chunk.len() > max {
                return Err(GatewayError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(GatewayAnswer::new(body).with_trace_id(&trace_id))
    }
}

#[async_trait]
impl NotifyGateway for ReqwestGateway {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        self.flights.share(check, || self.notify_verify(check)).await
    }

    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        self.call(request).await.map(GatewayAnswer::into_body)
    }

    async fn call(&self, request: &SignedRequest) -> Result<GatewayAnswer, GatewayError> {
        let (url, body) = request.post();
        let form = format!("application/x-www-form-urlencoded; charset={}", request.charset().label());
        let post = self.client.post(url).header("content-type", form).body(body);
        Self::read(post, MAX_ANSWER).await
    }
}

/// The innermost cause says what happened; the address holds the notify_id and is left out.
fn transport(error: reqwest::Error) -> GatewayError {
    let error = error.without_url();
    let timeout = error.is_timeout();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let text = if timeout { "no answer in time".to_owned() } else { cause.to_string() };
    GatewayError::Transport(text.into())
}

fn config(error: &reqwest::Error) -> GatewayError {
    let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    GatewayError::Config(cause.into())
}

#[cfg(test)]
mod tests;
