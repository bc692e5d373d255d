//! Desks that come, go and change while messages arrive.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use alipay_tower::{
    Desks, Merchant, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{Confirmation, NotifyCheck, PartnerId},
};
use tokio::sync::Notify;

use crate::support::*;

/// Answers when it is allowed to.
#[derive(Clone, Default)]
struct Gated {
    asked: Arc<Notify>,
    answer: Arc<Notify>,
}

#[async_trait]
impl NotifyGateway for Gated {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        self.asked.notify_one();
        self.answer.notified().await;
        Ok(check.read(b"true")?)
    }
}

#[tokio::test]
async fn a_message_ends_at_the_desk_where_it_began() {
    let (party, books, gated) = (md5(0), Books::of(&md5(0)), Gated::default());
    let (desks, message) = (Desks::new(), message(&party, &[]));
    desks.add(desk(&party, gated.clone(), &books, 0)).unwrap();
    let layer = desks.layer();
    let path = notify_path(0);
    let (first, ()) = tokio::join!(notify(&layer, &path, &message), async {
        gated.asked.notified().await;
        let removed = desks.remove(&path).unwrap();
        assert_eq!(removed.merchant().id(), partner(0));
        // Another merchant moves in while the message is on its way.
        desks.add(desk(&md5(1), Yes, &Books::of(&md5(1)), 0)).unwrap();
        gated.answer.notify_one();
    });
    assert_eq!((first.as_str(), books.settled.load(Ordering::SeqCst)), ("success", 1));
    assert_eq!(notify(&layer, &path, &message).await, "fail forged");
    assert!(desks.remove(&return_path(0)).is_none(), "only a notify path names a desk");
    assert!(desks.remove(&path).is_some() && desks.remove(&path).is_none());
    assert_eq!(notify(&layer, &path, &message).await, "the host");
}

#[tokio::test]
async fn keys_change_while_notices_arrive() {
    let (old, books) = (md5(0), Books::of(&md5(0)));
    let with = |merchant: Merchant| Party { alipay: merchant.clone(), merchant };
    let new = with(Merchant::md5(PartnerId::new(&partner(0)).unwrap(), key(7)));
    let both = new.merchant.clone().with_previous_key(key(0));
    let desks = Desks::new();
    let layer = desks.layer();
    let first = desk(&old, Yes, &books, 0);
    desks.add(first.clone()).unwrap();
    let answers = async |expected: [&str; 2]| {
        for (party, expected) in [&old, &new].into_iter().zip(expected) {
            assert_eq!(notify(&layer, &notify_path(0), &message(party, &[])).await, expected);
        }
    };
    answers(["success", "fail forged"]).await;
    desks.replace(first.clone().with_merchant(both)).unwrap();
    answers(["success", "success"]).await;
    let before = desks.replace(first.clone().with_merchant(new.merchant.clone())).unwrap();
    answers(["fail forged", "success"]).await;
    // What is signed goes out under the new key from the first replacement on.
    assert_eq!(before.merchant().sign_text(b"a=1"), new.merchant.sign_text(b"a=1"));
    let elsewhere = desks.replace(first.with_endpoints(endpoints(3))).unwrap_err();
    assert!(elsewhere.to_string().contains("is no desk's notify path"), "{elsewhere}");
    assert_eq!(desks.all().len(), 1);
}

#[cfg(feature = "rsa")]
#[tokio::test]
async fn alipays_key_changes_too() {
    use alipay_tower::protocol::PrivateKey;

    let [shop, old, new] = [(); 3].map(|()| PrivateKey::generate().unwrap());
    let partner = || PartnerId::new(&partner(0)).unwrap();
    let ours = |alipay: &PrivateKey| Merchant::rsa(partner(), shop.clone(), alipay.public().clone()).unwrap();
    let theirs = |alipay: &PrivateKey| Party {
        merchant: ours(alipay),
        alipay: Merchant::rsa(partner(), alipay.clone(), shop.public().clone()).unwrap(),
    };
    let (before, after) = (theirs(&old), theirs(&new));
    let (desks, books) = (Desks::new(), Books::of(&before));
    let first = desk(&before, Yes, &books, 0);
    desks.add(first.clone()).unwrap();
    let layer = desks.layer();
    let answers = async |expected: [&str; 2]| {
        for (party, expected) in [&before, &after].into_iter().zip(expected) {
            assert_eq!(notify(&layer, &notify_path(0), &message(party, &[])).await, expected);
        }
    };
    answers(["success", "fail forged"]).await;
    let both = ours(&new).with_previous_alipay_key(old.public().clone()).unwrap();
    desks.replace(first.clone().with_merchant(both)).unwrap();
    answers(["success", "success"]).await;
    desks.replace(first.with_merchant(ours(&new))).unwrap();
    answers(["fail forged", "success"]).await;
}

/// Requests on all paths while desks are added, replaced and removed, and paths change hands. The books refuse another
/// merchant's payment with a panic, which the layer would answer as one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn desks_come_and_go_under_load() {
    let parties: Arc<Vec<_>> = Arc::new((0..MERCHANTS).map(md5).collect());
    let (desks, over) = (Desks::under("/pay").unwrap(), Arc::new(AtomicBool::new(false)));
    let counts: [Arc<AtomicUsize>; 3] = Default::default();
    let buyers = (0..8).map(|buyer| {
        let (layer, parties, over) = (desks.layer(), Arc::clone(&parties), Arc::clone(&over));
        let counts = counts.clone();
        tokio::spawn(async move {
            let mut turn = buyer;
            while !over.load(Ordering::SeqCst) {
                turn += 1;
                let (from, at) = (turn % MERCHANTS, (turn / MERCHANTS) % MERCHANTS);
                let message = message(&parties[from], &[]);
                let (said, shown) = (
                    notify(&layer, &notify_path(at), &message).await,
                    back(&layer, &return_path(at), &message).await,
                );
                let (word, page) = (said.as_str(), shown.as_str());
                assert!(["success", "fail forged", "the host"].contains(&word), "{word}");
                let paid = format!("paid {}.abc", partner(from));
                assert!(page == paid || ["forged", "the host"].contains(&page), "{page}");
                let kind = ["success", "fail forged", "the host"].iter().position(|kind| *kind == word);
                counts[kind.unwrap()].fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
        })
    });
    let buyers: Vec<_> = buyers.collect();
    let done = || counts.iter().all(|count| count.load(Ordering::SeqCst) >= 300);
    let owners = (0..MERCHANTS).map(|at| {
        let (desks, parties, over) = (desks.clone(), Arc::clone(&parties), Arc::clone(&over));
        tokio::spawn(async move {
            let mut turn = at;
            while !over.load(Ordering::SeqCst) {
                // Mostly one's own desk, sometimes the neighbour's at the same paths.
                let party = &parties[if turn % 5 == 0 { (at + 1) % MERCHANTS } else { at }];
                desks.add(desk(party, Yes, &Books::of(party), at)).unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
                let next = desk(party, Yes, &Books::of(party), at);
                assert_eq!(desks.replace(next).unwrap().merchant().id(), party.merchant.id());
                tokio::time::sleep(Duration::from_millis(1)).await;
                assert_eq!(desks.remove(&notify_path(at)).unwrap().merchant().id(), party.merchant.id());
                tokio::time::sleep(Duration::from_millis(1)).await;
                turn += 1;
            }
        })
    });
    let owners: Vec<_> = owners.collect();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(90);
    while !done() && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    over.store(true, Ordering::SeqCst);
    for task in buyers.into_iter().chain(owners) {
        task.await.unwrap();
    }
    assert!(done(), "{counts:?}");
    assert!(desks.all().is_empty());
}
