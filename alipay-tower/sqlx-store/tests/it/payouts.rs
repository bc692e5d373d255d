//! What became of payouts, in the books.

use alipay_sqlx_store::SqlStore;
use alipay_tower::{OrderStore, protocol::Timestamp};

use crate::support::{merchant, told, unheard};

/// The end of a batch of payouts, signed.
fn ended(batch_no: &str, success_details: &str, fail_details: &str) -> String {
    let fields = [
        ("batch_no", batch_no),
        ("fail_details", fail_details),
        ("notify_id", "666666667777777788888888999999990j"),
        ("notify_type", "batch_trans_notify"),
        ("success_details", success_details),
    ];
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let text: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = merchant().sign_text(text.join("&").as_bytes());
    format!("{}&sign={sign}&sign_type=MD5", serde_urlencoded::to_string(fields).unwrap())
}

#[tokio::test]
async fn the_first_confirmed_word_about_an_own_batch_stays() {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    let day: Timestamp = "2024-01-04 12:00:00".parse().unwrap();
    let number = store.next_batch_no(day, "payout", "wages").await.unwrap();
    let paid = "1001^payee1@example.com^张三^1.00^S^null^20240104000000001^20240104120001|";
    let failed =
        "1002^payee2@example.com^李四^2.00^F^ACCOUN_NAME_NOT_MATCH^20240104000000002^20240104120002|";
    let batch = async || store.refund_batch(&number).await.unwrap().unwrap();

    // Somebody else's, and one that nobody has confirmed.
    store.observe(&told(&ended("20240104999", paid, ""))).await.unwrap();
    store.observe(&unheard(&ended(number.as_str(), paid, ""))).await.unwrap();
    assert!(batch().await.told_at().is_none() && batch().await.results().is_empty());

    store.observe(&told(&ended(number.as_str(), paid, failed))).await.unwrap();
    let first = batch().await;
    let [one, two] = first.results() else { panic!("{first:?}") };
    assert!(first.told_at().is_some() && one.is_success() && !two.is_success());
    assert_eq!((&*one.name, two.reason.as_ref().unwrap().as_str()), ("张三", "ACCOUN_NAME_NOT_MATCH"));
    assert!(!format!("{first:?}").contains("payee"));

    store.observe(&told(&ended(number.as_str(), "", failed))).await.unwrap();
    assert_eq!(batch().await.results(), first.results());
    assert_eq!(store.journal_entries(10).await.unwrap().len(), 4, "every word is in the journal");
}
