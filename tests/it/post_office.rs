//! A mail server that says what it is told to say.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Takes letters for whoever says a name and a password, until it is told to refuse a command.
pub(crate) struct PostOffice {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    clerk: JoinHandle<()>,
}

#[derive(Default)]
struct Desk {
    /// A command, and the line that it is answered with.
    refusal: Option<(&'static str, &'static str)>,
    letters: Vec<String>,
    refused: usize,
}

impl PostOffice {
    /// Opens at this address.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let door = TcpListener::bind(address).await.unwrap();
        let address = door.local_addr().unwrap();
        let desk = Arc::<Mutex<Desk>>::default();
        let own = Arc::clone(&desk);
        let clerk = tokio::spawn(async move {
            while let Ok((stream, _)) = door.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&own)));
            }
        });
        Self { address, desk, clerk }
    }

    /// What a shop is told of it.
    pub(crate) fn url(&self) -> String {
        url(self.address)
    }

    /// From now on this command is answered so; nothing is refused without one.
    pub(crate) fn refuse(&self, refusal: Option<(&'static str, &'static str)>) {
        self.desk.lock().unwrap().refusal = refusal;
    }

    /// The letters that it has taken.
    pub(crate) fn letters(&self) -> Vec<String> {
        self.desk.lock().unwrap().letters.clone()
    }

    /// Closes; its address is free again when this returns.
    pub(crate) async fn close(self) {
        self.clerk.abort();
        let _ = self.clerk.await;
    }

    /// How often it has refused.
    pub(crate) fn refused(&self) -> usize {
        self.desk.lock().unwrap().refused
    }
}

pub(crate) fn url(address: SocketAddr) -> String {
    format!("smtp://shop:sesame@{address}")
}

async fn serve(mut stream: TcpStream, desk: Arc<Mutex<Desk>>) {
    let (reading, mut writing) = stream.split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 post.example ESMTP\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match refusal(&desk, &line) {
            Some(refused) => format!("{refused}\r\n"),
            None if line.starts_with("EHLO") => "250-post.example\r\n250 AUTH PLAIN\r\n".to_owned(),
            None if line.starts_with("AUTH") => "235 welcome\r\n".to_owned(),
            None if line == "DATA" => {
                writing.write_all(b"354 go on\r\n").await.unwrap();
                let mut letter = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                desk.lock().unwrap().letters.push(letter);
                "250 taken\r\n".to_owned()
            }
            None => "250 good\r\n".to_owned(),
        };
        if writing.write_all(answer.as_bytes()).await.is_err() || line == "QUIT" {
            return;
        }
    }
}

fn refusal(desk: &Mutex<Desk>, line: &str) -> Option<&'static str> {
    let mut desk = desk.lock().unwrap();
    let (_, answer) = desk.refusal.filter(|(command, _)| line.starts_with(command))?;
    desk.refused += 1;
    Some(answer)
}
