//! Stories of whole shops, and the catalogue of everything that may be done to them. One binary, because linking is
//! most of the time that tests take.
#![cfg(test)]

use std::time::Duration;

mod browser;
mod capture;
mod desk;
mod doubles;
mod hostile;
mod house;
mod layering;
mod post_office;
mod readme;
mod sealed;
mod shops;
mod stores;
mod stories;
mod vectors;
mod wire;

/// Waits until something is so; longer than it may ever take on a busy machine.
async fn until(what: &str, so: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(90);
    while !so().await {
        assert!(tokio::time::Instant::now() < deadline, "it never came true that {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
