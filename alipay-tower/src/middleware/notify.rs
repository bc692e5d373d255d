//! A notification: gathered, handed to the desk, answered with one word.

use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use http_body::Body;
use tokio::time::timeout;
use tower::Service;

use super::{RequestBody, body, layer::Visit, service::call};
use crate::{
    adapter,
    protocol::{Channel, Reply},
    rejection::{Rejection, RejectionKind},
    store::Receipt,
};

/// The layer alone answers.
pub(super) async fn answer<B, R, E>(visit: Visit, request: Request<B>) -> Result<Response<R>, E>
where
    B: Body<Data = Bytes>,
    R: From<Bytes>,
{
    let work = async {
        Ok(match receive(&visit, request.into_body()).await {
            Ok(_) => reply(Reply::Success, StatusCode::OK),
            Err(rejection) => refuse(rejection),
        })
    };
    guard(&visit, work).await
}

/// The host's handler runs after settling, and its status decides.
pub(super) async fn forward<S, B, R>(
    visit: Visit,
    request: Request<B>,
    inner: S,
) -> Result<Response<R>, S::Error>
where
    S: Service<Request<RequestBody<B>>, Response = Response<R>>,
    B: Body<Data = Bytes>,
    R: From<Bytes>,
{
    let work = async {
        let (parts, body) = request.into_parts();
        match receive(&visit, body).await {
            Ok((receipt, raw)) => hand_over(receipt, raw, parts, inner).await,
            Err(rejection) => Ok(refuse(rejection)),
        }
    };
    guard(&visit, work).await
}

/// Neither a late store nor a panic of the host's code may leave the gateway without a word: it is told `fail`.
async fn guard<R: From<Bytes>, E>(
    visit: &Visit,
    work: impl Future<Output = Result<Response<R>, E>>,
) -> Result<Response<R>, E> {
    match timeout(visit.limits.deadline, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => Ok(refused(visit, adapter::panicked())),
        Err(_late) => Ok(refused(visit, adapter::deadline_exceeded(Channel::Notify))),
    }
}

pub(super) fn wrong_method<R: From<Bytes>>(visit: &Visit, method: &Method) -> Response<R> {
    let mut response = refused(visit, adapter::method_not_allowed(Channel::Notify, method.as_str()));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

async fn receive<B: Body<Data = Bytes>>(visit: &Visit, body: B) -> Result<(Receipt, Bytes), Rejection> {
    let gathered = match timeout(visit.limits.body_timeout, body::gather(body, visit.limits.body_limit)).await
    {
        Ok(gathered) => gathered,
        Err(_late) => Err(adapter::body_too_slow()),
    };
    match gathered {
        Ok(raw) => Ok((visit.alipay.receive_notify(&raw).await?, raw)),
        Err(rejection) => {
            visit.alipay.refuse(Channel::Notify, b"", &rejection);
            Err(rejection)
        }
    }
}

async fn hand_over<S, B, R>(
    receipt: Receipt,
    raw: Bytes,
    mut parts: Parts,
    inner: S,
) -> Result<Response<R>, S::Error>
where
    S: Service<Request<RequestBody<B>>, Response = Response<R>>,
    R: From<Bytes>,
{
    match &receipt {
        Receipt::AlreadySettled(payment) | Receipt::Settled(payment) => {
            parts.extensions.insert(payment.clone());
        }
        // Money that must go back is no payment of the order: the handler sees it as the receipt it is.
        Receipt::PaidTwice { .. } => {}
        Receipt::Observed(_) => return Ok(reply(Reply::Success, StatusCode::OK)),
    }
    parts.extensions.insert(receipt);
    let response = call(inner, Request::from_parts(parts, RequestBody::replayed(raw))).await?;
    Ok(if response.status().is_success() {
        reply(Reply::Success, StatusCode::OK)
    } else {
        reply(Reply::Fail, response.status())
    })
}

fn refused<R: From<Bytes>>(visit: &Visit, rejection: Rejection) -> Response<R> {
    visit.alipay.refuse(Channel::Notify, b"", &rejection);
    refuse(rejection)
}

fn refuse<R: From<Bytes>>(rejection: Rejection) -> Response<R> {
    let status = StatusCode::from_u16(rejection.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = reply(Reply::Fail, status);
    if rejection.kind() == RejectionKind::BodyTimeout {
        // The rest of the body may still come, so nothing else can use the connection.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response.extensions_mut().insert(rejection);
    response
}

fn reply<R: From<Bytes>>(reply: Reply, status: StatusCode) -> Response<R> {
    let mut response = Response::new(R::from(Bytes::from_static(reply.as_str().as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
