//! The program as a newcomer starts it, and stops it.

use std::net::{SocketAddr, TcpStream};

use tempfile::TempDir;

use super::{stories, visit};
use crate::shops::{Process, Shop, database_url};

#[cfg(unix)]
stories! { says_where_everything_is_and_ends_on_ctrl_c }

/// The address on the line that begins so, without what stands behind it.
fn address<'a>(said: &'a [String], name: &str) -> (&'a str, SocketAddr) {
    let line = said.iter().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{said:#?}"));
    let url = line.split(' ').next().unwrap();
    let authority = url.strip_prefix("http://").and_then(|rest| rest.split('/').next()).unwrap();
    (url, authority.parse().unwrap())
}

async fn says_where_everything_is_and_ends_on_ctrl_c<S: Shop>() {
    let folder = TempDir::new().unwrap();
    let settings = [
        ("ALIPAY_SCHEME", S::SCHEME.as_str().to_owned()),
        ("SHOP_LISTEN", "127.0.0.1:0".to_owned()),
        ("SIMULATOR_LISTEN", "127.0.0.1:0".to_owned()),
        ("DATABASE_URL", database_url(folder.path())),
        ("SHOP_RECEIPTS", folder.path().join("receipts").display().to_string()),
    ];
    let (process, said) = Process::aloud(S::BINARY, &settings);
    let (shop, at) = address(&said, "shop:     ");
    let (gateway, beside) = address(&said, "gateway:  ");
    assert_ne!(at, beside);
    assert!(gateway.ends_with("/gateway.do") && said.iter().any(|line| line.contains("no real money")));
    for step in ["1. Open ", "2. ", "3. Pay at the simulated cashier", "4. See orders", "Ctrl-C"] {
        assert!(said.iter().any(|line| line.starts_with(step)), "{step}: {said:#?}");
    }
    assert!(said.iter().any(|line| line.contains(&format!("{shop}operator"))), "{said:#?}");

    // Rocket listens a moment after the shop has said where.
    crate::until("the shop answers", async || reqwest::get(shop).await.is_ok()).await;
    assert_eq!(visit(shop).await.0, 200);
    assert!(!visit(gateway).await.1.is_empty(), "the gateway says what is wrong with no request");

    let process = tokio::task::spawn_blocking(move || process.signal("INT"));
    assert_eq!(process.await.unwrap(), Some(0), "Ctrl-C is no failure");
    for address in [at, beside] {
        assert!(TcpStream::connect(address).is_err(), "{address} is free again");
    }
    assert!(folder.path().join("shop.db").exists());
}
