//! A shop with one order, a gateway that says yes, signed messages, and a server on a real socket.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use alipay_rocket::alipay_tower::{
    Alipay, Endpoints, Merchant, Order, VerifiedPayment, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{Confirmation, Md5Key, NotifyCheck, OutTradeNo, PartnerId},
    store::{Hit, MemoryStore, OrderStore, Settlement, StoreError},
};
use rocket::{
    Build, Rocket, Shutdown,
    fairing::AdHoc,
    figment::Figment,
    tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        sync::mpsc,
        task::JoinHandle,
        time::{sleep, timeout},
    },
};

pub(crate) const KEY: &str = "abcdefghijklmnopqrstuvwxyz012345";
pub(crate) const NOTIFY: &str = "/pay/notify";
pub(crate) const RETURN: &str = "/pay/return";

/// The shop's books, and what its journal heard.
#[derive(Default)]
pub(crate) struct Shop {
    orders: MemoryStore,
    pub(crate) journal: Mutex<Vec<String>>,
    pub(crate) settled: AtomicUsize,
    pub(crate) panics: AtomicBool,
}

impl Shop {
    pub(crate) fn new() -> Arc<Self> {
        let shop = Self::default();
        shop.orders.insert(Order::new(OutTradeNo::new("T1").unwrap(), "10.50".parse().unwrap()));
        Arc::new(shop)
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.journal.lock().unwrap().clone()
    }
}

#[async_trait]
impl OrderStore for Shop {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        assert!(!self.panics.load(Ordering::SeqCst), "the shop's database driver has a bug");
        self.orders.find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        let settlement = self.orders.settle(payment).await?;
        if settlement == Settlement::Settled {
            self.settled.fetch_add(1, Ordering::SeqCst);
        }
        Ok(settlement)
    }

    fn journal(&self, hit: &Hit<'_>) {
        let reason = hit.reason().unwrap_or_default();
        self.journal.lock().unwrap().push(format!("{} {} {reason}", hit.channel().as_str(), hit.outcome()));
    }
}

/// Says yes after a while.
#[derive(Default)]
pub(crate) struct Gateway {
    pub(crate) calls: AtomicUsize,
    pub(crate) delay: Duration,
}

impl Gateway {
    pub(crate) fn slow(delay: Duration) -> Arc<Self> {
        Arc::new(Self { delay, ..Self::default() })
    }
}

#[async_trait]
impl NotifyGateway for Gateway {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        sleep(self.delay).await;
        Ok(check.read(b"true")?)
    }
}

pub(crate) fn merchant() -> Merchant {
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), Md5Key::new(KEY).unwrap())
}

pub(crate) fn endpoints() -> Endpoints {
    Endpoints::new("https://shop.example.com/pay/notify", "https://shop.example.com/pay/return").unwrap()
}

pub(crate) fn desk(gateway: &Arc<Gateway>, shop: &Arc<Shop>) -> Alipay {
    Alipay::new(merchant(), Arc::clone(gateway), Arc::clone(shop), endpoints())
}

pub(crate) fn alipay(shop: &Arc<Shop>) -> Alipay {
    desk(&Arc::default(), shop)
}

/// A signed message about an order, as a form or a query.
pub(crate) fn message(out_trade_no: &str, status: &str, total_fee: &str) -> String {
    let fields = [
        ("buyer_email", "buyer@example.com"),
        ("notify_id", "abc"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", out_trade_no),
        ("total_fee", total_fee),
        ("trade_no", "2024010121001004010200000001"),
        ("trade_status", status),
    ];
    signed(&fields)
}

pub(crate) fn signed(fields: &[(&str, &str)]) -> String {
    let signed = merchant().sign_fields(fields.iter().copied()).unwrap();
    signed.url().split_once('?').unwrap().1.to_owned()
}

pub(crate) fn paid() -> String {
    message("T1", "TRADE_SUCCESS", "10.50")
}

/// A Rocket without the files and variables of whoever runs the tests.
pub(crate) fn figment() -> Figment {
    Figment::from(rocket::Config::debug_default())
        .merge(("address", "127.0.0.1"))
        .merge(("port", 0))
        .merge(("log_level", "debug"))
        .merge(("cli_colors", false))
        .merge(("shutdown.ctrlc", false))
}

pub(crate) fn build() -> Rocket<Build> {
    super::logs::capture();
    rocket::custom(figment())
}

/// A launched application on a real socket.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: Shutdown,
    pub(crate) task: JoinHandle<bool>,
}

pub(crate) async fn serve(rocket: Rocket<Build>) -> Server {
    let (sender, mut receiver) = mpsc::channel(1);
    let rocket = rocket.attach(AdHoc::on_liftoff("address", move |rocket| {
        Box::pin(async move {
            let config = rocket.config();
            sender.send((SocketAddr::new(config.address, config.port), rocket.shutdown())).await.unwrap();
        })
    }));
    let task = rocket::tokio::spawn(async move { rocket.launch().await.is_ok() });
    let (address, shutdown) = receiver.recv().await.unwrap();
    Server { address, shutdown, task }
}

impl Server {
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends the bytes and returns what comes back until the server closes.
    pub(crate) async fn send(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        read(&mut stream).await
    }

    pub(crate) async fn stop(self) {
        self.shutdown.notify();
        self.task.abort();
    }
}

pub(crate) async fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // What came before a reset counts.
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.expect("no answer");
    String::from_utf8(answer).unwrap()
}

pub(crate) fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded; text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Status, the headers that matter, and the body of a raw answer.
pub(crate) fn parts(answer: &str) -> (u16, Vec<(String, String)>, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .filter(|(name, _)| {
            ["allow", "cache-control", "content-length", "content-type"].contains(&name.as_str())
        })
        .collect();
    (status, headers, body.to_owned())
}

/// Whether the raw answer is this status with this word, as plain text.
#[track_caller]
pub(crate) fn assert_word(answer: &str, status: u16, word: &str) {
    let (actual, mut headers, body) = parts(answer);
    headers.sort();
    let mut expected = vec![
        ("cache-control".to_owned(), "no-store".to_owned()),
        ("content-length".to_owned(), word.len().to_string()),
        ("content-type".to_owned(), "text/plain".to_owned()),
    ];
    if status == 405 {
        expected.insert(0, ("allow".to_owned(), "POST".to_owned()));
    }
    assert_eq!((actual, headers, body.as_str()), (status, expected, word));
}
