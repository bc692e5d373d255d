//! Copies of a payment, and second payments.

use std::sync::Arc;

use alipay_tower::{Order, OrderStore, store::Settlement};

use super::payments::{assert_paid, notice, order, payment, told, trade, verified};

pub(super) async fn told_apart<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    const FIRST: &str = "20240101000001";
    const SECOND: &str = "20240101000002";
    let store = Arc::new(make(vec![order("TWICE"), order("OTHER")]).await);
    let first = payment(&order("TWICE"), FIRST);
    assert_eq!(told(store.settle(&first).await), Settlement::Settled, "the first payment settles the order");

    for _ in 0..3 {
        let again = told(store.settle(&first).await);
        assert_eq!(again, Settlement::AlreadySettled, "the same payment again is no news");
        let copy = told(store.settle(&payment(&order("TWICE"), FIRST)).await);
        assert_eq!(copy, Settlement::AlreadySettled, "another copy of the message is the same payment");
        let finished =
            verified(notice(&order("TWICE"), FIRST).with("trade_status", "TRADE_FINISHED"), &order("TWICE"));
        let finished = told(store.settle(&finished).await);
        assert_eq!(finished, Settlement::AlreadySettled, "TRADE_FINISHED months later is the same payment");
        let second = told(store.settle(&payment(&order("TWICE"), SECOND)).await);
        let expected = Settlement::PaidTwice { earlier: trade(FIRST) };
        assert_eq!(
            second, expected,
            "another trade for a paid order is a second payment that names the first"
        );
    }
    assert_paid(&store, "TWICE", FIRST).await;

    let other = told(store.settle(&payment(&order("OTHER"), SECOND)).await);
    assert_eq!(other, Settlement::Settled, "a payment that was one too many elsewhere settles its own order");
}
