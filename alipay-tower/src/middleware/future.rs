//! The future: the inner service's own on every other path, boxed work on ours.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use http::Response;
use pin_project::pin_project;

/// The response future of [`AlipayService`](super::AlipayService).
#[pin_project]
pub struct ResponseFuture<F, R, E>(#[pin] State<F, R, E>);

type Work<R, E> = Pin<Box<dyn Future<Output = Result<Response<R>, E>> + Send>>;

#[pin_project(project = StateProjection)]
enum State<F, R, E> {
    Own(Work<R, E>),
    Pass(#[pin] F),
}

impl<F, R, E> ResponseFuture<F, R, E> {
    pub(super) const fn pass(future: F) -> Self {
        Self(State::Pass(future))
    }

    pub(super) fn own(work: impl Future<Output = Result<Response<R>, E>> + Send + 'static) -> Self {
        Self(State::Own(Box::pin(work)))
    }
}

impl<F, R, E> Future for ResponseFuture<F, R, E>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().0.project() {
            StateProjection::Own(work) => work.as_mut().poll(cx),
            StateProjection::Pass(future) => future.poll(cx),
        }
    }
}

impl<F, R, E> fmt::Debug for ResponseFuture<F, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
