//! Sweeps against a gateway that answers by a script.

mod closing;
#[cfg(feature = "rsa")]
mod openapi;

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::*;
use crate::{
    desks::Desks,
    protocol::{Md5Key, Merchant, OrderState, SellerId, SignedRequest, TradeState},
    scripted::*,
};

type Changes = &'static [(&'static str, &'static str)];

fn reconciler(store: &Arc<Recording>, gateway: &Arc<Scripted>) -> Reconciler {
    Reconciler::new(store.desk(gateway), Arc::clone(store))
}

fn closing(store: &Arc<Recording>, gateway: &Arc<Scripted>) -> Reconciler {
    let options = ReconcileOptions::default().with_close_after(Some(Duration::from_secs(600)));
    reconciler(store, gateway).with_options(options)
}

/// One sweep an hour later, of one order.
async fn find(store: &Arc<Recording>, gateway: &Arc<Scripted>) -> Finding {
    let report = reconciler(store, gateway).sweep(after(3600)).await;
    let found: Vec<_> = report.findings().collect();
    let [(finding, 1)] = found[..] else { panic!("{found:?}") };
    finding
}

#[tokio::test]
async fn a_lost_notification_is_found_once() {
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|request, _| trade(request, &[]));
    let reconciler = reconciler(&store, &gateway);
    assert_eq!(reconciler.sweep(after(60)).await.orders(), 0, "too young");
    let report = reconciler.sweep(after(180)).await;
    assert_eq!((report.count(Finding::Settled), report.orders(), report.is_leased()), (1, 1, true));
    assert_eq!(*store.order("T1").await.state(), OrderState::Paid(trade_no(TRADE)));
    assert_eq!(reconciler.sweep(after(9999)).await.orders(), 0);
    assert_eq!(store.told(), ["settle T1", "journal query settled"]);
    assert_eq!(gateway.services(), ["single_trade_query"]);
}

#[tokio::test]
async fn an_order_that_waits_is_asked_about_after_growing_pauses() {
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|_, _| refused("TRADE_NOT_EXIST"));
    let reconciler = reconciler(&store, &gateway);
    // It rests 2, 4 and 8 minutes.
    for (second, orders) in [(180, 1), (240, 0), (310, 1), (500, 0), (560, 1), (1000, 0), (1100, 1)] {
        assert_eq!(reconciler.sweep(after(second)).await.count(Finding::Open), orders, "{second}");
    }
    assert!(store.told().is_empty(), "that there is no trade is no news");
    let waiting = Scripted::new(|request, _| waiting(request));
    assert_eq!(find(&Recording::with([order("T2")]), &waiting).await, Finding::Open);
}

#[tokio::test]
async fn a_gateway_that_is_down_ends_the_sweep_early_and_loses_nothing() {
    let store = Recording::with((0..20).map(|number| order(&format!("T{number}"))));
    let gateway = Scripted::new(|request, earlier| if earlier < 10 { down() } else { trade(request, &[]) });
    let reconciler =
        reconciler(&store, &gateway).with_options(ReconcileOptions::default().with_concurrency(1));
    let report = reconciler.sweep(after(180)).await;
    assert_eq!((report.count(Finding::Unanswered), report.count(Finding::Skipped)), (3, 17));
    for _ in 0..3 {
        reconciler.sweep(after(200)).await;
    }
    for second in [1000, 2000] {
        reconciler.sweep(after(second)).await;
    }
    assert_eq!(store.told().iter().filter(|told| told.starts_with("settle")).count(), 20);
    assert!(!store.told().iter().any(|told| told.contains("gateway_unreachable")), "nothing came to journal");
}

#[tokio::test]
async fn lies_move_nothing() {
    let lies: [(Changes, &[&str]); 5] = [
        (&[("total_fee", "0.01")], &["unmatched wrong_amount", "journal query wrong_amount"]),
        (&[("is_total_fee_adjust", "T")], &["unmatched wrong_amount", "journal query wrong_amount"]),
        (&[("out_trade_no", "T2")], &["journal query forged"]),
        (&[("seller_id", "2088000000000009")], &["journal query not_ours"]),
        (&[("trade_no", "")], &["journal query malformed"]),
    ];
    for (changes, told) in lies {
        let store = Recording::with([order("T1")]);
        let gateway = Scripted::new(move |request, _| trade(request, changes));
        assert_eq!(find(&store, &gateway).await, Finding::Refused, "{changes:?}");
        assert_eq!(*store.order("T1").await.state(), OrderState::Pending);
        assert_eq!(store.told(), told);
    }
    let altered: [fn(&str) -> String; 2] = [
        |answer| answer.replace("TRADE_SUCCESS", "TRADE_FINISHED"),
        |answer| answer.split_once("<sign>").unwrap().0.to_owned() + "</alipay>",
    ];
    for alter in altered {
        let store = Recording::with([order("T1")]);
        let gateway = Scripted::new(move |request, _| {
            let answer = String::from_utf8(trade(request, &[])?).unwrap();
            Ok(alter(&answer).into_bytes())
        });
        assert_eq!(find(&store, &gateway).await, Finding::Refused);
        assert_eq!(store.told(), ["journal query forged"]);
    }
}

#[tokio::test]
async fn a_refusal_of_the_question_is_no_answer() {
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|_, _| refused("ILLEGAL_PARTNER_EXTERFACE"));
    assert_eq!(find(&store, &gateway).await, Finding::Unanswered);
    assert_eq!(store.told(), ["journal query gateway_unreachable"]);
}

#[tokio::test]
async fn a_notification_may_be_faster_than_the_answer() {
    for (paid_by, finding) in [(TRADE, Finding::AlreadySettled), (OTHER_TRADE, Finding::PaidTwice)] {
        let store = Recording::with([order("T1")]);
        let books = Arc::clone(&store);
        let gateway = Scripted::new(move |request, _| {
            books.orders.insert(order("T1").with_state(OrderState::Paid(trade_no(paid_by))));
            trade(request, &[])
        });
        assert_eq!(find(&store, &gateway).await, finding);
        assert_eq!(*store.order("T1").await.state(), OrderState::Paid(trade_no(paid_by)));
    }
}

#[tokio::test]
async fn what_was_paid_back_since_was_paid_first() {
    let refunds: [(Changes, TradeState); 2] = [
        (&[("gmt_refund", "2024-01-02 10:00:00.123"), ("refund_fee", "1.00")], TradeState::Paid),
        (
            &[
                ("gmt_refund", "2024-01-02 10:00:00"),
                ("refund_fee", "10.50"),
                ("refund_status", "REFUND_SUCCESS"),
                ("trade_status", "TRADE_CLOSED"),
            ],
            TradeState::Refunded,
        ),
    ];
    for (changes, state) in refunds {
        let store = Recording::with([order("T1")]);
        let gateway = Scripted::new(move |request, _| trade(request, changes));
        assert_eq!(find(&store, &gateway).await, Finding::Settled);
        let order = store.order("T1").await;
        assert_eq!(order.settled_by(), Some(&trade_no(TRADE)));
        assert_eq!(order.progress().state(), state);
        assert!(order.progress().is_refund_seen());
        let told = ["settle T1", "journal query settled", "observe refunded", "journal query observed"];
        assert_eq!(store.told(), told);
    }
}

#[tokio::test]
async fn a_trade_that_alipay_closed_closes_the_order() {
    let store = Recording::with([order("T1")]);
    assert_eq!(find(&store, &Scripted::new(|request, _| closed(request))).await, Finding::Closed);
    assert_eq!(*store.order("T1").await.state(), OrderState::Closed);
}

#[tokio::test]
async fn an_unconfirmed_settlement_is_confirmed_or_denied() {
    let unconfirmed = || order("T1").with_state(OrderState::Paid(trade_no(TRADE))).with_unconfirmed();

    let store = Recording::with([unconfirmed()]);
    assert_eq!(find(&store, &Scripted::new(|request, _| trade(request, &[]))).await, Finding::Confirmed);
    let order = store.order("T1").await;
    assert!(!order.is_unconfirmed() && order.settled_by() == Some(&trade_no(TRADE)));

    let denials: [fn(&SignedRequest, usize) -> Reply; 4] = [
        |_, _| refused("TRADE_NOT_EXIST"),
        |request, _| waiting(request),
        |request, _| closed(request),
        |request, _| trade(request, &[("total_fee", "0.01")]),
    ];
    for denial in denials {
        let store = Recording::with([unconfirmed()]);
        assert_eq!(find(&store, &Scripted::new(denial)).await, Finding::Denied);
        assert_eq!(store.order("T1").await.settled_by(), None);
        assert_eq!(store.told()[0], "deny T1");
    }

    let store = Recording::with([unconfirmed()]);
    let other = Scripted::new(|request, _| trade(request, &[("trade_no", OTHER_TRADE)]));
    assert_eq!(find(&store, &other).await, Finding::Denied);
    assert_eq!(store.order("T1").await.settled_by(), Some(&trade_no(OTHER_TRADE)));

    let unclear: [fn(&SignedRequest, usize) -> Reply; 3] = [
        |_, _| down(),
        |_, _| refused("SYSTEM_ERROR"),
        |request, _| trade(request, &[("seller_id", "2088000000000009")]),
    ];
    for answer in unclear {
        let store = Recording::with([unconfirmed()]);
        find(&store, &Scripted::new(answer)).await;
        assert!(store.order("T1").await.is_unconfirmed(), "only a clear word counts");
    }
}

#[tokio::test]
async fn one_instance_sweeps_at_a_time() {
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|_, _| refused("TRADE_NOT_EXIST"));
    let [one, other] = [(); 2].map(|()| reconciler(&store, &gateway));
    assert!(one.sweep(after(180)).await.is_leased());
    assert!(!other.sweep(after(180)).await.is_leased());
    assert!(one.clone().sweep(after(999)).await.is_leased(), "clones are one instance");
    assert_eq!(gateway.services().len(), 2);
}

#[tokio::test]
async fn it_follows_the_desk_that_takes_the_place_of_its_own() {
    let store = Recording::with([order("T1"), order("T2")]);
    let gateway = Scripted::new(|request, _| match request.field("out_trade_no") {
        Some("T1") => trade(request, &[]),
        _ => trade(request, &[("gmt_payment", ""), ("trade_status", "WAIT_SYS_CONFIRM_PAY")]),
    });
    // The gateway signs with the merchant's new key already.
    let old = Md5Key::new("zyxwvutsrqponmlkjihgfedcba543210").unwrap();
    let before = store.desk(&gateway).with_merchant(Merchant::md5(merchant().partner().clone(), old));
    let desks = Desks::new();
    desks.add(before.clone()).unwrap();
    let fixed = Reconciler::new(before.clone(), Arc::clone(&store));
    let following = fixed.clone().with_desks(desks.clone());

    assert_eq!(
        following.sweep(after(180)).await.count(Finding::Settled),
        0,
        "signed with a key that it has not"
    );
    desks.replace(store.desk(&gateway)).unwrap();
    assert_eq!(fixed.sweep(after(9000)).await.count(Finding::Settled), 0, "nobody told it");
    assert_eq!(following.sweep(after(99_000)).await.count(Finding::Settled), 1);
    assert!(fixed.close(&id("T2")).await.is_err());
    assert_eq!(following.close(&id("T2")).await.unwrap(), Closing::Open);
    desks.remove(before.endpoints().notify_path());
    assert!(following.close(&id("T2")).await.is_err(), "it has but the desk that it was made with");
}

#[tokio::test]
async fn a_sweep_keeps_to_its_budget() {
    let store = Recording::with((0..50).map(|number| order(&format!("T{number}"))));
    let gateway = Scripted::new(|request, _| trade(request, &[("trade_no", OTHER_TRADE)]));
    let options = ReconcileOptions::default().with_budget(20).with_concurrency(3);
    let report = reconciler(&store, &gateway).with_options(options).sweep(after(180)).await;
    assert_eq!((report.orders(), report.count(Finding::Settled)), (20, 20));
    assert_eq!(gateway.most_under_way.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn other_sellers_orders_are_left_alone() {
    let seller = SellerId::new("2088000000000009").unwrap();
    let store = Recording::with([order("T1").with_seller_id(seller)]);
    let gateway = Scripted::new(|_, _| refused("TRADE_NOT_EXIST"));
    assert_eq!(closing(&store, &gateway).sweep(after(9999)).await.orders(), 0);
    assert_eq!(*store.order("T1").await.state(), OrderState::Pending);
}

#[tokio::test]
async fn nothing_that_breaks_ends_the_loop() {
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|_, _| panic!("a bug of the host"));
    assert_eq!(find(&store, &gateway).await, Finding::Panicked);
    for method in ["due", "find", "lease", "postpone"] {
        let store = Recording::with([order("T1")]);
        *store.broken.lock().unwrap() = Some(method);
        let gateway = Scripted::new(|request, _| waiting(request));
        assert_eq!(find(&store, &gateway).await, Finding::StoreFailed, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_runs_until_it_is_told_to_stop() {
    let unconfirmed = order("T1").with_state(OrderState::Paid(trade_no(TRADE))).with_unconfirmed();
    let store = Recording::with([unconfirmed]);
    let gateway = Scripted::new(|_, _| refused("SYSTEM_ERROR"));
    let options = ReconcileOptions::default().with_backoff(Duration::ZERO, Duration::ZERO);
    let reconciler = reconciler(&store, &gateway).with_options(options);
    reconciler.run(tokio::time::sleep(Duration::from_secs(150))).await;
    // At once, after one minute, after two.
    assert_eq!(gateway.services().len(), 3);
}
