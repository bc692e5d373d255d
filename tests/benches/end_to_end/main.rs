//! Notifications per second over loopback, row by row: what each step of the walk costs.
//!
//! `cargo bench -p alipay-tests --bench end_to_end`, with `-- group each` for some rows only. Server and load generator
//! are two processes on the same cores, so read the rows as ratios. The server's processor time per request is the
//! steadier column.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on stops, and its figures are averages"
)]

mod load;
mod server;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use load::{Load, Measured};
use server::Row;

fn main() {
    let mut args = std::env::args().skip(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    match (args.next().as_deref(), args.next()) {
        (Some("--server"), Some(row)) => {
            let gateway = args.next().expect("the gateway's address");
            runtime.block_on(server::serve(Row::named(&row), &gateway));
        }
        // `cargo bench -- --test` only asks whether it runs.
        (Some("--test"), _) => runtime.block_on(table(&Row::ALL, Duration::from_millis(300), 1)),
        _ => {
            let named: Vec<_> = std::env::args().collect();
            let mut rows = Row::ALL.to_vec();
            rows.retain(|row| named.iter().any(|name| name == row.name()));
            let rows = if rows.is_empty() { &Row::ALL[..] } else { &rows };
            runtime.block_on(table(rows, Duration::from_secs(3), 3));
        }
    }
}

async fn table(rows: &[Row], time: Duration, rounds: usize) {
    let gateway = server::gateway().await;
    println!("| | requests/s | p99 | server CPU per request | of the bare handler |");
    println!("|---|--:|--:|--:|--:|");
    let mut bare = 0.0;
    for &row in rows {
        let mut best = Measured::default();
        for _ in 0..rounds {
            let server = Server::start(row, &gateway);
            let load = Load { address: server.address.clone(), pid: server.process.id(), row };
            let measured = load.run(64, time).await;
            if measured.per_second() > best.per_second() {
                best = measured;
            }
        }
        if row == Row::Bare {
            bare = best.per_second();
        }
        println!(
            "| {} | {:.0} | {:.1} ms | {:.0} µs | {:.2} |",
            row.title(),
            best.per_second(),
            best.p99().as_secs_f64() * 1e3,
            best.cpu_per_request() * 1e6,
            best.per_second() / bare,
        );
    }
    let server = Server::start(Row::Signature, &gateway);
    let (before, during) = load::slow_senders(&server.address, server.process.id(), 1000).await;
    println!("\n1,000 slow notifications at once: {before} KiB resident before, {during} KiB at the peak.");
}

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(row: Row, gateway: &str) -> Self {
        let this = std::env::current_exe().expect("the path of this program");
        let mut process = Command::new(this)
            .args(["--server", row.name(), gateway])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("its address");
        Self { process, address: line.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
