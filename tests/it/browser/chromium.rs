//! Headless Chromium, driven by its chromedriver.

use std::{
    env,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// Whether the browser runs JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scripts {
    Off,
    On,
}

pub(crate) struct Chromium {
    client: Client,
    driver: Child,
    port: u16,
    _profile: TempDir,
}

impl Chromium {
    /// A new browser with an empty profile; `None`, loudly, where there is no Chromium, unless it is demanded.
    pub(crate) async fn start(scripts: Scripts) -> Option<Self> {
        let found = (program(&["chromium", "chromium-browser", "google-chrome"]), program(&["chromedriver"]));
        let (Some(chromium), Some(driver)) = found else {
            let missing = "chromium and chromedriver are not installed";
            assert!(env::var_os("REQUIRE_CHROMIUM").is_none_or(|value| value.is_empty()), "{missing}");
            // Not by `eprintln`, which a test that passes keeps to itself.
            let _ = writeln!(std::io::stderr(), "LEFT OUT: the story in a real browser, because {missing}");
            return None;
        };
        let profile = TempDir::new().unwrap();
        let (driver, port) = drive(&driver).await;
        let capabilities = capabilities(&chromium, profile.path(), scripts);
        let serde_json::Value::Object(capabilities) = capabilities else { panic!("an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        Some(Self { client, driver, port, _profile: profile })
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    pub(crate) async fn quit(self) {
        let _ = timeout(Duration::from_secs(20), self.client.clone().close()).await;
    }
}

/// Also of a story that failed: a driver that is merely killed leaves its browser behind.
impl Drop for Chromium {
    fn drop(&mut self) {
        let Ok(mut driver) = TcpStream::connect(("127.0.0.1", self.port)) else { return };
        let _ = driver.set_read_timeout(Some(Duration::from_secs(10)));
        let _ = driver.write_all(b"GET /shutdown HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
        let _ = driver.read(&mut [0; 64]);
        for _ in 0..100 {
            if !matches!(self.driver.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn capabilities(chromium: &Path, profile: &Path, scripts: Scripts) -> serde_json::Value {
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--window-size=900,700",
    ];
    let mut arguments = arguments.map(str::to_owned).to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    // The two stories read the shop in its two languages.
    let (javascript, languages) = match scripts {
        Scripts::Off => (2, "zh-CN,zh"),
        Scripts::On => (1, "en"),
    };
    json!({
        "goog:chromeOptions": {
            "binary": chromium,
            "args": arguments,
            "prefs": {
                "intl.accept_languages": languages,
                "profile.managed_default_content_settings.javascript": javascript,
            },
        },
    })
}

/// Starts chromedriver on a port of its own choice.
async fn drive(driver: &Path) -> (Child, u16) {
    let mut child = Command::new(driver)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            let port = line.split("on port ").nth(1).and_then(|rest| rest.trim_end_matches('.').parse().ok());
            if let (Some(port), true) = (port, line.contains("successfully")) {
                return port;
            }
        }
        panic!("chromedriver does not say where it listens")
    };
    let port = timeout(Duration::from_secs(60), port).await.expect("chromedriver starts");
    // What it says later is read away, so that it never waits for a reader.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, port)
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let candidates = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|path| path.is_file())
}
