//! Conformance suites for any [`OrderStore`], and for any [`ReconcileStore`](alipay_tower::store::ReconcileStore).
//!
//! A store decides whether a shop is paid once. This suite puts one through everything that a gateway, a crowd of buyers
//! and a dropped connection can do to it, with payments that walked the true chain, and panics with a sentence when the
//! store does not keep the trait's word. It takes seconds; let it run with your other tests:
//!
//! ```
//! use alipay_simulator::contract;
//! use alipay_tower::store::MemoryStore;
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! // In the shop's tests this is the body of one `#[tokio::test(flavor = "multi_thread")]`.
//! contract::order_store(async |orders| {
//!     let store = MemoryStore::new();
//!     orders.into_iter().for_each(|order| store.insert(order));
//!     store
//! })
//! .await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```

mod books;
mod desk;
mod drops;
mod escrow;
mod histories;
mod payments;
mod races;
mod reconcile;
mod repeats;

use std::time::Duration;

use alipay_tower::{Order, OrderStore};

pub use self::reconcile::reconcile_store;

/// Far more than any check needs, on any machine; a store that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs the whole suite. `make` is called once for each check: it gives an empty store in which the orders are recorded
/// as they are, pending or closed.
///
/// What is checked:
///
/// * [`find`](OrderStore::find) gives an order back as it was recorded, and after the settlement the trade that settled it;
/// * of 64 concurrent settlements of one payment exactly one is [`Settled`](alipay_tower::store::Settlement::Settled), and
///   of 64 of two trades likewise;
/// * later copies are told apart from a second payment, which names the first;
/// * unknown and closed orders are not settled, nor are wrong amounts or sellers, through the whole
///   [`Alipay`](alipay_tower::Alipay) desk;
/// * a payment that fits no order can be handed over, again and again, and moves nothing, except that a closed order may
///   become [`PaidAfterClose`](alipay_tower::protocol::OrderState::PaidAfterClose) by its first late payment;
/// * held money settles an escrow order, and no other;
/// * the messages of a trade lead to the same end in every order, repeated or not, and nothing that was known is taken back;
/// * so do all histories of the state machines with any of their messages left out, when the gateway is asked at the end;
/// * a payment that went back before the shop heard of it is recorded with what followed;
/// * news of a trade that did not settle the order are not the order's;
/// * a settlement that is dropped midway is done once or not at all, and the retry heals it;
/// * a flood of refused hits in the journal does not hold up a settlement.
///
/// # Panics
///
/// When the store breaks a rule, with a sentence that names it.
pub async fn order_store<S: OrderStore>(make: impl AsyncFn(Vec<Order>) -> S) {
    let make = &make;
    check("an order is given back as it was recorded", books::given_back(make)).await;
    check("unknown and closed orders are not settled", books::not_settled(make)).await;
    check("a payment that fits no order is taken note of", books::unmatched(make)).await;
    check("a copy is told apart from a second payment", repeats::told_apart(make)).await;
    check("64 settlements of one payment", races::one_payment(make)).await;
    check("64 settlements of two trades", races::two_trades(make)).await;
    check("settlements of many orders", races::many_orders(make)).await;
    check("settlements that are dropped midway", drops::midway(make)).await;
    check("tasks that are aborted", drops::aborted(make)).await;
    check("the desk refuses what does not match", desk::refuses(make)).await;
    check("the desk knows a payment again", desk::knows_again(make)).await;
    check("the desk hands over events that are no payments", desk::observes(make)).await;
    check("held money settles escrow orders", escrow::settles(make)).await;
    check("payments that went back", histories::gone_back(make)).await;
    check("messages in any order", escrow::any_order(make)).await;
    check("any part of a history", histories::any_part(make)).await;
    check("news of other trades", escrow::other_trades(make)).await;
    check("a flood of refused hits", desk::flood(make)).await;
}

async fn check(what: &str, work: impl Future<Output = ()>) {
    if tokio::time::timeout(PATIENCE, work).await.is_err() {
        panic!("{what}: the store did not answer within {} seconds", PATIENCE.as_secs());
    }
}

#[cfg(test)]
mod tests;
