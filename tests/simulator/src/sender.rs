//! Posts a notification as Alipay does, or worse.

use std::{io, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    delivery::{Outcome, cut},
    loopback::Target,
    mischief::Transport,
    shared::Shared,
};

/// The most of an answer that is read: `success` has seven bytes.
const MAX_ANSWER: usize = 4096;
/// How many pieces a slow body comes in.
const PIECES: u32 = 20;

/// A request that is ready to go.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) target: Target,
    pub(crate) url: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    pub(crate) notify_id: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn none(outcome: Outcome, text: impl AsRef<str>) -> Self {
        Self { outcome, status: None, text: cut(text.as_ref(), 200) }
    }

    /// HTTP 200 and exactly `success`; a redirect, another word or another status is no acknowledgement.
    fn judge(status: u16, body: &[u8]) -> Self {
        let good = status == 200 && body == b"success";
        let outcome = if good { Outcome::Acknowledged } else { Outcome::Refused };
        Self { outcome, status: Some(status), text: cut(&String::from_utf8_lossy(body), 200) }
    }
}

/// The client of all ordinary deliveries: no proxy, no redirects, `localhost` is this machine.
pub(crate) fn client(timeout: Duration) -> io::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        // A shop that was restarted between two deliveries must not be met on a dead connection.
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .resolve_to_addrs("localhost", &crate::loopback::localhost(0))
        .timeout(timeout);
    // Deliveries are plain http: a system without root certificates is no reason not to start.
    #[cfg(feature = "rustls-tls")]
    let builder = builder.tls_certs_only([]);
    builder.build().map_err(io::Error::other)
}

pub(crate) async fn send(shared: &Shared, parcel: &Parcel, transport: Transport) -> Answer {
    match transport {
        Transport::Cut => send_and_cut(shared, parcel).await,
        Transport::Slow(time) => post(shared, parcel, slow(&parcel.body, time)).await,
        Transport::Whole => post(shared, parcel, parcel.body.clone().into()).await,
    }
}

async fn post(shared: &Shared, parcel: &Parcel, body: reqwest::Body) -> Answer {
    let request = shared
        .client
        .post(&parcel.url)
        .header(reqwest::header::CONTENT_TYPE, parcel.content_type)
        .header(reqwest::header::CONTENT_LENGTH, parcel.body.len())
        .body(body);
    let mut response = match request.send().await {
        Ok(response) => response,
        Err(error) => return Answer::none(Outcome::Failed, cause(&error)),
    };
    let mut answer = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if answer.len() < MAX_ANSWER => answer.extend_from_slice(&chunk),
            Ok(_) => return Answer::judge(response.status().as_u16(), &answer),
            Err(error) => return Answer::none(Outcome::Failed, cause(&error)),
        }
    }
}

/// The same bytes, dribbled.
fn slow(body: &Bytes, time: Duration) -> reqwest::Body {
    let size = body.len().div_ceil(PIECES as usize).max(1);
    let pause = time / PIECES;
    let pieces = stream::unfold(body.clone(), move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, io::Error>(Frame::data(piece)), rest))
    });
    reqwest::Body::wrap(StreamBody::new(pieces))
}

/// Writes the whole request and closes the connection without reading.
async fn send_and_cut(shared: &Shared, parcel: &Parcel) -> Answer {
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
        parcel.target.path,
        parcel.target.authority(),
        parcel.content_type,
        parcel.body.len(),
    );
    let write = async {
        let mut stream = TcpStream::connect(parcel.target.addresses().as_slice()).await?;
        stream.write_all(&[head.as_bytes(), &parcel.body].concat()).await?;
        stream.flush().await
    };
    match tokio::time::timeout(shared.settings.delivery_timeout, write).await {
        Ok(Ok(())) => Answer::none(Outcome::Cut, "the connection was cut"),
        Ok(Err(error)) => Answer::none(Outcome::Failed, error.to_string()),
        Err(_) => Answer::none(Outcome::Failed, "no connection in time"),
    }
}

fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
