//! The gateway is out of reach, and the shop has said what to do then.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use alipay_tower::{
    Alipay, Order, OrderStore, OutagePolicy, RejectionKind, VerifiedPayment, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{
        CheckError, Confirmation, ConfirmedBy, NotifyCheck, OrderState, OutTradeNo, TradeEvent, TradeNo,
        UnmatchedPayment,
    },
    store::{Hit, MemoryStore, Receipt, Settlement, StoreError},
};

use crate::support::{Party, endpoints, md5, message};

/// What the gateway says next.
#[derive(Clone)]
struct Script(Arc<Mutex<Result<(), GatewayError>>>);

#[async_trait]
impl NotifyGateway for Script {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        let says = self.0.lock().unwrap().clone();
        says?;
        Ok(check.read(b"true")?)
    }
}

/// Books that remember what else they were told.
#[derive(Default)]
struct Shop {
    orders: MemoryStore,
    told: AtomicBool,
    journal: Mutex<Vec<(String, Option<ConfirmedBy>)>>,
}

#[async_trait]
impl OrderStore for Shop {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        self.orders.find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        self.orders.settle(payment).await
    }

    async fn observe(&self, _event: &TradeEvent) -> Result<(), StoreError> {
        self.told.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn unmatched(
        &self,
        _payment: &UnmatchedPayment,
        _reason: &alipay_tower::Rejection,
    ) -> Result<(), StoreError> {
        self.told.store(true, Ordering::SeqCst);
        Ok(())
    }

    fn journal(&self, hit: &Hit<'_>) {
        let line = format!("{} {} {}", hit.merchant(), hit.channel().as_str(), hit.outcome());
        self.journal.lock().unwrap().push((line, hit.confirmed_by()));
    }
}

struct Fixture {
    alipay: Alipay,
    shop: Arc<Shop>,
    gateway: Script,
}

fn order() -> Order {
    Order::new(OutTradeNo::new("T1").unwrap(), "10.50".parse().unwrap())
}

fn down() -> GatewayError {
    GatewayError::Transport("no answer in time".into())
}

impl Fixture {
    fn new(party: &Party, order: Order) -> Self {
        let (shop, gateway) = (Arc::new(Shop::default()), Script(Arc::new(Mutex::new(Err(down())))));
        shop.orders.insert(order);
        let alipay = Alipay::new(party.merchant.clone(), gateway.clone(), Arc::clone(&shop), endpoints(0))
            .with_outage_policy(OutagePolicy::AcceptThenConfirm);
        Self { alipay, shop, gateway }
    }

    fn says(&self, answer: Result<(), GatewayError>) {
        *self.gateway.0.lock().unwrap() = answer;
    }

    async fn order(&self) -> Order {
        self.shop.find(order().out_trade_no()).await.unwrap().unwrap()
    }

    /// Refused as unreachable, and nobody was told anything.
    async fn assert_refused(&self, message: &str, kind: RejectionKind) {
        let before = self.order().await;
        let refused = self.alipay.receive_notify(message.as_bytes()).await.unwrap_err();
        assert_eq!((refused.kind(), refused.status()), (kind, kind.status()));
        assert_eq!(self.order().await, before);
        assert!(!self.shop.told.load(Ordering::SeqCst));
    }
}

#[tokio::test]
async fn a_payment_is_accepted_and_marked_and_shown_from_the_books() {
    for outage in [down(), GatewayError::Status(503), GatewayError::CircuitOpen] {
        let fixture = Fixture::new(&md5(0), order());
        fixture.says(Err(outage));
        let message = message(&md5(0), &[]);
        // A return is no ground to accept anything.
        let early = fixture.alipay.receive_return(message.as_bytes()).await.unwrap_err();
        assert_eq!(early.kind(), RejectionKind::GatewayUnreachable);
        let receipt = fixture.alipay.receive_notify(message.as_bytes()).await.unwrap();
        assert!(
            matches!(&receipt, Receipt::Settled(payment) if payment.confirmed_by() == ConfirmedBy::Nobody)
        );
        assert!(fixture.order().await.is_unconfirmed());
        let shown = fixture.alipay.receive_return(message.as_bytes()).await.unwrap();
        assert_eq!(shown.confirmed_by(), ConfirmedBy::Books);
        let journal = fixture.shop.journal.lock().unwrap().clone();
        assert_eq!(journal[1], ("2088000000000000 notify settled".to_owned(), Some(ConfirmedBy::Nobody)));
        assert_eq!(journal[2], ("2088000000000000 return shown".to_owned(), Some(ConfirmedBy::Books)));
    }
}

#[tokio::test]
async fn a_gateway_that_answers_is_believed() {
    let fixture = Fixture::new(&md5(0), order());
    for (answer, kind) in [
        (CheckError::Denied.into(), RejectionKind::GatewayDenied),
        (CheckError::Invalid.into(), RejectionKind::GatewayDenied),
        (CheckError::Unintelligible.into(), RejectionKind::GatewayUnreachable),
        (GatewayError::Overloaded, RejectionKind::Overloaded),
        (GatewayError::Status(302), RejectionKind::GatewayUnreachable),
        (GatewayError::Status(404), RejectionKind::GatewayUnreachable),
        (GatewayError::TooLarge, RejectionKind::GatewayUnreachable),
        (GatewayError::Unsupported, RejectionKind::GatewayUnreachable),
    ] {
        fixture.says(Err(answer));
        fixture.assert_refused(&message(&md5(0), &[]), kind).await;
    }
    fixture.says(Ok(()));
    let receipt = fixture.alipay.receive_notify(message(&md5(0), &[]).as_bytes()).await.unwrap();
    assert!(matches!(receipt, Receipt::Settled(payment) if payment.confirmed_by() == ConfirmedBy::NotifyId));
    assert!(!fixture.order().await.is_unconfirmed());
}

#[tokio::test]
async fn nothing_but_a_payment_that_fits_a_pending_order_is_accepted() {
    let unreachable = RejectionKind::GatewayUnreachable;
    let fixture = Fixture::new(&md5(0), order());
    for more in [
        &[("trade_status", "TRADE_CLOSED")][..],
        &[("trade_status", "WAIT_BUYER_PAY")],
        &[("trade_status", "WAIT_SELLER_SEND_GOODS")],
        &[("refund_status", "REFUND_SUCCESS")],
        &[("notify_type", "batch_trans_notify")],
        &[("total_fee", "10.51")],
        &[("total_fee", "")],
        &[("out_trade_no", "T2")],
        &[("discount", "-1.00")],
    ] {
        fixture.assert_refused(&message(&md5(0), more), unreachable).await;
    }
    // Whoever signs for another merchant is refused before the gateway would be asked.
    fixture.assert_refused(&message(&md5(1), &[]), RejectionKind::Forged).await;
    let other = TradeNo::new("2024010121001004010200000002").unwrap();
    for state in [OrderState::Closed, OrderState::Paid(other.clone()), OrderState::PaidAfterClose(other)] {
        let fixture = Fixture::new(&md5(0), order().with_state(state));
        fixture.assert_refused(&message(&md5(0), &[]), unreachable).await;
    }
    let careful = Fixture::new(&md5(0), order());
    let alipay = careful.alipay.clone().with_outage_policy(OutagePolicy::FailClosed);
    let careful = Fixture { alipay, ..careful };
    careful.assert_refused(&message(&md5(0), &[]), unreachable).await;
}

#[tokio::test]
async fn held_money_counts_for_an_order_sold_by_escrow() {
    let fixture = Fixture::new(&md5(0), order().with_escrow_accepted());
    let held = message(&md5(0), &[("trade_status", "WAIT_SELLER_SEND_GOODS")]);
    let receipt = fixture.alipay.receive_notify(held.as_bytes()).await.unwrap();
    assert!(matches!(receipt, Receipt::Settled(payment) if payment.is_held()));
    assert!(fixture.order().await.is_unconfirmed());
}

/// All merchants verify with one key of Alipay's: what names nobody may be anybody's until the gateway says whose it is.
#[cfg(feature = "rsa")]
#[tokio::test]
async fn a_message_that_names_nobody_waits_for_the_gateway() {
    let parties = crate::support::rsa();
    let unnamed = message(&parties[0], &[("seller_id", ""), ("currency", "CNY")]);
    let fixture = Fixture::new(&parties[0], order());
    fixture.assert_refused(&unnamed, RejectionKind::GatewayUnreachable).await;
    let receipt = fixture.alipay.receive_notify(message(&parties[0], &[]).as_bytes()).await.unwrap();
    assert!(matches!(receipt, Receipt::Settled(_)));
}
