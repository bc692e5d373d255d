//! What is recorded, and what is not settled.

use std::sync::Arc;

use alipay_tower::{Order, OrderStore, Rejection, RejectionKind, protocol::OrderState, store::Settlement};

use super::payments::{
    assert_closed, assert_paid, found, id, merchant, money, notice, order, payment, told,
    unmatched as confirmed,
};

pub(super) async fn given_back<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let seller_id = merchant().seller_id().clone();
    let orders = [
        order("PLAIN"),
        order("SELLER").with_seller_id(seller_id),
        order("CLOSED").with_state(OrderState::Closed),
        Order::new(id("CENT"), money("0.01")),
        Order::new(id("MOST"), money("100000000.00")),
    ];
    let store = Arc::new(make(orders.to_vec()).await);
    for order in &orders {
        let number = order.out_trade_no().as_str();
        assert_eq!(
            &found(&store, number).await,
            order,
            "find must give the order {number} as it was recorded"
        );
    }
    match store.find(&id("NOBODYS")).await {
        Ok(None) => {}
        Ok(Some(_)) => panic!("find invented an order that nobody recorded"),
        Err(error) => panic!("an unknown order is no failure of the store: {error}"),
    }
    for order in orders.iter().filter(|order| order.state() == &OrderState::Pending) {
        let settlement = told(store.settle(&payment(order, "20240101000001")).await);
        assert_eq!(settlement, Settlement::Settled, "a first payment settles its order");
        assert_paid(&store, order.out_trade_no().as_str(), "20240101000001").await;
    }
}

pub(super) async fn not_settled<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let store = Arc::new(make(vec![order("CLOSED").with_state(OrderState::Closed), order("OTHER")]).await);
    // The order may vanish or be closed between find and settle: the payment was verified against what it was.
    for number in ["NOBODYS", "CLOSED"] {
        let result = store.settle(&payment(&order(number), "20240101000001")).await;
        assert!(result.is_err(), "settle said {result:?} about the order {number}: it must fail");
    }
    assert_eq!(found(&store, "CLOSED").await.state(), &OrderState::Closed, "a closed order stays closed");
    assert_eq!(found(&store, "OTHER").await, order("OTHER"), "no other order is touched");
    assert!(matches!(store.find(&id("NOBODYS")).await, Ok(None)), "settle must not make orders");
}

pub(super) async fn unmatched<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let orders = [order("OPEN"), order("CLOSED").with_state(OrderState::Closed)];
    let store = Arc::new(make(orders.to_vec()).await);
    let cases = [
        ("CLOSED", "10.50", RejectionKind::OrderClosed),
        ("NOBODYS", "10.50", RejectionKind::UnknownOrder),
        ("OPEN", "10.49", RejectionKind::WrongAmount),
    ];
    for (number, fee, kind) in cases {
        let notice = notice(&order(number), "20240101000001").with("total_fee", fee);
        let payment = confirmed(notice);
        // The gateway repeats it for a day.
        for _ in 0..3 {
            let kept = store.unmatched(&payment, &Rejection::new(kind, "it fits no order")).await;
            assert!(kept.is_ok(), "unmatched must take a payment of the order {number}: {kept:?}");
        }
    }
    assert_eq!(found(&store, "OPEN").await, order("OPEN"), "unmatched must not move the order OPEN");
    let closed = found(&store, "CLOSED").await;
    assert_closed(&closed, &orders[1], "20240101000001");
    // A further trade for the same closed order, again and again.
    let further = confirmed(notice(&order("CLOSED"), "20240101000003"));
    for _ in 0..3 {
        let reason = Rejection::new(RejectionKind::OrderClosed, "the order is closed");
        assert!(store.unmatched(&further, &reason).await.is_ok(), "unmatched must take a further payment");
        let found = found(&store, "CLOSED").await;
        assert_eq!(found, closed, "a further payment of the closed order CLOSED must not move it again");
    }
    let late = store.settle(&payment(&order("CLOSED"), "20240101000001")).await;
    assert!(
        late.is_err(),
        "settle said {late:?} about the order CLOSED, which a person decides about: it must fail"
    );
    assert!(matches!(store.find(&id("NOBODYS")).await, Ok(None)), "unmatched must not make orders");
    let settlement = told(store.settle(&payment(&order("OPEN"), "20240101000002")).await);
    assert_eq!(settlement, Settlement::Settled, "the right payment still settles the order");
}
