//! A little server that is wrong in one way, on a thread, over real sockets.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::Arc,
};

use alipay_tower::{
    Merchant,
    protocol::{Channel, Md5Key, Notification, PartnerId},
};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

/// What the server was asked.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

pub(crate) fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

/// An answer of plain text.
pub(crate) fn text(status: u16, body: &str) -> Vec<u8> {
    full(status, "Content-Type: text/plain\r\n", body)
}

/// An answer with these headers, each with its line end.
pub(crate) fn full(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    format!("{head}{headers}\r\n{body}").into_bytes()
}

/// What a shop without any defect answers: a waiting order is noted, everything else is refused.
pub(crate) fn word(request: &Request) -> &'static str {
    let read = Notification::parse(Channel::Notify, &request.body).ok();
    let signed = read.and_then(|read| read.authenticate(&merchant()).ok());
    let waiting = signed.as_ref().and_then(|signed| signed.field("trade_status")) == Some("WAIT_BUYER_PAY");
    if request.method == "POST" && request.body.len() <= 64 * 1024 && waiting { "success" } else { "fail" }
}

pub(crate) fn healthy(request: &Request) -> Vec<u8> {
    let word = word(request);
    text(if word == "success" { 200 } else { 403 }, word)
}

type Answer = Arc<dyn Fn(&Request) -> Vec<u8> + Send + Sync>;

/// Serves until the process ends, and gives the address of the notify path. An answer of no bytes closes the connection.
pub(crate) fn shop(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> String {
    start(None, Arc::new(answer))
}

/// The same behind TLS, with one of the certificates of these tests.
pub(crate) fn secure_shop(certificate: &str) -> String {
    start(Some(tls(certificate)), Arc::new(healthy))
}

pub(crate) fn pem(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/doctor/certificates/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn tls(name: &str) -> Arc<ServerConfig> {
    let chain = CertificateDer::pem_slice_iter(&pem(name)).collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(&pem(&format!("{name}.key"))).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

fn start(tls: Option<Arc<ServerConfig>>, answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let scheme = if tls.is_some() { "https" } else { "http" };
    let address = format!("{scheme}://{}/alipay/notify", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (tls, answer) = (tls.clone(), Arc::clone(&answer));
            std::thread::spawn(move || match tls {
                None => serve(stream, &answer),
                Some(config) => {
                    serve(StreamOwned::new(ServerConnection::new(config).unwrap(), stream), &answer)
                }
            });
        }
    });
    address
}

/// A client that gives up is the client's business.
fn serve(stream: impl Read + Write, answer: &Answer) {
    let mut stream = BufReader::new(stream);
    if let Some(request) = read(&mut stream) {
        let _ = stream.get_mut().write_all(&answer(&request));
        let _ = stream.get_mut().flush();
    }
}

fn read(stream: &mut impl BufRead) -> Option<Request> {
    let mut line = || {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    while let Some((name, value)) = line()?.split_once(": ").map(|(a, b)| (a.to_owned(), b.to_owned())) {
        headers.push((name, value));
    }
    let mut request = Request { method, path, headers, body: Vec::new() };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    request.body = vec![0; length];
    stream.read_exact(&mut request.body).ok()?;
    Some(request)
}
