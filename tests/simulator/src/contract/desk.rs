//! The store behind the whole desk, with a gateway that says what it is told to.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use alipay_tower::{
    Alipay, Endpoints, Order, OrderStore, Rejection, RejectionKind, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{Channel, Confirmation, NotifyCheck, OrderState, SellerId},
    store::Receipt,
};

use super::payments::{assert_closed, assert_paid, body, found, merchant, money, notice, order};
use crate::Notice;

const TRADE: &str = "20240101000001";

#[derive(Clone, Debug)]
pub(super) struct Gateway {
    confirms: Arc<AtomicBool>,
}

#[async_trait]
impl NotifyGateway for Gateway {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        let answer: &[u8] = if self.confirms.load(Ordering::SeqCst) { b"true" } else { b"false" };
        Ok(check.read(answer)?)
    }
}

pub(super) fn desk<S: OrderStore>(store: &Arc<S>) -> (Alipay, Gateway) {
    let gateway = Gateway { confirms: Arc::new(AtomicBool::new(true)) };
    let endpoints = Endpoints::new("https://shop.example/notify", "https://shop.example/return")
        .unwrap_or_else(|error| panic!("the suite's own addresses: {error}"));
    (Alipay::new(merchant(), gateway.clone(), Arc::clone(store), endpoints), gateway)
}

pub(super) async fn received(desk: &Alipay, notice: Notice) -> Receipt {
    match desk.receive_notify(body(notice).as_bytes()).await {
        Ok(receipt) => receipt,
        Err(rejection) => {
            panic!("an honest message was refused as {}: {rejection}", rejection.kind().as_str())
        }
    }
}

pub(super) async fn refuses<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let stranger =
        SellerId::new("2088999999999999").unwrap_or_else(|error| panic!("the suite's own id: {error}"));
    let orders = [
        order("OPEN"),
        order("CLOSED").with_state(OrderState::Closed),
        order("SELLER").with_seller_id(stranger),
    ];
    let store = Arc::new(make(orders.to_vec()).await);
    let (desk, _) = desk(&store);
    let fee = |text| notice(&order("OPEN"), TRADE).with("total_fee", &money(text).to_string());
    let cases = [
        ("one fen less", fee("10.49"), RejectionKind::WrongAmount),
        ("one fen more", fee("10.51"), RejectionKind::WrongAmount),
        (
            "another currency",
            notice(&order("OPEN"), TRADE).with("currency", "JPY"),
            RejectionKind::WrongAmount,
        ),
        ("another seller", notice(&order("SELLER"), TRADE), RejectionKind::WrongAmount),
        ("TRADE_SUCCESS for a closed order", notice(&order("CLOSED"), TRADE), RejectionKind::OrderClosed),
        ("an unknown order", notice(&order("NOBODYS"), TRADE), RejectionKind::UnknownOrder),
    ];
    for (what, notice, kind) in cases {
        let messages = [
            desk.receive_notify(body(notice.clone()).as_bytes()).await.map(|receipt| receipt.name()),
            desk.receive_return(body(notice.into_return()).as_bytes()).await.map(|_| "shown"),
        ];
        for message in messages {
            assert_eq!(message.map_err(|rejection| rejection.kind()), Err(kind), "{what} must be refused");
        }
    }
    for order in &orders {
        let number = order.out_trade_no().as_str();
        let found = found(&store, number).await;
        match order.state() {
            OrderState::Closed => assert_closed(&found, order, TRADE),
            _ => assert_eq!(&found, order, "a refused message must not move the order {number}"),
        }
    }
}

pub(super) async fn knows_again<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let store = Arc::new(make(vec![order("KNOWN")]).await);
    let (desk, gateway) = desk(&store);
    assert_eq!(received(&desk, notice(&order("KNOWN"), TRADE)).await.name(), "settled", "a first payment");

    // An acknowledged notify_id is void, so the copies must be known by the store's own word.
    gateway.confirms.store(false, Ordering::SeqCst);
    for _ in 0..3 {
        let copy = received(&desk, notice(&order("KNOWN"), TRADE)).await;
        assert_eq!(copy.name(), "already_settled", "a copy, when the gateway no longer knows the id");
        let back = body(notice(&order("KNOWN"), TRADE).into_return());
        let shown = desk.receive_return(back.as_bytes()).await;
        assert!(shown.is_ok(), "a return of a settled payment is shown: {shown:?}");
    }
    gateway.confirms.store(true, Ordering::SeqCst);
    let second = received(&desk, notice(&order("KNOWN"), "20240101000002")).await;
    assert!(
        matches!(&second, Receipt::PaidTwice { earlier, .. } if earlier.as_str() == TRADE),
        "a second payment names the first: {}",
        second.name()
    );
    assert_paid(&store, "KNOWN", TRADE).await;
}

pub(super) async fn observes<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let store = Arc::new(make(vec![order("PAID"), order("OPEN")]).await);
    let (desk, _) = desk(&store);
    let about = |number: &str, status: &str| {
        Notice::of_status(number, order(number).amount(), status).with("trade_no", TRADE)
    };
    assert_eq!(received(&desk, about("OPEN", "WAIT_BUYER_PAY")).await.name(), "observed", "waiting");
    assert_eq!(found(&store, "OPEN").await, order("OPEN"), "a buyer who has not paid moves nothing");

    assert_eq!(received(&desk, notice(&order("PAID"), TRADE)).await.name(), "settled", "a first payment");
    let refunded = Notice::refunded("PAID", order("PAID").amount()).with("trade_no", TRADE);
    for (what, notice) in [("a refund", refunded), ("a close", about("PAID", "TRADE_CLOSED"))] {
        assert_eq!(received(&desk, notice).await.name(), "observed", "{what}");
        assert_paid(&store, "PAID", TRADE).await;
    }
    for notice in [about("OPEN", "TRADE_CLOSED"), about("NOBODYS", "TRADE_CLOSED")] {
        assert_eq!(received(&desk, notice).await.name(), "observed", "a close of an unpaid or unknown order");
    }
    assert!(found(&store, "OPEN").await.settled_by().is_none(), "a closed trade pays nothing");
}

pub(super) async fn flood<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    let store = Arc::new(make(vec![order("FLOODED")]).await);
    let (desk, _) = desk(&store);
    let refused = Rejection::new(RejectionKind::TooLarge, "the body is too large");
    let raw = [b'x'; 16 * 1024];
    for _ in 0..5_000 {
        desk.refuse(Channel::Notify, &raw, &refused);
    }
    assert_eq!(
        received(&desk, notice(&order("FLOODED"), TRADE)).await.name(),
        "settled",
        "a payment in a flood"
    );
    assert_paid(&store, "FLOODED", TRADE).await;
}
