//! The service: passes by, or takes over.

use std::{
    future::poll_fn,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower::Service;

use super::{
    RequestBody, ResponseFuture,
    layer::{Front, Limits, NotifyMode, Visit},
    notify, returned,
    route::Route,
};

/// The middleware around a service `S`; made by [`AlipayLayer`](super::AlipayLayer).
#[derive(Clone, Debug)]
pub struct AlipayService<S> {
    pub(super) inner: S,
    pub(super) front: Front,
    pub(super) limits: Limits,
}

impl<S, B, R> Service<Request<B>> for AlipayService<S>
where
    S: Service<Request<RequestBody<B>>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    R: From<Bytes> + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, R, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Some((alipay, channel)) = self.front.at(request.uri().path()) else {
            return ResponseFuture::pass(self.inner.call(request.map(RequestBody::untouched)));
        };
        // The service that was made ready is given back at once: its place (in a buffer, under a concurrency limit) must
        // not be held while a stranger's body trickles in. A clone is made ready when there is something to call it for.
        self.inner = self.inner.clone();
        let visit = Visit { alipay, limits: self.limits };
        match Route::of(channel, request.method()) {
            Route::Notify if visit.limits.mode == NotifyMode::Forward => {
                ResponseFuture::own(notify::forward(visit, request, self.inner.clone()))
            }
            Route::Notify => ResponseFuture::own(notify::answer(visit, request)),
            Route::NotifyMethod => {
                ResponseFuture::own(async move { Ok(notify::wrong_method(&visit, request.method())) })
            }
            Route::Return => ResponseFuture::own(returned::show(visit, request, self.inner.clone())),
            Route::ReturnMethod => {
                ResponseFuture::own(returned::wrong_method(visit, request, self.inner.clone()))
            }
        }
    }
}

/// Waits for a place and takes it.
pub(super) async fn call<S, Q>(mut inner: S, request: Q) -> Result<S::Response, S::Error>
where
    S: Service<Q>,
{
    poll_fn(|cx| inner.poll_ready(cx)).await?;
    inner.call(request).await
}
