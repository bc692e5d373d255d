//! The load generator: connections that are kept open, one request at a time on each.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use alipay_simulator::Notice;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::server::{ORDERS, Row, amount, merchant, order_no};

/// Linux counts processor time in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Default)]
pub(crate) struct Measured {
    latencies: Vec<Duration>,
    time: f64,
    cpu: f64,
}

impl Measured {
    pub(crate) fn per_second(&self) -> f64 {
        if self.time > 0.0 { self.latencies.len() as f64 / self.time } else { 0.0 }
    }

    pub(crate) fn p99(&self) -> Duration {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() * 99 / 100).copied().unwrap_or_default()
    }

    pub(crate) fn cpu_per_request(&self) -> f64 {
        self.cpu / self.latencies.len().max(1) as f64
    }
}

pub(crate) struct Load {
    pub(crate) address: String,
    pub(crate) pid: u32,
    pub(crate) row: Row,
}

impl Load {
    pub(crate) async fn run(&self, connections: usize, time: Duration) -> Measured {
        let requests = Arc::new(self.requests());
        let next = Arc::new(AtomicUsize::new(0));
        let (start, cpu) = (Instant::now(), cpu_seconds(self.pid));
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let (requests, next, address) =
                    (Arc::clone(&requests), Arc::clone(&next), self.address.clone());
                tokio::spawn(async move {
                    let mut stream = TcpStream::connect(address).await.expect("a connection");
                    stream.set_nodelay(true).expect("no delay");
                    let mut latencies = Vec::new();
                    while start.elapsed() < time {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        let Some(request) = requests
                            .get(n % requests.len())
                            .filter(|_| n < requests.len() || requests.len() == 1)
                        else {
                            break;
                        };
                        let sent = Instant::now();
                        exchange(&mut stream, request).await;
                        latencies.push(sent.elapsed());
                    }
                    latencies
                })
            })
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await.expect("a connection's results"));
        }
        Measured { latencies, time: start.elapsed().as_secs_f64(), cpu: cpu_seconds(self.pid) - cpu }
    }

    /// One request for all, or one for each order.
    fn requests(&self) -> Vec<Vec<u8>> {
        let count = match self.row {
            row if !row.settles() => 1,
            Row::OneCommitEach => ORDERS / 4,
            _ => ORDERS,
        };
        (0..count).map(request).collect()
    }
}

fn request(n: usize) -> Vec<u8> {
    let notice = Notice::paid(order_no(n).as_str(), amount()).sign(&merchant()).expect("a signed notice");
    let body = notice.body();
    format!(
        "POST /alipay/notify HTTP/1.1\r\nhost: shop\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn exchange(stream: &mut TcpStream, request: &[u8]) {
    stream.write_all(request).await.expect("a request");
    let mut answer = [0; 1024];
    let mut read = 0;
    while !answer[..read].ends_with(b"success") {
        let more = stream.read(&mut answer[read..]).await.expect("an answer");
        assert!(more > 0, "{}", String::from_utf8_lossy(&answer[..read]));
        read += more;
    }
}

fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND
}

/// Opens `count` connections that each promise a full body and dribble it; resident KiB before, and at the peak.
pub(crate) async fn slow_senders(address: &str, pid: u32, count: usize) -> (u64, u64) {
    let before = resident(pid, "VmRSS");
    let mut streams = Vec::new();
    for _ in 0..count {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let head = "POST /alipay/notify HTTP/1.1\r\nhost: shop\r\ncontent-length: 60000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.expect("a head");
        streams.push(stream);
    }
    for _ in 0..4 {
        for stream in &mut streams {
            stream.write_all(b"a=1&").await.expect("a little more");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    (before, resident(pid, "VmHWM"))
}

fn resident(pid: u32, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux");
    let line = status.lines().find(|line| line.starts_with(field)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}
