//! How letters leave: as files, or by SMTP.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use alipay_sqlx_store::{OutboxKind, OutboxMessage};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use tokio::io::AsyncWriteExt;

use super::letter::Letter;
use crate::config::SetupError;

/// No step of an SMTP conversation takes longer.
const SMTP_TIMEOUT: Duration = Duration::from_secs(10);
/// The whole of it; shorter than a lease.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// The way out.
#[derive(Debug)]
pub(crate) struct Post {
    shop: Mailbox,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Folder(PathBuf),
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

/// What became of a letter, with a note for the operator.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done(String),
    Later(String),
}

impl Post {
    /// Letters become `.eml` files in this folder.
    pub(crate) fn folder(shop: Mailbox, folder: &Path) -> Result<Self, SetupError> {
        std::fs::create_dir_all(folder).map_err(|error| {
            let advice = format!("cannot make the folder {}: {error}", folder.display());
            SetupError::new("SHOP_RECEIPTS", advice)
        })?;
        Ok(Self { shop, way: Way::Folder(folder.to_owned()) })
    }

    /// Letters are handed to a mail server.
    pub(crate) fn smtp(shop: Mailbox, url: &str) -> Result<Self, SetupError> {
        // The error may repeat the address, which holds a password.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| {
            let advice = "write it like smtps://user:password@mail.example.com, or smtp://mail.example.com:587?tls=required";
            SetupError::new("SMTP_URL", advice)
        })?;
        let transport = transport.timeout(Some(SMTP_TIMEOUT)).build();
        Ok(Self { shop, way: Way::Smtp(Box::new(transport)) })
    }

    /// The sender of all letters; its address reads them too.
    pub(crate) const fn shop(&self) -> &Mailbox {
        &self.shop
    }

    /// Sends a letter; the same message always under the same `Message-ID` and date, so that a second copy is known.
    pub(crate) async fn send(&self, letter: &Letter, message: &OutboxMessage) -> Outcome {
        let key = plain(message.idempotency_key());
        let seconds = message.created_at().unix_seconds().try_into().unwrap_or_default();
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let mail = match self.envelope(letter, &key, date) {
            Ok(mail) => mail,
            // It stays in the outbox, where the operator sees it: the buyer is owed a letter.
            Err(error) => return Outcome::Later(format!("not sent, the address cannot be used: {error}")),
        };
        match &self.way {
            Way::Folder(folder) => {
                let path = folder.join(format!("{key}.eml"));
                match write(&path, &mail.formatted()).await {
                    Ok(()) => Outcome::Done(path.display().to_string()),
                    Err(error) => Outcome::Later(format!("cannot write {}: {error}", path.display())),
                }
            }
            Way::Smtp(transport) => match tokio::time::timeout(SEND_TIMEOUT, transport.send(mail)).await {
                Ok(Ok(_)) => Outcome::Done("taken by the mail server".to_owned()),
                Ok(Err(error)) if nobody_lives_there(&error) && *message.kind() == OutboxKind::Receipt => {
                    Outcome::Done(format!("refused for good: {error}"))
                }
                // A wrong password, a relay that does not know us: the operator mends it, and the letter is still owed.
                Ok(Err(error)) => Outcome::Later(error.to_string()),
                Err(_late) => Outcome::Later("the mail server took too long".to_owned()),
            },
        }
    }

    fn envelope(&self, letter: &Letter, key: &str, date: SystemTime) -> Result<Message, crate::BoxError> {
        let to: Address = letter.to.parse()?;
        let mail = Message::builder()
            .message_id(Some(format!("<{key}@{}>", self.shop.email.domain())))
            .date(date)
            .from(self.shop.clone())
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())?;
        Ok(mail)
    }
}

/// The server says that the recipient does not exist, or has moved. Every other refusal may be about the shop.
fn nobody_lives_there(error: &lettre::transport::smtp::Error) -> bool {
    matches!(error.status().map(u16::from), Some(550 | 551 | 553))
}

/// Who the letters are from: the seller, when its e-mail address is known.
pub(crate) fn sender(seller_email: Option<&str>, host: &str) -> Result<Mailbox, SetupError> {
    let domain =
        if host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') { "localhost" } else { host };
    let address = seller_email
        .and_then(|email| email.parse::<Address>().ok())
        .map_or_else(|| Address::new("receipts", domain), Ok)
        .map_err(|_| SetupError::new("PUBLIC_URL", format!("`{host}` cannot stand in an e-mail address")))?;
    Ok(Mailbox::new(Some("茶塔 Tea Tower".to_owned()), address))
}

/// All or nothing: a crash leaves no half letter under the final name.
async fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = path.with_extension("part");
    let mut file = tokio::fs::File::create(&part).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    tokio::fs::rename(&part, path).await
}

/// A key as a file name and as the left side of a `Message-ID`.
fn plain(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}
