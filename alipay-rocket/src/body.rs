//! The bounded reading of a body.

use alipay_tower::{Rejection, adapter};
use rocket::{
    Data, Request,
    data::ToByteUnit,
    tokio::io::{self, AsyncReadExt},
};

/// Reads a whole body of at most `limit` bytes. Memory grows with what came, not with what was announced.
pub(crate) async fn gather(
    request: &Request<'_>,
    data: Data<'_>,
    limit: usize,
) -> Result<Vec<u8>, Rejection> {
    let mut stream = data.open(adapter::MAX_DRAIN.max(limit).saturating_add(1).bytes());
    let broke_off = |_error: io::Error| adapter::body_broke_off();
    let mut body = Vec::new();
    let one_too_many = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    (&mut stream).take(one_too_many).read_to_end(&mut body).await.map_err(broke_off)?;
    if body.len() <= limit {
        // Rocket reads the first bytes by itself and takes a sender who leaves during them for the end of the body.
        let announced = request.headers().get_one("content-length").and_then(|length| length.parse().ok());
        let complete = announced.is_none_or(|announced: usize| announced <= body.len());
        return if complete { Ok(body) } else { Err(adapter::body_broke_off()) };
    }
    drop(body);
    io::copy(&mut stream, &mut io::sink()).await.map_err(broke_off)?;
    Err(adapter::body_too_large(limit))
}
