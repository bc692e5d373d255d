//! What looking for lost notifications asks of a store.

mod doubts;
mod due;
mod leases;
mod races;

use alipay_tower::{Order, store::ReconcileStore};

use super::check;

/// Runs the suite of [`ReconcileStore`]; [`order_store`](super::order_store) is for the rest of the trait. `make` is called
/// once for each check: it gives an empty store in which the orders are recorded as they are, pending or closed.
///
/// What is checked:
///
/// * [`due`](ReconcileStore::due) gives the pending and the unconfirmed orders and no other, at most so many, and none
///   before its time; every [`postpone`](ReconcileStore::postpone) is counted;
/// * of 64 concurrent closes and settlements exactly one moves the order, and all others are told so;
/// * an unconfirmed settlement is [confirmed](ReconcileStore::confirm) or [denied](ReconcileStore::deny) once, by its own
///   trade alone; a denied one can be settled again;
/// * of 64 holders one has the [lease](ReconcileStore::lease), until it ends.
///
/// # Panics
///
/// When the store breaks a rule, with a sentence that names it.
pub async fn reconcile_store<S: ReconcileStore>(make: impl AsyncFn(Vec<Order>) -> S) {
    let make = &make;
    check("orders that are due", due::listed(make)).await;
    check("orders that are postponed", due::postponed(make)).await;
    check("64 closes and settlements", races::close_or_settle(make)).await;
    check("unconfirmed settlements that are confirmed", doubts::confirmed(make)).await;
    check("unconfirmed settlements that are denied", doubts::denied(make)).await;
    check("confirmations and denials at once", doubts::at_once(make)).await;
    check("a lease and its end", leases::one_holder(make)).await;
}

#[cfg(test)]
mod tests;
