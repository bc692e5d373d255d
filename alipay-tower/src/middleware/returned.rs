//! A buyer's return: the host's page is always called, with the proof or the reason in the extensions.

use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body::Body;
use tokio::time::timeout;
use tower::Service;

use super::{RequestBody, layer::Visit, service::call};
use crate::{adapter, protocol::Channel, rejection::Rejection};

pub(super) async fn show<S, B, R>(
    visit: Visit,
    mut request: Request<B>,
    inner: S,
) -> Result<Response<R>, S::Error>
where
    S: Service<Request<RequestBody<B>>, Response = Response<R>>,
    B: Body<Data = Bytes>,
{
    let query = request.uri().query().unwrap_or_default();
    let limit = adapter::query_limit(visit.limits.body_limit);
    let result = if query.len() > limit {
        Err(refused(&visit, adapter::query_too_large(limit)))
    } else {
        let work = AssertUnwindSafe(visit.alipay.receive_return(query.as_bytes())).catch_unwind();
        match timeout(visit.limits.deadline, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(_panic)) => Err(refused(&visit, adapter::panicked())),
            Err(_late) => Err(refused(&visit, adapter::deadline_exceeded(Channel::Return))),
        }
    };
    match result {
        Ok(payment) => request.extensions_mut().insert(payment).is_some(),
        Err(rejection) => request.extensions_mut().insert(rejection).is_some(),
    };
    call(inner, request.map(RequestBody::untouched)).await
}

pub(super) async fn wrong_method<S, B, R>(
    visit: Visit,
    mut request: Request<B>,
    inner: S,
) -> Result<Response<R>, S::Error>
where
    S: Service<Request<RequestBody<B>>, Response = Response<R>>,
    B: Body<Data = Bytes>,
{
    let method = request.method().as_str();
    let rejection = refused(&visit, adapter::method_not_allowed(Channel::Return, method));
    request.extensions_mut().insert(rejection);
    call(inner, request.map(RequestBody::untouched)).await
}

fn refused(visit: &Visit, rejection: Rejection) -> Rejection {
    visit.alipay.refuse(Channel::Return, b"", &rejection);
    rejection
}
