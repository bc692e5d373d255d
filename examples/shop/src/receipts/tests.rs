use alipay_sqlx_store::NewOrder;
use alipay_tower::{
    Merchant, Money, Rejection, RejectionKind, VerifiedPayment,
    protocol::{Channel, Notification, OutTradeNo, TradeEvent, UnmatchedPayment},
    store::OrderStore as _,
};

use super::*;

/// A payment that walked the whole chain; there is no other way to one.
pub(crate) async fn verified(
    store: &SqlStore,
    merchant: &Merchant,
    id: &str,
    trade: &str,
) -> VerifiedPayment {
    let order = store.find(&OutTradeNo::new(id).unwrap()).await.unwrap().unwrap();
    unmatched(merchant, id, trade, order.amount()).match_order(&order).unwrap()
}

/// A confirmed payment before it is compared with any order.
pub(crate) fn unmatched(merchant: &Merchant, id: &str, trade: &str, amount: Money) -> UnmatchedPayment {
    let notice = alipay_simulator::Notice::paid(id, amount).with("trade_no", trade);
    let TradeEvent::Paid(payment) = event(merchant, notice) else { panic!("not paid") };
    payment
}

/// What a message says that the gateway has confirmed.
fn event(merchant: &Merchant, notice: alipay_simulator::Notice) -> TradeEvent {
    let body = notice.sign(merchant).unwrap().body();
    let signed =
        Notification::parse(Channel::Notify, body.as_bytes()).unwrap().authenticate(merchant).unwrap();
    let confirmation = signed.check(merchant).unwrap().read(b"true").unwrap();
    signed.confirm(&confirmation).unwrap().into_event().unwrap()
}

async fn store_with_order(contact: Option<&str>) -> (SqlStore, Merchant) {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    let order = NewOrder::new(OutTradeNo::new("T1").unwrap(), "10.50".parse().unwrap(), "白瓷茶杯");
    let order = contact.map_or(order.clone(), |contact| order.with_contact(contact));
    store.create_order(order).await.unwrap();
    (store, alipay_simulator::demo_merchant().unwrap())
}

fn post(folder: &std::path::Path) -> Post {
    Post::folder(sender(None, "127.0.0.1").unwrap(), folder).unwrap()
}

#[tokio::test]
async fn a_settled_order_gets_one_letter_under_one_name() {
    let (store, merchant) = store_with_order(Some("buyer@example.com")).await;
    let _ = store.settle(&verified(&store, &merchant, "T1", "2024000001").await).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let post = post(&folder.path().join("new"));
    // A worker that died with its lease: the message was claimed, and the letter may have left.
    let claimed = store.claim_outbox(1, Duration::ZERO).await.unwrap();
    let Outcome::Done(first) = send(&store, &post, &claimed[0]).await.unwrap() else { panic!("not sent") };
    let letter = std::fs::read_to_string(&first).unwrap();
    while !send_next(&store, &post).await.unwrap() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert!(!send_next(&store, &post).await.unwrap());

    let outbox = store.outbox(10).await.unwrap();
    assert_eq!(outbox.len(), 1);
    assert_eq!((outbox[0].note(), outbox[0].done_at().is_some()), (Some(first.as_str()), true));
    assert_eq!(std::fs::read_to_string(&first).unwrap(), letter);
    assert_eq!(std::fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
    assert!(letter.contains("Message-ID: <receipt-T1@localhost>"), "{letter}");
    assert!(letter.contains("To: buyer@example.com"), "{letter}");
}

#[tokio::test]
async fn no_address_means_no_letter() {
    let (store, merchant) = store_with_order(None).await;
    let _ = store.settle(&verified(&store, &merchant, "T1", "2024000001").await).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert!(send_next(&store, &post(folder.path())).await.unwrap());
    assert_eq!(store.outbox(10).await.unwrap()[0].note(), Some("no address was given"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_second_payment_is_reported_to_the_shop() {
    let (store, merchant) = store_with_order(None).await;
    for trade in ["2024000001", "2024000002"] {
        let _ = store.settle(&verified(&store, &merchant, "T1", trade).await).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let post = post(folder.path());
    while send_next(&store, &post).await.unwrap() {}
    let letter = std::fs::read_to_string(folder.path().join("paid-twice-T1-2024000002.eml")).unwrap();
    assert!(letter.contains("To: receipts@localhost"), "{letter}");
}

#[tokio::test]
async fn a_payment_that_went_back_lets_no_goods_leave() {
    let (store, merchant) = store_with_order(Some("buyer@example.com")).await;
    let payment = verified(&store, &merchant, "T1", "2024000001").await;
    // The notice of the refund was faster than that of the payment.
    let notice = alipay_simulator::Notice::refunded("T1", payment.amount()).with("trade_no", "2024000001");
    store.observe(&event(&merchant, notice.with("trade_status", "TRADE_CLOSED"))).await.unwrap();
    let _ = store.settle(&payment).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let post = post(folder.path());
    while send_next(&store, &post).await.unwrap() {}
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no receipt");
    let letter = std::fs::read_to_string(folder.path().join("settled-refunded-T1.eml")).unwrap();
    assert!(letter.contains("To: receipts@localhost") && !letter.contains("buyer@example.com"), "{letter}");
}

#[tokio::test]
async fn money_that_fits_no_order_is_reported_to_the_shop() {
    let (store, merchant) = store_with_order(None).await;
    let payment = unmatched(&merchant, "GONE", "2024000001", "10.50".parse().unwrap());
    let reason = Rejection::new(RejectionKind::UnknownOrder, "the shop has no such order");
    for _ in 0..3 {
        store.unmatched(&payment, &reason).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let post = post(folder.path());
    while send_next(&store, &post).await.unwrap() {}
    let letter = std::fs::read(folder.path().join("unmatched-payment-GONE-2024000001.eml")).unwrap();
    assert!(String::from_utf8_lossy(&letter).contains("To: receipts@localhost"));
    let outbox = store.outbox(10).await.unwrap();
    assert!(outbox.len() == 1 && outbox[0].done_at().is_some(), "{outbox:?}");
}

#[tokio::test]
async fn a_receipt_without_a_usable_address_stays_and_says_why() {
    for contact in ["\"a b\"@b.c", "a@[127.0.0.1]", "nobody"] {
        let (store, merchant) = store_with_order(Some(contact)).await;
        let _ = store.settle(&verified(&store, &merchant, "T1", "2024000001").await).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert!(send_next(&store, &post(folder.path())).await.unwrap());
        let outbox = store.outbox(10).await.unwrap();
        let note = outbox[0].note().unwrap();
        assert!(outbox[0].done_at().is_none() && note.contains("the address cannot be used"), "{note}");
    }
}

#[tokio::test]
async fn a_letter_that_cannot_leave_waits() {
    let (store, merchant) = store_with_order(Some("buyer@example.com")).await;
    let _ = store.settle(&verified(&store, &merchant, "T1", "2024000001").await).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone");
    let post = post(&gone);
    std::fs::remove_dir(&gone).unwrap();
    assert!(send_next(&store, &post).await.unwrap());
    let outbox = store.outbox(10).await.unwrap();
    assert!(
        outbox[0].done_at().is_none() && outbox[0].note().unwrap().contains("cannot write"),
        "{outbox:?}"
    );
    assert!(!send_next(&store, &post).await.unwrap(), "it must wait before the next try");
}

#[test]
fn smtp_mistakes_do_not_show_the_password() {
    let shop = sender(Some("seller@example.com"), "shop.example.com").unwrap();
    assert_eq!(shop.email.to_string(), "seller@example.com");
    let error = Post::smtp(shop, "mail://user:sesame@mail.example").unwrap_err().to_string();
    assert!(error.starts_with("SMTP_URL: write it like smtps://") && !error.contains("sesame"), "{error}");
    assert_eq!(sender(Some("13800000000"), "shop.example.com").unwrap().email.domain(), "shop.example.com");
}
