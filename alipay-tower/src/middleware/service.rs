//! The service: passes by, or takes over.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{
    RequestBody, ResponseFuture,
    layer::{Config, NotifyMode},
    notify, returned,
    route::Route,
};

/// The middleware around a service `S`; made by [`AlipayLayer`](super::AlipayLayer).
#[derive(Clone, Debug)]
pub struct AlipayService<S> {
    pub(super) inner: S,
    pub(super) config: Arc<Config>,
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
        let route = Route::of(&request, self.config.alipay.endpoints());
        if route == Route::Neither {
            return ResponseFuture::pass(self.inner.call(request.map(RequestBody::untouched)));
        }
        // The service that was made ready is given back at once: its place (in a buffer, under a concurrency limit) must
        // not be held while a stranger's body trickles in. A clone is made ready when there is something to call it for.
        self.inner = self.inner.clone();
        let config = Arc::clone(&self.config);
        match route {
            Route::Notify if config.mode == NotifyMode::Forward => {
                ResponseFuture::own(notify::forward(config, request, self.inner.clone()))
            }
            Route::Notify => ResponseFuture::own(notify::answer(config, request)),
            Route::NotifyMethod => {
                ResponseFuture::own(async move { Ok(notify::wrong_method(&config, request.method())) })
            }
            Route::Return => ResponseFuture::own(returned::show(config, request, self.inner.clone())),
            Route::Neither | Route::ReturnMethod => {
                ResponseFuture::own(returned::wrong_method(config, request, self.inner.clone()))
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
