//! HTTP by hand: raw bytes out, raw bytes in. Polite clients cannot say most of what a stranger can.

mod answer;
mod message;

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};

pub(crate) use self::{
    answer::Answer,
    message::{Message, encode},
};

/// Longer than anything a shop may take, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the real gateway sends as the type of a notification; no valid media type.
pub(crate) const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; text/html; charset=utf-8";

/// One connection to a shop.
pub(crate) struct Connection {
    reading: Reading,
    writing: Writing,
}

pub(crate) struct Reading {
    stream: OwnedReadHalf,
    unread: Vec<u8>,
}

pub(crate) struct Writing(OwnedWriteHalf);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let (reading, writing) = TcpStream::connect(address).await.unwrap().into_split();
        Self { reading: Reading { stream: reading, unread: Vec::new() }, writing: Writing(writing) }
    }

    /// Both directions, to be used at once.
    pub(crate) fn split(self) -> (Reading, Writing) {
        (self.reading, self.writing)
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.writing.send(bytes).await;
    }

    /// No more bytes will come.
    pub(crate) async fn half_close(&mut self) {
        let _ = self.writing.0.shutdown().await;
    }

    pub(crate) async fn answer_to(&mut self, method: &str) -> Answer {
        self.reading.answer_to(method).await
    }

    pub(crate) async fn answer(&mut self) -> Answer {
        self.reading.answer().await
    }

    pub(crate) async fn rest(&mut self) -> String {
        self.reading.rest().await
    }
}

impl Writing {
    /// Sends bytes. A server that has answered and closed may refuse the rest, which is its right.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = timeout(PATIENCE, self.0.write_all(bytes.as_ref())).await.expect("nobody reads");
    }
}

impl Reading {
    /// The next answer, to a request of this method.
    pub(crate) async fn answer_to(&mut self, method: &str) -> Answer {
        loop {
            if let Some((answer, length)) = Answer::read(&self.unread, method == "HEAD") {
                self.unread.drain(..length);
                return answer;
            }
            assert!(self.receive().await, "closed before an answer was complete: {:?}", self.unread_text());
        }
    }

    pub(crate) async fn answer(&mut self) -> Answer {
        self.answer_to("POST").await
    }

    /// What still comes before the server closes.
    pub(crate) async fn rest(&mut self) -> String {
        while self.receive().await {}
        self.unread_text()
    }

    fn unread_text(&self) -> String {
        String::from_utf8_lossy(&self.unread).into_owned()
    }

    async fn receive(&mut self) -> bool {
        let mut buffer = [0; 4096];
        // A reset is an end as well: what came before it counts.
        let count = timeout(PATIENCE, self.stream.read(&mut buffer)).await.expect("no answer").unwrap_or(0);
        self.unread.extend_from_slice(&buffer[..count]);
        count > 0
    }
}

/// One request on a connection of its own.
pub(crate) async fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> Answer {
    let mut connection = Connection::open(address).await;
    connection.send(request).await;
    connection.answer().await
}

/// A POST as the gateway sends it.
pub(crate) fn post(path: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    post_as(path, &[("content-type", CONTENT_TYPE)], body)
}

/// A POST with these headers.
pub(crate) fn post_as(path: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let length = body.as_ref().len().to_string();
    let headers = [headers, &[("content-length", &length)]].concat();
    [head("POST", path, "HTTP/1.1", &headers).as_slice(), body.as_ref()].concat()
}

/// A request without a body.
pub(crate) fn bare(method: &str, path: &str) -> Vec<u8> {
    head(method, path, "HTTP/1.1", &[])
}

pub(crate) fn head(method: &str, path: &str, version: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("{method} {path} {version}\r\nhost: shop.example.com\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}
