//! The receipt: exactly one letter for each paid order.

use std::path::PathBuf;

use alipay_simulator::Mischief;
use alipay_sqlx_store::OutboxMessage;

use super::stories;
use crate::{
    post_office::{PostOffice, url},
    shops::{Options, Running, Shop, address, database_url},
};

stories! {
    one_letter_for_a_storm,
    one_letter_from_two_workers,
    no_letter_without_payment;
    // How letters leave is the same in both generations.
    classic: a_mail_server_takes_each_letter_once, a_receipt_stays_owed_until_it_has_left, nobody_lives_at_the_address,
}

pub(crate) fn letters(shop: &Running) -> Vec<PathBuf> {
    let folder = shop.folder.path().join("receipts");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect()
}

/// Waits until nothing is owed any more.
pub(crate) async fn all_sent(shop: &Running) {
    let sent = async || {
        let outbox = shop.store.outbox(1000).await.unwrap();
        !outbox.is_empty() && outbox.iter().all(|message| message.done_at().is_some())
    };
    crate::until("every letter has left", sent).await;
}

async fn one_letter_for_a_storm<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.simulator.behave(Mischief::Duplicate(50).once());
    shop.buy(&order).await;
    shop.simulator.quiet().await;
    all_sent(&shop).await;
    let [letter] = letters(&shop).try_into().expect("one letter");
    let letter = std::fs::read_to_string(letter).unwrap();
    assert!(letter.contains("buyer@example.com"), "{letter}");
    assert_eq!(shop.store.outbox(10).await.unwrap()[0].attempts(), 1);
    shop.stop().await;
}

/// Two shops on one database share the work and do none of it twice.
async fn one_letter_from_two_workers<S: Shop>() {
    let one = S::start(Options::default()).await;
    let beside = Some((one.simulator.clone(), one.folder.clone()));
    let other = S::start(Options { beside, ..Options::default() }).await;
    let mut orders = Vec::new();
    for number in 0..8 {
        let order = one.order(&format!("T{number}")).await;
        if number % 2 == 0 {
            one.buy(&order).await
        } else {
            other.buy(&order).await
        };
        orders.push(order);
    }
    for order in &orders {
        other.assert_settled_once(order).await;
    }
    all_sent(&one).await;
    assert_eq!(letters(&one).len(), orders.len());
    let outbox = other.store.outbox(100).await.unwrap();
    assert!(outbox.iter().all(|message| message.attempts() == 1), "{outbox:#?}");
    other.stop().await;
    one.stop().await;
}

async fn no_letter_without_payment<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let (waiting, paid) = (shop.order("T1").await, shop.order("T2").await);
    shop.open_trade(&waiting).await;
    shop.buy(&paid).await;
    all_sent(&shop).await;
    assert_eq!(letters(&shop).len(), 1);
    shop.stop().await;
}

async fn with_mail<S: Shop>(smtp_url: String) -> Running {
    S::start(Options { smtp_url: Some(smtp_url), ..Options::default() }).await
}

async fn receipt(shop: &Running) -> OutboxMessage {
    shop.store.outbox(10).await.unwrap().into_iter().next().expect("a receipt")
}

/// Waits until the worker has tried so often, and says what came of it.
async fn tried(shop: &Running, attempts: u32, word: &str) {
    let what = format!("{}: {word} at attempt {attempts}", shop.name);
    let so = async || {
        let owed = receipt(shop).await;
        owed.attempts() == attempts && owed.note().is_some_and(|note| note.contains(word))
    };
    crate::until(&what, so).await;
}

/// The pause before the next attempt is over.
async fn later(shop: &Running) {
    use sqlx::Connection as _;

    let mut books = sqlx::SqliteConnection::connect(&database_url(shop.folder.path())).await.unwrap();
    let sql = "UPDATE alipay_outbox SET leased_until = 0 WHERE done_at IS NULL";
    sqlx::query(sql).execute(&mut books).await.unwrap();
    books.close().await.unwrap();
}

async fn a_mail_server_takes_each_letter_once<S: Shop>() {
    let office = PostOffice::open(address()).await;
    let shop = with_mail::<S>(office.url()).await;
    shop.simulator.behave(Mischief::Duplicate(20).once());
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.simulator.quiet().await;
    all_sent(&shop).await;
    let [letter] = office.letters().try_into().expect("one letter");
    assert!(
        letter.contains("To: buyer@example.com") && letter.contains("Message-ID: <receipt-T1@"),
        "{letter}"
    );
    assert_eq!(receipt(&shop).await.note(), Some("taken by the mail server"));
    assert!(!shop.folder.path().join("receipts").exists());
    shop.stop().await;
}

/// A full mailbox, a wrong password, a relay that knows us no more, a server that is gone: the buyer is owed a receipt.
async fn a_receipt_stays_owed_until_it_has_left<S: Shop>() {
    let listen = address();
    let shop = with_mail::<S>(url(listen)).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    tried(&shop, 1, "onnection").await;
    assert!(receipt(&shop).await.done_at().is_none(), "nobody is there");

    let office = PostOffice::open(listen).await;
    let refusals = [
        ("RCPT", "451 try again later"),
        ("AUTH", "535 wrong password"),
        ("MAIL", "530 authentication required"),
        ("RCPT", "554 relay access denied"),
    ];
    for ((command, answer), attempt) in refusals.into_iter().zip(2..) {
        office.refuse(Some((command, answer)));
        later(&shop).await;
        tried(&shop, attempt, answer.split_once(' ').unwrap().1).await;
        assert!(receipt(&shop).await.done_at().is_none(), "{answer}");
        assert!(!receipt(&shop).await.note().unwrap().contains("sesame"));
    }
    assert!(office.letters().is_empty());
    office.close().await;
    later(&shop).await;
    tried(&shop, 6, "onnection").await;
    assert!(receipt(&shop).await.done_at().is_none(), "nobody is there any more");

    let office = PostOffice::open(listen).await;
    later(&shop).await;
    all_sent(&shop).await;
    assert_eq!((office.letters().len(), receipt(&shop).await.attempts()), (1, 7));
    shop.stop().await;
}

/// Only that is final.
async fn nobody_lives_at_the_address<S: Shop>() {
    let office = PostOffice::open(address()).await;
    office.refuse(Some(("RCPT", "550 no such user")));
    let shop = with_mail::<S>(office.url()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    all_sent(&shop).await;
    let note = receipt(&shop).await.note().unwrap().to_owned();
    assert!(note.contains("refused for good") && note.contains("no such user"), "{note}");
    assert_eq!((office.refused(), office.letters().len(), receipt(&shop).await.attempts()), (1, 0, 1));
    shop.stop().await;
}
