//! A genuine payment's messages, caught on their way, so that a test can deliver them as it likes.

use alipay_simulator::SimulatedGateway;
use alipay_tower::{Alipay, Endpoints, protocol::OutTradeNo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    shops::{Running, checkout},
    wire::Message,
};

/// What the gateway has to say about a payment. It stands by the notification until the shop acknowledges it.
pub(crate) struct Payment {
    /// The notification, which the shop has not seen.
    pub(crate) notice: Message,
    /// The query of the return, which the browser has not opened.
    pub(crate) back: String,
}

/// Lets a buyer pay the order, and takes both messages away before the shop sees them.
pub(crate) async fn payment(shop: &Running, order: &OutTradeNo) -> Payment {
    let (body, back) = caught(&shop.simulator, &shop.desk(), order).await;
    Payment { notice: Message::read(&body), back }
}

/// The bytes of the notification as the gateway sent them, for merchants of another charset.
pub(crate) async fn bytes(shop: &Running, order: &OutTradeNo) -> Vec<u8> {
    caught(&shop.simulator, &shop.desk(), order).await.0
}

/// The body of the notification, and the query of the return.
pub(crate) async fn caught(
    simulator: &SimulatedGateway,
    desk: &Alipay,
    order: &OutTradeNo,
) -> (Vec<u8>, String) {
    let ear = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let notify_url = format!("http://{}/caught", ear.local_addr().unwrap());
    let endpoints = Endpoints::new(&notify_url, desk.endpoints().return_url()).unwrap();
    let signed = checkout(&desk.clone().with_endpoints(endpoints), order);
    let page = reqwest::get(signed.url()).await.unwrap().text().await.unwrap();
    let trade = simulator.trade(order.as_str());
    let trade = trade.unwrap_or_else(|| panic!("the gateway refuses the request: {page}"));
    let caught = async {
        let (stream, _) = ear.accept().await.unwrap();
        read_post(stream).await
    };
    let (address, body) = tokio::join!(simulator.pay(trade.trade_no(), "balance"), caught);
    let address = address.unwrap().expect("a browser goes back");
    let (_, back) = address.split_once('?').expect("with a message");
    (body, back.to_owned())
}

/// Only the notification.
pub(crate) async fn notice(shop: &Running, order: &OutTradeNo) -> Message {
    payment(shop, order).await.notice
}

/// Reads one POST and answers `fail`.
async fn read_post(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the gateway broke off");
        bytes.extend_from_slice(&buffer[..count]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        let length: usize = length.parse().unwrap();
        if bytes.len() >= end + 4 + length {
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfail";
            stream.write_all(answer.as_bytes()).await.unwrap();
            return bytes[end + 4..].to_vec();
        }
    }
}
