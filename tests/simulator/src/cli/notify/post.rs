//! The way to the shop, and what came back.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Client, RequestBuilder, Url, header, redirect::Policy};
use serde::Serialize;

use super::{Kind, NotifyArgs};
use crate::cli::Failure;

/// The most of an answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// What one copy met; `status` is absent and `error` present when there was no answer.
#[derive(Serialize)]
pub(super) struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    pub(super) answer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

impl Answer {
    /// What Alipay takes for an acknowledgement; a browser takes any page.
    pub(super) fn acknowledges(&self, kind: Kind) -> bool {
        match kind {
            Kind::Notify => self.status == Some(200) && self.answer == "success",
            Kind::Return => self.status.is_some_and(|status| (200..400).contains(&status)),
        }
    }
}

impl NotifyArgs {
    pub(super) fn permitted<'a>(&self, to: &'a Url) -> Result<&'a Url, Failure> {
        let host = to.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        let loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        if !matches!(to.scheme(), "http" | "https") {
            return Err(Failure::usage("--to must begin with http:// or https://"));
        }
        if to.scheme() == "https" && !cfg!(feature = "rustls-tls") {
            return Err(Failure::usage("--to: this build has no TLS; build it with the feature rustls-tls"));
        }
        if !loopback && !self.allow_remote {
            return Err(Failure::usage(
                "--to is not on this machine. Give --allow-remote when it is your own shop's public address",
            ));
        }
        Ok(to)
    }

    pub(super) async fn post(
        &self,
        to: &Url,
        content_type: &str,
        body: &str,
    ) -> Result<Vec<Answer>, Failure> {
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(self.timeout.into()))
            .build()
            .map_err(Failure::refused)?;
        let copies = (0..self.duplicate).map(|_| async {
            let request = match self.kind {
                Kind::Notify => {
                    client.post(to.clone()).header(header::CONTENT_TYPE, content_type).body(body.to_owned())
                }
                Kind::Return => {
                    let mut to = to.clone();
                    to.set_query(Some(body));
                    client.get(to)
                }
            };
            answer(request).await.unwrap_or_else(|error| Answer {
                status: None,
                answer: String::new(),
                error: Some(cause(&error)),
            })
        });
        Ok(join_all(copies).await)
    }
}

async fn answer(request: RequestBuilder) -> reqwest::Result<Answer> {
    let mut response = request.send().await?;
    let status = Some(response.status().as_u16());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            body.truncate(MAX_ANSWER);
            break;
        }
    }
    Ok(Answer { status, answer: String::from_utf8_lossy(&body).into_owned(), error: None })
}

/// The innermost reason, which is the one that helps.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
