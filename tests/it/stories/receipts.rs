//! The receipt: exactly one letter for each paid order.

use std::path::PathBuf;

use alipay_simulator::Mischief;

use super::stories;
use crate::shops::{Options, Running, Shop};

stories! { one_letter_for_a_storm, one_letter_from_two_workers, no_letter_without_payment }

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
