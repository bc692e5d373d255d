use std::time::{Duration, Instant};

use alipay_sqlx_store::{SqlStore, SqlStoreOptions};
use alipay_tower::{Alipay, OrderStore, Rejection, RejectionKind, protocol::Channel, store::Settlement};

use crate::support::{File, body, desk, new_order, order, payment, signed};

fn refuse(desk: &Alipay, raw: &[u8]) {
    desk.refuse(Channel::Notify, raw, &Rejection::new(RejectionKind::TooLarge, "the body is too large"));
}

#[tokio::test]
async fn every_hit_is_explained_once() {
    for url in [File::new(), File::new()].iter().map(File::url).chain(["sqlite::memory:".to_owned()]) {
        let Ok(store) = SqlStore::connect(&url).await else { panic!("no store") };
        let desk = desk(&store);
        store.create_order(new_order("T1")).await.unwrap();

        let good = body(&order("T1"), "1111", "TRADE_SUCCESS");
        let forged = good.replace("10.50", "0.01");
        assert!(desk.receive_notify(forged.as_bytes()).await.is_err());
        assert_eq!(desk.receive_notify(good.as_bytes()).await.unwrap().name(), "settled");
        assert_eq!(desk.receive_notify(good.as_bytes()).await.unwrap().name(), "already_settled");
        assert!(desk.receive_return(good.as_bytes()).await.is_ok());
        let waiting = body(&order("T1"), "1111", "WAIT_BUYER_PAY");
        assert_eq!(desk.receive_notify(waiting.as_bytes()).await.unwrap().name(), "observed");

        let journal = store.journal_entries(100).await.unwrap();
        let mut lines: Vec<_> = journal.iter().map(|line| (line.channel(), line.outcome())).collect();
        lines.sort_unstable();
        let expected = [
            ("notify", "already_settled"),
            ("notify", "forged"),
            ("notify", "observed"),
            ("notify", "settled"),
            ("return", "shown"),
        ];
        assert_eq!(lines, expected);

        let illegal: Vec<_> = journal.iter().filter(|line| line.is_refused()).collect();
        assert_eq!(illegal.len(), 1);
        assert_eq!(illegal[0].raw(), forged.as_bytes());
        assert!(illegal[0].reason().unwrap().contains("sign"), "{:?}", illegal[0]);
        assert_eq!(illegal[0].out_trade_no(), None);
        assert!(!format!("{journal:?}").contains("buyer"));

        let refused = store.refused_hits().await.unwrap();
        assert_eq!((refused.total(), refused.of(RejectionKind::Forged), refused.unrecorded()), (1, 1, 0));
        assert_eq!(refused.iter().collect::<Vec<_>>(), [("forged", 1)]);
        store.close().await;
    }
}

#[tokio::test]
async fn long_messages_are_cut() {
    let file = File::new();
    let store = file.open().await;
    let desk = desk(&store);
    refuse(&desk, &[b'x'; 65_536]);
    assert_eq!(store.journal_entries(1).await.unwrap()[0].raw(), [b'x'; 256], "anyone can send it");

    let long = |status| signed(&order("T1"), "1111", status, &[("body", &"x".repeat(5_000))]);
    assert!(desk.receive_return(long("WAIT_BUYER_PAY").as_bytes()).await.is_err());
    let line = &store.journal_entries(1).await.unwrap()[0];
    assert_eq!(
        (line.outcome(), line.raw()),
        ("not_paid", long("WAIT_BUYER_PAY").as_bytes()),
        "it is genuine"
    );
}

#[tokio::test]
async fn strangers_get_a_hundred_lines_a_second_and_others_are_not_counted_in() {
    let file = File::new();
    let store = file.open().await;
    let desk = desk(&store);
    let began = Instant::now();
    (0..500).for_each(|_| refuse(&desk, b"junk"));
    let waiting = body(&order("T1"), "1111", "WAIT_BUYER_PAY");
    for _ in 0..20 {
        assert!(desk.receive_return(waiting.as_bytes()).await.is_err());
    }
    let most = 100 * (1 + usize::try_from(began.elapsed().as_secs()).unwrap());
    let lines = store.journal_entries(1_000).await.unwrap();
    let of = |outcome| lines.iter().filter(|line| line.outcome() == outcome).count();
    assert!((100..=most).contains(&of("too_large")), "{}", of("too_large"));
    assert_eq!(of("not_paid"), 20);
    let refused = store.refused_hits().await.unwrap();
    assert_eq!(refused.total(), 520);
    assert_eq!(refused.unrecorded() + refused.of(RejectionKind::TooLarge), 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_counted_and_bounded_and_starves_nobody() {
    let file = File::new();
    let store = file.open_with(SqlStoreOptions::new().with_refused_hits_kept(10)).await;
    let flooded = desk(&store);
    let mut slowest = Duration::ZERO;
    for round in 0..40 {
        for _ in 0..1_000 {
            refuse(&flooded, b"junk");
        }
        let number = format!("T{round}");
        store.create_order(new_order(&number)).await.unwrap();
        let began = Instant::now();
        assert_eq!(store.settle(&payment(&order(&number), "1111")).await.unwrap(), Settlement::Settled);
        slowest = slowest.max(began.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    store.flush().await.unwrap();
    let refused = store.refused_hits().await.unwrap();
    assert_eq!(refused.total(), 40_000);
    assert!(refused.of(RejectionKind::TooLarge) >= 100, "{refused:?}");
    let lines = store.journal_entries(100_000).await.unwrap();
    let illegal = lines.iter().filter(|line| line.is_refused()).count();
    assert!((10..=2_300).contains(&illegal), "{illegal} rows are kept");
    assert_eq!(lines.len() - illegal, 40, "no settlement is forgotten");
    assert!(slowest < Duration::from_secs(5), "a settlement took {slowest:?}");
}

#[tokio::test]
async fn a_genuine_message_can_be_played_again() {
    let file = File::new();
    let store = file.open().await;
    let desk = desk(&store);
    let note = "说明 ".repeat(1_000);
    let long = signed(&order("T1"), "1111", "TRADE_SUCCESS", &[("body", &note)]);
    assert!(desk.receive_notify(long.as_bytes()).await.is_err(), "the order is not in the books yet");
    let refused = store.journal_entries(1).await.unwrap().remove(0);
    let line = store.journal_entry(refused.id()).await.unwrap().unwrap();
    assert_eq!((line.outcome(), line.raw()), ("unknown_order", long.as_bytes()));

    store.create_order(new_order("T1")).await.unwrap();
    assert_eq!(desk.receive_notify(line.raw()).await.unwrap().name(), "settled");
    for outcome in ["settled", "already_settled"] {
        let newest = store.journal_entries(1).await.unwrap().remove(0);
        let line = store.journal_entry(newest.id()).await.unwrap().unwrap();
        assert_eq!((line.outcome(), line.raw()), (outcome, long.as_bytes()));
        assert_eq!(desk.receive_notify(line.raw()).await.unwrap().name(), "already_settled");
    }
    assert!(store.journal_entry(i64::MAX).await.unwrap().is_none());
}
