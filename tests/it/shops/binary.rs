//! The real shop, as the program that a newcomer starts.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use tokio::{
    io::{AsyncBufReadExt as _, Lines},
    process::ChildStdout,
};

use super::Shop;

/// A shop in a process of its own; killed when it is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Starts the shop and waits until it listens.
    pub(crate) async fn start(binary: &str, address: SocketAddr, settings: &[(&str, String)]) -> Self {
        let child = Command::new(path(binary))
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .env("RUST_LOG", "error")
            .env_remove("PUBLIC_URL")
            .env_remove("SIMULATOR_LISTEN")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let process = Self(child);
        super::reachable(address).await;
        process
    }

    /// Starts the shop with nothing but these settings, and reads what it says until it has said everything.
    pub(crate) fn aloud(binary: &str, settings: &[(&str, String)]) -> (Self, Vec<String>) {
        let mut command = Command::new(path(binary));
        command.envs(settings.iter().map(|(name, value)| (name, value))).env("RUST_LOG", "error");
        for name in ["PUBLIC_URL", "ALIPAY_GATEWAY", "ALIPAY_PARTNER", "ALIPAY_KEY"] {
            command.env_remove(name);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut said: Vec<String> = lines.by_ref().take_while(|line| !line.contains("Ctrl-C")).collect();
        said.push("Ctrl-C".to_owned());
        // Somebody goes on reading, as a terminal does.
        std::thread::spawn(move || lines.for_each(drop));
        (Self(child), said)
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends a signal, and waits for the end: the exit code.
    #[cfg(unix)]
    pub(crate) fn signal(mut self, name: &str) -> Option<i32> {
        let kill = Command::new("kill").args(["-s", name, &self.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            match self.0.try_wait().unwrap() {
                Some(status) => return status.code(),
                None => assert!(Instant::now() < deadline, "it does not stop on {name}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// SIGKILL: no goodbye, nothing flushed, nothing closed.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Runs a shop with these arguments until it ends by itself: its exit code, and what it said.
pub(crate) async fn demonstrate<S: Shop>(arguments: &[&str]) -> (Option<i32>, String) {
    Demonstration::begin::<S>(arguments).end().await
}

/// A shop that tells its own story; killed when it is dropped.
pub(crate) struct Demonstration {
    child: tokio::process::Child,
    lines: Lines<tokio::io::BufReader<ChildStdout>>,
    said: String,
}

impl Demonstration {
    pub(crate) fn begin<S: Shop>(arguments: &[&str]) -> Self {
        let mut command = tokio::process::Command::new(path(S::BINARY));
        command.args(arguments).env("ALIPAY_SCHEME", S::SCHEME.as_str()).env("RUST_LOG", "error");
        for name in ["PUBLIC_URL", "SHOP_LISTEN", "SIMULATOR_LISTEN", "DATABASE_URL", "ALIPAY_GATEWAY"] {
            command.env_remove(name);
        }
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let lines = tokio::io::BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, said: String::new() }
    }

    /// Waits for a line that begins like this.
    pub(crate) async fn line(&mut self, beginning: &str) -> String {
        while let Some(line) = self.next().await {
            if line.starts_with(beginning) {
                return line;
            }
        }
        panic!("it never said `{beginning}`: {}", self.said)
    }

    /// Its exit code, and everything that it said.
    pub(crate) async fn end(mut self) -> (Option<i32>, String) {
        while self.next().await.is_some() {}
        (self.child.wait().await.unwrap().code(), self.said)
    }

    async fn next(&mut self) -> Option<String> {
        let line = tokio::time::timeout(Duration::from_secs(120), self.lines.next_line());
        let line = line.await.expect("it goes on or ends").unwrap()?;
        self.said.push_str(&line);
        self.said.push('\n');
        Some(line)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program beside the one that runs these tests. Testing the whole workspace builds it; otherwise it is built now.
fn path(binary: &str) -> PathBuf {
    static FRESH: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut fresh = FRESH.lock().unwrap_or_else(PoisonError::into_inner);
    let tests = env::current_exe().unwrap();
    let profile = tests.parent().and_then(Path::parent).expect("target/<profile>/deps/<tests>");
    let path = profile.join(binary).with_extension(env::consts::EXE_EXTENSION);
    let built = fs::metadata(&path).and_then(|file| file.modified());
    if !fresh.insert(binary.to_owned()) || built.is_ok_and(|built| newest_source() <= built) {
        return path;
    }
    eprintln!("{binary} is missing or older than its sources, and is built now");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", binary, "--target-dir"]).arg(profile.parent().unwrap());
    if profile.ends_with("release") {
        build.arg("--release");
    }
    assert!(build.current_dir(root()).status().unwrap().success(), "{binary} could not be built");
    path
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn newest_source() -> SystemTime {
    fn newest(path: &Path) -> SystemTime {
        let data = fs::metadata(path).unwrap();
        if data.is_dir() {
            let entries = fs::read_dir(path).unwrap().map(|entry| newest(&entry.unwrap().path()));
            return entries.max().unwrap_or(SystemTime::UNIX_EPOCH);
        }
        data.modified().unwrap()
    }
    let sources = [
        "alipay-tower/src",
        "alipay-tower/sqlx-store/src",
        "alipay-axum/src",
        "alipay-rocket/src",
        "examples/shop",
        "examples/axum-shop/src",
        "examples/rocket-shop/src",
        "tests/simulator/src",
        "tests/simulator/templates",
    ];
    sources.iter().map(|path| newest(&root().join(path))).max().unwrap()
}
