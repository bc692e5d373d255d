//! The gateway client over reqwest. No type of reqwest leaves this file.

use std::{error::Error as _, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{GatewayError, NotifyGateway, flights::Flights};
use crate::protocol::{AntiPhishingKey, CheckError, Confirmation, Merchant, NotifyCheck, SignedRequest};

/// The largest answer to `notify_verify`, in bytes: the longest word has seven.
const MAX_WORD: usize = 1024;
/// The largest XML answer, in bytes.
const MAX_XML: usize = 64 * 1024;
/// The largest answer to a call, in bytes.
const MAX_ANSWER: usize = 256 * 1024;

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
        Self::read(self.client.get(url), max).await
    }

    async fn read(request: reqwest::RequestBuilder, max: usize) -> Result<Vec<u8>, GatewayError> {
        let mut response = request.send().await.map_err(transport)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(GatewayError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            if body.len() + chunk.len() > max {
                return Err(GatewayError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

#[async_trait]
impl NotifyGateway for ReqwestGateway {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        self.flights.share(check, || self.notify_verify(check)).await
    }

    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
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
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::protocol::{Channel, GatewayUrl, Md5Key, Notification, PartnerId};

    /// A gateway that answers each request with what `answer` makes of its first line; counts connections.
    async fn gateway(
        answer: impl Fn(&str) -> String + Clone + Send + 'static,
    ) -> (Merchant, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = GatewayUrl::new(&format!("http://{}/gateway.do", listener.local_addr().unwrap())).unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut buffer = [0; 4096];
                    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                        let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
                        let reply = answer(request.lines().next().unwrap_or_default());
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        if stream.write_all(reply.as_bytes()).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
        let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
        (Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key).with_gateway(url), connections)
    }

    fn ok(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    fn check(merchant: &Merchant, notify_id: &str) -> NotifyCheck {
        let sign = merchant.sign_text(format!("notify_id={notify_id}").as_bytes());
        let query =
            serde_urlencoded::to_string([("notify_id", notify_id), ("sign", &sign), ("sign_type", "MD5")]);
        let message = Notification::parse(Channel::Return, query.unwrap().as_bytes()).unwrap();
        message.authenticate(merchant).unwrap().check(merchant).unwrap()
    }

    fn client() -> ReqwestGateway {
        ReqwestGateway::new(&GatewayOptions::default().with_timeout(Duration::from_millis(500))).unwrap()
    }

    #[tokio::test]
    async fn asks_over_one_connection() {
        let (merchant, connections) = gateway(|line| {
            assert!(line.contains("service=notify_verify&partner=2088000000000001&notify_id=a"), "{line}");
            ok("true")
        })
        .await;
        let client = client();
        for id in ["a1", "a2", "a3"] {
            assert_eq!(client.ask(&check(&merchant, id)).await.unwrap().notify_id().as_str(), id);
        }
        assert_eq!(connections.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn tries_the_second_spelling_of_a_return_id() {
        let (merchant, _) = gateway(|line| ok(if line.contains("%252F") { "true" } else { "false" })).await;
        assert!(client().ask(&check(&merchant, "RqPn%2Fx")).await.is_ok());
        let denied = client().ask(&check(&merchant, "plain")).await.unwrap_err();
        assert!(matches!(denied, GatewayError::Check(CheckError::Denied)));
    }

    #[tokio::test]
    async fn questions_that_overlap_are_asked_once() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let (merchant, _) = gateway(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            ok("true")
        })
        .await;
        let (client, check) = (client(), check(&merchant, "same"));
        let dropped = tokio::time::timeout(Duration::from_millis(5), client.ask(&check)).await;
        assert!(dropped.is_err());
        let answers = futures_util::future::join_all((0..20).map(|_| client.ask(&check))).await;
        assert!(answers.iter().all(Result::is_ok));
        assert!(asked.load(Ordering::SeqCst) <= 2);
        assert!(client.flights.is_empty());
    }

    #[tokio::test]
    async fn every_other_answer_is_an_error() {
        let (merchant, _) =
            gateway(|line| match line.split("notify_id=").nth(1).and_then(|rest| rest.chars().next()) {
                Some('r') => {
                    "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_owned()
                }
                Some('l') => ok(&"true".repeat(1000)),
                Some('h') => "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ntrue".to_owned(),
                _ => ok("<html>true"),
            })
            .await;
        let ask = async |id: &str| client().ask(&check(&merchant, id)).await.unwrap_err();
        assert!(matches!(ask("r").await, GatewayError::Status(302)));
        assert!(matches!(ask("l").await, GatewayError::TooLarge));
        assert!(matches!(ask("h").await, GatewayError::Transport(reason) if &*reason == "no answer in time"));
        assert!(matches!(ask("x").await, GatewayError::Check(CheckError::Unintelligible)));
        let nobody = merchant.clone().with_gateway(GatewayUrl::new("http://127.0.0.1:1/gateway.do").unwrap());
        let unreachable = client().ask(&check(&nobody, "x")).await.unwrap_err();
        assert!(!unreachable.to_string().contains("notify_id"), "{unreachable}");
    }

    #[tokio::test]
    async fn fetches_the_anti_phishing_key() {
        let (merchant, _) = gateway(|line| {
            assert!(line.contains("service=query_timestamp&partner=2088000000000001&_input_charset=utf-8"), "{line}");
            ok("<alipay><is_success>T</is_success><response><timestamp><encrypt_key>KPr8DuZp5xc031OVxw==</encrypt_key>\
                </timestamp></response><sign>231f3b68cbd70f7218ea11e97c37432e</sign><sign_type>MD5</sign_type></alipay>")
        })
        .await;
        assert_eq!(client().query_timestamp(&merchant).await.unwrap().as_str(), "KPr8DuZp5xc031OVxw==");
    }
}
