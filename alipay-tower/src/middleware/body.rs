//! Request bodies: as they came, or replayed; and their bounded reading.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use pin_project::pin_project;

use crate::{
    adapter::{self, MAX_DRAIN},
    rejection::Rejection,
};

/// The body that the inner service sees: the caller's own, or, in forward mode, the notification's bytes again.
#[pin_project]
pub struct RequestBody<B>(#[pin] Kind<B>);

#[pin_project(project = KindProjection)]
enum Kind<B> {
    Replayed(Bytes),
    Untouched(#[pin] B),
}

impl<B> RequestBody<B> {
    pub(super) const fn untouched(body: B) -> Self {
        Self(Kind::Untouched(body))
    }

    pub(super) const fn replayed(bytes: Bytes) -> Self {
        Self(Kind::Replayed(bytes))
    }
}

/// Without the bytes: they may be personal data.
impl<B> std::fmt::Debug for RequestBody<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &self.0 {
            Kind::Replayed(_) => "RequestBody::Replayed",
            Kind::Untouched(_) => "RequestBody::Untouched",
        })
    }
}

impl<B: Body<Data = Bytes>> Body for RequestBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().0.project() {
            KindProjection::Replayed(bytes) if bytes.is_empty() => Poll::Ready(None),
            KindProjection::Replayed(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            KindProjection::Untouched(body) => body.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Replayed(bytes) => bytes.is_empty(),
            Kind::Untouched(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Replayed(bytes) => SizeHint::with_exact(bytes.remaining() as u64),
            Kind::Untouched(body) => body.size_hint(),
        }
    }
}

/// Reads a whole body of at most `limit` bytes. Memory grows with what came, not with what was announced.
pub(super) async fn gather<B: Body<Data = Bytes>>(body: B, limit: usize) -> Result<Bytes, Rejection> {
    let mut body = std::pin::pin!(body);
    let mut gathered = Gathered::default();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(adapter::body_broke_off());
        };
        // Trailers are no part of a form.
        let Ok(data) = frame.into_data() else { continue };
        gathered.push(data, limit);
        if gathered.length > MAX_DRAIN.max(limit) {
            break;
        }
    }
    if gathered.length > limit {
        return Err(adapter::body_too_large(limit));
    }
    Ok(gathered.into_bytes())
}

#[derive(Default)]
struct Gathered {
    length: usize,
    first: Bytes,
    joined: Vec<u8>,
}

impl Gathered {
    /// A body in one piece, the usual case, is kept as it is.
    fn push(&mut self, data: Bytes, limit: usize) {
        self.length = self.length.saturating_add(data.len());
        if self.length > limit {
            self.first = Bytes::new();
            self.joined = Vec::new();
        } else if self.length == data.len() {
            self.first = data;
        } else {
            if self.joined.is_empty() {
                self.joined.extend_from_slice(&std::mem::take(&mut self.first));
            }
            self.joined.extend_from_slice(&data);
        }
    }

    fn into_bytes(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.into() }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{Full, StreamBody};

    use super::*;
    use crate::rejection::RejectionKind;

    type Chunk = Result<Frame<Bytes>, std::convert::Infallible>;

    fn chunks(chunks: Vec<&'static str>) -> impl Body<Data = Bytes> {
        let frames = chunks.into_iter().map(|text| Chunk::Ok(Frame::data(Bytes::from(text))));
        StreamBody::new(futures_util::stream::iter(frames))
    }

    #[tokio::test]
    async fn gathers_what_fits() {
        assert_eq!(gather(chunks(vec!["a=1"]), 3).await.unwrap(), "a=1");
        assert_eq!(gather(chunks(vec!["", "a=", "1", "", "&b=2"]), 7).await.unwrap(), "a=1&b=2");
        assert_eq!(gather(Full::<Bytes>::default(), 3).await.unwrap(), "");
        let error = gather(chunks(vec!["a=1", "&b"]), 4).await.unwrap_err();
        assert_eq!(error.kind(), RejectionKind::TooLarge);
    }

    #[tokio::test]
    async fn replays_once() {
        let body = RequestBody::<Full<Bytes>>::replayed(Bytes::from("a=1"));
        assert_eq!(body.size_hint().exact(), Some(3));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "a=1");
    }
}
