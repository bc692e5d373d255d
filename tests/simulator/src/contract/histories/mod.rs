//! Whatever is delivered of a trade's history, how often and in which order: when the gateway is asked at the end, as a sweep
//! asks, the books say what they say in a shop that heard everything.

mod gateway;
mod paths;

use std::sync::Arc;

use alipay_tower::{
    Alipay, Endpoints, Order, OrderStore,
    protocol::{Call as _, OrderState, Progress, SingleTradeQuery, TradeEvent, TradeState},
    store::Settlement,
};

use self::{
    gateway::{Gateway, document},
    paths::{PATHS, Path},
};
use super::{
    desk::received,
    payments::{found, merchant, order, told, trade},
};

/// How often each history is told.
const ROUNDS: usize = 24;

pub(super) async fn any_part<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let number = |path: usize, round: usize| format!("P{path}R{round}");
    let orders = (0..PATHS.len())
        .flat_map(|path| (0..=ROUNDS).map(move |round| order(&number(path, round)).with_escrow_accepted()))
        .collect();
    let (store, gateway) = (Arc::new(make(orders).await), Gateway::default());
    let desk = desk(&store, &gateway);
    let mut dice = Dice(20_240_101);
    for (index, path) in PATHS.iter().enumerate() {
        let mut whole = None;
        for round in 0..=ROUNDS {
            let order = order(&number(index, round)).with_escrow_accepted();
            let trade_no = format!("2024{index:04}{round:04}");
            let notices = path.notices(&order, &trade_no);
            let turns = match round {
                0 => (0..notices.len()).collect(),
                // What a sweep finds when nothing ever came.
                1 => Vec::new(),
                _ => dice.deliveries(notices.len()),
            };
            let mut best = Progress::default();
            for turn in &turns {
                let Some(notice) = notices.get(*turn) else { continue };
                let _ = received(&desk, notice.clone()).await;
                best = never_back(&store, &order, best).await;
            }
            gateway.knows(order.out_trade_no().as_str(), path.answer(&order, &trade_no));
            if let Err(rejection) = desk.receive_query(order.out_trade_no()).await {
                panic!(
                    "{}, delivered as {turns:?}: the gateway's own word was refused: {rejection}",
                    path.name
                );
            }
            never_back(&store, &order, best).await;
            let end = End::of(&store, &order, &trade_no).await;
            end.fits(path, &turns);
            assert_eq!(
                &end,
                whole.get_or_insert_with(|| end.clone()),
                "{}, delivered as {turns:?}, must end as the whole history does",
                path.name
            );
        }
    }
}

/// What the books say at the end; the trade's number aside.
#[derive(Clone, Debug, PartialEq)]
struct End {
    state: &'static str,
    progress: Progress,
}

impl End {
    async fn of<S: OrderStore>(store: &Arc<S>, order: &Order, trade_no: &str) -> Self {
        let found = found(store, order.out_trade_no().as_str()).await;
        let state = match found.state() {
            OrderState::Pending => "pending",
            OrderState::Paid(by) if by == &trade(trade_no) => "paid",
            OrderState::Paid(_) => "paid by another trade",
            OrderState::Closed => "closed",
            _ => "another",
        };
        Self { state, progress: found.progress() }
    }

    /// A store need not keep the progress, nor close an order by itself.
    fn fits(&self, path: &Path, turns: &[usize]) {
        let expected: &[&str] = match path.end {
            TradeState::Closed => &["closed", "pending"],
            TradeState::Waiting => &["pending"],
            _ => &["paid"],
        };
        let Self { state, progress } = self;
        assert!(
            expected.contains(state),
            "{}, delivered as {turns:?}: the order is {state}, it must be {}",
            path.name,
            expected.join(" or ")
        );
        assert!(
            !path.is_paid() || *progress == Progress::default() || progress.state() == path.end,
            "{}, delivered as {turns:?}: the trade is {}, it must be {}",
            path.name,
            progress.state().as_str(),
            path.end.as_str()
        );
    }
}

async fn never_back<S: OrderStore>(store: &Arc<S>, order: &Order, before: Progress) -> Progress {
    let number = order.out_trade_no().as_str();
    let known = found(store, number).await.progress();
    assert_eq!(known, known.join(before), "order {number}: a message took back what an earlier one had said");
    known
}

/// A payment that went back before the shop heard of it is in the books with what followed: nobody asks again about an order
/// that is settled.
pub(super) async fn gone_back<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let back: Vec<_> = PATHS.iter().filter(|path| path.end == TradeState::Refunded).collect();
    let orders = (0..back.len()).map(|index| order(&format!("BACK{index}")).with_escrow_accepted());
    let orders: Vec<Order> = orders.collect();
    let store = Arc::new(make(orders.clone()).await);
    for (path, order) in back.into_iter().zip(&orders) {
        let call = SingleTradeQuery::by_out_trade_no(order.out_trade_no().clone());
        let answer = call.read(&document(&path.answer(order, "20240101000001")), &merchant());
        let events = answer.ok().and_then(|answer| answer.into_confirmed()?.into_events().ok());
        let Some([TradeEvent::Paid(payment) | TradeEvent::Held(payment), _]) = events.as_deref() else {
            panic!("the suite's own answer is a payment and a refund")
        };
        let payment = payment.clone().match_order(order).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            told(store.settle(&payment).await),
            Settlement::Settled,
            "a first payment settles its order"
        );
        let found = found(&store, order.out_trade_no().as_str()).await;
        assert_eq!(found.settled_by(), Some(&trade("20240101000001")), "{}: it is settled", path.name);
        let progress = found.progress();
        assert!(
            progress == Progress::default() || progress.is_refunded_in_full(order.amount()),
            "{}: settle keeps the progress as {}, and must keep that the money went back",
            path.name,
            progress.state().as_str()
        );
    }
}

fn desk<S: OrderStore>(store: &Arc<S>, gateway: &Gateway) -> Alipay {
    let endpoints = Endpoints::new("https://shop.example/notify", "https://shop.example/return")
        .unwrap_or_else(|error| panic!("the suite's own addresses: {error}"));
    Alipay::new(merchant(), gateway.clone(), Arc::clone(store), endpoints)
}

/// Chance that is the same in every run, so that a failure can be looked at again (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let word = usize::try_from((word ^ (word >> 31)) >> 33).unwrap_or_default();
        word.checked_rem(limit).unwrap_or_default()
    }

    /// Each message not at all, once, or twice, in any order.
    fn deliveries(&mut self, messages: usize) -> Vec<usize> {
        let mut turns: Vec<usize> = Vec::new();
        for message in 0..messages {
            for _ in 0..self.below(3) {
                let at = self.below(turns.len() + 1);
                turns.insert(at, message);
            }
        }
        turns
    }
}
