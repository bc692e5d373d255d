//! A thousand slow senders at once, wave after wave: what a shop remembers of them is bounded, and forgotten.

use std::{fs, net::SocketAddr, time::Duration};

use tempfile::TempDir;

use crate::{
    shops::{self, AxumShop, Process, RocketShop, Shop, settings},
    wire::{CONTENT_TYPE, Connection, head},
};

const MOST: usize = 1000;
/// What each of them announces: as much as the shop takes.
const ANNOUNCED: usize = 60_000;
/// What each of them sends of it, in so many pieces; a real notification has one or two thousand bytes.
const PIECES: usize = 8;
const PIECE: usize = 512;
/// What one sender may cost, in KiB: its 4 KiB and the server's buffers for a connection, with room to spare.
const EACH: u64 = 80;
/// The first waves fill the allocator's pools; from the fourth on nothing more is taken.
const WAVES: usize = 6;

/// As many as the system lets one process open files for, by a wide margin.
fn senders() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let soft = files.split_whitespace().next().unwrap();
    soft.parse().map_or(MOST, |soft: usize| MOST.min(soft / 3))
}

/// A field of the process's status, in KiB.
fn resident(pid: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim_start_matches(':').split_whitespace().next().unwrap().parse().unwrap()
}

/// Everybody sends a little, waits, sends a little more, and never the end. Gives the memory while all of them wait.
async fn wave(address: SocketAddr, pid: u32, count: usize) -> u64 {
    let announced = ANNOUNCED.to_string();
    let headers = [("content-type", CONTENT_TYPE), ("content-length", announced.as_str())];
    let head = head("POST", shop::NOTIFY_PATH, "HTTP/1.1", &headers);
    let mut senders = Vec::new();
    for _ in 0..count {
        let mut sender = Connection::open(address).await;
        sender.send(&head).await;
        senders.push(sender);
    }
    let mut most = 0;
    for _ in 0..PIECES {
        for sender in &mut senders {
            sender.send([b'a'; PIECE]).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        most = most.max(resident(pid, "VmRSS"));
    }
    most
}

async fn stays_flat<S: Shop>() {
    let (simulator, folder) = (shops::gateway::<S>().await, TempDir::new().unwrap());
    let address = shops::address();
    let settings = settings(S::SCHEME, &simulator, folder.path(), address, "utf-8");
    let shop = Process::start(S::BINARY, address, &settings).await;
    let url = format!("http://{address}/");
    // A socket listens for Rocket before Rocket does.
    crate::until("it serves", async || reqwest::get(&url).await.is_ok()).await;
    let before = resident(shop.id(), "VmRSS");
    let (count, mut waves) = (senders(), Vec::new());
    for _ in 0..WAVES {
        waves.push(wave(address, shop.id(), count).await);
    }
    let cost = waves.iter().max().unwrap().saturating_sub(before) / count as u64;
    assert!(cost <= EACH, "{}: {cost} KiB for each of {count}; {before} KiB before, {waves:?}", S::NAME);
    // What a wave took is there for the next one.
    let (full, last) = (waves[3], waves[WAVES - 1]);
    assert!(last <= full + full / 10, "{}: it grows: {before} KiB before, {waves:?}", S::NAME);
    // And everybody else is served.
    let answer = reqwest::get(&url).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let peak = resident(shop.id(), "VmHWM");
    println!("{}: {before} KiB before, {waves:?} with {count} slow senders, {peak} at the peak", S::NAME);
    shop.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_slow_senders_keep_axum_small() {
    stays_flat::<AxumShop>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_slow_senders_keep_rocket_small() {
    stays_flat::<RocketShop>().await;
}
