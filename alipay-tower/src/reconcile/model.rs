//! Whatever happens, in whatever order: no payment is lost, closed away, or settled twice.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use proptest::{prelude::*, test_runner::FileFailurePersistence};

use super::{ReconcileOptions, Reconciler};
use crate::{
    protocol::{OrderState, SignedRequest},
    scripted::*,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Trade {
    Closed,
    #[default]
    None,
    Paid,
    Waiting,
}

/// Alipay's side.
#[derive(Debug, Default)]
struct Model {
    trade: Trade,
    down: bool,
    pays_before_closing: bool,
    loses_next_answer: bool,
}

impl Model {
    fn answer(&mut self, request: &SignedRequest) -> Reply {
        if self.down {
            return down();
        }
        let closes = request.field("service") == Some("close_trade");
        if closes && std::mem::take(&mut self.pays_before_closing) && self.trade == Trade::Waiting {
            self.trade = Trade::Paid;
        }
        let answer = match (self.trade, closes) {
            (Trade::None, _) => refused("TRADE_NOT_EXIST"),
            (Trade::Waiting, true) => {
                self.trade = Trade::Closed;
                accepted()
            }
            (_, true) => refused("TRADE_STATUS_NOT_AVAILD"),
            (Trade::Waiting, false) => waiting(request),
            (Trade::Closed, false) => closed(request),
            (Trade::Paid, false) => trade(request, &[]),
        };
        if std::mem::take(&mut self.loses_next_answer) { down() } else { answer }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    BuyerArrives,
    BuyerPays,
    Close,
    LoseNextAnswer,
    Notify,
    PayBeforeClosing,
    Sweep,
    SweepOtherInstance,
    Toggle,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => Just(Step::BuyerArrives),
        1 => Just(Step::BuyerPays),
        1 => Just(Step::Close),
        1 => Just(Step::LoseNextAnswer),
        1 => Just(Step::Notify),
        1 => Just(Step::PayBeforeClosing),
        3 => Just(Step::Sweep),
        1 => Just(Step::SweepOtherInstance),
        1 => Just(Step::Toggle),
    ];
    proptest::collection::vec(step, 1..24)
}

fn notification() -> Vec<u8> {
    let signed = merchant().sign_fields([
        ("notify_id", "0123456789abcdef"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T1"),
        ("seller_id", "2088000000000001"),
        ("total_fee", "10.50"),
        ("trade_no", TRADE),
        ("trade_status", "TRADE_SUCCESS"),
    ]);
    signed.unwrap().post().1.into_bytes()
}

async fn play(steps: Vec<Step>) {
    let model = Arc::new(Mutex::new(Model::default()));
    let store = Recording::with([order("T1")]);
    let alipay = Arc::clone(&model);
    let gateway = Scripted::new(move |request, _| alipay.lock().unwrap().answer(request));
    let desk = store.desk(&gateway);
    let options = ReconcileOptions::default().with_close_after(Some(Duration::from_secs(1800)));
    let [one, other] =
        [(); 2].map(|()| Reconciler::new(desk.clone(), Arc::clone(&store)).with_options(options.clone()));
    let mut clock = 0;
    for step in steps {
        let before = store.order("T1").await.state().clone();
        clock += 200;
        match step {
            Step::BuyerArrives if model.lock().unwrap().trade == Trade::None => {
                model.lock().unwrap().trade = Trade::Waiting;
            }
            Step::BuyerPays if model.lock().unwrap().trade == Trade::Waiting => {
                model.lock().unwrap().trade = Trade::Paid;
            }
            Step::Notify if model.lock().unwrap().trade == Trade::Paid => {
                let _ = desk.receive_notify(&notification()).await;
            }
            Step::Close => drop(one.close(&id("T1")).await),
            Step::LoseNextAnswer => model.lock().unwrap().loses_next_answer = true,
            Step::PayBeforeClosing => model.lock().unwrap().pays_before_closing = true,
            Step::Sweep => drop(one.sweep(after(clock)).await),
            Step::SweepOtherInstance => drop(other.sweep(after(clock)).await),
            Step::Toggle => model.lock().unwrap().down ^= true,
            _ => {}
        }
        let (state, trade) = (store.order("T1").await.state().clone(), model.lock().unwrap().trade);
        if before != state && state == OrderState::Closed {
            assert!(
                matches!(trade, Trade::Closed | Trade::None),
                "closed in the books, and {trade:?} at Alipay"
            );
        }
        if matches!(state, OrderState::Paid(_) | OrderState::PaidAfterClose(_)) {
            assert_eq!(trade, Trade::Paid, "nothing is paid that Alipay does not know of");
        }
        if matches!(before, OrderState::Paid(_)) {
            assert_eq!(before, state, "what is paid stays paid");
        }
    }
    // Everything works again, and time passes. A closed order is asked about by nobody; its payment is notified.
    let trade = model.lock().unwrap().trade;
    *model.lock().unwrap() = Model { trade, ..Model::default() };
    for _ in 0..4 {
        clock += 30_000;
        let reports = [one.sweep(after(clock)).await, other.sweep(after(clock)).await];
        assert_eq!(reports.iter().filter(|report| report.is_leased()).count(), 1);
    }
    if model.lock().unwrap().trade == Trade::Paid {
        let _ = desk.receive_notify(&notification()).await;
    }
    let (state, trade) = (store.order("T1").await.state().clone(), model.lock().unwrap().trade);
    match state {
        OrderState::Paid(_) | OrderState::PaidAfterClose(_) => assert_eq!(trade, Trade::Paid),
        OrderState::Closed => assert_ne!(trade, Trade::Paid),
        OrderState::Pending => panic!("an order of that age is paid or closed"),
    }
    let settled = store.told().iter().filter(|told| told.ends_with(" settled")).count();
    assert!(settled <= 1, "{:?}", store.told());
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_payment_is_lost_or_closed_away(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(play(steps));
    }
}
