//! The doctor of the simulator's command line, at the address of a whole shop.

use std::time::Duration;

use alipay_simulator::doctor::{Doctor, Severity};
use alipay_tower::protocol::{OrderState, Scheme};

use super::stories;
use crate::shops::{Options, Shop};

stories! { doctor_finds_it_healthy }

/// Everything that the probes try is refused or noted, and nobody's money or goods move.
async fn doctor_finds_it_healthy<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let (waiting, paid) = (shop.order("T1").await, shop.order("T2").await);
    shop.buy(&paid).await;
    shop.assert_settled_once(&paid).await;
    let history = shop.history(&waiting).await;

    let url = |path: &str| format!("{}{path}", shop.url());
    let doctor = Doctor::new(&url(shop::NOTIFY_PATH)).unwrap();
    let doctor =
        doctor.with_return_url(&url(shop::RETURN_PATH)).unwrap().with_merchant(shop.alipay().clone());
    // How long an answer takes is the machine's business here.
    let doctor = doctor.with_patience(Duration::from_secs(60), Duration::from_secs(60));
    let doctor = doctor.with_timeout(Duration::from_secs(60));
    let doctor = match S::SCHEME {
        Scheme::OpenApi => doctor.with_own_key(shop.desk().merchant().clone()),
        // With MD5 the shop's own key is Alipay's, too.
        _ => doctor,
    };
    let checkup = doctor.examine().await.unwrap();

    // Status 0 of the command. Plain http is no more than a note on a machine of one's own.
    assert!(checkup.is_healthy(), "{}: {:#?}", shop.name, checkup.findings());
    let notes = checkup.findings().iter().map(|finding| (finding.defect.severity(), finding.defect.slug()));
    let notes: Vec<_> = notes.collect();
    assert!(
        checkup.to().starts_with("http://") && notes.contains(&(Severity::Note, "not_public")),
        "{notes:?}"
    );
    // A classic shop asks the gateway, which never sent the probes.
    assert_eq!(notes.contains(&(Severity::Note, "signed_refused")), shop.is_classic(), "{notes:?}");
    assert!(checkup.probes() >= 13, "{}", checkup.probes());

    assert_eq!(shop.state(&waiting).await, OrderState::Pending, "{}", shop.name);
    assert_eq!(shop.history(&waiting).await, history, "{}", shop.name);
    shop.assert_settled_once(&paid).await;
    let outbox = shop.store.outbox(100).await.unwrap();
    let receipts = outbox.iter().filter(|message| message.kind().as_str() == "receipt");
    assert_eq!(receipts.count(), 1, "{}: {outbox:#?}", shop.name);
    assert_eq!(shop.count("settled").await, 1);
    let refused = shop.store.refused_hits().await.unwrap();
    assert!(refused.total() >= 5, "{}: the forgeries are in the journal", shop.name);
    shop.stop().await;
}
