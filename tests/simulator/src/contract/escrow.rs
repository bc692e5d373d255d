//! Money that Alipay holds, and messages that come in any order.

use std::sync::Arc;

use alipay_tower::{
    Order, OrderStore,
    protocol::{OrderState, Progress},
    store::Settlement,
};

use super::{
    desk::{desk, received},
    payments::{assert_paid, event, found, notice, order, told, trade, verified},
};
use crate::Notice;

const TRADE: &str = "20240101000001";
const OTHER: &str = "20240101000002";

fn about(order: &Order, trade_no: &str, status: &str) -> Notice {
    Notice::of_status(order.out_trade_no().as_str(), order.amount(), status).with("trade_no", trade_no)
}

pub(super) async fn settles<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let (escrow, plain) = (order("ESCROW").with_escrow_accepted(), order("PLAIN"));
    let store = Arc::new(make(vec![escrow.clone(), plain.clone()]).await);
    assert_eq!(found(&store, "ESCROW").await, escrow, "find must give an escrow order as it was recorded");

    let held = verified(about(&escrow, TRADE, "WAIT_SELLER_SEND_GOODS"), &escrow);
    assert_eq!(told(store.settle(&held).await), Settlement::Settled, "held money settles an escrow order");
    let finished = verified(about(&escrow, TRADE, "TRADE_FINISHED"), &escrow);
    for payment in [&held, &finished, &held] {
        let again = told(store.settle(payment).await);
        assert_eq!(
            again,
            Settlement::AlreadySettled,
            "the same escrow trade in any status is the same payment"
        );
    }
    let second =
        told(store.settle(&verified(about(&escrow, OTHER, "WAIT_SELLER_SEND_GOODS"), &escrow)).await);
    assert_eq!(
        second,
        Settlement::PaidTwice { earlier: trade(TRADE) },
        "money held by another trade is a second payment of an escrow order"
    );
    assert_paid(&store, "ESCROW", TRADE).await;

    let (desk, _) = desk(&store);
    let name = received(&desk, about(&plain, TRADE, "WAIT_SELLER_SEND_GOODS")).await.name();
    assert_eq!(name, "observed", "held money is no payment of an order that was not sold by escrow");
    assert_eq!(found(&store, "PLAIN").await, plain, "held money must not move an order that accepts none");
    assert_eq!(received(&desk, notice(&plain, TRADE)).await.name(), "settled", "the money came after all");
}

/// Whatever a trade goes through, its messages lead to the same end in every order, once or twice.
pub(super) async fn any_order<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let permutations = permutations(5);
    let orders: Vec<Order> =
        (0..permutations.len()).map(|index| order(&format!("ORDER{index}")).with_escrow_accepted()).collect();
    let store = Arc::new(make(orders.clone()).await);
    let (desk, _) = desk(&store);
    let mut ends: Vec<(Vec<usize>, Progress)> = Vec::new();
    for (index, (order, turns)) in orders.iter().zip(permutations).enumerate() {
        let trade_no = format!("2024{index:06}");
        let messages = [
            about(order, &trade_no, "WAIT_BUYER_PAY"),
            about(order, &trade_no, "WAIT_SELLER_SEND_GOODS"),
            about(order, &trade_no, "WAIT_BUYER_CONFIRM_GOODS"),
            about(order, &trade_no, "TRADE_FINISHED"),
            about(order, &trade_no, "TRADE_FINISHED")
                .with("refund_status", "REFUND_SUCCESS")
                .with("gmt_refund", "2024-01-02 10:00:00"),
        ];
        let number = order.out_trade_no().as_str();
        let mut best = Progress::default();
        for turn in &turns {
            let Some(message) = messages.get(*turn) else { continue };
            // Every second message comes twice.
            for _ in 0..1 + turn % 2 {
                let _ = received(&desk, message.clone()).await;
            }
            let known = found(&store, number).await.progress();
            assert_eq!(
                known,
                known.join(best),
                "order {number}: a message took back what an earlier one had said"
            );
            best = known;
        }
        assert_paid(&store, number, &trade_no).await;
        ends.push((turns, best));
    }
    let Some((turns, end)) = ends.first() else { panic!("the suite has permutations") };
    for (others, other) in &ends {
        assert_eq!(end, other, "the same messages in the orders {turns:?} and {others:?} must end alike");
    }
}

/// All orders of so many things.
fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for thing in 0..count {
        let longer = |line: &Vec<usize>| -> Vec<Vec<usize>> {
            let with_it_at = |place| {
                let (before, after) = line.split_at_checked(place).unwrap_or_default();
                [before, &[thing], after].concat()
            };
            (0..=line.len()).map(with_it_at).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// News of a trade that did not settle the order are not the order's.
pub(super) async fn other_trades<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let store = Arc::new(make(vec![order("PAID"), order("CLOSED").with_state(OrderState::Closed)]).await);
    let settled = told(store.settle(&verified(notice(&order("PAID"), TRADE), &order("PAID"))).await);
    assert_eq!(settled, Settlement::Settled, "a first payment settles its order");
    let (paid, closed) = (found(&store, "PAID").await, found(&store, "CLOSED").await);
    for number in ["PAID", "CLOSED", "NOBODYS"] {
        let order = order(number);
        let refund = Notice::refunded(number, order.amount()).with("trade_no", OTHER);
        for notice in [
            about(&order, OTHER, "WAIT_BUYER_PAY"),
            about(&order, OTHER, "TRADE_CLOSED"),
            refund.with("refund_fee", "10.50"),
        ] {
            let observed = store.observe(&event(notice)).await;
            assert!(observed.is_ok(), "observe must take news of any trade: {observed:?}");
        }
    }
    assert_eq!(found(&store, "PAID").await, paid, "another trade's news must not move the order PAID");
    assert_eq!(
        found(&store, "CLOSED").await,
        closed,
        "news of a trade must not move the closed order CLOSED"
    );
}
