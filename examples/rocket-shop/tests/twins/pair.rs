//! One shop on two frameworks, and what both answer.

use std::{net::SocketAddr, time::Duration};

use alipay_rocket::{
    AlipayFairing,
    alipay_tower::{
        Alipay,
        gateway::{GatewayOptions, ReqwestGateway},
    },
};
use alipay_sqlx_store::SqlStore;
use rocket::{get, routes};
use shop::{Config, Setup, Shop};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The name that the shop is called by on both addresses.
pub(crate) const HOST: &str = "127.0.0.1:4000";

pub(crate) struct Twins {
    pub(crate) shop: Shop,
    axum: SocketAddr,
    pub(crate) rocket: SocketAddr,
    servers: [JoinHandle<()>; 2],
    _folder: TempDir,
}

impl Twins {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let settings = [
            ("SHOP_LISTEN", "127.0.0.1:0".to_owned()),
            ("SIMULATOR_LISTEN", "127.0.0.1:0".to_owned()),
            ("DATABASE_URL", format!("sqlite://{}", folder.path().join("shop.db").display())),
            ("SHOP_RECEIPTS", folder.path().join("receipts").display().to_string()),
        ];
        let find = |name: &str| settings.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        let mut setup = Setup::new(Config::read(&find).unwrap()).await.unwrap();
        let store = SqlStore::connect(setup.database_url()).await.unwrap();
        let gateway = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
        let alipay = Alipay::new(setup.merchant(), gateway, store.clone(), setup.endpoints());
        let rocket = setup.release();
        let shop = Shop::new(setup, store, alipay.clone()).unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let axum = listener.local_addr().unwrap();
        let app = axum_shop::router(shop.clone()).layer(alipay.layer());
        let stopped = shop.clone().stopped();
        let on_axum = async { axum::serve(listener, app).with_graceful_shutdown(stopped).await.unwrap() };
        let app = rocket_shop::build(shop.clone(), rocket).attach(AlipayFairing::new(alipay));
        let on_rocket = async { drop(app.mount("/", routes![panics]).launch().await.unwrap()) };
        let servers = [tokio::spawn(on_axum), tokio::spawn(on_rocket)];
        for _ in 0..400 {
            if TcpStream::connect(rocket).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Self { shop, axum, rocket, servers, _folder: folder }
    }

    /// Asks both, compares, and gives the one answer.
    pub(crate) async fn ask(&self, request: &str) -> String {
        let (axum, rocket) = tokio::join!(ask(self.axum, request), ask(self.rocket, request));
        assert_eq!(
            axum,
            rocket,
            "left is axum, right is Rocket, of\n{}",
            request.get(..300).unwrap_or(request)
        );
        axum
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{length}{headers}");
        self.ask(&format!("{head}\r\n{body}")).await
    }

    pub(crate) async fn get(&self, path: &str) -> String {
        self.send("GET", path, "", "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> String {
        self.send("POST", path, FORM, body).await
    }

    pub(crate) async fn stop(self) {
        self.shop.stop();
        for server in self.servers {
            server.await.unwrap();
        }
        self.shop.close().await.unwrap();
    }
}

#[get("/panics")]
fn panics() -> String {
    panic!("a bug in a page, on purpose")
}

pub(crate) const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// An answer without its date; headers have no order of their own, and a new order has a number of its own.
pub(crate) async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server may answer, and close, before it has read everything.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(30), reading).await.expect("an answer in time");
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{read:?}: {answer}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap();
    let mut headers: Vec<_> =
        lines.filter(|line| !line.starts_with("date: ")).map(|line| new_order_as_n(status, line)).collect();
    headers.sort();
    format!("{status}\n{}\n\n{body}", headers.join("\n"))
}

fn new_order_as_n(status: &str, line: &str) -> String {
    let number = line.split_once("/orders/T").and_then(|(_, rest)| rest.split_once("/pay"));
    let cookie = line.strip_prefix("set-cookie: shop_orders=T").and_then(|rest| rest.split_once(';'));
    match number.or(cookie) {
        Some((number, _)) if status.contains("303") => line.replace(number, "N"),
        _ => line.to_owned(),
    }
}
